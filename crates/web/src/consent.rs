//! The consent page: `{base}/consent/`, form `id="consent"`.
//!
//! Buttons, all of `name="decision"`: `id="allow"` (`allow`), `id="deny"` (`deny`) and
//! `id="other-account"` (`other`: sign in as somebody else first). Hidden: `request`, `csrf`.

use askama::Template;

use crate::page::{self, Page};
use crate::site::Site;
use crate::span::Span;

/// The path of the page and of its form, below the issuer's.
pub const PATH: &str = "/consent/";

/// What the page shows.
#[derive(Clone, Copy, Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// Where it stands.
    pub site: Site<'a>,
    /// Who asks.
    pub client: Client<'a>,
    /// Who is signed in: the name or identifier that they know themselves by.
    pub person: &'a str,
    /// What is asked for.
    pub scopes: &'a [Scope<'a>],
    /// Where it is asked for: the names of the resources; may be empty.
    pub resources: &'a [&'a str],
    /// How long access lasts.
    pub lifetime: Lifetime,
    /// The sealed authorization request.
    pub request: &'a str,
    /// The token that binds the form to the browser.
    pub csrf: &'a str,
}

/// The application that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where the answer goes.
    pub returns: Return<'a>,
    /// What its name is worth.
    pub standing: Standing,
}

/// Where the answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return<'a> {
    /// To a web address: its host, with the port if it is not the usual one.
    Web(&'a str),
    /// To a program on the person's device: its loopback address with the port, or its private
    /// scheme.
    Device(&'a str),
}

/// What an application's name is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has a secret or key of its own and was registered by whoever runs this site.
    Known,
    /// It was registered here, yet any program can claim to be it (RFC 8252 §8.6).
    Public,
    /// It registered itself: nobody has looked at its name.
    Unverified,
}

/// One thing asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The scope as on the wire.
    pub name: &'a str,
    /// What it means, in words; [`standard`] has those of OpenID Connect. May be empty.
    pub words: &'a str,
}

/// How long what is allowed lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Until the access token expires.
    Once {
        /// Lifetime of the access token.
        access: Span,
    },
    /// As long as the person stays signed in: a refresh token that dies with the session.
    Session {
        /// The longest that it can be renewed.
        most: Span,
    },
    /// Also after signing out (`offline_access`).
    Offline {
        /// The longest that it can be renewed.
        most: Span,
    },
}

/// The words of the scopes that OpenID Connect defines (Core §5.4, §11); none for others.
#[must_use]
pub fn standard(scope: &str) -> Option<&'static str> {
    match scope {
        "openid" => Some("Know that it is you"),
        "profile" => Some("See your name and your profile"),
        "email" => Some("See your email address"),
        "address" => Some("See your postal address"),
        "phone" => Some("See your phone number"),
        "offline_access" => Some("Keep this access when you are not using it"),
        _ => None,
    }
}

impl Consent<'_> {
    /// The page; its status is 200.
    #[must_use]
    pub fn page(&self) -> Page {
        page::strict(200, self)
    }
}
