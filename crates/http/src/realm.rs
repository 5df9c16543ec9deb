//! Which realm a request is for, and what of its path is the realm's own.
//!
//! 1. Host and path choose among the configured issuers; the longest path wins.
//! 2. The issuer's path goes, so that routes are the same in every realm.
//! 3. A well-known document of an issuer with a path answers at both forms of its address: inserted
//!    (`/.well-known/<name>/<path>`, RFC 8414 §3.1) and appended (`<path>/.well-known/<name>`, OpenID
//!    Connect Discovery §4).
//! 4. What a protected resource says of itself stands before its own path (RFC 9728 §3.1); the issuer's
//!    path goes from that.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::HOST;
use axum::http::uri::{PathAndQuery, Uri};
use axum::http::{HeaderMap, Request};
use symbolon_identity::World;
use symbolon_identity::realm::Realm;

/// Where every well-known document stands (RFC 8615 §3).
const WELL_KNOWN: &str = "/.well-known/";

/// What a protected resource says of itself.
const PROTECTED: &str = "oauth-protected-resource";

/// The realm of a request, whose path then is the realm's own. `None` where no issuer is here.
pub(crate) fn resolve(world: &World, request: &mut Request<Body>) -> Option<Arc<Realm>> {
    let host = host(request.uri(), request.headers());
    let path = request.uri().path();
    if let Some((PROTECTED, resource)) = inserted(path) {
        let realm = world.realms.at(&host, resource)?;
        let own = resource.strip_prefix(realm.issuer.path());
        let own = format!("{WELL_KNOWN}{PROTECTED}{}", own.unwrap_or(resource));
        rewrite(request, &own);
        return Some(realm);
    }
    if let Some((name, issuer)) = inserted(path) {
        let realm = world.realms.at(&host, issuer);
        let realm = realm.filter(|realm| realm.issuer.path() == issuer)?;
        let own = format!("{WELL_KNOWN}{name}");
        rewrite(request, &own);
        return Some(realm);
    }
    let realm = world.realms.at(&host, path)?;
    if !realm.issuer.path().is_empty() {
        let own = path.strip_prefix(realm.issuer.path()).unwrap_or(path);
        let own = if own.is_empty() { "/" } else { own }.to_owned();
        rewrite(request, &own);
    }
    Some(realm)
}

/// Name and issuer's path of `/.well-known/<name>/<path>`, where there is such a path.
fn inserted(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix(WELL_KNOWN)?;
    let at = rest.find('/')?;
    let (name, issuer) = rest.split_at(at);
    (issuer.len() > 1).then_some((name, issuer))
}

/// The host that was asked for, as issuers write it: lower case, without a default port.
fn host<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Cow<'r, str> {
    let header = || headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = uri.authority().map(axum::http::uri::Authority::as_str);
    let host = host.or_else(header).unwrap_or_default();
    let bare = host.strip_suffix(":443").or(host.strip_suffix(":80"));
    let host = bare.unwrap_or(host);
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    }
}

/// Gives a request another path; its query stays.
fn rewrite(request: &mut Request<Body>, path: &str) {
    let query = request.uri().query();
    let text = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let Ok(path) = PathAndQuery::try_from(text) else {
        return;
    };
    let mut parts = std::mem::take(request.uri_mut()).into_parts();
    parts.path_and_query = Some(path);
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str, header: Option<&str>) -> String {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(HOST, header.parse().unwrap());
        }
        host(&uri.parse().unwrap(), &headers).into_owned()
    }

    #[test]
    fn a_host_is_written_as_issuers_write_it() {
        assert_eq!(asked("/token", Some("Auth.Example:443")), "auth.example");
        assert_eq!(asked("/token", Some("127.0.0.1:8080")), "127.0.0.1:8080");
        assert_eq!(
            asked("https://b.example/token", Some("a.example")),
            "b.example"
        );
        assert_eq!(asked("/token", None), "");
    }

    #[test]
    fn only_a_well_known_name_with_a_path_behind_it_is_the_inserted_form() {
        let metadata = "/.well-known/oauth-authorization-server";
        assert_eq!(inserted(metadata), None);
        assert_eq!(inserted(&format!("{metadata}/")), None);
        let both = ("oauth-authorization-server", "/a/b");
        assert_eq!(inserted(&format!("{metadata}/a/b")), Some(both));
        assert_eq!(inserted("/a/.well-known/openid-configuration"), None);
    }

    #[test]
    fn a_rewritten_path_keeps_its_query() {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = "http://a.example/t/token?x=1".parse().unwrap();
        rewrite(&mut request, "/token");
        assert_eq!(request.uri(), "http://a.example/token?x=1");
    }
}
