//! The demo app's page: what an application is told of a person. It exists in `dev` only, so that the
//! whole sign-in can be tried in a browser.
//!
//! Elements `id="id-token-claims"` and `id="userinfo"`, each JSON; links `id="again"` and
//! `id="leave"`.

use askama::Template;

use crate::page::{self, Page};
use crate::site::Site;

/// The path of the app, below the issuer's.
pub const PATH: &str = "/demo/app";

/// What the page shows.
#[derive(Clone, Copy, Template)]
#[template(path = "demo_app.html")]
pub struct DemoApp<'a> {
    /// Where it stands.
    pub site: Site<'a>,
    /// The claims of the ID token, as JSON.
    pub id_token: &'a str,
    /// What userinfo says, as JSON.
    pub userinfo: &'a str,
}

impl DemoApp<'_> {
    /// The page; its status is 200.
    #[must_use]
    pub fn page(&self) -> Page {
        page::strict(200, self)
    }
}
