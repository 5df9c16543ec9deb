//! JSON Web Signature (RFC 7515).
//!
//! [`sign`] and [`verify`] work on any payload in the compact serialisation (§7.1); for claims use
//! [`jwt`](crate::jwt), which also checks what they say. Other forms are read only by functions of
//! their own: payloads that travel elsewhere by [`verify_detached`] and [`verify_unencoded`], the JSON
//! serialisation by [`json`].
//!
//! Nothing in a header is obeyed. `kid` and `alg` choose among the keys that the verifier trusts
//! already, `typ` is compared with what the verifier expects; `jku`, `jwk`, `x5u` and `x5c` are
//! ignored; `crit` and `b64: false` are refused, for no extension is understood but that of RFC 7797,
//! and that one only where it is asked for.
//!
//! The text of a token is no name for it: with ECDSA, anybody can turn a signature `(r, s)` into its
//! twin `(r, n - s)`, which holds as well. Whoever remembers which tokens were used remembers their
//! `jti`; which texts were verified, see [`jwt::Hashed`](crate::jwt::Hashed).

mod compact;
mod detached;
mod header;
pub mod json;
mod sign;
mod typ;
mod verify;

pub(crate) use compact::Parts;
pub(crate) use detached::{Elsewhere, open_detached, seal_detached};
pub(crate) use header::{Coding, Header};
pub(crate) use sign::{SignatureRoom, prefix, prefix_raw, seal};
pub(crate) use verify::{Check, check, choose, open};

pub use compact::{MAX_HEADER_LEN, MAX_TOKEN_LEN};
pub use detached::{sign_detached, sign_unencoded, verify_detached, verify_unencoded};
pub use sign::sign;
pub use typ::Typ;
pub use verify::{VerifiedJws, verify, verify_within};
