//! What a verifier expects of a token's claims, stated before the token is looked at.

use super::claim::{Claim, Claims};
use super::purpose::Purpose;
use super::registered::Registered;
use crate::error::ClaimError;

/// The names that a verifier accepts in `iss` or `aud`. They are compared exactly: no case folding,
/// no prefix, no forgiven slash (RFC 7519 §2, `StringOrURI`).
#[derive(Clone, Copy, Debug)]
pub enum Names<'a> {
    /// This one.
    One(&'a str),
    /// Any of these.
    AnyOf(&'a [&'a str]),
    /// Any of these, owned elsewhere.
    AnyOwned(&'a [String]),
    /// Whatever it says: the caller compares it, or the purpose has none.
    Unchecked,
}

impl Names<'_> {
    fn include(&self, name: &str) -> bool {
        match self {
            Self::One(one) => *one == name,
            Self::AnyOf(names) => names.contains(&name),
            Self::AnyOwned(names) => names.iter().any(|one| one == name),
            Self::Unchecked => true,
        }
    }
}

impl<'a> From<&'a str> for Names<'a> {
    fn from(one: &'a str) -> Self {
        Self::One(one)
    }
}

impl<'a> From<&'a String> for Names<'a> {
    fn from(one: &'a String) -> Self {
        Self::One(one)
    }
}

impl<'a> From<&'a [&'a str]> for Names<'a> {
    fn from(names: &'a [&'a str]) -> Self {
        Self::AnyOf(names)
    }
}

impl<'a> From<&'a [String]> for Names<'a> {
    fn from(names: &'a [String]) -> Self {
        Self::AnyOwned(names)
    }
}

/// What a token must satisfy. Cheap to make for each call: it only borrows.
///
/// The claims that the purpose's standard requires are required; [`require`](Self::require) adds to
/// them and [`waive`](Self::waive) takes away. `exp` and `nbf` are honoured whenever they are there,
/// and `iat` must not lie in the future.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Expected<'a> {
    purpose: Purpose,
    issuer: Names<'a>,
    audience: Names<'a>,
    now: i64,
    leeway: i64,
    max_age: Option<i64>,
    longest_life: Option<i64>,
    required: Claims,
}

impl<'a> Expected<'a> {
    /// A token of this purpose, from this issuer, for this audience, at `now` (seconds since 1970).
    /// No leeway; no limit to its age.
    pub fn new(
        purpose: Purpose,
        issuer: impl Into<Names<'a>>,
        audience: impl Into<Names<'a>>,
        now: i64,
    ) -> Self {
        Self {
            purpose,
            issuer: issuer.into(),
            audience: audience.into(),
            now,
            leeway: 0,
            max_age: None,
            longest_life: None,
            required: purpose.required(),
        }
    }

    /// How many seconds the clocks of issuer and verifier may differ, for `exp`, `nbf` and `iat`.
    pub fn leeway(mut self, seconds: u32) -> Self {
        self.leeway = seconds.into();
        self
    }

    /// How many seconds ago it may have been issued at most; `iat` is then required.
    pub fn max_age(mut self, seconds: u32) -> Self {
        self.max_age = Some(seconds.into());
        self.require(Claim::Iat)
    }

    /// How many seconds ahead `exp` may lie at most; `exp` is then required. It bounds how long a
    /// `jti` must be remembered.
    pub fn longest_life(mut self, seconds: u32) -> Self {
        self.longest_life = Some(seconds.into());
        self.require(Claim::Exp)
    }

    /// Requires a claim that the purpose's standard does not.
    pub fn require(mut self, claim: Claim) -> Self {
        self.required = self.required.with(claim);
        self
    }

    /// Does without a claim that the purpose's standard requires.
    pub fn waive(mut self, claim: Claim) -> Self {
        self.required = self.required.without(claim);
        self
    }

    /// The purpose stated.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Judges the claims: kind first, then whose and for whom, then when.
    pub(super) fn judge(&self, claims: &Registered<'_>) -> Result<(), ClaimError> {
        if let Some(claim) = self.purpose.foreign().first_of_both(claims.present) {
            return Err(ClaimError::Foreign(claim));
        }
        if let Some(claim) = self.required.first_missing_in(claims.present) {
            return Err(ClaimError::Missing(claim));
        }
        self.purpose.check_relation(claims)?;
        self.judge_names(claims)?;
        self.judge_times(claims)
    }

    fn judge_names(&self, claims: &Registered<'_>) -> Result<(), ClaimError> {
        match (&self.issuer, &claims.iss) {
            (Names::Unchecked, _) => {}
            (names, Some(iss)) if names.include(iss) => {}
            (_, Some(_)) => return Err(ClaimError::Issuer),
            (_, None) => return Err(ClaimError::Missing(Claim::Iss)),
        }
        match (&self.audience, claims.aud) {
            (Names::Unchecked, _) => Ok(()),
            (_, None) => Err(ClaimError::Missing(Claim::Aud)),
            (names, Some(_)) if claims.is_for(|one| names.include(one)) => Ok(()),
            (_, Some(_)) => Err(ClaimError::Audience),
        }
    }

    fn judge_times(&self, claims: &Registered<'_>) -> Result<(), ClaimError> {
        let earliest = self.now.saturating_sub(self.leeway);
        let latest = self.now.saturating_add(self.leeway);
        if claims.exp.is_some_and(|exp| exp <= earliest) {
            return Err(ClaimError::Expired);
        }
        if claims.nbf.is_some_and(|nbf| nbf > latest) {
            return Err(ClaimError::NotYetValid);
        }
        if claims.iat.is_some_and(|iat| iat > latest) {
            return Err(ClaimError::IssuedInFuture);
        }
        if let (Some(iat), Some(max_age)) = (claims.iat, self.max_age)
            && iat < earliest.saturating_sub(max_age)
        {
            return Err(ClaimError::TooOld);
        }
        if let (Some(exp), Some(longest)) = (claims.exp, self.longest_life)
            && exp > latest.saturating_add(longest)
        {
            return Err(ClaimError::LivesTooLong);
        }
        Ok(())
    }
}
