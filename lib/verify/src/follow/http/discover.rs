//! Where an issuer's endpoints are: RFC 8414 §3 inserts the well-known path after the host, OpenID Connect
//! Discovery §4 appends it. The first that answers and names the issuer counts (RFC 8414 §3.3).

use serde::Deserialize;
use url::{Host, Url};

use super::call::{Ask, Caller};
use crate::follow::source::Failure;

/// What an issuer's metadata say, as far as they are needed.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Endpoints {
    issuer: String,
    pub(super) jwks_uri: String,
    pub(super) token_endpoint: String,
    #[serde(default)]
    pub(super) introspection_endpoint: Option<String>,
}

/// Whether an address may be called: https, or http on loopback.
pub(super) fn is_callable(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.username().is_empty() && (url.scheme() == "https" || (url.scheme() == "http" && loopback))
}

/// Where the metadata of an issuer may be.
fn addresses(issuer: &str) -> Vec<String> {
    let issuer = issuer.trim_end_matches('/');
    let host = issuer.find("://").map_or(0, |at| at + 3);
    let path = issuer.get(host..).and_then(|rest| rest.find('/'));
    let (host, path) = issuer.split_at(path.map_or(issuer.len(), |at| host + at));
    let inserted = ["oauth-authorization-server", "openid-configuration"];
    let mut addresses: Vec<String> = inserted
        .iter()
        .map(|name| format!("{host}/.well-known/{name}{path}"))
        .collect();
    if !path.is_empty() {
        addresses.push(format!("{issuer}/.well-known/openid-configuration"));
    }
    addresses
}

/// Asks for the metadata.
pub(super) async fn discover(caller: &Caller, issuer: &str) -> Result<Endpoints, Failure> {
    let mut last = Failure::Refused("the issuer has no metadata");
    for address in addresses(issuer) {
        let ask = Ask::get("the metadata", address, super::MAX_WORD);
        match caller.text(&ask).await.and_then(|text| read(&text, issuer)) {
            Ok(endpoints) => return Ok(endpoints),
            Err(failure) => last = failure,
        }
    }
    Err(last)
}

fn read(text: &str, issuer: &str) -> Result<Endpoints, Failure> {
    let endpoints: Endpoints =
        serde_json::from_str(text).map_err(|_| Failure::Answer("the metadata"))?;
    if endpoints.issuer != issuer {
        return Err(Failure::Refused("the metadata are another issuer's"));
    }
    let called = [&endpoints.jwks_uri, &endpoints.token_endpoint];
    let called = called.into_iter().chain(&endpoints.introspection_endpoint);
    if called.into_iter().all(|address| is_callable(address)) {
        Ok(endpoints)
    } else {
        Err(Failure::Refused("the metadata name an address without TLS"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_well_known_forms_are_tried() {
        let well = "https://id.example/.well-known";
        let expected = [
            format!("{well}/oauth-authorization-server/realms/a"),
            format!("{well}/openid-configuration/realms/a"),
            "https://id.example/realms/a/.well-known/openid-configuration".to_owned(),
        ];
        assert_eq!(addresses("https://id.example/realms/a"), expected);
        let expected = [
            format!("{well}/oauth-authorization-server"),
            format!("{well}/openid-configuration"),
        ];
        assert_eq!(addresses("https://id.example"), expected);
    }

    #[test]
    fn metadata_of_another_issuer_or_without_tls_are_refused() {
        let text = |issuer: &str, jwks: &str| {
            serde_json::json!({
                "issuer": issuer, "jwks_uri": jwks, "token_endpoint": "https://a.example/token",
            })
            .to_string()
        };
        let reads = |issuer, jwks| read(&text(issuer, jwks), "https://a.example").is_ok();
        assert!(reads("https://a.example", "https://a.example/jwks"));
        assert!(reads("https://a.example", "http://127.0.0.1:9/jwks"));
        assert!(!reads("https://b.example", "https://a.example/jwks"));
        assert!(!reads("https://a.example", "http://a.example/jwks"));
        assert!(!reads("https://a.example", "https://user@a.example/jwks"));
    }
}
