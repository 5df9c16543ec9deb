//! nginx, Caddy, Traefik, HAProxy: the request asked about stands in headers that the proxy sets. A
//! client may have sent the same; so each must stand there once, as it does where the proxy overwrites.

use http::request::Parts;
use http::{HeaderMap, HeaderName};

use crate::ask::Ask;
use crate::refusal::Reason;

static METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");
static HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
static URI: HeaderName = HeaderName::from_static("x-forwarded-uri");

/// The request asked about.
///
/// # Errors
/// [`Reason::NoQuestion`].
pub(super) fn ask(head: &Parts) -> Result<Ask<'_>, Reason> {
    Ok(Ask {
        method: once(&head.headers, &METHOD)?,
        host: once(&head.headers, &HOST)?,
        path: once(&head.headers, &URI)?,
        headers: &head.headers,
    })
}

fn once<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<&'a str, Reason> {
    let mut all = headers.get_all(name).iter();
    let (Some(one), None) = (all.next(), all.next()) else {
        return Err(Reason::NoQuestion);
    };
    let text = one.to_str().map_err(|_| Reason::NoQuestion)?;
    // A list is what two proxies, or a client and a proxy, wrote.
    let is_list = name == HOST && text.contains(',');
    if text.is_empty() || is_list {
        return Err(Reason::NoQuestion);
    }
    Ok(text)
}
