//! JSON Web Tokens (RFC 7519) with a stated purpose.
//!
//! Who signs says what the token is for ([`Purpose`]); who verifies says what it expects
//! ([`Expected`]) and gets claims only if everything holds ([`Verified`]). Claims that others must not
//! read are signed first and encrypted then ([`sign_and_encrypt`], [`decrypt_and_verify`]).

mod claim;
mod expected;
mod hashed;
mod nest;
mod purpose;
mod registered;
mod sign;
mod verify;

pub use claim::Claim;
pub use expected::{Expected, Names};
pub use hashed::Hashed;
pub use nest::{
    Nesting, NestingError, UnnestError, decrypt_and_verify, open_and_verify, sign_and_encrypt,
};
pub use purpose::Purpose;
pub use sign::{Signer, sign};
pub use verify::{Verified, verify};

pub(crate) use sign::write;
pub(crate) use verify::admit;
