//! Parameters of a request (RFC 6749 §3.1, §3.2 and appendix B).
//!
//! A parameter without a value counts as absent. One that an endpoint reads stands once; only
//! `resource` may repeat (RFC 8707 §2). Those that nobody reads are ignored.

use std::borrow::Cow;

use crate::error::{ErrorCode, OauthError};

/// Parameters that one request may have: no client needs as many.
const MAX_PARAMS: usize = 100;

/// The parameters of one request.
#[derive(Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a form-encoded text.
    ///
    /// # Errors
    /// `invalid_request` for bytes that are no UTF-8, broken percent-encoding, and too many
    /// parameters.
    pub fn parse(form: &[u8]) -> Result<Self, OauthError> {
        let mut params = Vec::new();
        for pair in form
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            if params.len() == MAX_PARAMS {
                let text = format!("at most {MAX_PARAMS} parameters");
                return Err(OauthError::new(ErrorCode::InvalidRequest, text));
            }
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = pair.split_at(at.unwrap_or(pair.len()));
            let value = value.strip_prefix(b"=").unwrap_or(value);
            params.push((decoded(name)?, decoded(value)?));
        }
        Ok(Self(params))
    }

    /// The value of a parameter that stands at most once.
    ///
    /// # Errors
    /// `invalid_request` when it is repeated.
    pub fn one(&self, name: &str) -> Result<Option<&str>, OauthError> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            let text = format!("the parameter {name} stands more than once");
            return Err(OauthError::new(ErrorCode::InvalidRequest, text));
        }
        Ok(first)
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request` when it is absent or repeated.
    pub fn required(&self, name: &str) -> Result<&str, OauthError> {
        self.one(name)?.ok_or_else(|| {
            let text = format!("the parameter {name} is missing");
            OauthError::new(ErrorCode::InvalidRequest, text)
        })
    }

    /// Every parameter, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The values of a parameter that may repeat.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(one, _)| one == name);
        named
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}

fn decoded(text: &[u8]) -> Result<String, OauthError> {
    let broken = || {
        let text = "the parameters are not form-encoded UTF-8 (RFC 6749, appendix B)";
        OauthError::new(ErrorCode::InvalidRequest, text)
    };
    let text = std::str::from_utf8(text).map_err(|_| broken())?;
    form_decode(text).map(Cow::into_owned).ok_or_else(broken)
}

/// Undoes form-encoding; `None` where it is broken.
pub(crate) fn form_decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (digits, after) = rest.split_first_chunk::<2>()?;
                let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
                bytes.push(u8::try_from(high? * 16 + low?).ok()?);
                rest = after;
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn params(form: &str) -> Params {
        Params::parse(form.as_bytes()).unwrap()
    }

    #[test]
    fn a_parameter_without_a_value_counts_as_absent() {
        let params = params("scope=&state&grant_type=client_credentials");
        assert_eq!(params.one("scope").unwrap(), None);
        assert_eq!(params.one("state").unwrap(), None);
        assert_eq!(params.required("grant_type").unwrap(), "client_credentials");
        assert_eq!(
            params.required("scope").unwrap_err().code,
            ErrorCode::InvalidRequest
        );
    }

    #[test]
    fn a_repeated_parameter_is_refused_where_it_is_read() {
        let params = params("scope=a&scope=b&resource=x&resource=y&strange=1&strange=2");
        assert!(params.one("scope").is_err());
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn form_encoding_is_undone() {
        let params = params("a=b+c%20%C3%A4%26&%61b=1");
        assert_eq!(params.required("a").unwrap(), "b c ä&");
        assert_eq!(params.required("ab").unwrap(), "1");
    }

    #[test]
    fn broken_encoding_is_refused() {
        for form in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff", b"a=\xff"] {
            assert!(Params::parse(form).is_err());
        }
        assert!(Params::parse("a=1&".repeat(101).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(form in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(params) = Params::parse(&form) {
                prop_assert!(params.0.len() <= MAX_PARAMS);
            }
        }
    }
}
