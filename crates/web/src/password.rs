//! A new password: the form `id="set-password"`, and the page after it (`id="password-set"`).
//!
//! With a one-time link the form stands at `{base}/set-password/<link>` and posts there; somebody
//! signed in changes theirs at `{base}/set-password/` and types the current one too. Controls:
//! `password`, `repeat`, `current` (change only), hidden `csrf`, button `id="submit"`.
//!
//! The rules are told before anything is typed, and they are those of NIST SP 800-63B-4 §3.1.1:
//! length and a list of common ones, no composition.

use askama::Template;

use crate::page::{self, Page};
use crate::site::Site;

/// The path of the page and of its form, below the issuer's; a link follows it.
pub const PATH: &str = "/set-password/";

/// The form.
#[derive(Clone, Copy, Template)]
#[template(path = "set_password.html")]
pub struct SetPassword<'a> {
    /// Where it stands.
    pub site: Site<'a>,
    /// Whose password: the identifier that they sign in with.
    pub identifier: &'a str,
    /// What allows it.
    pub proof: Proof<'a>,
    /// The fewest characters that it must have (Unicode code points).
    pub least: usize,
    /// The token that binds the form to the browser.
    pub csrf: &'a str,
    /// What was wrong with the try before.
    pub fault: Option<Fault>,
}

/// What allows somebody to set the password.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// A one-time link: the token at the end of the address.
    Link(&'a str),
    /// The current password, asked for in the form.
    Current,
}

/// Why a password was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Something was left empty.
    Incomplete,
    /// Fewer characters than the least.
    TooShort,
    /// Longer than any password that is taken.
    TooLong,
    /// It is on the list of common passwords.
    Common,
    /// It is made of the person's identifier or the site's name.
    Personal,
    /// The two fields differ.
    Mismatch,
    /// The current password is wrong.
    WrongCurrent,
    /// Too many tries right now.
    TooMany,
    /// The server checks as many passwords as it can already.
    Busy,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Incomplete,
        Self::TooShort,
        Self::TooLong,
        Self::Common,
        Self::Personal,
        Self::Mismatch,
        Self::WrongCurrent,
        Self::TooMany,
        Self::Busy,
    ];

    /// The stable code, in `id="error-code"`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::TooShort => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::Common => "password_common",
            Self::Personal => "password_personal",
            Self::Mismatch => "password_mismatch",
            Self::WrongCurrent => "wrong_current_password",
            Self::TooMany => "too_many_tries",
            Self::Busy => "busy",
        }
    }

    /// What the person reads, the same every time.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Incomplete => "Please fill in every field.",
            Self::TooShort => "This password is too short.",
            Self::TooLong => "This password is too long.",
            Self::Common => "This password is one that many people use. Choose another.",
            Self::Personal => "This password is too close to your own name. Choose another.",
            Self::Mismatch => "The two passwords are not the same. Type both again.",
            Self::WrongCurrent => "The current password is wrong.",
            Self::TooMany => "Too many tries right now. Wait a few seconds, then try again.",
            Self::Busy => "Too many people are signing in right now. Please try again.",
        }
    }

    /// The HTTP status that fits, where the page is the answer to the try itself.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Incomplete
            | Self::TooShort
            | Self::TooLong
            | Self::Common
            | Self::Personal
            | Self::Mismatch
            | Self::WrongCurrent => 400,
            Self::TooMany | Self::Busy => 429,
        }
    }
}

/// The page after it.
#[derive(Clone, Copy, Template)]
#[template(path = "password_set.html")]
pub struct PasswordSet<'a> {
    /// Where it stands.
    pub site: Site<'a>,
}

impl SetPassword<'_> {
    /// The page, with the status of its fault, else 200.
    #[must_use]
    pub fn page(&self) -> Page {
        page::strict(self.fault.map_or(200, Fault::status), self)
    }

    /// The token of the link, which follows the form's path.
    fn link(&self) -> &str {
        match self.proof {
            Proof::Link(link) => link,
            Proof::Current => "",
        }
    }

    fn asks_current(&self) -> bool {
        matches!(self.proof, Proof::Current)
    }
}

impl PasswordSet<'_> {
    /// The page; its status is 200.
    #[must_use]
    pub fn page(&self) -> Page {
        page::strict(200, self)
    }
}
