//! The way to keys that others publish (`jwks_uri`), over the network.

use symbolon_identity::jwks_uri::{Fetch, Fetching};
use symbolon_outbound::Outbound;

/// What is asked for: the media type of sets (RFC 7517 §8.5.2), or what most send instead.
const ACCEPT: &str = "application/jwk-set+json, application/json";

/// Fetches sets.
pub(crate) struct Jwks(pub(crate) Outbound);

impl Fetch for Jwks {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            match self.0.get(url, ACCEPT).await {
                Ok(answer) if answer.status == 200 => Ok(answer.body.to_vec()),
                Ok(answer) => Err(format!("it answered {}", answer.status)),
                Err(error) => Err(error.to_string()),
            }
        })
    }
}
