//! Userinfo (OpenID Connect Core §5.3): what a client may know of a person, by the scope that he
//! allowed (§5.4) and the claims asked for by name (§5.5).
//!
//! 1. The token is alive, meant for userinfo, and has the scope `openid`: the caller checks it like
//!    any resource server.
//! 2. The person still is there.
//! 3. The answer is JSON, or a JWT for clients that registered a signature or encryption.

use serde::Serialize;
use serde_json::{Map, Value};
use symbolon_identity::access::Access;
use symbolon_identity::client;
use symbolon_identity::encryption::{encrypt, sign_and_encrypt};
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key::{SignError, ensure};
use symbolon_identity::{KnownClient, World, subject};
use symbolon_jose::jwt::Purpose;
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SubjectNode};
use symbolon_token::scope::Scope;

use crate::error::{ErrorCode, OauthError};

/// The claims that a scope asks for (OpenID Connect Core §5.4).
const OF_SCOPE: [(&str, &[&str]); 4] = [
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// Every claim about a person that can be told, for metadata.
pub fn claims() -> impl Iterator<Item = &'static str> {
    OF_SCOPE
        .into_iter()
        .flat_map(|(_, names)| names.iter().copied())
}

/// Whether a claim about a person has this name.
#[must_use]
pub fn is_claim(name: &str) -> bool {
    claims().any(|one| one == name)
}

/// What userinfo answers.
pub enum UserinfoReply {
    /// The claims.
    Json(Map<String, Value>),
    /// The same, signed, encrypted, or both.
    Jwt(String),
}

/// The claims of a signed answer (OpenID Connect Core §5.3.2).
#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    aud: &'a str,
    #[serde(flatten)]
    claims: &'a Map<String, Value>,
}

/// Answers a token that the caller has verified.
///
/// # Errors
/// [`OauthError`]; `invalid_request` where person or client have ended.
pub async fn userinfo(
    world: &World,
    call: &Call,
    (realm, access): (&Realm, &Access),
) -> Result<UserinfoReply, OauthError> {
    let whose = (realm.node, access.subject);
    let mut claims = Map::new();
    claims.insert("sub".to_owned(), access.sub.clone().into());
    let told = of_person(world, whose, |name| {
        in_scope(&access.scope, name) || access.userinfo_claims.iter().any(|one| one == name)
    });
    claims.append(&mut told.await?);
    match client::known(world, realm.node, &access.client_id).await? {
        Some(known) => written(world, call, (realm, &known), claims).await,
        None => Ok(UserinfoReply::Json(claims)),
    }
}

/// Step 3.
async fn written(
    world: &World,
    call: &Call,
    (realm, known): (&Realm, &KnownClient),
    claims: Map<String, Value>,
) -> Result<UserinfoReply, OauthError> {
    let settings = &known.client.settings;
    let encryption = settings.userinfo_encryption();
    let recipient = encryption.map(|wish| (known.keys_at(), wish));
    let Some(algorithm) = settings.userinfo_signed_response_alg else {
        return Ok(match recipient {
            None => UserinfoReply::Json(claims),
            Some(recipient) => {
                let encrypted = encrypt(world, call, &claims, recipient).await;
                UserinfoReply::Jwt(encrypted.map_err(SignError::from)?)
            }
        });
    };
    let key = ensure(world, call, realm.node, algorithm).await;
    let key = key.map_err(SignError::from)?;
    let signed = Signed {
        iss: realm.issuer.as_str(),
        aud: &known.client.client_id,
        claims: &claims,
    };
    let signed = match recipient {
        None => key
            .sign(Purpose::Userinfo, &signed)
            .map_err(SignError::from)?,
        Some(recipient) => {
            let signed = (&*key, Purpose::Userinfo, &signed);
            let encrypted = sign_and_encrypt(world, call, signed, recipient).await;
            encrypted.map_err(SignError::from)?
        }
    };
    Ok(UserinfoReply::Jwt(signed))
}

fn in_scope(scope: &Scope, name: &str) -> bool {
    let mut asked = OF_SCOPE.iter().filter(|(token, _)| scope.contains(token));
    asked.any(|(_, names)| names.contains(&name))
}

/// The claims of a person that are asked for, as far as they are known.
pub(crate) async fn of_person(
    world: &World,
    (realm, node): (RealmNode, SubjectNode),
    is_asked: impl Fn(&str) -> bool,
) -> Result<Map<String, Value>, OauthError> {
    let person = subject::known(world, realm, node).await?;
    let person = person.ok_or_else(|| {
        OauthError::new(
            ErrorCode::InvalidGrant,
            "the person behind this token has left",
        )
    })?;
    let Ok(Value::Object(mut claims)) = serde_json::to_value(&person.claims) else {
        return Ok(Map::new());
    };
    if let Some(username) = &person.username {
        let preferred = claims.entry("preferred_username");
        preferred.or_insert_with(|| username.as_str().into());
    }
    for (thing, verified) in [
        ("email", "email_verified"),
        ("phone_number", "phone_number_verified"),
    ] {
        if claims.contains_key(thing) {
            claims.entry(verified).or_insert(Value::Bool(false));
        }
    }
    claims.retain(|name, _| is_asked(name));
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_asks_for_its_own_claims() {
        let scope = Scope::parse("openid email").unwrap();
        assert!(in_scope(&scope, "email_verified"));
        assert!(!in_scope(&scope, "name"));
        assert!(!in_scope(&scope, "sub"));
    }
}
