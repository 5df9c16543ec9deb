//! Step 1: what an address says.

use std::net::IpAddr;

use rustls::pki_types::ServerName;
use url::{Host, Url};

use crate::CallError;

/// An address that may be called as far as its words go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Name or literal, as a person would write it, without brackets.
    pub(crate) host: String,
    /// Its literal address, where it has no name.
    pub(crate) literal: Option<IpAddr>,
    /// The port.
    pub(crate) port: u16,
    /// Whom the certificate must name; none for plain http.
    pub(crate) name: Option<ServerName<'static>>,
    /// The header `Host`.
    pub(crate) authority: String,
    /// Path and query.
    pub(crate) path: String,
}

impl Target {
    /// # Errors
    /// [`CallError::Url`], [`CallError::Scheme`], [`CallError::Credentials`].
    pub(crate) fn parse(text: &str) -> Result<Self, CallError> {
        let url = Url::parse(text)?;
        let scheme = || CallError::Scheme {
            scheme: url.scheme().to_owned(),
        };
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(scheme()),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(CallError::Credentials);
        }
        let found = url.host().ok_or(url::ParseError::EmptyHost)?;
        let (host, literal) = match &found {
            Host::Domain(name) => ((*name).to_owned(), None),
            Host::Ipv4(address) => (address.to_string(), Some(IpAddr::V4(*address))),
            Host::Ipv6(address) => (address.to_string(), Some(IpAddr::V6(*address))),
        };
        let name = match (secure, literal) {
            (false, _) => None,
            (true, Some(address)) => Some(ServerName::from(address)),
            (true, None) => {
                let name = ServerName::try_from(host.clone());
                Some(name.map_err(|_| CallError::Characters)?)
            }
        };
        let authority = match url.port() {
            Some(port) => format!("{found}:{port}"),
            None => found.to_string(),
        };
        let query = url
            .query()
            .map_or(String::new(), |query| format!("?{query}"));
        Ok(Self {
            host,
            literal,
            port: url.port_or_known_default().ok_or_else(scheme)?,
            name,
            authority,
            path: format!("{}{query}", url.path()),
        })
    }

    /// Whether nobody on the way can read it.
    pub(crate) fn is_secure(&self) -> bool {
        self.name.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, u16, bool, String, String) {
        let target = Target::parse(text).unwrap();
        let secure = target.is_secure();
        (
            target.host,
            target.port,
            secure,
            target.authority,
            target.path,
        )
    }

    #[test]
    fn an_address_has_a_host_a_port_and_a_path() {
        let all = |host: &str, port, secure, authority: &str, path: &str| {
            (
                host.to_owned(),
                port,
                secure,
                authority.to_owned(),
                path.to_owned(),
            )
        };
        assert_eq!(
            parts("https://App.example/a?b=c#d"),
            all("app.example", 443, true, "app.example", "/a?b=c")
        );
        assert_eq!(
            parts("http://[::1]:8080"),
            all("::1", 8080, false, "[::1]:8080", "/")
        );
    }

    #[test]
    fn strange_spellings_of_an_address_are_the_address() {
        for text in [
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
        ] {
            let literal = Target::parse(text).unwrap().literal;
            assert_eq!(literal, Some([127, 0, 0, 1].into()), "{text}");
        }
    }

    #[test]
    fn other_schemes_and_credentials_are_refused_by_name() {
        let word = |text| Target::parse(text).unwrap_err().word();
        assert_eq!(word("ftp://a.example/"), "scheme");
        assert_eq!(word("file:///etc/passwd"), "scheme");
        assert_eq!(word("https://user@a.example/"), "credentials");
        assert_eq!(word("https://:secret@a.example/"), "credentials");
        assert_eq!(word("a.example"), "url");
        assert_eq!(word("https://"), "url");
    }
}
