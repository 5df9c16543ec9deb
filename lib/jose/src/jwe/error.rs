//! Why nothing was encrypted, or decrypted.
//!
//! What an attacker may learn: everything that stands in the open anyway. What went wrong behind that
//! is one single error, [`DecryptError::Failed`]: whether the content key, the tag or the padding was
//! at fault is nobody's business (RFC 7516 §11.5).

use thiserror::Error;

use crate::KeyError;
use crate::json::JsonError;

/// Why a key cannot encrypt or decrypt. The fault is that of whoever made, stored or stated it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncryptionKeyError {
    /// What may be wrong with any key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The JWK's `use` is not `enc`.
    #[error("the key is not meant for encryption (use)")]
    Use,
    /// A shared key is not exactly as long as its algorithm demands, or a password is empty.
    #[error("the secret does not have the length that its algorithm demands")]
    SecretLength,
    /// Nothing is encrypted by this algorithm, it is for reading only.
    #[error("this algorithm is for reading only")]
    ReadingOnly,
    /// `RSA-OAEP` rests on SHA-1; where it must be read, say so by the constructor named for it.
    #[error("RSA-OAEP (SHA-1) is read only where it is asked for by name")]
    Sha1,
    /// A direct key needs its `enc` stated, and another constructor.
    #[error("a direct key (dir) is bound to a content encryption, which was not stated")]
    Direct,
    /// A curve was stated for an algorithm that has none, or left out for one that needs it.
    #[error("the algorithm and the curve do not belong together")]
    CurveStated,
    /// Two keys share name and algorithm.
    #[error("two keys share their kid and algorithm")]
    Duplicate,
    /// The published set holds a private key or a shared secret: it is burnt.
    #[error("the set holds a secret key; replace that key, it has been given away")]
    Published,
    /// No key of the set serves the algorithm stated.
    #[error("no key of the set serves the algorithm")]
    Empty,
}

/// Why nothing was encrypted. The fault is the caller's, but for [`Refused`](Self::Refused).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncryptError {
    /// A member of this name was to be added to the header, but its meaning is this crate's to give.
    #[error("the header member {0:?} cannot be set by the caller")]
    Reserved(&'static str),
    /// A header member was added twice.
    #[error("a header member was added twice")]
    Duplicate,
    /// A header member does not serialise to JSON.
    #[error("a header member does not serialise to JSON")]
    Member,
    /// The header is longer than any reader here would read.
    #[error("the header would be longer than {} characters", super::MAX_HEADER_LEN)]
    HeaderTooLong,
    /// A content key was supplied for `dir` or `ECDH-ES`, where it follows from the recipient's key.
    #[error("with dir and ECDH-ES the content key cannot be chosen")]
    ContentKey,
    /// The direct key is bound to another `enc`.
    #[error("the direct key is bound to another content encryption")]
    Encryption,
    /// The recipient's public key gives no shared secret: a point of small order.
    #[error("the recipient's key gives no shared secret")]
    Agreement,
    /// None, or more than [`MAX_RECIPIENTS`](super::MAX_RECIPIENTS).
    #[error("a message has 1 to {} recipients", super::MAX_RECIPIENTS)]
    Recipients,
    /// Several recipients must share one `alg`, which is not a direct one, for it is read from the
    /// protected header only.
    #[error("several recipients must share one algorithm, and not a direct one")]
    MixedRecipients,
    /// Several recipients must be told apart by distinct names.
    #[error("several recipients must have distinct kids")]
    UnnamedRecipient,
    /// The cryptographic library refused.
    #[error("the key could not encrypt")]
    Refused,
}

/// Why a token was not decrypted. Nothing of its content was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecryptError {
    /// The text is no strict JWE; the sender's fault.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The header says `RSA1_5`, which is read nowhere here: its padding is an oracle.
    #[error("the token's key management (alg) is RSA1_5, which is never accepted")]
    Rsa15,
    /// The header names a key management algorithm that this crate does not know.
    #[error("the token's key management (alg) is unknown")]
    AlgorithmUnknown,
    /// The key that was found is bound to another algorithm than the header names.
    #[error("the token's key management (alg) is not its key's")]
    AlgorithmMismatch,
    /// The header names a content encryption that this crate does not know.
    #[error("the token's content encryption (enc) is unknown")]
    EncryptionUnknown,
    /// The reader does not accept this content encryption, or the key is bound to another one.
    #[error("the token's content encryption (enc) is not one that is accepted")]
    EncryptionMismatch,
    /// The reader has no key of the name and algorithm in the header.
    #[error("no key has the kid and alg that the token names")]
    KeyUnknown,
    /// The header's `typ` is not the expected one: a token meant for another place.
    #[error("the token's typ is not the expected one")]
    Typ,
    /// The header's `cty` is not the expected one: the content is of another kind.
    #[error("the token's content type (cty) is not the expected one")]
    Cty,
    /// The content is compressed (`zip`), and the reader did not allow that.
    #[error("the token's content is compressed (zip), which is not accepted")]
    Compressed,
    /// `epk` is no valid public key on the recipient's curve.
    #[error("the token's ephemeral key (epk) is no valid key on the recipient's curve")]
    EphemeralKey,
    /// `p2c` is 0 or beyond [`MAX_ITERATIONS`](super::MAX_ITERATIONS); nothing was computed.
    #[error(
        "the token's iteration count (p2c) is not 1 to {}",
        super::MAX_ITERATIONS
    )]
    Iterations,
    /// `p2s` is shorter than [`MIN_SALT_LEN`](super::MIN_SALT_LEN) bytes.
    #[error("the token's salt (p2s) is shorter than {} bytes", super::MIN_SALT_LEN)]
    Salt,
    /// A content key was given for `dir` or `ECDH-ES`, whose content key follows from the
    /// recipient's.
    #[error("with dir and ECDH-ES nobody but the recipient can open the token")]
    ContentKey,
    /// Not encrypted for this key, damaged, or forged.
    #[error("the token could not be decrypted")]
    Failed,
    /// Authentic, but its compressed content is no DEFLATE stream; the sender's fault.
    #[error("the token's compressed content is damaged")]
    Inflate,
    /// Authentic, but its content would inflate beyond the reader's limit, in bytes.
    #[error("the token's content inflates beyond {limit} bytes")]
    TooLarge {
        /// The limit passed.
        limit: usize,
    },
}

/// How text fails to be a strict JWE (RFC 7516 §7). The fault is the sender's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FormError {
    /// Longer than the reader allows, in bytes; nothing was parsed.
    #[error("the token is longer than {limit} bytes")]
    TooLong {
        /// The limit passed.
        limit: usize,
    },
    /// Three parts: a signed token (JWS) where an encrypted one belongs.
    #[error("the token is signed, not encrypted: it has three parts, a JWE has five")]
    Signed,
    /// Not exactly five parts between four dots.
    #[error("the token does not have five parts")]
    Parts,
    /// A header is longer than [`MAX_HEADER_LEN`](super::MAX_HEADER_LEN).
    #[error(
        "the token's header is longer than {} characters",
        super::MAX_HEADER_LEN
    )]
    HeaderTooLong,
    /// The named part is not canonical base64url.
    #[error("the token's {0} is not canonical base64url")]
    Encoding(Part),
    /// The named part has not the one length that the algorithm gives it.
    #[error("the token's {0} has the wrong length")]
    Length(Part),
    /// A header, or the message around it, is not strict JSON.
    #[error("the token, or its header, is {0}")]
    Json(#[from] JsonError),
    /// A header member is absent, of the wrong type or malformed.
    #[error("the token's header lacks a proper {0:?}")]
    HeaderMember(&'static str),
    /// A header member stands where nothing protects it.
    #[error("the token's header member {0:?} is not in the protected header")]
    Unprotected(&'static str),
    /// A member of the JSON serialisation is absent, of the wrong type, or beside one that excludes
    /// it.
    #[error("the message lacks a proper {0:?}")]
    Member(&'static str),
    /// More recipients than [`MAX_RECIPIENTS`](super::MAX_RECIPIENTS).
    #[error("the message has more than {} recipients", super::MAX_RECIPIENTS)]
    TooManyRecipients,
    /// The header demands extensions (`crit`, RFC 7516 §4.1.13); none is understood.
    #[error("the token demands an extension that is not understood (crit)")]
    Critical,
}

/// A part of a JWE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The protected header.
    Header,
    /// The encrypted key.
    EncryptedKey,
    /// The initialisation vector.
    Iv,
    /// The ciphertext.
    Ciphertext,
    /// The authentication tag.
    Tag,
    /// The additional authenticated data of the JSON serialisation.
    Aad,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::EncryptedKey => "encrypted key",
            Self::Iv => "initialisation vector",
            Self::Ciphertext => "ciphertext",
            Self::Tag => "authentication tag",
            Self::Aad => "additional data",
        })
    }
}
