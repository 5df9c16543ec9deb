//! JSON Web Encryption (RFC 7516): contents that only the recipient can read.
//!
//! [`encrypt`] and [`decrypt`] work on any content, [`json`] does the same in the JSON serialisation,
//! for one recipient or several. For claims use [`jwt::sign_and_encrypt`](crate::jwt::sign_and_encrypt)
//! and [`jwt::decrypt_and_verify`](crate::jwt::decrypt_and_verify): **encryption by a public key says
//! nothing about who encrypted**, since everybody has that key. Only a signature inside does.
//!
//! ```
//! use symbolon_jose::jwe::{
//!     self, ContentEncryption, Curve, DecryptionKey, Expected, KeyManagement, Protected, Typ,
//! };
//!
//! // The recipient makes a key and publishes its public half.
//! let own = DecryptionKey::generate_on(Curve::P256, KeyManagement::EcdhEsA256Kw)?.with_kid("e1");
//! let published = serde_json::to_string(&own.to_jwk())?;
//!
//! // The sender reads it, states the algorithm that it is willing to use, and encrypts.
//! let jwk = published.parse()?;
//! let key = jwe::EncryptionKey::from_jwk(&jwk, KeyManagement::EcdhEsA256Kw)?;
//! let protected = Protected::new().cty("text/plain");
//! let token = jwe::encrypt(&key, ContentEncryption::A256Gcm, &protected, b"attack at dawn")?;
//!
//! // The recipient states what it accepts before it looks.
//! let accepted = [ContentEncryption::A256Gcm];
//! let expected = Expected::new(&accepted, Typ::AbsentOr(&[]), Typ::AnyOf(&["text/plain"]));
//! let decrypted = jwe::decrypt(&token, &own, &expected)?;
//! assert_eq!(decrypted.plaintext(), b"attack at dawn");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing in a header is obeyed. `alg` and `kid` choose among the recipient's keys, each of which is
//! bound to one algorithm; `enc`, `typ` and `cty` are compared with what is expected; `jku`, `jwk`,
//! `x5u` and `x5c` are ignored, `crit` and `zip` refused. `RSA1_5` is never read, `RSA-OAEP` and PBES2
//! are read where a key was made for them, and nothing is encrypted by them. AES-192 key wrap
//! (`A192KW`, `ECDH-ES+A192KW`, `PBES2-HS384+A192KW`) is missing.
//!
//! # Who issued it can open it again
//!
//! What is encrypted to somebody else's public key is closed to its author too, unless the author
//! chose the content key by something that it can find again. The header may repeat claims
//! (RFC 7519 §5.3); here, the `jti` leads back to the content key:
//!
//! ```
//! use symbolon_jose::jwe::{self, ContentEncryption, ContentKey, Curve, DecryptionKey, Expected,
//!     KeyManagement, Protected, Typ};
//! use symbolon_jose::{danger, jwt::Claim};
//! # let own = DecryptionKey::generate_on(Curve::P256, KeyManagement::EcdhEsA256Kw)?;
//! # let key = own.encryption_key()?;
//! # fn mac(jti: &str) -> Vec<u8> { let mut all = jti.as_bytes().to_vec(); all.resize(32, 0); all }
//!
//! let content_key = ContentKey::new(ContentEncryption::A256Gcm, &mac("7c1f"))?;
//! let protected = Protected::new().member("jti", &"7c1f")?;
//! let token = jwe::encrypt_with(&key, &content_key, &protected, b"content")?;
//!
//! // Later, from the token alone. The `jti` is anybody's word until `open` has succeeded.
//! let header = danger::unauthenticated_header(&token)?;
//! let jti: String = header.repeated(Claim::Jti).ok_or("no jti")?;
//! let content_key = ContentKey::new(ContentEncryption::A256Gcm, &mac(&jti))?;
//! let accepted = [ContentEncryption::A256Gcm];
//! let expected = Expected::new(&accepted, Typ::Unchecked, Typ::Unchecked);
//! assert_eq!(jwe::open(&token, &content_key, &expected)?.plaintext(), b"content");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod algorithm;
mod compact;
mod content;
mod curve;
mod decrypt;
mod encrypt;
mod error;
mod expected;
mod header;
pub mod json;
mod key;
mod manage;
#[cfg(feature = "zip")]
mod zip;

pub use algorithm::{KeyManagement, UnknownKeyManagement};
pub use compact::MAX_LEN;
pub use content::{ContentEncryption, ContentKey, UnknownContentEncryption};
pub use curve::Curve;
pub use decrypt::{Decrypted, decrypt, open};
pub use encrypt::{Protected, encrypt, encrypt_with};
pub use error::{DecryptError, EncryptError, EncryptionKeyError, FormError, Part};
pub use expected::Expected;
pub use header::MAX_HEADER_LEN;
pub use json::MAX_RECIPIENTS;
pub use key::{DecryptionKey, DecryptionKeySet, DecryptionKeySource, EncryptionKey};
pub use manage::{MAX_ITERATIONS, MIN_SALT_LEN};

pub use crate::jws::Typ;

pub(crate) use compact::Parts;
pub(crate) use header::{HEADER_NAMES, Header};
