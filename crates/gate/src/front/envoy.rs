//! Envoy's `ext_authz` over HTTP: the request itself, without its body, below a path of ours. It sends
//! host, method, path and `Authorization`, and beside them what `allowed_headers` names: all, or aliases
//! are not seen.

use http::header::HOST;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::answer::Answer;
use crate::ask::Ask;
use crate::refusal::Reason;

/// What `path_prefix` must be.
const PREFIX: &str = "/gate/envoy";

/// Envoy removes what this names before the request goes on.
static REMOVE: HeaderName = HeaderName::from_static("x-envoy-auth-headers-to-remove");

/// The path asked about.
pub(super) fn inner(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(PREFIX)?;
    rest.starts_with('/').then_some(rest)
}

/// The request asked about.
///
/// # Errors
/// [`Reason::NoQuestion`].
pub(super) fn ask(head: &Parts) -> Result<Ask<'_>, Reason> {
    let header = || head.headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    let target = head
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    Ok(Ask {
        method: head.method.as_str(),
        host: authority.or_else(header).ok_or(Reason::NoQuestion)?,
        path: inner(target).ok_or(Reason::NoQuestion)?,
        headers: &head.headers,
    })
}

/// It may pass. The credential stays as it is, unless it is to be removed.
pub(super) fn admitted(mut headers: HeaderMap, removes_credential: bool) -> Answer {
    if removes_credential {
        headers.insert(&REMOVE, HeaderValue::from_static("authorization"));
    }
    super::admitted(headers)
}
