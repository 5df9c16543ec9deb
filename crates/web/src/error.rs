//! Why it cannot go on: one fixed sentence for each cause, its code in `id="error-code"`, what to
//! do, and the request's id in `id="request-id"`.
//!
//! Nothing that came with the request is repeated: neither an address nor a name.

use askama::Template;

use crate::page::{self, Page};
use crate::site::{Back, Site};

/// What the page shows.
#[derive(Clone, Copy, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// Where it stands.
    pub site: Site<'a>,
    /// Why.
    pub cause: Cause,
    /// The id under which the log knows the request.
    pub request_id: &'a str,
    /// The way back to the application, where it is known and its address registered.
    pub back: Option<Back<'a>>,
}

/// Why it cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The redirect address is missing, or is none that the client registered.
    InvalidRedirectUri,
    /// No client has this id, or it is disabled.
    UnknownClient,
    /// The page, or the request that it carries, is too old.
    ExpiredPage,
    /// `post_logout_redirect_uri` is none that the client registered.
    InvalidPostLogoutRedirectUri,
    /// `id_token_hint` is no ID token of this issuer.
    InvalidIdTokenHint,
    /// `id_token_hint` was issued to another client than `client_id`.
    OtherClientsHint,
    /// The request is malformed, and there is no safe address to answer to.
    InvalidRequest,
    /// The form carries no token of this browser, or one of another.
    Csrf,
    /// The link to set a password was used, replaced, or is too old.
    LinkGone,
    /// Somebody else is signed in than whom the page was made for.
    OtherPerson,
    /// The browser sends no cookie back.
    NoCookie,
    /// Too much to do right now.
    Busy,
    /// The server cannot work at the moment.
    Unavailable,
    /// A fault of ours.
    Internal,
    /// There is no such page.
    NotFound,
    /// The page does not know the method.
    MethodNotAllowed,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::InvalidRedirectUri,
        Self::UnknownClient,
        Self::ExpiredPage,
        Self::InvalidPostLogoutRedirectUri,
        Self::InvalidIdTokenHint,
        Self::OtherClientsHint,
        Self::InvalidRequest,
        Self::Csrf,
        Self::LinkGone,
        Self::OtherPerson,
        Self::NoCookie,
        Self::Busy,
        Self::Unavailable,
        Self::Internal,
        Self::NotFound,
        Self::MethodNotAllowed,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::UnknownClient => "unknown_client",
            Self::ExpiredPage => "expired_page",
            Self::InvalidPostLogoutRedirectUri => "invalid_post_logout_redirect_uri",
            Self::InvalidIdTokenHint => "invalid_id_token_hint",
            Self::OtherClientsHint => "other_clients_hint",
            Self::InvalidRequest => "invalid_request",
            Self::Csrf => "csrf",
            Self::LinkGone => "link_gone",
            Self::OtherPerson => "other_person",
            Self::NoCookie => "no_cookie",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
        }
    }

    /// What the person reads, the same every time.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::InvalidRedirectUri => {
                "The application asked us to send you to an address that it has not registered."
            }
            Self::UnknownClient => "The application that sent you here is not known.",
            Self::ExpiredPage => "This page was open for too long and has expired.",
            Self::InvalidPostLogoutRedirectUri => {
                "The application asked us to send you, after signing out, to an address that it \
                 has not registered."
            }
            Self::InvalidIdTokenHint => {
                "The application asked to sign you out with a token that was not issued here."
            }
            Self::OtherClientsHint => {
                "The application asked to sign you out with a token of another application."
            }
            Self::InvalidRequest => "The application sent a request that cannot be understood.",
            Self::Csrf => "This form did not come from a page that we gave to this browser.",
            Self::LinkGone => "This link was used already, or it is too old.",
            Self::OtherPerson => {
                "Somebody else has signed in with this browser since the page was opened."
            }
            Self::NoCookie => "Your browser did not send back the cookie that we set.",
            Self::Busy => "There is too much to do at the moment.",
            Self::Unavailable => "The service cannot be reached at the moment.",
            Self::Internal => "Something went wrong on our side.",
            Self::NotFound => "There is no page at this address.",
            Self::MethodNotAllowed => "This page cannot be used in that way.",
        }
    }

    /// What the person can do about it, the same every time.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::InvalidRedirectUri
            | Self::UnknownClient
            | Self::InvalidPostLogoutRedirectUri
            | Self::InvalidIdTokenHint
            | Self::OtherClientsHint
            | Self::InvalidRequest => {
                "You did nothing wrong. Tell whoever runs the application, and give them the code \
                 below."
            }
            Self::ExpiredPage | Self::MethodNotAllowed => {
                "Go back to the application and start again."
            }
            Self::Csrf => {
                "Nothing was done. Go back to the application and start again, in one browser."
            }
            Self::LinkGone => "Ask whoever sent it to you for a new link.",
            Self::OtherPerson => {
                "Nothing was done. Go back to the application and start again with the account \
                 that you want."
            }
            Self::NoCookie => {
                "Allow cookies for this site, then go back to the application and start again."
            }
            Self::Busy | Self::Unavailable => "Wait a moment, then reload this page.",
            Self::Internal => {
                "Try again. If it stays like this, tell whoever runs this site, and give them the \
                 request id below."
            }
            Self::NotFound => "Check the address, or go back to where you came from.",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRedirectUri
            | Self::UnknownClient
            | Self::ExpiredPage
            | Self::InvalidPostLogoutRedirectUri
            | Self::InvalidIdTokenHint
            | Self::OtherClientsHint
            | Self::InvalidRequest
            | Self::NoCookie => 400,
            Self::Csrf => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::OtherPerson => 409,
            Self::LinkGone => 410,
            Self::Busy => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

impl ErrorPage<'_> {
    /// The page, with the status of its cause.
    #[must_use]
    pub fn page(&self) -> Page {
        page::strict(self.cause.status(), self)
    }
}
