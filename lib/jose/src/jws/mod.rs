//! JSON Web Signature, compact serialisation (RFC 7515 §7.1).
//!
//! [`sign`] and [`verify`] work on any payload; for claims use [`jwt`](crate::jwt), which also checks
//! what they say.
//!
//! Nothing in a header is obeyed. `kid` and `alg` choose among the keys that the verifier trusts
//! already, `typ` is compared with what the verifier expects; `jku`, `jwk`, `x5u` and `x5c` are
//! ignored; `crit` and `b64: false` are refused, for no extension is understood here.
//!
//! The text of a token is no name for it: with ECDSA, anybody can turn a signature `(r, s)` into its
//! twin `(r, n - s)`, which holds as well. Whoever remembers tokens remembers their `jti`.

mod compact;
mod header;
mod sign;
mod typ;
mod verify;

pub(crate) use compact::Parts;
pub(crate) use header::Header;
pub(crate) use sign::{SignatureRoom, prefix, seal};
pub(crate) use verify::{Check, open};

pub use compact::{MAX_HEADER_LEN, MAX_TOKEN_LEN};
pub use sign::sign;
pub use typ::Typ;
pub use verify::{VerifiedJws, verify};
