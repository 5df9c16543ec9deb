//! What a refusal means on the wire: status, `WWW-Authenticate`, `Retry-After`.
//!
//! | refusal | status | `error` | said in |
//! |---|---|---|---|
//! | no token | 401 | none: nothing was wrong but its absence | RFC 6750 §3.1 |
//! | several tokens, or one where none belongs | 400 | `invalid_request` | RFC 6750 §3.1 |
//! | not authentic, dead, not the sender's | 401 | `invalid_token` | RFC 6750 §3.1 |
//! | a scope is missing | 403 | `insufficient_scope` | RFC 6750 §3.1 |
//! | the sign-in is too old or too weak | 401 | `insufficient_user_authentication` | RFC 9470 §3 |
//! | nothing can be said now | 503 | no challenge: a new token would not help | |
//!
//! Why a token is dead is not told to whoever holds it. `resource_metadata` says where the resource
//! describes itself (RFC 9728 §5.1).

use std::fmt::Write as _;

use crate::demand::Demand;
use crate::refusal::Refusal;
use crate::sender::Scheme;

/// What to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The value of `WWW-Authenticate`, where there is one.
    pub challenge: Option<String>,
    /// The value of `Retry-After`, in seconds, where there is one.
    pub retry_after: Option<u64>,
}

/// What a challenge says beside the refusal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Challenge<'a> {
    /// By which scheme the token was presented; it is asked for again by the same.
    pub scheme: Scheme,
    /// Where the resource's metadata is ([`Metadata::url`](crate::Metadata::url)).
    pub resource_metadata: Option<&'a str>,
}

impl Challenge<'_> {
    /// The answer to a request that was refused on a route with this demand.
    #[must_use]
    pub fn answer(&self, refusal: &Refusal, demand: &Demand) -> Answer {
        let (status, error) = match refusal {
            Refusal::Missing => (401, None),
            Refusal::Request => (400, Some("invalid_request")),
            Refusal::NotAuthentic(_) | Refusal::Dead(_) | Refusal::Inactive | Refusal::Unproven => {
                (401, Some("invalid_token"))
            }
            Refusal::Scope => (403, Some("insufficient_scope")),
            Refusal::Authentication => (401, Some("insufficient_user_authentication")),
            Refusal::Unavailable { retry_after } => {
                return Answer {
                    status: 503,
                    challenge: None,
                    retry_after: Some(retry_after.as_secs().max(1)),
                };
            }
        };
        Answer {
            status,
            challenge: Some(self.text(refusal, error, demand)),
            retry_after: None,
        }
    }

    fn text(&self, refusal: &Refusal, error: Option<&str>, demand: &Demand) -> String {
        let mut members = Vec::new();
        if let Some(error) = error {
            members.push(("error", error.to_owned()));
            members.push(("error_description", description(refusal).to_owned()));
        }
        if matches!(refusal, Refusal::Missing | Refusal::Scope) && !demand.scopes().is_empty() {
            members.push(("scope", demand.scopes().to_string()));
        }
        if matches!(refusal, Refusal::Authentication) {
            if !demand.accepted_acr().is_empty() {
                members.push(("acr_values", demand.accepted_acr().join(" ")));
            }
            if let Some(seconds) = demand.max_age_seconds() {
                members.push(("max_age", seconds.to_string()));
            }
        }
        if let Some(url) = self.resource_metadata {
            members.push(("resource_metadata", url.to_owned()));
        }
        let mut text = match self.scheme {
            Scheme::Bearer => "Bearer",
            Scheme::DPoP => "DPoP",
        }
        .to_owned();
        for (at, (name, value)) in members.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            // What is written here has no quotes: scopes and addresses cannot, acr values are cleaned.
            let value = value.replace(['"', '\\', '\r', '\n'], "");
            let _ = write!(text, "{comma} {name}=\"{value}\"");
        }
        text
    }
}

/// For people, without a word about the token that its holder does not know.
fn description(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Missing => "a token is needed",
        Refusal::Request => "one token belongs into the header Authorization",
        Refusal::NotAuthentic(_) | Refusal::Dead(_) | Refusal::Inactive => {
            "the token is no good here, or no longer"
        }
        Refusal::Unproven => "the token is bound to a key or certificate that was not proved",
        Refusal::Scope => "the token does not allow this",
        Refusal::Authentication => "a more recent or stronger sign-in is needed",
        Refusal::Unavailable { .. } => "nothing can be said about tokens for now",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn challenge(refusal: Refusal, demand: &Demand) -> (u16, String) {
        let challenge = Challenge {
            scheme: Scheme::Bearer,
            resource_metadata: Some("https://api.example/.well-known/oauth-protected-resource"),
        };
        let answer = challenge.answer(&refusal, demand);
        (answer.status, answer.challenge.unwrap_or_default())
    }

    const METADATA: &str =
        "resource_metadata=\"https://api.example/.well-known/oauth-protected-resource\"";

    #[test]
    fn without_a_token_nothing_is_called_wrong() {
        let demand = Demand::scope("read write").unwrap();
        let expected = format!("Bearer scope=\"read write\", {METADATA}");
        assert_eq!(challenge(Refusal::Missing, &demand), (401, expected));
    }

    #[test]
    fn a_missing_scope_is_named() {
        let demand = Demand::scope("write").unwrap();
        let expected = format!(
            "Bearer error=\"insufficient_scope\", \
             error_description=\"the token does not allow this\", scope=\"write\", {METADATA}"
        );
        assert_eq!(challenge(Refusal::Scope, &demand), (403, expected));
    }

    #[test]
    fn a_weak_sign_in_is_asked_for_again() {
        let demand = Demand::any()
            .acr_values(["phr", "p\"wd"])
            .max_age(Duration::from_mins(5));
        let expected = format!(
            "Bearer error=\"insufficient_user_authentication\", \
             error_description=\"a more recent or stronger sign-in is needed\", \
             acr_values=\"phr pwd\", max_age=\"300\", {METADATA}"
        );
        assert_eq!(challenge(Refusal::Authentication, &demand), (401, expected));
    }

    #[test]
    fn why_a_token_is_dead_is_not_told() {
        let dead = Refusal::Dead(crate::Death::Bit);
        let (any, expected) = (Demand::any(), challenge(Refusal::Inactive, &Demand::any()));
        assert_eq!(challenge(dead, &any), expected);
        assert_eq!(expected.0, 401);
    }

    #[test]
    fn what_cannot_be_said_now_asks_for_no_other_token() {
        let answer = Challenge::default().answer(&Refusal::unavailable(), &Demand::any());
        let expected = Answer {
            status: 503,
            challenge: None,
            retry_after: Some(1),
        };
        assert_eq!(answer, expected);
    }
}
