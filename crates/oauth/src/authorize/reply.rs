//! The answer to the client, by way of the browser (RFC 6749 §4.1.2; OAuth 2.0 Form Post Response
//! Mode). It always says who answers: `iss` (RFC 9207), so that no client takes one authority's code
//! to another.

use serde::{Deserialize, Serialize};
use symbolon_identity::realm::Realm;
use symbolon_token::secret::Secret;
use url::form_urlencoded::Serializer;

use crate::error::OauthError;

/// How the answer travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// In the query of the redirect address.
    #[default]
    Query,
    /// In a form that the page posts.
    FormPost,
}

/// Where the answer goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// The redirect address, which the client has registered.
    pub redirect_uri: String,
    /// Whether the request named it.
    pub is_named: bool,
    /// How.
    pub mode: Mode,
    /// What the client wants to see again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// An answer. It may carry a code: it does not print.
pub struct Reply {
    /// The redirect address.
    pub redirect_uri: String,
    /// How it travels.
    pub mode: Mode,
    /// Its parameters.
    pub params: Vec<(&'static str, String)>,
}

impl Back {
    /// A code for the client.
    pub(super) fn code(&self, realm: &Realm, code: &Secret) -> Reply {
        self.reply(realm, vec![("code", code.reveal().to_owned())])
    }

    /// An error for the client.
    pub(super) fn refuse(&self, realm: &Realm, error: &OauthError) -> Reply {
        let code = ("error", error.code.name().to_owned());
        let words = ("error_description", error.description.to_string());
        self.reply(realm, vec![code, words])
    }

    fn reply(&self, realm: &Realm, mut params: Vec<(&'static str, String)>) -> Reply {
        params.extend(self.state.clone().map(|state| ("state", state)));
        params.push(("iss", realm.issuer.as_str().to_owned()));
        Reply {
            redirect_uri: self.redirect_uri.clone(),
            mode: self.mode,
            params,
        }
    }
}

impl Reply {
    /// The address that the browser is sent to, in the mode `query`: a query that the client has
    /// registered stays (RFC 6749 §3.1.2).
    #[must_use]
    pub fn location(&self) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in &self.params {
            query.append_pair(name, value);
        }
        let joint = match self.redirect_uri.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some((_, rest)) if rest.ends_with('&') => "",
            Some(_) => "&",
        };
        format!("{}{joint}{}", self.redirect_uri, query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(redirect_uri: &str) -> String {
        let reply = Reply {
            redirect_uri: redirect_uri.to_owned(),
            mode: Mode::Query,
            params: vec![
                ("code", "a b".to_owned()),
                ("iss", "https://a.example".to_owned()),
            ],
        };
        reply.location()
    }

    #[test]
    fn a_registered_query_stays() {
        let added = "code=a+b&iss=https%3A%2F%2Fa.example";
        for (registered, expected) in [
            ("https://b.example/cb", "https://b.example/cb?"),
            ("https://b.example/cb?x=1", "https://b.example/cb?x=1&"),
            ("https://b.example/cb?", "https://b.example/cb?"),
            ("http://127.0.0.1:7", "http://127.0.0.1:7?"),
            ("com.example:/cb", "com.example:/cb?"),
        ] {
            assert_eq!(location(registered), format!("{expected}{added}"));
        }
    }
}
