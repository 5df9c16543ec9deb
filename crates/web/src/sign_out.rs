//! Sign-out: the question at `{base}/sign-out/`, form `id="sign-out"`, and the page after it.
//!
//! Button `id="confirm"` (`name="decision"`, `confirm`) and, where there is an application to go
//! back to or not, the link `id="back"`. Hidden: `request`, `csrf`. The page after it has an
//! element `id="signed-out"`.

use askama::Template;

use crate::page::{self, Page};
use crate::site::{Back, Site};

/// The path of the page and of its form, below the issuer's.
pub const PATH: &str = "/sign-out/";

/// The question.
#[derive(Clone, Copy, Template)]
#[template(path = "sign_out.html")]
pub struct SignOut<'a> {
    /// Where it stands.
    pub site: Site<'a>,
    /// Who is signed in.
    pub person: &'a str,
    /// The name of the application that asks for it; none if the person came by themselves.
    pub client: Option<&'a str>,
    /// The way back without signing out; none leads to the account page.
    pub back: Option<Back<'a>>,
    /// The sealed sign-out request; may be empty.
    pub request: &'a str,
    /// The token that binds the form to the browser.
    pub csrf: &'a str,
}

/// The page after it.
#[derive(Clone, Copy, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut<'a> {
    /// Where it stands.
    pub site: Site<'a>,
    /// The way back to the application; none leaves only the way to sign in again.
    pub back: Option<Back<'a>>,
}

impl SignOut<'_> {
    /// The page; its status is 200.
    #[must_use]
    pub fn page(&self) -> Page {
        page::strict(200, self)
    }
}

impl SignedOut<'_> {
    /// The page; its status is 200.
    #[must_use]
    pub fn page(&self) -> Page {
        page::strict(200, self)
    }
}
