//! What an authentic access token says (RFC 9068 §2.2), and what its life depends on.
//!
//! 1. Signature, type, issuer and audience hold (`symbolon_jose::jwt`).
//! 2. What it descends from and where its status bit stands is read from `lin` and `jti`.
//!
//! Times are not looked at here: they are the judge's.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use symbolon_jose::jwt::{Expected, Hashed, Purpose};
use symbolon_jose::{KeySet, VerifyError};
use symbolon_token::descent::Descent;
use symbolon_token::scope::Scope;
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;
use symbolon_token::token_id::TokenId;

use crate::sender::Confirmation;

/// An access token that was found authentic. Only a verifier makes one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Access {
    /// Who issued it.
    pub iss: Box<str>,
    /// Whom it speaks for.
    pub sub: Box<str>,
    /// What it is meant for; this resource is among them.
    #[serde(deserialize_with = "one_or_many")]
    pub aud: Vec<Box<str>>,
    /// The client that it was issued to.
    pub client_id: Box<str>,
    /// What it allows.
    #[serde(default)]
    pub scope: Scope,
    /// Its name.
    pub jti: Box<str>,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it expires, in seconds since 1970.
    pub exp: i64,
    /// From when on it holds, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// When its subject signed in, in seconds since 1970 (RFC 9470 §6.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How well it was made sure who that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<Box<str>>,
    /// By what means (RFC 8176).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<Box<str>>,
    /// Who alone may present it (RFC 7800).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// What it descends from; moved to the [`Facts`] before anybody sees this.
    #[serde(default, skip_serializing)]
    lin: Option<Lin>,
}

fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Box<str>>, D::Error> {
    struct Names;

    impl<'de> Visitor<'de> for Names {
        type Value = Vec<Box<str>>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("a string or a list of strings")
        }

        fn visit_str<E>(self, one: &str) -> Result<Self::Value, E> {
            Ok(vec![one.into()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, many: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(many))
        }
    }

    from.deserialize_any(Names)
}

/// The claim `lin`, read in place. One that the authority would not write says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lin(Option<Descent>);

impl<'de> Deserialize<'de> for Lin {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Lin;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a string")
            }

            fn visit_str<E>(self, claim: &str) -> Result<Lin, E> {
                Ok(Lin(Descent::from_claim(claim).ok()))
            }
        }

        from.deserialize_str(Text)
    }
}

/// What a token's life depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The name of the key that signed it.
    pub kid: Option<Box<str>>,
    /// What it descends from; none if it does not say so in a way that the authority would.
    pub descent: Option<Descent>,
    /// Where its status bit stands; none if its name is none that the authority gives.
    pub status: Option<StatusRef>,
    /// When it was issued.
    pub issued_at: Time,
    /// From when on it holds.
    pub not_before: Option<Time>,
    /// When it expires.
    pub expires_at: Time,
    /// Whether it has veiled ancestors, and they are veiled for another audience: for the first one
    /// that it names. Only the authority can tell then what it descends from.
    pub is_veiled_for_another: bool,
}

/// Which `typ` an access token may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Typed {
    /// `at+jwt` (RFC 9068 §2.1).
    #[default]
    AccessToken,
    /// Plain `JWT`: for a resource whose authority was told to write that. Never both: what may be
    /// one thing or the other is told apart by nothing.
    Plain,
}

impl Typed {
    /// What is expected of a token of this type at any time.
    pub(crate) fn expected<'a>(self, issuer: &'a str, audience: &'a str) -> Expected<'a> {
        let purpose = match self {
            Self::AccessToken => Purpose::AccessToken,
            Self::Plain => Purpose::AccessTokenPlain,
        };
        Expected::new(purpose, issuer, audience, 0).leeway(u32::MAX)
    }
}

/// Steps 1 and 2.
///
/// # Errors
/// [`VerifyError`].
pub fn authenticate(
    token: &str,
    keys: &KeySet,
    (issuer, audience): (&str, &str),
    typed: Typed,
) -> Result<(Access, Facts), VerifyError> {
    let hashed = Hashed::new(token, typed.expected(issuer, audience))?;
    authenticate_hashed(&hashed, keys, audience)
}

/// The same of a token that was hashed, and expected for this very audience.
pub(crate) fn authenticate_hashed(
    token: &Hashed<'_>,
    keys: &KeySet,
    audience: &str,
) -> Result<(Access, Facts), VerifyError> {
    let verified = token.verify::<Access>(keys)?;
    let kid = verified.key().and_then(|key| key.kid()).map(Into::into);
    let mut access = verified.into_claims();
    let descent = access.lin.take().and_then(|Lin(descent)| descent);
    let facts = facts(&access, descent, kid, audience);
    Ok((access, facts))
}

fn facts(
    access: &Access,
    descent: Option<Descent>,
    kid: Option<Box<str>>,
    audience: &str,
) -> Facts {
    let is_veiled = descent.as_ref().is_some_and(|one| !one.veiled.is_empty());
    let is_first = access.aud.first().is_some_and(|first| &**first == audience);
    let expires_at = Time::from_seconds(access.exp);
    Facts {
        kid,
        descent,
        status: status(&access.jti, expires_at),
        issued_at: Time::from_seconds(access.iat),
        not_before: access.nbf.map(Time::from_seconds),
        expires_at,
        is_veiled_for_another: is_veiled && !is_first,
    }
}

/// The place that a token's name gives, if it is in the bucket of its end. The authority reckons in
/// milliseconds and writes seconds.
fn status(jti: &str, expires_at: Time) -> Option<StatusRef> {
    let id: TokenId = jti.parse().ok()?;
    let last = Time(expires_at.0.saturating_add(999));
    let own = Bucket::of(expires_at)..=Bucket::of(last);
    own.contains(&id.status.bucket).then_some(id.status)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use symbolon_token::lineage::{Ancestor, Epoch, Lineage};
    use symbolon_token::node::NodeId;

    use super::*;

    fn read(lin: &str) -> Result<Option<Descent>, serde_json::Error> {
        let access = json!({
            "iss": "i", "sub": "s", "aud": "a", "client_id": "c", "jti": "j", "iat": 1, "exp": 2,
        });
        let lin = format!(r#"{{"lin":{lin},"#);
        let text = access.to_string().replacen('{', &lin, 1);
        let access: Access = serde_json::from_str(&text)?;
        Ok(access.lin.and_then(|Lin(descent)| descent))
    }

    #[test]
    fn a_descent_is_read_and_what_the_authority_would_not_write_is_none() {
        let ancestor = Ancestor {
            node: NodeId::from_number(7).unwrap(),
            epoch: Epoch(1),
        };
        let visible = Lineage::new([ancestor]).unwrap();
        let claim = visible.to_claim();
        let descent = Descent {
            visible,
            ..Descent::default()
        };
        let escaped = format!("\"\\u0041{}\"", claim.strip_prefix('A').unwrap());
        for lin in [format!("\"{claim}\""), escaped] {
            assert_eq!(read(&lin).unwrap(), Some(descent.clone()), "{lin}");
        }
        let long = format!("\"{}\"", "A".repeat(1025));
        for none in ["null", "\"\"", "\"AQAA\"", &long] {
            assert_eq!(read(none).unwrap(), None, "{none}");
        }
        for no_text in ["1", "[]", "{}", "true"] {
            assert!(read(no_text).is_err(), "{no_text}");
        }
    }
}
