//! What a token is for, and how tokens of one purpose are told from all others.
//!
//! RFC 8725 §3.11 and §3.12: explicit typing where the standards give a `typ`. Four purposes share
//! `JWT`, because their verifiers know nothing else; their claims tell them apart:
//!
//! | `typ` | purpose | must carry | never carries | relation |
//! |---|---|---|---|---|
//! | `JWT` | [`AccessTokenPlain`](Purpose::AccessTokenPlain) | `client_id`, `jti` | `nonce`, `events` | |
//! | `JWT` | [`IdToken`](Purpose::IdToken) | `sub` | `client_id`, `events` | `iss` ≠ `sub` |
//! | `JWT` | [`Userinfo`](Purpose::Userinfo) | `sub` | `exp`, `client_id`, `nonce`, `events` | `iss` ≠ `sub` |
//! | `JWT` or none | [`ClientAssertion`](Purpose::ClientAssertion) | `sub`, `jti` | `nonce`, `events` | `iss` = `sub` |
//!
//! An access token's issuer is not its subject, so no token fits two rows.

use super::claim::{Claim, Claims};
use super::registered::Registered;
use crate::error::ClaimError;
use crate::jws::Typ;

/// The purpose of a JWT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// An access token, `at+jwt` (RFC 9068).
    AccessToken,
    /// An access token for verifiers that refuse `at+jwt`, typed `JWT`.
    AccessTokenPlain,
    /// An ID token, `JWT` (OpenID Connect Core §2).
    IdToken,
    /// A logout token, `logout+jwt` (OpenID Connect Back-Channel Logout §2.4).
    LogoutToken,
    /// A client's proof of itself, `JWT`, `client-authentication+jwt` or untyped (RFC 7523 §2.2).
    ClientAssertion,
    /// An introspection answer, `token-introspection+jwt` (RFC 9701).
    Introspection,
    /// A security event, `secevent+jwt` (RFC 8417).
    SecurityEvent,
    /// A proof of possession, `dpop+jwt` (RFC 9449).
    DpopProof,
    /// An authorization request, `oauth-authz-req+jwt` (RFC 9101).
    RequestObject,
    /// A token status list, `statuslist+jwt`.
    StatusList,
    /// Symbolon's receipt of a revocation, `revocation-receipt+jwt`.
    RevocationReceipt,
    /// What Symbolon's gate asserts to the service behind it, `gate-assertion+jwt`.
    GateAssertion,
    /// Where Symbolon's journal stands, `journal-checkpoint+jwt`.
    JournalCheckpoint,
    /// What userinfo tells, `JWT` (OpenID Connect Core §5.3.2). It never expires, so it is no ID
    /// token and no access token.
    Userinfo,
}

/// Longest token of most purposes, in bytes: what fits into an HTTP header of usual servers.
const MAX_LEN: usize = 16 * 1024;

/// Longest token that travels in a body and carries lists of claims, in bytes.
const MAX_BODY_LEN: usize = 64 * 1024;

/// Longest status list, in bytes: four million incompressible bits, encoded.
const MAX_STATUS_LIST_LEN: usize = 1024 * 1024;

impl Purpose {
    /// All purposes, in the order of their declaration.
    pub const ALL: [Self; 14] = [
        Self::AccessToken,
        Self::AccessTokenPlain,
        Self::IdToken,
        Self::LogoutToken,
        Self::ClientAssertion,
        Self::Introspection,
        Self::SecurityEvent,
        Self::DpopProof,
        Self::RequestObject,
        Self::StatusList,
        Self::RevocationReceipt,
        Self::GateAssertion,
        Self::JournalCheckpoint,
        Self::Userinfo,
    ];

    /// The `typ` written when such a token is signed.
    #[must_use]
    pub const fn typ(self) -> &'static str {
        match self {
            Self::AccessToken => "at+jwt",
            Self::AccessTokenPlain | Self::IdToken | Self::ClientAssertion | Self::Userinfo => {
                "JWT"
            }
            Self::LogoutToken => "logout+jwt",
            Self::Introspection => "token-introspection+jwt",
            Self::SecurityEvent => "secevent+jwt",
            Self::DpopProof => "dpop+jwt",
            Self::RequestObject => "oauth-authz-req+jwt",
            Self::StatusList => "statuslist+jwt",
            Self::RevocationReceipt => "revocation-receipt+jwt",
            Self::GateAssertion => "gate-assertion+jwt",
            Self::JournalCheckpoint => "journal-checkpoint+jwt",
        }
    }

    /// The `typ` accepted when such a token is verified.
    #[must_use]
    pub const fn accepted(self) -> Typ<'static> {
        match self {
            Self::AccessToken => Typ::AnyOf(&["at+jwt"]),
            Self::AccessTokenPlain | Self::IdToken | Self::Userinfo => Typ::AnyOf(&["JWT"]),
            Self::LogoutToken => Typ::AnyOf(&["logout+jwt"]),
            Self::ClientAssertion => Typ::AbsentOr(&["JWT", "client-authentication+jwt"]),
            Self::Introspection => Typ::AnyOf(&["token-introspection+jwt"]),
            Self::SecurityEvent => Typ::AnyOf(&["secevent+jwt"]),
            Self::DpopProof => Typ::AnyOf(&["dpop+jwt"]),
            Self::RequestObject => Typ::AnyOf(&["oauth-authz-req+jwt"]),
            Self::StatusList => Typ::AnyOf(&["statuslist+jwt"]),
            Self::RevocationReceipt => Typ::AnyOf(&["revocation-receipt+jwt"]),
            Self::GateAssertion => Typ::AnyOf(&["gate-assertion+jwt"]),
            Self::JournalCheckpoint => Typ::AnyOf(&["journal-checkpoint+jwt"]),
        }
    }

    /// The `typ` accepted on an encrypted token around such a token: the same, or none.
    pub(super) const fn accepted_outside(self) -> Typ<'static> {
        match self.accepted() {
            Typ::AnyOf(names) | Typ::AbsentOr(names) => Typ::AbsentOr(names),
            Typ::Unchecked => Typ::Unchecked,
        }
    }

    /// Longest token of this purpose that is read, in bytes.
    #[must_use]
    pub const fn max_len(self) -> usize {
        match self {
            Self::AccessToken
            | Self::AccessTokenPlain
            | Self::IdToken
            | Self::LogoutToken
            | Self::ClientAssertion
            | Self::SecurityEvent
            | Self::DpopProof
            | Self::GateAssertion
            | Self::JournalCheckpoint => MAX_LEN,
            Self::Introspection | Self::RequestObject | Self::Userinfo => MAX_BODY_LEN,
            // It names every verifier.
            Self::StatusList | Self::RevocationReceipt => MAX_STATUS_LIST_LEN,
        }
    }

    /// What the standard of this purpose requires, unless the verifier waives it.
    pub(super) const fn required(self) -> Claims {
        use Claim::{Aud, ClientId, Events, Exp, Iat, Iss, Jti, Sub};
        Claims::of(match self {
            Self::AccessToken | Self::AccessTokenPlain => &[Iss, Exp, Aud, Sub, ClientId, Iat, Jti],
            Self::IdToken => &[Iss, Sub, Aud, Exp, Iat],
            Self::LogoutToken => &[Iss, Aud, Iat, Exp, Jti, Events],
            Self::ClientAssertion => &[Iss, Sub, Aud, Exp, Jti],
            Self::Introspection => &[Iss, Aud, Iat],
            Self::SecurityEvent => &[Iss, Iat, Jti, Events],
            Self::DpopProof => &[Iat, Jti],
            Self::RequestObject => &[Iss, Aud, Exp, ClientId],
            Self::StatusList => &[Sub, Iat],
            Self::RevocationReceipt => &[Iss, Iat, Jti],
            Self::GateAssertion => &[Iss, Sub, Aud, Exp, Iat, Jti],
            Self::JournalCheckpoint => &[Iss, Iat],
            Self::Userinfo => &[Iss, Sub, Aud],
        })
    }

    /// What such a token never carries.
    pub(super) const fn foreign(self) -> Claims {
        use Claim::{ClientId, Events, Exp, Nonce};
        Claims::of(match self {
            Self::AccessTokenPlain | Self::ClientAssertion => &[Nonce, Events],
            Self::IdToken => &[ClientId, Events],
            Self::LogoutToken => &[Nonce],
            Self::Userinfo => &[Exp, ClientId, Events, Nonce],
            Self::AccessToken
            | Self::Introspection
            | Self::SecurityEvent
            | Self::DpopProof
            | Self::RequestObject
            | Self::StatusList
            | Self::RevocationReceipt
            | Self::GateAssertion
            | Self::JournalCheckpoint => &[],
        })
    }

    /// How issuer and subject relate.
    pub(super) fn check_relation(self, claims: &Registered<'_>) -> Result<(), ClaimError> {
        let same = claims.iss.is_some() && claims.iss == claims.sub;
        let holds = match self {
            Self::ClientAssertion => same,
            Self::IdToken | Self::AccessTokenPlain | Self::Userinfo => !same,
            Self::AccessToken
            | Self::LogoutToken
            | Self::Introspection
            | Self::SecurityEvent
            | Self::DpopProof
            | Self::RequestObject
            | Self::StatusList
            | Self::RevocationReceipt
            | Self::GateAssertion
            | Self::JournalCheckpoint => true,
        };
        if holds {
            Ok(())
        } else {
            Err(ClaimError::Relation)
        }
    }
}
