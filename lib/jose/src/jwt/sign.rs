//! Sign claims for a purpose.

use std::io;
use std::sync::Arc;

use serde::Serialize;

use super::Purpose;
use crate::error::SignError;
use crate::jws;
use crate::{SigningKey, base64url};

/// Room for the encoded claims and signature of a usual token, in characters, reserved at once.
const USUAL_LEN: usize = 1024;

/// Bytes of claims encoded at a time; a multiple of three, so that no chunk but the last is padded.
const CHUNK: usize = 768;

/// A key with its purpose, whose header is encoded once: for whoever signs many tokens.
///
/// ```
/// # use std::sync::Arc;
/// # use symbolon_jose::{Algorithm, SigningKey, jwt::{Purpose, Signer}};
/// let key = SigningKey::generate(Algorithm::Es256)?.with_kid("2026-11");
/// let signer = Signer::new(Arc::new(key), Purpose::AccessToken)?;
/// let token = signer.sign(&serde_json::json!({ "sub": "alice" }))?;
/// # assert_eq!(token.split('.').count(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    key: Arc<SigningKey>,
    purpose: Purpose,
    prefix: Box<str>,
}

impl Signer {
    /// Binds a key to a purpose.
    ///
    /// # Errors
    /// [`SignError::HeaderTooLong`] where the key's `kid` is beyond reason.
    pub fn new(key: Arc<SigningKey>, purpose: Purpose) -> Result<Self, SignError> {
        let prefix = header(&key, purpose)?.into_boxed_str();
        Ok(Self {
            key,
            purpose,
            prefix,
        })
    }

    /// Signs claims, which must serialise to a JSON object.
    ///
    /// # Errors
    /// [`SignError`] where they do not, or the library fails.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, SignError> {
        let mut token = String::with_capacity(self.prefix.len() + USUAL_LEN);
        token.push_str(&self.prefix);
        finish(&self.key, token, claims)
    }

    /// The key that it signs with.
    #[must_use]
    pub fn key(&self) -> &Arc<SigningKey> {
        &self.key
    }

    /// The purpose that it signs for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }
}

/// Signs claims for a purpose, once. The header holds `alg`, `kid` where the key has one, and `typ`.
///
/// # Errors
/// [`SignError`] where the claims are no JSON object, or the library fails.
pub fn sign(
    key: &SigningKey,
    purpose: Purpose,
    claims: &impl Serialize,
) -> Result<String, SignError> {
    finish(key, header(key, purpose)?, claims)
}

fn header(key: &SigningKey, purpose: Purpose) -> Result<String, SignError> {
    jws::prefix(key.algorithm().name(), key.kid(), Some(purpose.typ()))
}

fn finish(key: &SigningKey, token: String, claims: &impl Serialize) -> Result<String, SignError> {
    jws::seal(write(token, claims)?, |message, buffer| {
        key.sign_into(message, buffer)
    })
}

/// Appends the claims to an encoded header, encoding them as they are serialised.
pub(crate) fn write(token: String, claims: &impl Serialize) -> Result<String, SignError> {
    let start = token.len();
    let mut sink = Sink {
        token,
        chunk: [0; CHUNK],
        len: 0,
    };
    serde_json::to_writer(&mut sink, claims).map_err(|_| SignError::Claims)?;
    sink.flush_chunk();
    // `{"` and `{}` both begin with these bits: base64url shows the first six of each byte triple.
    match sink.token.as_bytes().get(start) {
        Some(b'e') => Ok(sink.token),
        Some(_) | None => Err(SignError::Claims),
    }
}

/// Turns written bytes into base64url at the end of a token.
struct Sink {
    token: String,
    chunk: [u8; CHUNK],
    len: usize,
}

impl Sink {
    fn flush_chunk(&mut self) {
        if let Some(bytes) = self.chunk.get(..self.len) {
            base64url::encode_into(bytes, &mut self.token);
        }
        self.len = 0;
    }
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.len == CHUNK {
            self.flush_chunk();
        }
        let room = self.chunk.get_mut(self.len..).unwrap_or_default();
        let taken = room.len().min(bytes.len());
        if let (Some(room), Some(bytes)) = (room.get_mut(..taken), bytes.get(..taken)) {
            room.copy_from_slice(bytes);
        }
        self.len += taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
