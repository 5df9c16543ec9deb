//! What a proxy asks about: one request of somebody.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::refusal::Reason;

/// A request that somebody made of a proxy.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Its method.
    pub method: &'a str,
    /// The host that it is for, perhaps with a port.
    pub host: &'a str,
    /// Its path, perhaps with a query.
    pub path: &'a str,
    /// Its headers, as far as the proxy passes them on.
    pub headers: &'a HeaderMap,
}

impl<'a> Ask<'a> {
    /// The bearer token (RFC 6750 §2.1): of the header alone, for what stands in a query stands in
    /// logs. `None` where there is none, or one of another scheme.
    ///
    /// # Errors
    /// [`Reason::TwoCredentials`], or [`Reason::Dead`] for what cannot be a token.
    pub(crate) fn bearer(&self) -> Result<Option<&'a str>, Reason> {
        let mut all = self.headers.get_all(AUTHORIZATION).iter();
        let Some(first) = all.next() else {
            return Ok(None);
        };
        if all.next().is_some() {
            return Err(Reason::TwoCredentials);
        }
        let Ok(text) = first.to_str() else {
            return Err(Reason::Dead);
        };
        let Some((scheme, token)) = text.split_once(' ') else {
            return Ok(None);
        };
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Ok(None);
        }
        let token = token.trim_matches(' ');
        // RFC 6750 §2.1 `b64token`. A comma here is two credentials that a proxy made one of.
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if token.is_empty() || !token.bytes().all(fits) {
            return Err(Reason::Dead);
        }
        Ok(Some(token))
    }
}
