//! A person's browser, as far as the bench needs one: it keeps cookies, and fills in forms.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;

use super::authority::connect;
use super::fault::Fault;
use super::http::{Answer, Connection, Request};
use super::token::FORM;

/// A browser, on a connection of its own.
pub(super) struct Browser {
    connection: Connection,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A new one, which nobody knows.
    ///
    /// # Errors
    /// [`Fault::Connection`].
    pub(super) fn open(address: SocketAddr) -> Result<Self, Fault> {
        Ok(Self {
            connection: connect(address)?,
            cookies: BTreeMap::new(),
        })
    }

    /// Loads a page; follows nothing.
    ///
    /// # Errors
    /// [`Fault::Connection`].
    pub(super) fn get(&mut self, path: &str) -> Result<Answer, Fault> {
        self.ask(path, None)
    }

    /// Sends a form.
    ///
    /// # Errors
    /// [`Fault::Connection`].
    pub(super) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Fault> {
        self.ask(path, Some(&form(fields)))
    }

    /// The `Cookie` header that it sends.
    pub(super) fn cookie(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn ask(&mut self, path: &str, form: Option<&str>) -> Result<Answer, Fault> {
        let cookie = self.cookie();
        let answer = self.connection.answer(Request {
            path,
            authorization: None,
            cookie: (!cookie.is_empty()).then_some(&cookie),
            body: form.map(|form| (FORM, form)),
        })?;
        self.cookies.extend(answer.cookies.iter().cloned());
        Ok(answer)
    }
}

/// The value of a page's hidden field; empty where it has none.
pub(super) fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let begin = format!("name=\"{name}\" value=\"");
    let rest = page.split_once(&begin).map_or("", |(_, rest)| rest);
    rest.split_once('"').map_or("", |(value, _)| value)
}

/// A form, encoded.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter();
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    pairs.join("&")
}

/// A text as part of a form or a query (RFC 3986 §2.1).
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded() {
        let fields = [("redirect_uri", "https://a/b"), ("scope", "a b&c")];
        assert_eq!(
            form(&fields),
            "redirect_uri=https%3A%2F%2Fa%2Fb&scope=a%20b%26c"
        );
    }

    #[test]
    fn a_hidden_field_is_found_by_its_name() {
        let page = "<input type=\"hidden\" name=\"request\" value=\"r\">\n\
                    <input type=\"hidden\" name=\"csrf\" value=\"c-_1\">";
        assert_eq!((hidden(page, "csrf"), hidden(page, "none")), ("c-_1", ""));
    }
}
