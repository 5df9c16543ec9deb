//! The claims of a JWT access token (RFC 9068 §2.2), where its status bit is published
//! (draft-ietf-oauth-status-list-21 §6.2), and ours: `lin`, what it descends from.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use symbolon_token::scope::Scope;
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::token_id::TokenId;

use super::Access;
use crate::realm::{Issuer, Realm};

/// `aud`: one audience is a string, several are an array (RFC 7519 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience<S = String> {
    /// One.
    One(S),
    /// Several.
    Many(Vec<S>),
}

impl<S> From<Vec<S>> for Audience<S> {
    fn from(mut audience: Vec<S>) -> Self {
        match (audience.pop(), audience.is_empty()) {
            (Some(one), true) => Self::One(one),
            (Some(last), false) => {
                audience.push(last);
                Self::Many(audience)
            }
            (None, _) => Self::Many(audience),
        }
    }
}

impl<S> From<Audience<S>> for Vec<S> {
    fn from(audience: Audience<S>) -> Self {
        match audience {
            Audience::One(one) => vec![one],
            Audience::Many(many) => many,
        }
    }
}

/// The claims of a JWT access token: borrowed where it is issued, owned where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims<'a> {
    /// Who issued it.
    pub iss: Cow<'a, str>,
    /// Whom it speaks for.
    pub sub: Cow<'a, str>,
    /// What it is meant for.
    pub aud: Audience<Cow<'a, str>>,
    /// When it expires, in seconds.
    pub exp: i64,
    /// When it was issued, in seconds.
    pub iat: i64,
    /// Its name.
    pub jti: String,
    /// The client that it was issued to.
    pub client_id: Cow<'a, str>,
    /// What it allows.
    #[serde(default, skip_serializing_if = "scope_is_empty")]
    pub scope: Cow<'a, Scope>,
    /// The claims that it lets userinfo tell, beside those of its scope; ours.
    #[serde(default, skip_serializing_if = "names_are_empty")]
    pub userinfo_claims: Cow<'a, [String]>,
    /// What it descends from.
    pub lin: String,
    /// Where its status bit is published; tokens of older versions do not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status<'a>>,
}

/// The claim `status`: by one mechanism alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status<'a> {
    /// The one.
    pub status_list: StatusPlace<'a>,
}

/// A place in a published list. It says what the name says, bucket and index, so the name's MAC
/// covers it: both must agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusPlace<'a> {
    /// Which bit.
    pub idx: u32,
    /// Which list.
    pub uri: Cow<'a, str>,
}

impl Status<'_> {
    /// Where a bit of this issuer is published.
    #[must_use]
    pub fn new(issuer: &Issuer, status: StatusRef) -> Self {
        let uri = list_uri(issuer, status.bucket);
        Self {
            status_list: StatusPlace {
                idx: status.index,
                uri: uri.into(),
            },
        }
    }

    /// Whether it means this bit.
    #[must_use]
    pub fn means(&self, issuer: &Issuer, status: StatusRef) -> bool {
        let StatusPlace { idx, uri } = &self.status_list;
        let bucket = uri.strip_prefix(issuer.status_lists());
        *idx == status.index && bucket == Some(&*status.bucket.0.to_string())
    }
}

/// The address of a bucket's list.
#[must_use]
pub fn list_uri(issuer: &Issuer, bucket: Bucket) -> String {
    let prefix = issuer.status_lists();
    let mut uri = String::with_capacity(prefix.len() + 10);
    uri.push_str(prefix);
    uri.push_str(&bucket.0.to_string());
    uri
}

fn names_are_empty(names: &[String]) -> bool {
    names.is_empty()
}

/// An empty scope is no claim (RFC 6749 §3.3 knows no empty one).
fn scope_is_empty(scope: &Scope) -> bool {
    scope.is_empty()
}

impl<'a> AccessClaims<'a> {
    /// What a token says, with its claim `lin`; its `jti` is still to come, for its MAC is taken over
    /// the rest.
    #[must_use]
    pub fn new(realm: &'a Realm, access: &'a Access, lin: String) -> Self {
        let audience = access.audience.iter().map(|one| one.as_str().into());
        Self {
            iss: realm.issuer.as_str().into(),
            sub: access.sub.as_str().into(),
            aud: audience.collect::<Vec<Cow<'_, str>>>().into(),
            exp: access.expires_at.seconds(),
            iat: access.issued_at.seconds(),
            jti: String::new(),
            client_id: access.client_id.as_str().into(),
            scope: Cow::Borrowed(&access.scope),
            userinfo_claims: Cow::Borrowed(&access.userinfo_claims),
            lin,
            status: Some(Status::new(&realm.issuer, access.status)),
        }
    }
}

impl AccessClaims<'_> {
    /// What the MAC in its `jti` is taken over: everything that it says, with lengths, so that no
    /// two tokens say the same.
    #[must_use]
    pub fn mac_message(&self, id: &TokenId) -> Vec<u8> {
        let mut message = Vec::with_capacity(512);
        message.extend_from_slice(b"access");
        message.extend_from_slice(&id.status.bucket.0.to_be_bytes());
        message.extend_from_slice(&id.status.index.to_be_bytes());
        message.extend_from_slice(&self.iat.to_be_bytes());
        message.extend_from_slice(&self.exp.to_be_bytes());
        push(&mut message, &self.sub);
        push(&mut message, &self.client_id);
        match &self.aud {
            Audience::One(one) => push(&mut message, one),
            Audience::Many(many) => many.iter().for_each(|one| push(&mut message, one)),
        }
        message.push(0xff);
        self.scope.iter().for_each(|one| push(&mut message, one));
        message.push(0xff);
        push(&mut message, &self.lin);
        let names = self.userinfo_claims.iter();
        names.for_each(|one| push(&mut message, one));
        message
    }
}

fn push(message: &mut Vec<u8>, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claims() -> AccessClaims<'static> {
        AccessClaims {
            iss: "https://a.example".into(),
            sub: "demo".into(),
            aud: vec!["https://api.example".into()].into(),
            exp: 1_800_000_600,
            iat: 1_800_000_000,
            jti: "x".to_owned(),
            client_id: "demo".into(),
            scope: Cow::Owned(Scope::parse("read write").unwrap()),
            userinfo_claims: Cow::default(),
            lin: "AQ".to_owned(),
            status: None,
        }
    }

    #[test]
    fn a_status_means_its_own_bit_in_its_own_list_and_no_other() {
        let issuer = Issuer::parse("https://a.example/t").unwrap();
        let status = Status::new(&issuer, id().status);
        let json = serde_json::json!({
            "status_list": {"idx": 2, "uri": "https://a.example/t/status/1"},
        });
        assert_eq!(serde_json::to_value(&status).unwrap(), json);
        assert!(status.means(&issuer, id().status));
        let other = Issuer::parse("https://a.example").unwrap();
        assert!(!status.means(&other, id().status));
        for (bucket, index) in [(1, 3), (11, 2)] {
            let bucket = Bucket(bucket);
            assert!(!status.means(&issuer, StatusRef { bucket, index }));
        }
    }

    fn id() -> TokenId {
        TokenId {
            status: StatusRef {
                bucket: Bucket(1),
                index: 2,
            },
            mac: [0; 16],
        }
    }

    #[test]
    fn one_audience_is_a_string_and_several_are_an_array() {
        let one = serde_json::to_value(claims().aud).unwrap();
        assert_eq!(one, serde_json::json!("https://api.example"));
        let two = Audience::from(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(
            serde_json::to_value(two).unwrap(),
            serde_json::json!(["a", "b"])
        );
    }

    #[test]
    fn the_mac_covers_every_claim() {
        let message = claims().mac_message(&id());
        let changed = [
            AccessClaims {
                sub: "x".into(),
                ..claims()
            },
            AccessClaims {
                client_id: "x".into(),
                ..claims()
            },
            AccessClaims {
                aud: vec!["x".into()].into(),
                ..claims()
            },
            AccessClaims {
                aud: vec!["https://api.example".into(), "".into()].into(),
                ..claims()
            },
            AccessClaims { exp: 0, ..claims() },
            AccessClaims { iat: 0, ..claims() },
            AccessClaims {
                scope: Cow::Owned(Scope::parse("read").unwrap()),
                ..claims()
            },
            AccessClaims {
                lin: String::new(),
                ..claims()
            },
            AccessClaims {
                userinfo_claims: vec!["email".to_owned()].into(),
                ..claims()
            },
        ];
        for claims in changed {
            assert_ne!(claims.mac_message(&id()), message, "{claims:?}");
        }
    }

    fn any_claims() -> impl Strategy<Value = AccessClaims<'static>> {
        let text = || "[ab]{0,2}";
        let texts = (text(), text(), prop::collection::vec(text(), 0..3), text());
        let scope = prop::collection::vec("[ab]{1,2}", 0..3);
        let names = prop::collection::vec("[ab]{1,2}", 0..3);
        (texts, (scope, names), 0..2_i64).prop_map(
            |((sub, client_id, aud, lin), (scope, names), iat)| AccessClaims {
                sub: sub.into(),
                client_id: client_id.into(),
                aud: aud.into_iter().map(Cow::Owned).collect::<Vec<_>>().into(),
                scope: Cow::Owned(Scope::from_tokens(scope.iter().map(String::as_str)).unwrap()),
                iat,
                userinfo_claims: names.into(),
                lin,
                ..claims()
            },
        )
    }

    proptest! {
        #[test]
        fn no_two_tokens_say_the_same_to_the_mac(one in any_claims(), other in any_claims()) {
            let same = one.mac_message(&id()) == other.mac_message(&id());
            prop_assert_eq!(same, one == other);
        }

        #[test]
        fn claims_read_back(claims in any_claims()) {
            let text = serde_json::to_string(&claims).unwrap();
            prop_assert_eq!(serde_json::from_str::<AccessClaims<'_>>(&text).unwrap(), claims);
        }
    }
}
