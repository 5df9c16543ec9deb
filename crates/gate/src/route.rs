//! Routes: what a request must bring, by host, path and method. The first that fits counts.
//!
//! A path is what can be read in two ways: `/public/../admin`, `/%61dmin`, `//admin`, `/admin;x`. Where
//! routes are told apart by path, one that the service might read otherwise than the gate is refused;
//! where none names a path, paths are not looked at.

use http::HeaderValue;
use symbolon_token::scope::Scope;

use crate::ask::Ask;
use crate::refusal::Reason;
use crate::setting::{Credential, RouteSettings, SettingError};

/// What requests to one place must bring.
pub(crate) struct Route {
    /// In lower case, with a port where only that port is meant.
    pub(crate) host: Option<Box<str>>,
    /// Without a slash at its end; empty means every path.
    path: Box<str>,
    methods: Vec<String>,
    pub(crate) audience: String,
    pub(crate) audience_value: HeaderValue,
    pub(crate) scope: Scope,
    pub(crate) credential: Credential,
    pub(crate) public: bool,
    pub(crate) challenges: Challenges,
}

/// What a refused caller is told (RFC 6750 §3, RFC 9728 §5.1).
pub(crate) struct Challenges {
    pub(crate) missing: HeaderValue,
    pub(crate) malformed: HeaderValue,
    pub(crate) dead: HeaderValue,
    pub(crate) scope: HeaderValue,
}

impl Route {
    /// # Errors
    /// [`SettingError`], which names the key.
    pub(crate) fn new(settings: RouteSettings) -> Result<Self, SettingError> {
        let host = settings.host.map(|host| checked_host(&host)).transpose()?;
        let path = checked_path(settings.path.as_deref().unwrap_or("/"))?;
        let is_method = |name: &String| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'-')
        };
        if let Some(method) = settings.methods.iter().find(|name| !is_method(name)) {
            return Err(SettingError::Method(method.clone()));
        }
        let scope = Scope::parse(&settings.scope).map_err(SettingError::Scope)?;
        let wrong = || SettingError::Audience(settings.audience.clone());
        if settings.audience.is_empty() || !is_quotable(&settings.audience) {
            return Err(wrong());
        }
        let audience_value = HeaderValue::try_from(&settings.audience).map_err(|_| wrong())?;
        let metadata = settings.resource_metadata;
        Ok(Self {
            host: host.map(Into::into),
            path: path.into(),
            methods: settings.methods,
            audience_value,
            audience: settings.audience,
            challenges: Challenges::new(&scope, metadata.as_deref())?,
            scope,
            credential: settings.credential,
            public: settings.public,
        })
    }

    fn fits(&self, (host, bare): (&str, &str), path: &[u8], method: &str) -> bool {
        let host_fits = self
            .host
            .as_deref()
            .is_none_or(|own| own.eq_ignore_ascii_case(host) || own.eq_ignore_ascii_case(bare));
        let rest = path.strip_prefix(self.path.as_bytes());
        let path_fits = rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'/')));
        let method_fits = self.methods.is_empty() || self.methods.iter().any(|one| one == method);
        host_fits && (self.path.is_empty() || path_fits) && method_fits
    }
}

/// The route of a request.
///
/// # Errors
/// [`Reason::Path`], [`Reason::NoRoute`].
pub(crate) fn find<'g>(routes: &'g [Route], ask: &Ask<'_>) -> Result<&'g Route, Reason> {
    let path = if routes.iter().any(|route| !route.path.is_empty()) {
        plain(ask.path).ok_or(Reason::Path)?
    } else {
        Vec::new()
    };
    let host = ask.host;
    let bare = without_port(host);
    let route = routes
        .iter()
        .find(|route| route.fits((host, bare), &path, ask.method));
    route.ok_or(Reason::NoRoute)
}

/// A host without its port, and without the dot of the root.
fn without_port(host: &str) -> &str {
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if !port.contains(']') => bare,
        Some(_) | None => host,
    };
    bare.strip_suffix('.').unwrap_or(bare)
}

/// The path as every reader reads it, without its query; `None` where readers differ: of a `#`, which
/// has no place in a request, some make the end and some a part of the path.
fn plain(path: &str) -> Option<Vec<u8>> {
    if path.contains('#') {
        return None;
    }
    let path = path.split('?').next().unwrap_or_default();
    let mut bytes = path.bytes();
    let mut plain = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' {
            let (high, low) = (bytes.next()?, bytes.next()?);
            let byte = hex(high)? << 4 | hex(low)?;
            if matches!(byte, b'/' | b'.' | b'%') {
                return None;
            }
            byte
        } else {
            byte
        };
        if byte < 0x20 || matches!(byte, 0x7f | b'\\' | b';') {
            return None;
        }
        plain.push(byte);
    }
    let inside = plain.strip_prefix(b"/")?;
    let inside = inside.strip_suffix(b"/").unwrap_or(inside);
    let is_odd = |segment: &[u8]| matches!(segment, b"" | b"." | b"..");
    if !inside.is_empty() && inside.split(|byte| *byte == b'/').any(is_odd) {
        return None;
    }
    // `//` alone; and what some readers take for another way to write a dot or a slash.
    (plain != b"//" && std::str::from_utf8(&plain).is_ok()).then_some(plain)
}

fn hex(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

fn checked_host(host: &str) -> Result<String, SettingError> {
    let wrong = || SettingError::Host(host.to_owned());
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(fits) || without_port(host).is_empty() {
        return Err(wrong());
    }
    Ok(host.to_ascii_lowercase())
}

fn checked_path(path: &str) -> Result<String, SettingError> {
    let wrong = || SettingError::Path(path.to_owned());
    if path.contains(['%', '?', '#']) || plain(path).is_none() {
        return Err(wrong());
    }
    Ok(path.strip_suffix('/').unwrap_or(path).to_owned())
}

/// What may stand between quotes in a challenge.
fn is_quotable(text: &str) -> bool {
    let fits = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    text.bytes().all(fits)
}

impl Challenges {
    fn new(scope: &Scope, metadata: Option<&str>) -> Result<Self, SettingError> {
        let mut shared = Vec::new();
        if !scope.is_empty() {
            shared.push(format!("scope=\"{scope}\""));
        }
        if let Some(url) = metadata {
            if !url.starts_with("https://") && !url.starts_with("http://") || !is_quotable(url) {
                return Err(SettingError::Metadata(url.to_owned()));
            }
            shared.push(format!("resource_metadata=\"{url}\""));
        }
        let with = |error: Option<&str>| {
            let error = error.map(|error| format!("error=\"{error}\""));
            let members: Vec<_> = error.into_iter().chain(shared.iter().cloned()).collect();
            let members = members.join(", ");
            // Only quotable characters went in.
            HeaderValue::try_from(format!("Bearer {members}").trim_end().to_owned())
                .unwrap_or(HeaderValue::from_static("Bearer"))
        };
        Ok(Self {
            missing: with(None),
            malformed: with(Some("invalid_request")),
            dead: with(Some("invalid_token")),
            scope: with(Some("insufficient_scope")),
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use proptest::prelude::*;

    use super::*;

    fn route(host: Option<&str>, path: Option<&str>, methods: &[&str]) -> Route {
        let settings = RouteSettings {
            host: host.map(str::to_owned),
            path: path.map(str::to_owned),
            methods: methods.iter().map(|one| (*one).to_owned()).collect(),
            audience: "a".to_owned(),
            ..RouteSettings::default()
        };
        Route::new(settings).unwrap()
    }

    /// The place of the route that is found.
    fn found(routes: &[Route], method: &str, host: &str, path: &str) -> Result<usize, Reason> {
        let headers = HeaderMap::new();
        let ask = Ask {
            method,
            host,
            path,
            headers: &headers,
        };
        let route = find(routes, &ask)?;
        let places = routes.iter().position(|one| std::ptr::eq(one, route));
        Ok(places.unwrap())
    }

    #[test]
    fn the_first_route_that_fits_counts() {
        let routes = [
            route(Some("a.example"), Some("/orders"), &["GET", "HEAD"]),
            route(Some("A.example"), Some("/orders/"), &[]),
            route(Some("a.example:8443"), None, &[]),
            route(Some("b.example"), None, &[]),
        ];
        for (method, host, path, expected) in [
            ("GET", "a.example", "/orders", Ok(0)),
            ("GET", "A.EXAMPLE:80", "/orders/7?x=/../", Ok(0)),
            ("get", "a.example", "/orders", Ok(1)),
            ("POST", "a.example.", "/orders/", Ok(1)),
            ("GET", "a.example", "/ordersx", Err(Reason::NoRoute)),
            ("GET", "a.example:8443", "/", Ok(2)),
            ("GET", "a.example:8444", "/", Err(Reason::NoRoute)),
            ("GET", "b.example", "/%61", Ok(3)),
            ("GET", "c.example", "/", Err(Reason::NoRoute)),
            ("GET", "", "/", Err(Reason::NoRoute)),
        ] {
            assert_eq!(
                found(&routes, method, host, path),
                expected,
                "{method} {host}{path}"
            );
        }
    }

    #[test]
    fn an_encoded_letter_is_that_letter() {
        let routes = [route(None, Some("/admin"), &[]), route(None, None, &[])];
        assert_eq!(found(&routes, "GET", "a", "/%61dmin/x"), Ok(0));
        assert_eq!(found(&routes, "GET", "a", "/public"), Ok(1));
    }

    #[test]
    fn a_path_that_reads_in_two_ways_is_refused_where_paths_count() {
        let by_path = [route(None, Some("/admin"), &[]), route(None, None, &[])];
        let whole = [route(None, None, &[])];
        for path in [
            "/public/../admin",
            "/public/..",
            "/./admin",
            "//admin",
            "/public//admin",
            "//",
            "/public/%2e%2E/admin",
            "/public%2f..",
            "/public#/../admin",
            "/public#",
            "/public/%c0%ae%c0%ae/admin",
            "/%5cadmin",
            "/a\\b",
            "/admin;x",
            "/public/..;/admin",
            "/%3b",
            "/%2561dmin",
            "/%00",
            "/%0a",
            "/%6",
            "/%zz",
            "*",
            "",
            "http://a/admin",
        ] {
            assert_eq!(
                found(&by_path, "GET", "a", path),
                Err(Reason::Path),
                "{path}"
            );
            assert_eq!(found(&whole, "GET", "a", path), Ok(0), "{path}");
        }
    }

    #[test]
    fn what_cannot_be_a_route_is_refused_by_name() {
        let base = || RouteSettings {
            audience: "https://a.example".to_owned(),
            ..RouteSettings::default()
        };
        let text = |text: &str| text.to_owned();
        for (settings, expected) in [
            (
                RouteSettings {
                    host: Some(text("a b")),
                    ..base()
                },
                SettingError::Host(text("a b")),
            ),
            (
                RouteSettings {
                    path: Some(text("a")),
                    ..base()
                },
                SettingError::Path(text("a")),
            ),
            (
                RouteSettings {
                    path: Some(text("/%61")),
                    ..base()
                },
                SettingError::Path(text("/%61")),
            ),
            (
                RouteSettings {
                    methods: vec![text("get")],
                    ..base()
                },
                SettingError::Method(text("get")),
            ),
            (
                RouteSettings {
                    audience: text("a\"b"),
                    ..base()
                },
                SettingError::Audience(text("a\"b")),
            ),
            (
                RouteSettings {
                    resource_metadata: Some(text("x")),
                    ..base()
                },
                SettingError::Metadata(text("x")),
            ),
        ] {
            assert_eq!(Route::new(settings).err(), Some(expected));
        }
    }

    proptest! {
        /// Whoever resolves such a path once more, or decodes it once more, finds the same.
        #[test]
        fn a_plain_path_stays_what_it_is(path in "/[a-z./%2e5cF;\\\\]{0,14}") {
            if let Some(plain) = plain(&path) {
                let text = String::from_utf8_lossy(&plain).into_owned();
                prop_assert!(!text.contains("//") && !text.contains('%') && !text.contains('\\'));
                prop_assert!(text.split('/').all(|one| one != "." && one != ".."));
            }
        }
    }
}
