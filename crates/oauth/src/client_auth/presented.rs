//! What a request presents as proof of its client.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use symbolon_jose::danger::unverified_claims;
use symbolon_token::secret::Secret;

use crate::error::{ErrorCode, OauthError};
use crate::params::form_decode;
use crate::{Params, Request};

/// The only type of client assertion (RFC 7523 §2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Longest `Authorization` header that is read, in bytes.
const MAX_HEADER: usize = 4096;

/// Which way a secret came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// By the `Authorization` header.
    Header,
    /// By the body.
    Body,
}

/// A proof that nobody has looked at yet.
pub enum Credential {
    /// No proof: the client says that it is public.
    None,
    /// A secret; from a header as it decodes, and as it stands where that differs, for clients that
    /// forget to encode.
    Secret {
        /// What may be the secret.
        texts: Vec<Secret>,
        /// Which way it came.
        via: Via,
    },
    /// A JWT.
    Assertion(Secret),
}

/// Which client a request says that it comes from, and how it proves it.
pub struct Presented {
    /// The client's name.
    pub client_id: String,
    /// Its proof.
    pub credential: Credential,
}

/// Reads what a request presents.
///
/// # Errors
/// `invalid_request` where it presents two proofs, or names two clients; `invalid_client` where it
/// presents nothing that can be read.
pub(crate) fn presented_by(request: &Request<'_>) -> Result<Presented, OauthError> {
    let params = request.params;
    let named = params.one("client_id")?;
    let secret = params.one("client_secret")?;
    let assertion = params.one("client_assertion")?;
    let header = request.authorization.map(basic).transpose()?;
    match (header, secret, assertion) {
        (Some(presented), None, None) => same_client(presented, named),
        (None, Some(secret), None) => Ok(Presented {
            client_id: named.ok_or_else(missing)?.to_owned(),
            credential: Credential::Secret {
                texts: vec![secret.into()],
                via: Via::Body,
            },
        }),
        (None, None, Some(assertion)) => by_assertion(params, assertion, named),
        (None, None, None) => Ok(Presented {
            client_id: named.ok_or_else(missing)?.to_owned(),
            credential: Credential::None,
        }),
        (Some(_) | None, _, _) => Err(OauthError::new(
            ErrorCode::InvalidRequest,
            "the client proves itself in two ways at once; use one of them (RFC 6749, 2.3)",
        )),
    }
}

fn missing() -> OauthError {
    OauthError::new(
        ErrorCode::InvalidClient,
        "no client was named: send an Authorization header, or client_id and its proof",
    )
}

fn same_client(presented: Presented, named: Option<&str>) -> Result<Presented, OauthError> {
    if named.is_none_or(|named| named == presented.client_id) {
        return Ok(presented);
    }
    Err(OauthError::new(
        ErrorCode::InvalidRequest,
        "client_id names another client than the proof",
    ))
}

/// RFC 6749 §2.3.1: id and secret, each form-encoded, joined by a colon, in base64.
fn basic(header: &str) -> Result<Presented, OauthError> {
    let broken = || {
        OauthError::new(
            ErrorCode::InvalidClient,
            "the Authorization header is no Basic credential (RFC 6749, 2.3.1)",
        )
    };
    let (scheme, encoded) = header.split_once(' ').ok_or_else(broken)?;
    if header.len() > MAX_HEADER || !scheme.eq_ignore_ascii_case("basic") {
        return Err(broken());
    }
    let bytes = STANDARD.decode(encoded.trim()).map_err(|_| broken())?;
    let text = String::from_utf8(bytes).map_err(|_| broken())?;
    let (client_id, secret) = text.split_once(':').ok_or_else(broken)?;
    let client_id = form_decode(client_id).ok_or_else(broken)?.into_owned();
    if client_id.is_empty() {
        return Err(broken());
    }
    let credential = if secret.is_empty() {
        Credential::None
    } else {
        let decoded = form_decode(secret).filter(|decoded| *decoded != secret);
        let texts = decoded.iter().map(|decoded| Secret::from(&**decoded));
        Credential::Secret {
            texts: texts.chain([Secret::from(secret)]).collect(),
            via: Via::Header,
        }
    };
    Ok(Presented {
        client_id,
        credential,
    })
}

/// RFC 7523 §2.2: the assertion's subject is the client; `client_id` may say the same.
fn by_assertion(
    params: &Params,
    assertion: &str,
    named: Option<&str>,
) -> Result<Presented, OauthError> {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }

    if params.one("client_assertion_type")? != Some(JWT_BEARER) {
        let text = format!("client_assertion_type must be {JWT_BEARER}");
        return Err(OauthError::new(ErrorCode::InvalidRequest, text));
    }
    let claims = unverified_claims::<Subject>(assertion).map_err(|error| {
        let text = format!("the client assertion was refused: {error}");
        OauthError::new(ErrorCode::InvalidClient, text)
    })?;
    let presented = Presented {
        client_id: claims.sub,
        credential: Credential::Assertion(assertion.into()),
    };
    same_client(presented, named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    fn texts(presented: &Presented) -> Vec<&str> {
        match &presented.credential {
            Credential::Secret { texts, .. } => texts.iter().map(Secret::reveal).collect(),
            Credential::None | Credential::Assertion(_) => Vec::new(),
        }
    }

    #[test]
    fn basic_credentials_are_form_decoded() {
        let presented = basic(&header("my%3Aclient:p%40ss+word%25")).unwrap_or_else(|_| panic!());
        assert_eq!(presented.client_id, "my:client");
        assert_eq!(texts(&presented), ["p@ss word%", "p%40ss+word%25"]);
    }

    #[test]
    fn a_secret_that_needs_no_decoding_is_one_text() {
        let presented = basic(&header("client:sym_cs_abc")).unwrap_or_else(|_| panic!());
        assert_eq!(texts(&presented), ["sym_cs_abc"]);
    }

    #[test]
    fn a_secret_that_was_never_encoded_is_taken_as_it_stands() {
        let presented = basic(&header("client:100%")).unwrap_or_else(|_| panic!());
        assert_eq!(texts(&presented), ["100%"]);
    }

    #[test]
    fn an_empty_secret_means_a_public_client() {
        let presented = basic(&header("app:")).unwrap_or_else(|_| panic!());
        assert!(matches!(presented.credential, Credential::None));
    }

    #[test]
    fn other_headers_are_no_credentials() {
        for text in [
            "Basic",
            "Bearer abc",
            "Basic !!!",
            "Basic Og==",
            "Basic YQ==",
        ] {
            let code = basic(text).err().map(|error| error.code);
            assert_eq!(code, Some(ErrorCode::InvalidClient), "{text}");
        }
    }
}
