//! The identity headers: which there are, what each says, and what could be taken for one.
//!
//! A service reads `X-Auth-Subject` as `HTTP_X_AUTH_SUBJECT`, and so it reads `X_Auth_Subject` and
//! `X.Auth.Subject`. A proxy that overwrites the first passes the others on, as the client wrote them.
//! Whatever is the same once all that is neither letter nor digit is a hyphen is therefore refused, and
//! so is a name that stands there twice. The name itself, once, is overwritten: all headers are always
//! emitted, so that what the client wrote never stays.

use http::header::CONNECTION;
use http::{HeaderMap, HeaderName, HeaderValue};
use symbolon_token::time::Time;

use crate::judge::Identity;
use crate::refusal::Reason;
use crate::setting::SettingError;

/// The prefix where none is chosen.
pub(crate) const DEFAULT_PREFIX: &str = "X-Auth-";

/// The longest prefix, in bytes: it stands eleven times in every answer.
const MAX_PREFIX: usize = 32;

/// One of the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Issuer,
    Subject,
    Client,
    Scope,
    Audience,
    IssuedAt,
    ExpiresAt,
    AuthTime,
    Acr,
    TokenId,
    Assertion,
}

/// Each with the end of its name.
const FIELDS: [(Field, &str); 11] = [
    (Field::Issuer, "issuer"),
    (Field::Subject, "subject"),
    (Field::Client, "client"),
    (Field::Scope, "scope"),
    (Field::Audience, "audience"),
    (Field::IssuedAt, "issued-at"),
    (Field::ExpiresAt, "expires-at"),
    (Field::AuthTime, "auth-time"),
    (Field::Acr, "acr"),
    (Field::TokenId, "token-id"),
    (Field::Assertion, "assertion"),
];

/// The names, with the prefix that was chosen.
pub(crate) struct Names {
    /// In lower case.
    prefix: Box<str>,
    all: Vec<(Field, HeaderName)>,
}

/// What there is to say.
pub(crate) struct Said<'a> {
    /// Of whom, where somebody is known.
    pub(crate) identity: Option<Identity>,
    /// What the route is for.
    pub(crate) audience: &'a HeaderValue,
    /// The assertion, where there is one.
    pub(crate) assertion: Option<String>,
}

impl Names {
    /// # Errors
    /// [`SettingError::Prefix`].
    pub(crate) fn new(prefix: &str) -> Result<Self, SettingError> {
        let wrong = || SettingError::Prefix(prefix.to_owned());
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let stem = prefix.strip_suffix('-').ok_or_else(wrong)?;
        if stem.is_empty() || prefix.len() > MAX_PREFIX || !prefix.bytes().all(fits) {
            return Err(wrong());
        }
        let lower = prefix.to_ascii_lowercase();
        let named = FIELDS.iter().map(|(field, end)| {
            let name = HeaderName::try_from(format!("{lower}{end}"));
            name.map(|name| (*field, name)).map_err(|_| wrong())
        });
        Ok(Self {
            all: named.collect::<Result<_, _>>()?,
            prefix: lower.into(),
        })
    }

    /// Whether a client could be taken for somebody by one of its headers.
    ///
    /// # Errors
    /// [`Reason::Alias`].
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Reason> {
        for name in headers.keys() {
            let Some(field) = self.resembles(name.as_str()) else {
                continue;
            };
            let (_, own) = field;
            if own != name || headers.get_all(name).iter().nth(1).is_some() {
                return Err(Reason::Alias);
            }
        }
        // RFC 9110 §7.6.1: whoever names a header here has the next proxy remove it.
        let named = headers.get_all(CONNECTION).iter();
        for line in named {
            // What cannot be read here may be read by the next.
            let line = line.to_str().map_err(|_| Reason::Alias)?;
            let mut options = line.split(',');
            if options.any(|option| self.resembles(option.trim()).is_some()) {
                return Err(Reason::Alias);
            }
        }
        Ok(())
    }

    /// The identity header that a service may take this name for.
    fn resembles(&self, name: &str) -> Option<&(Field, HeaderName)> {
        let fold = |byte: u8| {
            if byte.is_ascii_alphanumeric() {
                byte.to_ascii_lowercase()
            } else {
                b'-'
            }
        };
        let mut bytes = name.bytes().map(fold);
        let is_near = self.prefix.bytes().all(|own| bytes.next() == Some(own));
        if !is_near {
            return None;
        }
        self.all
            .iter()
            .find(|(_, own)| name.bytes().map(fold).eq(own.as_str().bytes()))
    }

    /// Writes every one of them, empty where there is nothing to say.
    ///
    /// # Errors
    /// [`Reason::Unknown`] for an identity that does not fit into a header: to leave it out would
    /// make somebody nobody.
    pub(crate) fn write(&self, said: Said<'_>, headers: &mut HeaderMap) -> Result<(), Reason> {
        let Said {
            identity,
            audience,
            assertion,
        } = said;
        let mut values = Values::of(identity, assertion, audience);
        for (field, name) in &self.all {
            let value = values.take(*field)?;
            headers.insert(name, value);
        }
        Ok(())
    }
}

/// What each header says.
struct Values<'a> {
    identity: Option<Identity>,
    assertion: Option<String>,
    audience: &'a HeaderValue,
}

impl<'a> Values<'a> {
    fn of(
        identity: Option<Identity>,
        assertion: Option<String>,
        audience: &'a HeaderValue,
    ) -> Self {
        Self {
            identity,
            assertion,
            audience,
        }
    }

    fn take(&mut self, field: Field) -> Result<HeaderValue, Reason> {
        const EMPTY: HeaderValue = HeaderValue::from_static("");
        let Some(identity) = &mut self.identity else {
            return Ok(EMPTY);
        };
        let at = |time: Time| HeaderValue::from(time.seconds());
        let own = std::mem::take::<String>;
        match field {
            Field::Issuer => text(own(&mut identity.issuer)),
            Field::Subject => text(own(&mut identity.subject)),
            Field::Client => text(own(&mut identity.client)),
            Field::Scope => text(identity.scope.to_string()),
            Field::Audience => Ok(self.audience.clone()),
            Field::IssuedAt => Ok(identity.issued_at.map_or(EMPTY, at)),
            Field::ExpiresAt => Ok(at(identity.expires_at)),
            Field::AuthTime => Ok(identity.auth_time.map_or(EMPTY, at)),
            Field::Acr => identity.acr.take().map_or(Ok(EMPTY), text),
            Field::TokenId => identity.token_id.take().map_or(Ok(EMPTY), text),
            Field::Assertion => self.assertion.take().map_or(Ok(EMPTY), text),
        }
    }
}

/// Printable ASCII, and nothing that a reader could take for something else.
fn text(value: String) -> Result<HeaderValue, Reason> {
    let is_plain = value.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
    if !is_plain || value.starts_with(' ') || value.ends_with(' ') {
        tracing::error!("a token says something of somebody that fits into no header");
        return Err(Reason::Unknown);
    }
    HeaderValue::try_from(value).map_err(|_| Reason::Unknown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn checked(headers: &[(&str, &str)]) -> Result<(), Reason> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        Names::new(DEFAULT_PREFIX).unwrap().check(&map)
    }

    #[test]
    fn the_name_itself_once_is_no_fault() {
        assert_eq!(
            checked(&[("X-Auth-Subject", "x"), ("Accept", "*/*")]),
            Ok(())
        );
        // Others use the prefix too.
        assert_eq!(
            checked(&[("X-Auth-Token", "x"), ("X_Auth_Token", "x")]),
            Ok(())
        );
    }

    #[test]
    fn other_spellings_and_doubles_are_refused() {
        for headers in [
            &[("x_auth_subject", "x")][..],
            &[("X.AUTH.SUBJECT", "x")],
            &[("x-auth!expires~at", "x")],
            &[("X-Auth-Subject", "x"), ("x-auth-subject", "x")],
            &[("X-Auth-Subject", "x"), ("x_auth_subject", "x")],
            &[("Connection", "close, X-Auth-Subject")],
            &[("Connection", "close"), ("Connection", "x_auth_acr")],
        ] {
            assert_eq!(checked(headers), Err(Reason::Alias), "{headers:?}");
        }
    }

    #[test]
    fn options_that_cannot_be_read_here_are_refused() {
        let mut headers = HeaderMap::new();
        let line = http::HeaderValue::from_bytes(b"x-auth-subject, \xff").unwrap();
        headers.insert(CONNECTION, line);
        let names = Names::new("X-Auth-").unwrap();
        assert_eq!(names.check(&headers), Err(Reason::Alias));
    }

    #[test]
    fn a_prefix_makes_names_and_nothing_else() {
        let names = Names::new("Acme-").unwrap();
        assert_eq!(names.all[0].1, "acme-issuer");
        for prefix in ["", "-", "X-Auth", "X_Auth-", "X:-", "Ä-", &"x-".repeat(17)] {
            let wrong = SettingError::Prefix(prefix.to_owned());
            assert_eq!(Names::new(prefix).err(), Some(wrong));
        }
    }

    #[test]
    fn an_identity_that_fits_into_no_header_is_refused() {
        for value in ["Zoë", "a\r\nx: y", " a", "a ", "\u{7f}"] {
            assert_eq!(text(value.to_owned()), Err(Reason::Unknown), "{value:?}");
        }
        assert_eq!(text("a b".to_owned()).unwrap(), "a b");
    }

    proptest! {
        /// What CGI's heirs make one variable of is one name here.
        #[test]
        fn whatever_a_service_reads_as_ours_is_refused(
            at in 0..FIELDS.len(),
            marks in proptest::collection::vec("[-_.!#$%&'*+^`|~]", 4),
            upper in any::<bool>(),
        ) {
            let names = Names::new(DEFAULT_PREFIX).unwrap();
            let plain = names.all[at].1.as_str();
            let mut marks = marks.into_iter();
            let name: String = plain.chars().map(|one| match one {
                '-' => marks.next().unwrap(),
                one if upper => one.to_ascii_uppercase().to_string(),
                one => one.to_string(),
            }).collect();
            let expected = if name.eq_ignore_ascii_case(plain) { Ok(()) } else { Err(Reason::Alias) };
            prop_assert_eq!(checked(&[(&name, "x")]), expected);
        }
    }
}
