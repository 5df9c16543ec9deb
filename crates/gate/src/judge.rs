//! The port behind which tokens are judged: by the authority itself, by asking it, or by a verifier
//! that follows its feed. The gate does not know which.

use std::future::Future;

use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

/// Whom a living access token speaks for, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who issued it.
    pub issuer: String,
    /// Whom it speaks for, as it says it.
    pub subject: String,
    /// The client that it was issued to, as it says it.
    pub client: String,
    /// What it allows.
    pub scope: Scope,
    /// What it is meant for.
    pub audience: Vec<String>,
    /// When it was issued.
    pub issued_at: Option<Time>,
    /// When it expires.
    pub expires_at: Time,
    /// When the person signed in (RFC 9068 §2.2.1).
    pub auth_time: Option<Time>,
    /// How strongly (RFC 9068 §2.2.1).
    pub acr: Option<String>,
    /// Its name, where whoever judges knows it (RFC 7519 §4.1.7).
    pub token_id: Option<String>,
    /// Whether it is bound to a key (`cnf`, RFC 7800): then it is no bearer token.
    pub is_bound: bool,
}

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It lives.
    Alive(Box<Identity>),
    /// It does not, or is no access token of ours. Its bearer is not told why.
    Dead,
    /// Nobody who knows can be reached in time, or what is known is too old.
    Unknown,
}

/// Who judges.
pub trait Judge: Send + Sync {
    /// Whether a token lives. Its audience is compared by the gate; it is named here for those who
    /// keep their knowledge by audience.
    fn judge(&self, token: &str, audience: &str) -> impl Future<Output = Verdict> + Send;

    /// Hears that a living token was refused all the same, for those who keep a journal.
    fn unfit(&self, _token: &str, _why: Unfit) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// Why a living token does not do at a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is bound to a key, which nobody proved here.
    Bound,
    /// It is meant for others.
    Audience,
    /// It does not allow enough.
    Scope,
}
