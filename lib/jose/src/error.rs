//! Why a token was not signed, or not believed.
//!
//! No error repeats what stood in the token: an attacker's text does not reach a log by this way.

use thiserror::Error;

use crate::json::JsonError;
use crate::jwt::{Claim, Purpose};

/// Why nothing was signed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The claims do not serialise to a JSON object; the caller's fault.
    #[error("the claims do not serialise to a JSON object")]
    Claims,
    /// The key's `kid` makes the header longer than any verifier here would read.
    #[error(
        "the header would be longer than {} characters; shorten the kid",
        crate::jws::MAX_HEADER_LEN
    )]
    HeaderTooLong,
    /// The cryptographic library refused.
    #[error("the key could not sign")]
    Refused,
    /// No key, or more than [`MAX_SIGNATURES`](crate::jws::json::MAX_SIGNATURES); the caller's
    /// fault.
    #[error("a JWS has 1 to {} signatures", crate::jws::json::MAX_SIGNATURES)]
    Signers,
}

/// Why a token is not believed. Whatever it is, nothing of the token was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The text is no strict JWS; the sender's fault.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The header says `none`, in whatever casing: somebody tries to pass without a signature.
    #[error("the token is unsigned (alg none)")]
    AlgorithmNone,
    /// The header names an algorithm that this crate does not know.
    #[error("the token's algorithm (alg) is unknown")]
    AlgorithmUnknown,
    /// The key that was found is bound to another algorithm than the header names.
    #[error("the token's algorithm (alg) is not its key's")]
    AlgorithmMismatch,
    /// The verifier trusts no key of the name and algorithm in the header.
    #[error("no trusted key has the kid and alg that the token names")]
    KeyUnknown,
    /// The header's `typ` is not that of the purpose: a token meant for another place.
    #[error("the token's typ is not the expected one")]
    Typ,
    /// The signature is not the key's over this text: forged or damaged.
    #[error("the signature does not hold")]
    Signature,
    /// A key whose signature the verifier demands has none in the token (JSON serialisation).
    #[error("a key that must have signed has not")]
    SignerMissing,
    /// A shared secret was to verify something else than a client assertion; the verifier's fault.
    #[error("a shared secret verifies client assertions only, not {0:?}")]
    SecretPurpose(Purpose),
    /// Authentic, but its claims are not those expected.
    #[error(transparent)]
    Claim(#[from] ClaimError),
}

/// How text fails to be a strict JWS (RFC 7515 §7). The fault is the sender's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FormError {
    /// Longer than the purpose allows, in bytes; nothing was parsed.
    #[error("the token is longer than {limit} bytes")]
    TooLong {
        /// The limit passed.
        limit: usize,
    },
    /// Not exactly three parts between two dots.
    #[error("the token does not have three parts")]
    Parts,
    /// Five parts: an encrypted token (JWE) where a signed one belongs.
    #[error("the token is encrypted, not signed: it has five parts, a JWS has three")]
    Encrypted,
    /// The header is longer than [`MAX_HEADER_LEN`](crate::jws::MAX_HEADER_LEN).
    #[error(
        "the token's header is longer than {} characters",
        crate::jws::MAX_HEADER_LEN
    )]
    HeaderTooLong,
    /// The named part is not canonical base64url.
    #[error("the token's {0} is not canonical base64url")]
    Encoding(Part),
    /// The header is not strict JSON.
    #[error("the token's header is {0}")]
    Header(#[from] JsonError),
    /// A header member is absent or of the wrong type.
    #[error("the token's header lacks a proper {0:?}")]
    HeaderMember(&'static str),
    /// The header demands extensions (`crit`, RFC 7515 §4.1.11); none is understood.
    #[error("the token demands an extension that is not understood (crit)")]
    Critical,
    /// The payload is not encoded (`b64`, RFC 7797); only the functions named `…unencoded` read it.
    #[error("tokens with an unencoded payload (b64) are not accepted")]
    Unencoded,
    /// The payload is encoded, and the verifier expects it unencoded (`b64`, RFC 7797).
    #[error("the token's payload is encoded, not unencoded (b64) as expected")]
    Encoded,
    /// The token carries a payload, and the verifier expects it detached (RFC 7515 appendix F).
    #[error("the token carries a payload, which should be detached")]
    Attached,
    /// In the JSON serialisation: the text is not strict JSON.
    #[error("the token is {0}")]
    Json(JsonError),
    /// In the JSON serialisation: a member is absent, of the wrong type, or does not go with the
    /// others.
    #[error("the token lacks a proper member {0:?}")]
    Member(&'static str),
    /// In the JSON serialisation: more signatures than
    /// [`MAX_SIGNATURES`](crate::jws::json::MAX_SIGNATURES); none was looked at.
    #[error(
        "the token has more than {} signatures",
        crate::jws::json::MAX_SIGNATURES
    )]
    TooManySignatures,
    /// In the JSON serialisation: a header member stands in the protected and in the unprotected
    /// header (RFC 7515 §4).
    #[error("a header member is both protected and unprotected")]
    Ambiguous,
    /// In the JSON serialisation: a header member that only counts when it is signed stands in the
    /// unprotected header.
    #[error("the header member {0:?} is not protected by the signature")]
    Unprotected(&'static str),
}

/// A part of a compact JWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first part.
    Header,
    /// The second part.
    Payload,
    /// The third part.
    Signature,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// Why authentic claims are not accepted. The fault is the issuer's, or that of whoever presents the
/// token at the wrong place or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The claims are not strict JSON.
    #[error("the claims are {0}")]
    Json(#[from] JsonError),
    /// A registered claim has the wrong JSON type: a time as a string, an audience as a number.
    #[error("the claim {0} has the wrong type")]
    Type(Claim),
    /// A time is negative, not finite, or beyond the year 9999.
    #[error("the claim {0} is no time between 1970 and 9999")]
    Range(Claim),
    /// A required claim is absent.
    #[error("the claim {0} is missing")]
    Missing(Claim),
    /// A claim is present that tokens of this purpose never carry: a token of another kind.
    #[error("the claim {0} does not belong into a token of this purpose")]
    Foreign(Claim),
    /// `iss` is none of those expected.
    #[error("the issuer (iss) is not the expected one")]
    Issuer,
    /// `aud` names none of those expected: the token is for somebody else.
    #[error("the audience (aud) is not the expected one")]
    Audience,
    /// A client assertion not issued by the client itself, or an ID token about its issuer.
    #[error("the issuer (iss) and the subject (sub) do not relate as this purpose demands")]
    Relation,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is still to come.
    #[error("the token is not yet valid")]
    NotYetValid,
    /// `iat` is still to come: somebody's clock is wrong.
    #[error("the token was issued in the future")]
    IssuedInFuture,
    /// `iat` is longer ago than the verifier allows.
    #[error("the token was issued too long ago")]
    TooOld,
    /// `exp` is further ahead than the verifier allows.
    #[error("the token would live too long")]
    LivesTooLong,
    /// The claims do not fit the type that the verifier asked for.
    #[error("the claims do not have the expected shape")]
    Shape,
}
