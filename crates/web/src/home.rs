//! The account page: `{base}/`. Who is signed in here, and the ways on.
//!
//! Links `id="change-password"` and `id="leave"` (to the sign-out page).

use askama::Template;

use crate::page::{self, Page};
use crate::site::Site;

/// The path of the page, below the issuer's.
pub const PATH: &str = "/";

/// What the page shows.
#[derive(Clone, Copy, Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// Where it stands.
    pub site: Site<'a>,
    /// Who is signed in: the name or identifier that they know themselves by.
    pub person: &'a str,
}

impl Home<'_> {
    /// The page; its status is 200.
    #[must_use]
    pub fn page(&self) -> Page {
        page::strict(200, self)
    }
}
