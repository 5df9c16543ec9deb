//! The sign-in page: `{base}/sign-in/`, form `id="sign-in"`.
//!
//! Controls: `identifier`, `password`, hidden `request` and `csrf`, button `id="submit"`. After a
//! failed try the sentence stands in an element `role="alert"`, its code in `id="error-code"`.

use askama::Template;

use crate::page::{self, Page};
use crate::site::Site;

/// The path of the page and of its form, below the issuer's.
pub const PATH: &str = "/sign-in/";

/// What the page shows.
#[derive(Clone, Copy, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn<'a> {
    /// Where it stands.
    pub site: Site<'a>,
    /// The name of the application that asks; none if the person came by themselves.
    pub client: Option<&'a str>,
    /// What stands in the first field: the login hint, or what was typed before.
    pub identifier: &'a str,
    /// The sealed authorization request; may be empty.
    pub request: &'a str,
    /// The token that binds the form to the browser.
    pub csrf: &'a str,
    /// What went wrong with the try before.
    pub fault: Option<Fault>,
}

/// Why a try to sign in failed. Whether the account exists never shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Identifier or password was left empty.
    Incomplete,
    /// No account has this identifier and this password.
    Wrong,
    /// Too many tries for this account or from this network; a delay is running.
    TooMany,
    /// The server checks as many passwords as it can already.
    Busy,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Incomplete, Self::Wrong, Self::TooMany, Self::Busy];

    /// The stable code, in `id="error-code"`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::Wrong => "wrong_credentials",
            Self::TooMany => "too_many_tries",
            Self::Busy => "busy",
        }
    }

    /// What the person reads, the same every time.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Incomplete => "Please fill in both fields.",
            Self::Wrong => "Wrong username, email address or password.",
            Self::TooMany => "Too many tries right now. Wait a few seconds, then try again.",
            Self::Busy => "Too many people are signing in right now. Please try again.",
        }
    }

    /// The HTTP status that fits, where the page is the answer to the try itself.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Incomplete | Self::Wrong => 400,
            Self::TooMany | Self::Busy => 429,
        }
    }
}

impl SignIn<'_> {
    /// The page, with the status of its fault, else 200.
    #[must_use]
    pub fn page(&self) -> Page {
        page::strict(self.fault.map_or(200, Fault::status), self)
    }
}
