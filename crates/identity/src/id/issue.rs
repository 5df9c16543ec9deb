//! Issue an ID token (OpenID Connect Core §2, §3.1.3.6): signed, for one client.

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value};
use symbolon_jose::Algorithm;
use symbolon_jose::jwt::Purpose;
use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::call::Call;
use symbolon_token::node::FamilyNode;
use symbolon_token::secret::Secret;

use super::LIFETIME;
use crate::client::Client;
use crate::code::Allowance;
use crate::encryption::{KeysAt, sign_and_encrypt};
use crate::realm::Realm;
use crate::session::sid;
use crate::signing_key::{SignError, ensure};
use crate::{Draft, World};

/// What an ID token is issued for.
pub struct NewId<'a> {
    /// The realm that issues it.
    pub realm: &'a Realm,
    /// The client that it is for.
    pub client: &'a Client,
    /// Where the client's keys are.
    pub keys: KeysAt<'a>,
    /// What the person allowed.
    pub allowance: &'a Allowance,
    /// The family that it is issued with.
    pub family: FamilyNode,
    /// Whom it tells of, as this client knows him.
    pub sub: &'a str,
    /// How the person proved himself, as a class (`acr`).
    pub acr: &'a str,
    /// The access token that it is issued with.
    pub access_token: &'a Secret,
    /// Claims of the person that were asked for by name.
    pub claims: Map<String, Value>,
}

/// The claims, in the order in which people look for them.
#[derive(Serialize)]
struct IdClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    acr: &'a str,
    amr: &'a [String],
    sid: String,
    at_hash: String,
    #[serde(flatten)]
    more: Map<String, Value>,
}

/// Makes an ID token, and what must be durable before it leaves.
///
/// # Errors
/// [`SignError`].
pub async fn issue(
    world: &World,
    call: &Call,
    new: NewId<'_>,
) -> Result<(Secret, Draft), SignError> {
    let (realm, client) = (new.realm.node, new.client);
    let algorithm = client.settings.id_token_signed_response_alg;
    let key = ensure(world, call, realm, algorithm).await?;
    let (allowance, issued_at) = (new.allowance, call.now);
    let expires_at = issued_at.plus(LIFETIME);
    let claims = IdClaims {
        iss: new.realm.issuer.as_str(),
        sub: new.sub,
        aud: &client.client_id,
        exp: expires_at.seconds(),
        iat: issued_at.seconds(),
        auth_time: allowance.auth_time.seconds(),
        nonce: allowance.nonce.as_deref(),
        acr: new.acr,
        amr: &allowance.methods,
        sid: sid(world, realm, allowance.session, client.node),
        at_hash: at_hash(algorithm, new.access_token.reveal()),
        more: new.claims,
    };
    let token = match client.settings.id_token_encryption() {
        None => key.sign(Purpose::IdToken, &claims)?,
        Some(wish) => {
            let recipient = (new.keys, wish);
            sign_and_encrypt(world, call, (&key, Purpose::IdToken, &claims), recipient).await?
        }
    };
    let event = Event::done(call, realm, Verb::Issue, Noun::Id)
        .client(client.node)
        .subject(allowance.subject)
        .family(new.family)
        .signing_key(key.id())
        .expires(expires_at);
    Ok((Secret::new(token), Draft::event(&event)))
}

/// The left half of the access token's hash, by the hash of the signature (OpenID Connect Core
/// §3.1.3.6). Ed25519 hashes with SHA-512.
fn at_hash(algorithm: Algorithm, access_token: &str) -> String {
    let hash = match algorithm {
        Algorithm::Es256 | Algorithm::Ps256 | Algorithm::Rs256 | Algorithm::Hs256 => &SHA256,
        Algorithm::Es384 | Algorithm::Ps384 | Algorithm::Rs384 | Algorithm::Hs384 => &SHA384,
        Algorithm::Es512
        | Algorithm::Ps512
        | Algorithm::Rs512
        | Algorithm::Hs512
        | Algorithm::Ed25519
        | Algorithm::EdDsa => &SHA512,
    };
    let digest = digest(hash, access_token.as_bytes());
    let half = digest.as_ref().len() / 2;
    let left = digest.as_ref().get(..half);
    URL_SAFE_NO_PAD.encode(left.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OpenID Connect Core 1.0, appendix A.3: the access token of the example and its hash.
    #[test]
    fn the_example_of_the_standard_hashes_so() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(at_hash(Algorithm::Rs256, token), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(at_hash(Algorithm::Es384, token).len(), 32);
        assert_eq!(at_hash(Algorithm::Ed25519, token).len(), 43);
    }
}
