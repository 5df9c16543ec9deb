//! Somebody at an app: a person with a password, signed in, and a confidential app of the operator's
//! own, which asks nobody for consent. What it gets on his behalf is what the rows present.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::authority::{Authority, SCOPE, basic};
use super::browser::{Browser, encoded, form, hidden};
use super::fault::Fault;
use super::http::{Answer, Connection, Request};
use super::row::{Form, Scoped};
use super::token::{FORM, gather};

/// Where the app is sent back to. Nobody goes there.
const REDIRECT: &str = "https://app.example/callback";

/// Verifier and challenge of RFC 7636, appendix B. Real apps have another pair each time, which costs
/// the authority the same.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The sign-in page.
const SIGN_IN: &str = "/sign-in/";

/// A person, and what he types.
#[derive(Clone)]
pub(super) struct Person {
    username: String,
    password: String,
}

/// The app.
pub(super) struct App {
    client_id: String,
    /// Its `Authorization` header.
    pub(super) basic: String,
}

/// Both, and the browser between them.
pub(super) struct Visitor {
    /// The app.
    pub(super) app: App,
    /// The browser, signed in.
    pub(super) browser: Browser,
}

impl Person {
    /// Makes one, and has it set a password by its one-time link.
    ///
    /// # Errors
    /// [`Fault`] where an answer is not what it should be.
    pub(super) fn make(at: &Authority) -> Result<Self, Fault> {
        static NUMBER: AtomicUsize = AtomicUsize::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let username = format!("person-{number}");
        let password = format!("violet lantern {number} beside quarry harbour");
        let claims = json!({ "name": "Some Person", "email": format!("{username}@example.com") });
        let person = json!({ "kind": "person", "username": username, "claims": claims });
        let made = at.make("/v1/subjects", &person)?;
        let id = made.member("id").unwrap_or_default();
        let link = at.make(&format!("/v1/subjects/{id}/password-link"), &json!({}))?;
        let url = link.member("url").unwrap_or_default();
        let path = url
            .find("/set-password/")
            .and_then(|start| url.get(start..));
        let path = path.ok_or_else(|| link.fault("password-link"))?;
        let mut browser = Browser::open(at.address)?;
        let page = browser.get(path)?;
        let fields = [
            ("csrf", hidden(&page.body, "csrf")),
            ("password", &password),
            ("repeat", &password),
        ];
        let set = browser.post(path, &fields)?;
        match set.status {
            303 => Ok(Self { username, password }),
            _ => Err(set.fault("/set-password/")),
        }
    }

    /// Signs in, in a browser of its own.
    ///
    /// # Errors
    /// [`Fault`] where that does not succeed.
    pub(super) fn sign_in(&self, address: SocketAddr) -> Result<Browser, Fault> {
        let mut browser = Browser::open(address)?;
        let csrf = first_csrf(&mut browser)?;
        let answer = self.submit(&mut browser, &csrf)?;
        match answer.status {
            303 => Ok(browser),
            _ => Err(answer.fault(SIGN_IN)),
        }
    }

    /// Sends the sign-in form.
    ///
    /// # Errors
    /// [`Fault::Connection`].
    pub(super) fn submit(&self, browser: &mut Browser, csrf: &str) -> Result<Answer, Fault> {
        browser.post(SIGN_IN, &self.fields(csrf))
    }

    /// The sign-in form, encoded.
    pub(super) fn form(&self, csrf: &str) -> String {
        form(&self.fields(csrf))
    }

    fn fields<'a>(&'a self, csrf: &'a str) -> [(&'a str, &'a str); 4] {
        [
            ("request", ""),
            ("csrf", csrf),
            ("identifier", &self.username),
            ("password", &self.password),
        ]
    }
}

/// The token of a new browser's sign-in form: it stays good for that browser.
///
/// # Errors
/// [`Fault`] where the page has none.
pub(super) fn first_csrf(browser: &mut Browser) -> Result<String, Fault> {
    let page = browser.get(SIGN_IN)?;
    let csrf = hidden(&page.body, "csrf").to_owned();
    if page.status == 200 && !csrf.is_empty() {
        return Ok(csrf);
    }
    Err(page.fault(SIGN_IN))
}

impl Visitor {
    /// Makes person and app, and signs in.
    ///
    /// # Errors
    /// [`Fault`] where an answer is not what it should be.
    pub(super) fn make(at: &Authority) -> Result<Self, Fault> {
        let browser = Person::make(at)?.sign_in(at.address)?;
        Ok(Self {
            app: App::make(at)?,
            browser,
        })
    }

    /// Fetches codes that were not redeemed. They live for a minute.
    ///
    /// # Errors
    /// [`Fault`] of the first that was not issued.
    pub(super) fn codes(
        &self,
        at: &Authority,
        wanted: (Form, Scoped),
        count: usize,
    ) -> Result<Vec<String>, Fault> {
        let (path, cookie) = (self.app.authorize(wanted), self.browser.cookie());
        gather(at, count, |connection| code(connection, &path, &cookie))
    }

    /// Fetches refresh tokens, each of a family of its own.
    ///
    /// # Errors
    /// [`Fault`] of the first that was not issued.
    pub(super) fn refresh_tokens(
        &self,
        at: &Authority,
        wanted: (Form, Scoped),
        count: usize,
    ) -> Result<Vec<String>, Fault> {
        let (path, cookie) = (self.app.authorize(wanted), self.browser.cookie());
        gather(at, count, |connection| {
            let code = code(connection, &path, &cookie)?;
            let answer = self.redeem(connection, &code)?;
            let token = answer.member("refresh_token");
            token.ok_or_else(|| answer.fault("/token"))
        })
    }

    /// Redeems a code.
    ///
    /// # Errors
    /// [`Fault`] where it is refused.
    pub(super) fn redeem(&self, connection: &mut Connection, code: &str) -> Result<Answer, Fault> {
        connection.succeed(Request {
            path: "/token",
            authorization: Some(&self.app.basic),
            body: Some((FORM, &(before_code() + code))),
            ..Request::default()
        })
    }
}

impl App {
    fn make(at: &Authority) -> Result<Self, Fault> {
        let (client_id, secret) = at.make_client(&json!({
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": [REDIRECT],
            "scope": SCOPE,
            "first_party": true,
        }))?;
        let basic = basic(&client_id, &secret);
        Ok(Self { client_id, basic })
    }

    /// The path that asks for a code (RFC 6749 §4.1.1, RFC 7636 §4.3).
    pub(super) fn authorize(&self, (resource, scoped): (Form, Scoped)) -> String {
        let scope = match scoped {
            Scoped::Access => SCOPE.to_owned(),
            Scoped::OpenId => format!("openid profile email {SCOPE}"),
        };
        let query = form(&[
            ("client_id", &self.client_id),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", &scope),
            ("state", "af0ifjsldkj"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        format!("/authorize?{query}&{}", resource.resource())
    }
}

/// The form that redeems a code, up to the code itself.
pub(super) fn before_code() -> String {
    format!(
        "grant_type=authorization_code&redirect_uri={}&code_verifier={VERIFIER}&code=",
        encoded(REDIRECT)
    )
}

fn code(connection: &mut Connection, path: &str, cookie: &str) -> Result<String, Fault> {
    let answer = connection.answer(Request {
        path,
        cookie: Some(cookie),
        ..Request::default()
    })?;
    let code = answer.location.as_deref().and_then(code_of);
    code.ok_or_else(|| answer.fault("/authorize"))
}

/// The code in the address that the browser is sent back to.
fn code_of(location: &str) -> Option<String> {
    let query = location.strip_prefix(REDIRECT)?.strip_prefix('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find_map(|(name, value)| (name == "code").then(|| value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_taken_from_the_apps_own_address_only() {
        let at = |location: &str| code_of(location);
        let right = at("https://app.example/callback?state=s&code=abc&iss=i");
        assert_eq!(right.as_deref(), Some("abc"));
        assert_eq!(at("/sign-in/?request=r"), None);
        assert_eq!(at("https://app.example/callback?error=access_denied"), None);
    }

    #[test]
    fn an_app_asks_for_an_id_token_by_its_scope() {
        let app = App {
            client_id: "a".into(),
            basic: String::new(),
        };
        let path = app.authorize((Form::Es256, Scoped::OpenId));
        assert!(
            path.contains("scope=openid%20profile%20email%20demo%3Aread"),
            "{path}"
        );
        assert!(
            path.ends_with("&resource=https%3A%2F%2Fjwt.es256.example"),
            "{path}"
        );
        assert!(
            !app.authorize((Form::Es256, Scoped::Access))
                .contains("openid")
        );
    }
}
