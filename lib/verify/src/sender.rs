//! Sender-bound tokens: who alone may present them (RFC 7800, RFC 9449 §6, RFC 8705 §3).
//!
//! This crate reads what a token is bound to; that the request was sent by the holder of that key is
//! proved outside of it, by whoever verifies DPoP proofs or ends TLS, and handed in as [`Proven`]. A
//! bound token without the proof that it wants is refused, and so is one that is bound in a way that
//! nobody here knows.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// What a token is bound to: the claim `cnf`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Confirmation {
    /// The thumbprint of the key of the client's DPoP proofs (RFC 7638, RFC 9449 §6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<Box<str>>,
    /// The SHA-256 of the client's certificate, in base64url (RFC 8705 §3.1).
    #[serde(rename = "x5t#S256", default, skip_serializing_if = "Option::is_none")]
    pub x5t_s256: Option<Box<str>>,
    #[serde(flatten, skip_serializing)]
    other: Other,
}

/// Members that are not known here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "HashMap<String, serde_json::Value>")]
struct Other(bool);

impl From<HashMap<String, serde_json::Value>> for Other {
    fn from(members: HashMap<String, serde_json::Value>) -> Self {
        Self(!members.is_empty())
    }
}

/// What the request proved about its sender. Nothing, unless the caller checked it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proven<'a> {
    /// The thumbprint of the key of a DPoP proof that holds for this request and this token (RFC 9449
    /// §4.3: method, address, `ath`, time, and seen for the first time).
    pub jkt: Option<&'a str>,
    /// The SHA-256, in base64url, of the certificate by which the client proved itself in TLS.
    pub x5t_s256: Option<&'a str>,
}

/// By which scheme a token was presented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// `Bearer` (RFC 6750 §2.1).
    #[default]
    Bearer,
    /// `DPoP` (RFC 9449 §7.1).
    DPoP,
}

/// Whether the sender of a request may present a token.
#[must_use]
pub fn may_present(bound: Option<&Confirmation>, scheme: Scheme, proven: Proven<'_>) -> bool {
    let none = Confirmation::default();
    let bound = bound.unwrap_or(&none);
    // A token that is bound to a key does not pass as a bearer token, nor the other way round
    // (RFC 9449 §7.1, §7.2).
    let fits = (scheme == Scheme::DPoP) == bound.jkt.is_some();
    let holds = |bound: &Option<Box<str>>, proven: Option<&str>| {
        bound.is_none() || bound.as_deref() == proven
    };
    fits && holds(&bound.jkt, proven.jkt)
        && holds(&bound.x5t_s256, proven.x5t_s256)
        && !bound.other.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(cnf: &str, scheme: Scheme, jkt: Option<&str>, x5t_s256: Option<&str>) -> bool {
        let bound: Confirmation = serde_json::from_str(cnf).unwrap();
        may_present(Some(&bound), scheme, Proven { jkt, x5t_s256 })
    }

    #[test]
    fn a_token_bound_to_a_key_wants_its_proof_and_its_scheme() {
        let cnf = r#"{"jkt":"a"}"#;
        assert!(may(cnf, Scheme::DPoP, Some("a"), None));
        assert!(!may(cnf, Scheme::DPoP, Some("b"), None));
        assert!(!may(cnf, Scheme::DPoP, None, None));
        assert!(!may(cnf, Scheme::Bearer, Some("a"), None));
    }

    #[test]
    fn a_token_bound_to_a_certificate_wants_that_certificate() {
        let cnf = r#"{"x5t#S256":"c"}"#;
        assert!(may(cnf, Scheme::Bearer, None, Some("c")));
        assert!(!may(cnf, Scheme::Bearer, None, Some("d")));
        assert!(!may(cnf, Scheme::Bearer, None, None));
    }

    #[test]
    fn an_unbound_token_is_no_dpop_token() {
        assert!(may_present(None, Scheme::Bearer, Proven::default()));
        assert!(!may_present(None, Scheme::DPoP, Proven::default()));
    }

    #[test]
    fn a_token_bound_in_an_unknown_way_is_nobodys() {
        assert!(!may(r#"{"kid":"a"}"#, Scheme::Bearer, None, None));
    }
}
