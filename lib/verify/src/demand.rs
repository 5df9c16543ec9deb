//! What a route demands of a token that lives: scopes (RFC 6750 §3.1), and how and when its subject
//! signed in (RFC 9470).

use std::time::Duration;

use symbolon_token::scope::{Scope, ScopeError};
use symbolon_token::time::Time;

use crate::access::Access;
use crate::freshness::Policy;

/// What a route demands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    scope: Scope,
    acr_values: Vec<Box<str>>,
    max_age: Option<Duration>,
    policy: Policy,
}

/// What a token lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// A scope.
    Scope,
    /// A sign-in that is strong and recent enough.
    Authentication,
}

impl Demand {
    /// A live token, whatever it allows; [`Policy::FailClosed`].
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// A live token with all of these scopes, separated by spaces.
    ///
    /// # Errors
    /// [`ScopeError`].
    pub fn scope(text: &str) -> Result<Self, ScopeError> {
        let scope = Scope::parse(text)?;
        Ok(Self {
            scope,
            ..Self::default()
        })
    }

    /// A sign-in of one of these classes, the preferred first (RFC 9470 §3).
    #[must_use]
    pub fn acr_values<'a>(mut self, values: impl IntoIterator<Item = &'a str>) -> Self {
        self.acr_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// A sign-in no longer ago than this, to the second (RFC 9470 §3).
    #[must_use]
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// What happens when what is known is not fresh.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    pub(crate) fn way_when_old(&self) -> Policy {
        self.policy
    }

    /// The scopes demanded.
    #[must_use]
    pub fn scopes(&self) -> &Scope {
        &self.scope
    }

    /// The classes of sign-in demanded.
    #[must_use]
    pub fn accepted_acr(&self) -> &[Box<str>] {
        &self.acr_values
    }

    /// How old a sign-in may be, in whole seconds.
    #[must_use]
    pub fn max_age_seconds(&self) -> Option<u64> {
        self.max_age.map(|age| age.as_secs())
    }

    /// What a token lacks at a time.
    pub(crate) fn lack(&self, access: &Access, time: Time) -> Option<Lack> {
        if !access.scope.covers(&self.scope) {
            return Some(Lack::Scope);
        }
        let acr = access.acr.as_deref();
        let strong = self.acr_values.is_empty()
            || acr.is_some_and(|acr| self.acr_values.iter().any(|one| &**one == acr));
        let signed_in = access.auth_time.map(Time::from_seconds);
        let recent = self.max_age.is_none_or(|max_age| {
            signed_in.is_some_and(|signed_in| time.since(signed_in) <= max_age)
        });
        (!strong || !recent).then_some(Lack::Authentication)
    }
}
