//! The JSON serialisation of a JWS (RFC 7515 §7.2): flattened, with one signature, and general, with
//! several.
//!
//! A token in this form says who signed; who *must* have signed, only the verifier can say
//! ([`Signers`]). A signature that nobody demands is not looked at, whatever it claims.
//!
//! What counts in a header counts only where it is signed: `alg`, `typ`, `crit` and `b64` in the
//! unprotected header make their signature void. `kid` may stand there, for it only chooses among
//! trusted keys. No name stands in both headers. Members that the RFC does not know are ignored, as
//! it demands (§7.2.1).
//!
//! ```
//! use symbolon_jose::jws::{Typ, json::{self, Signers}};
//! use symbolon_jose::{Algorithm, SigningKey};
//!
//! let registrar = SigningKey::generate(Algorithm::Es256)?.with_kid("registrar");
//! let notary = SigningKey::generate(Algorithm::Ed25519)?.with_kid("notary");
//! let deed = json::sign(&[&registrar, &notary], Some("deed"), b"payload")?;
//!
//! let both = [registrar.public(), notary.public()];
//! let verified = json::verify(&deed, Signers::All(&both), Typ::AnyOf(&["deed"]))?;
//! assert_eq!(verified.payload(), b"payload");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod read;
mod sign;
mod verify;

pub use read::MAX_SIGNATURES;
pub use sign::{sign, sign_detached, sign_unencoded};
pub use verify::{Signers, VerifiedJson, verify, verify_detached, verify_unencoded};

pub(crate) use read::Signed;
pub(crate) use sign::{Signature, write};
pub(crate) use verify::hold;
