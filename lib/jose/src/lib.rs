//! JWS, JWE, JWK and JWT on aws-lc-rs, strict by construction.
//!
//! No clock, no network, no default algorithm: the time is an argument, keys come from the caller,
//! and each key is bound to one algorithm for life.
//!
//! # Issue and verify
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use symbolon_jose::jwt::{self, Expected, Purpose};
//! use symbolon_jose::{Algorithm, KeySet, SigningKey};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Access {
//!     iss: String,
//!     sub: String,
//!     aud: String,
//!     client_id: String,
//!     jti: String,
//!     iat: i64,
//!     exp: i64,
//! }
//!
//! let now = 1_800_000_000; // seconds since 1970, from the caller's clock
//! let key = SigningKey::generate(Algorithm::Es256)?.with_kid("2027-01");
//! let token = jwt::sign(&key, Purpose::AccessToken, &Access {
//!     iss: "https://id.example".into(),
//!     sub: "alice".into(),
//!     aud: "https://api.example".into(),
//!     client_id: "app".into(),
//!     jti: "7c1f".into(),
//!     iat: now,
//!     exp: now + 300,
//! })?;
//!
//! // The verifier: keys it trusts, and what it expects.
//! let keys = KeySet::new([key.public()])?;
//! let expected =
//!     Expected::new(Purpose::AccessToken, "https://id.example", "https://api.example", now + 60);
//! let verified = jwt::verify::<Access>(&token, &keys, &expected)?;
//! assert_eq!(verified.claims().sub, "alice");
//!
//! // The same token for another purpose is no token.
//! let expected = Expected::new(Purpose::IdToken, "https://id.example", "app", now + 60);
//! assert!(jwt::verify::<Access>(&token, &keys, &expected).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Keys of others come as a JWK set, with the algorithms that the verifier is willing to use:
//!
//! ```
//! use symbolon_jose::{Algorithm, JwkSet, KeySet};
//! # let published = serde_json::to_string(&KeySet::new([
//! #     symbolon_jose::SigningKey::generate(Algorithm::Ed25519)?.with_kid("a").public(),
//! # ])?.to_jwks())?;
//! let set = JwkSet::parse(&published)?;
//! let keys = KeySet::from_jwks(&set, &[Algorithm::Es256, Algorithm::Ed25519])?;
//! # assert_eq!(keys.keys().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Encrypt and decrypt
//!
//! Claims that only the recipient may read are signed first, then encrypted, in one call; the
//! recipient decrypts and verifies in one call:
//!
//! ```
//! use symbolon_jose::jwe::{ContentEncryption, DecryptionKey, EncryptionKey, KeyManagement};
//! use symbolon_jose::jwt::{self, Expected, Nesting, Purpose};
//! use symbolon_jose::{Algorithm, JwkSet, SigningKey};
//!
//! // The recipient publishes a key for encryption.
//! let own = DecryptionKey::generate(KeyManagement::RsaOaep256)?.with_kid("enc-1");
//! let published = format!(r#"{{"keys":[{}]}}"#, serde_json::to_string(&own.to_jwk())?);
//!
//! // The issuer takes it from there, for the algorithm that was agreed on.
//! let recipient =
//!     EncryptionKey::from_jwks(&JwkSet::parse(&published)?, KeyManagement::RsaOaep256)?;
//! let nesting = Nesting::new(&recipient, ContentEncryption::A256Gcm);
//! let signing = SigningKey::generate(Algorithm::Es256)?.with_kid("2027-01");
//! let now = 1_800_000_000;
//! let claims = serde_json::json!({
//!     "iss": "https://id.example", "sub": "alice", "aud": "app", "iat": now, "exp": now + 300,
//!     "email": "alice@example.com",
//! });
//! let token = jwt::sign_and_encrypt(&signing, Purpose::IdToken, &claims, &nesting)?;
//!
//! // Five parts, of which only the header can be read. The recipient says whom it trusts, what it
//! // expects, and which content encryptions it accepts.
//! let expected = Expected::new(Purpose::IdToken, "https://id.example", "app", now + 60);
//! let accepted = [ContentEncryption::A256Gcm];
//! let trusted = signing.public();
//! let verified =
//!     jwt::decrypt_and_verify::<serde_json::Value>(&token, &own, &trusted, &expected, &accepted)?;
//! assert_eq!(verified.claims()["email"], "alice@example.com");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! For contents other than claims, several recipients, and tokens that their issuer can open again,
//! see [`jwe`].
//!
//! # Rotate
//!
//! A key is succeeded without a token being refused: the successor is published before it signs, and
//! the key is published until what it signed has expired. Which key signs is the caller's to say, for
//! there is no clock here; a verifier's set holds all of them, and `kid` tells them apart.
//!
//! ```
//! # use symbolon_jose::jwt::{self, Expected, Purpose};
//! # use symbolon_jose::{Algorithm, JwkSet, KeySet, SigningKey};
//! # let now = 1_800_000_000;
//! # let claims = |now: i64| serde_json::json!({
//! #     "iss": "https://id.example", "sub": "alice", "aud": "app", "iat": now, "exp": now + 300,
//! # });
//! let old = SigningKey::generate(Algorithm::Es256)?.with_kid("2027-01");
//! let new = SigningKey::generate(Algorithm::Es256)?.with_kid("2027-04");
//!
//! // 1. Announced: both are published, the old one signs. Wait as long as verifiers keep the set.
//! let published = serde_json::to_string(&KeySet::new([old.public(), new.public()])?.to_jwks())?;
//! let before = jwt::sign(&old, Purpose::IdToken, &claims(now))?;
//!
//! // 2. Active: the new one signs. The old one stays published until its last token has expired.
//! let after = jwt::sign(&new, Purpose::IdToken, &claims(now + 60))?;
//!
//! // A verifier that read the set at any time since step 1 believes both.
//! let keys = KeySet::from_jwks(&JwkSet::parse(&published)?, &[Algorithm::Es256])?;
//! let expected = Expected::new(Purpose::IdToken, "https://id.example", "app", now + 120);
//! for token in [before, after] {
//!     jwt::verify::<serde_json::Value>(&token, &keys, &expected)?;
//! }
//!
//! // 3. Gone: the set holds the new one alone. A stolen key skips to here at once.
//! let published = KeySet::new([new.public()])?.to_jwks();
//! # assert_eq!(published.keys().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it refuses, and why
//!
//! | refused | why |
//! |---|---|
//! | `alg: none`, in any casing | an unsigned token is a wish (RFC 8725 §3.1) |
//! | an `alg` that is not the key's own | the attacker must not choose the algorithm (RFC 8725 §3.1) |
//! | HMAC by a public key | [`SymmetricKey`] and [`VerifyingKey`] are different types: it does not compile |
//! | `crit`, and `b64: false` unasked | an extension not understood must not be skipped (RFC 7515 §4.1.11) |
//! | `alg`, `typ`, `crit`, `b64` in an unprotected header | nobody signed them (RFC 8725 §3.1) |
//! | a name in the protected and the unprotected header | two readers must not see two headers (RFC 7515 §4) |
//! | JSON, detached or unencoded where a compact token belongs | each form is read by a function of its own |
//! | padding, white space, stray bits in base64url | one token, one spelling: no second text passes for it |
//! | duplicate members, at any depth | two readers must not see two tokens (RFC 8725 §2.4) |
//! | a `typ` of another purpose | a logout token is no access token (RFC 8725 §3.11) |
//! | times as strings, negative, beyond 9999 | no overflow, no guessing |
//! | audiences that only resemble | names are compared exactly |
//! | RSA below 2048 bits, even or tiny exponents, ROCA moduli | their private keys can be computed |
//! | points off their curve or of small order | signatures under them prove nothing |
//! | sets that publish a secret key | that key is everybody's |
//! | an ML-DSA seed that is not its public key's | signing under a foreign key may give the seed away (RFC 9964 §7.4) |
//! | what is too long | sizes are looked at before anything is parsed |
//! | encrypted where signed is expected, and the reverse | a public key encrypts for everybody: secrecy is no proof |
//! | `RSA1_5` | its padding is an oracle that has been asked since 1998 |
//! | `RSA-OAEP` and PBES2, but by a key made for reading them | SHA-1 is for the past, passwords are guessed |
//! | `p2c` beyond 1,200,000, short salts | the sender must not order work without end |
//! | `epk` off the key's curve, or of small order | it would ask the private key questions |
//! | `alg`, `enc`, `typ`, `cty` that nothing protects | whoever passes the token on could choose them |
//! | `zip`, but by the feature `zip` and under a limit | a small token must not become a large one |
//! | a claim repeated in the header with another value | two readers must not see two tokens |
//!
//! `jku`, `jwk`, `x5u` and `x5c` are ignored: a token does not bring its own key.
//!
//! # Layout
//!
//! [`jwk`] reads and writes keys, [`SigningKey`], [`VerifyingKey`] and [`SymmetricKey`] use them,
//! [`jws`] signs bytes, [`jws::json`] with several keys, [`jwe`] encrypts them, [`jwt`] does both
//! with claims, [`danger`] reads what nobody has verified. The feature `ml-dsa` adds three algorithms
//! that a quantum computer does not break (RFC 9964).

mod algorithm;
pub mod base64url;
pub mod danger;
mod error;
mod json;
pub mod jwe;
pub mod jwk;
pub mod jws;
pub mod jwt;
mod key;
pub mod symmetric;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use error::{ClaimError, FormError, Part, SignError, VerifyError};
pub use json::{JsonError, MAX_DEPTH};
pub use jwk::{Jwk, JwkError, JwkSet};
pub use key::{
    KeyError, KeySet, KeySetError, KeySource, MAX_RSA_BITS, MIN_RSA_BITS, SigningKey, VerifyingKey,
};
pub use symmetric::SymmetricKey;
