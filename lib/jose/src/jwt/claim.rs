//! The claims that verifiers here look at.

use std::fmt;

/// A claim by its registered name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// `iss`, RFC 7519 §4.1.1.
    Iss,
    /// `sub`, RFC 7519 §4.1.2.
    Sub,
    /// `aud`, RFC 7519 §4.1.3.
    Aud,
    /// `exp`, RFC 7519 §4.1.4.
    Exp,
    /// `nbf`, RFC 7519 §4.1.5.
    Nbf,
    /// `iat`, RFC 7519 §4.1.6.
    Iat,
    /// `jti`, RFC 7519 §4.1.7.
    Jti,
    /// `client_id`, RFC 8693 §4.3.
    ClientId,
    /// `nonce`, OpenID Connect Core §2.
    Nonce,
    /// `events`, RFC 8417 §2.2.
    Events,
}

impl Claim {
    const ALL: [Self; 10] = [
        Self::Iss,
        Self::Sub,
        Self::Aud,
        Self::Exp,
        Self::Nbf,
        Self::Iat,
        Self::Jti,
        Self::ClientId,
        Self::Nonce,
        Self::Events,
    ];

    /// The name, as the claims carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iss => "iss",
            Self::Sub => "sub",
            Self::Aud => "aud",
            Self::Exp => "exp",
            Self::Nbf => "nbf",
            Self::Iat => "iat",
            Self::Jti => "jti",
            Self::ClientId => "client_id",
            Self::Nonce => "nonce",
            Self::Events => "events",
        }
    }

    /// The claim of this name, if it is one looked at.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "iss" => Self::Iss,
            "sub" => Self::Sub,
            "aud" => Self::Aud,
            "exp" => Self::Exp,
            "nbf" => Self::Nbf,
            "iat" => Self::Iat,
            "jti" => Self::Jti,
            "client_id" => Self::ClientId,
            "nonce" => Self::Nonce,
            "events" => Self::Events,
            _ => return None,
        })
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A few claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims(u16);

impl Claims {
    pub(super) const fn of(claims: &[Claim]) -> Self {
        let mut set = Self(0);
        let mut rest = claims;
        while let [first, others @ ..] = rest {
            set = set.with(*first);
            rest = others;
        }
        set
    }

    pub(super) const fn with(self, claim: Claim) -> Self {
        Self(self.0 | 1 << claim as u16)
    }

    pub(super) const fn without(self, claim: Claim) -> Self {
        Self(self.0 & !(1 << claim as u16))
    }

    pub(super) const fn holds(self, claim: Claim) -> bool {
        self.0 & 1 << claim as u16 != 0
    }

    /// The first claim that both sets hold.
    pub(super) fn first_of_both(self, other: Self) -> Option<Claim> {
        let both = Self(self.0 & other.0);
        Claim::ALL.into_iter().find(|claim| both.holds(*claim))
    }

    /// The first claim held that `present` does not hold.
    pub(super) fn first_missing_in(self, present: Self) -> Option<Claim> {
        self.first_of_both(Self(!present.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_claim() {
        for claim in Claim::ALL {
            assert_eq!(Claim::from_name(claim.name()), Some(claim));
            assert!(Claims::of(&[claim]).holds(claim));
        }
        assert_eq!(Claim::from_name("ISS"), None);
    }
}
