//! Redirect addresses: which may be registered, and which registered one a request means.
//!
//! Compared exactly, character by character (RFC 9700 §2.1). Only the port of a literal loopback
//! address is free, since a native app is given whichever is (RFC 8252 §7.3); the name `localhost`
//! is no literal.

use url::Url;

/// Longest redirect address, in bytes.
pub(super) const MAX_URL: usize = 2000;

/// The literal loopback addresses, as they begin.
const LOOPBACK: [&str; 2] = ["http://127.0.0.1", "http://[::1]"];

/// Whether an address may be registered: absolute and without fragment; https, plain http to
/// loopback, or an app's own scheme (RFC 8252 §7); without a path that climbs.
pub(super) fn is_redirect(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.len() > MAX_URL || !plain || text.contains(['#', '\\']) || climbs(text) {
        return false;
    }
    let authority = text.split_once("://").map(|(_, rest)| rest);
    let authority = authority.and_then(|rest| rest.split(['/', '?']).next());
    let plain_host = authority.is_some_and(|host| !host.contains(['@', '*', '%']));
    match url.scheme() {
        "https" => text.starts_with("https://") && url.has_host() && plain_host,
        "http" => text.starts_with("http://") && is_loopback(&url) && plain_host,
        "javascript" | "data" | "vbscript" | "blob" | "file" | "about" => false,
        scheme => scheme.contains('.'),
    }
}

/// Whether its path has a segment `.` or `..`, written out or percent-encoded: browsers resolve them,
/// comparisons do not.
fn climbs(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let decoded = path.to_ascii_lowercase().replace("%2e", ".");
    decoded
        .split('/')
        .any(|segment| matches!(segment, "." | ".."))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a request's address is this registered one.
pub(super) fn matches(registered: &str, asked: &str) -> bool {
    if registered == asked {
        return true;
    }
    match (after_port(registered), after_port(asked)) {
        (Some(registered), Some(asked)) => registered == asked,
        (None, _) | (_, None) => false,
    }
}

/// A literal loopback address and what follows its port.
fn after_port(text: &str) -> Option<(&'static str, &str)> {
    let (start, rest) = LOOPBACK
        .into_iter()
        .find_map(|start| Some((start, text.strip_prefix(start)?)))?;
    let rest = match rest.strip_prefix(':') {
        Some(port) => {
            let digits = port.len()
                - port
                    .trim_start_matches(|one: char| one.is_ascii_digit())
                    .len();
            let (port, rest) = port.split_at_checked(digits)?;
            port.parse::<u16>().ok()?;
            rest
        }
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((start, rest))
}

/// Whether anybody's program may listen at this address: a loopback one or an app's own scheme. Who
/// asks cannot be told from it (RFC 8252 §8.6).
#[must_use]
pub fn is_shared(redirect_uri: &str) -> bool {
    !redirect_uri.starts_with("https://")
}

/// Whether this server may call it: a browser may open a program on its device, a server cannot.
pub(crate) fn is_called(uri: &str) -> bool {
    let is_web = uri.starts_with("https://") || uri.starts_with("http://");
    is_web && is_redirect(uri)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_addresses_may_be_registered() {
        for redirect in [
            "https://app.example/cb?x=1",
            "http://127.0.0.1:7777/cb",
            "http://127.0.0.1:7777",
            "http://[::1]/cb",
            "http://localhost:3000/cb",
            "com.example.app:/cb",
            "https://app.example/a..b/c.",
        ] {
            assert!(is_redirect(redirect), "{redirect}");
        }
    }

    #[test]
    fn dangerous_addresses_may_not() {
        for redirect in [
            "http://app.example/cb",
            "https://app.example/cb#x",
            "https://user@app.example/cb",
            "https://:@app.example/cb",
            "https:app.example/cb",
            "https:/app.example/cb",
            "http:127.0.0.1/cb",
            "HTTPS://app.example/cb",
            "https://*.example/cb",
            "https://app.example/a/../cb",
            "https://app.example/a/%2E%2e/cb",
            "https://app.example/./cb",
            "https://app.example\\@evil.example/cb",
            "/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "myapp:/cb",
            "https://app.example/c b",
            &format!("https://app.example/{}", "x".repeat(2000)),
        ] {
            assert!(!is_redirect(redirect), "{redirect}");
        }
    }

    #[test]
    fn only_the_port_of_a_literal_loopback_address_is_free() {
        assert!(matches("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"));
        assert!(matches(
            "http://127.0.0.1:80/cb",
            "http://127.0.0.1:51004/cb"
        ));
        assert!(matches("http://[::1]:1", "http://[::1]:2"));
        assert!(matches("http://127.0.0.1:7777", "http://127.0.0.1:9"));
        for (registered, asked) in [
            ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb/"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:99999/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb"),
            ("http://127.0.0.1/cb", "http://[::1]/cb"),
            ("http://127.0.0.1/cb", "https://127.0.0.1/cb"),
            ("http://127.0.0.1", "http://127.0.0.1:1.evil.example"),
            ("http://localhost:1/cb", "http://localhost:2/cb"),
            ("https://app.example/cb", "https://app.example:444/cb"),
            ("https://app.example/cb", "https://app.example/CB"),
            ("https://app.example/cb", "https://app.example/cb/"),
            ("https://app.example/cb", "https://app.example/cb?x"),
            ("https://app.example/cb", "https://app.example/x/../cb"),
            (
                "https://app.example/cb",
                "https://app.example.evil.example/cb",
            ),
            ("https://app.example/cb", "https://app.examp1e/cb"),
        ] {
            assert!(!matches(registered, asked), "{registered} {asked}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_nothing_else_matches(asked in ".{0,60}") {
            prop_assert_eq!(
                matches("https://app.example/cb", &asked),
                asked == "https://app.example/cb"
            );
            let free = matches("http://127.0.0.1/cb", &asked);
            prop_assert!(!free || asked.starts_with("http://127.0.0.1"));
        }
    }
}
