//! An answer on its way back: a form that posts itself to the redirect address
//! (OAuth 2.0 Form Post Response Mode §2), or by its button `id="continue"` without JavaScript.

use askama::Template;

use crate::page::{self, Page};
use crate::site::Site;

/// What the page carries.
#[derive(Clone, Copy, Template)]
#[template(path = "form_post.html")]
pub struct FormPost<'a> {
    /// Where it stands.
    pub site: Site<'a>,
    /// The redirect address, exactly as registered.
    pub action: &'a str,
    /// The parameters of the answer: name, value.
    pub fields: &'a [(&'a str, &'a str)],
}

impl FormPost<'_> {
    /// The page; its status is 200, and its policy lets our script run.
    #[must_use]
    pub fn page(&self) -> Page {
        page::scripted(200, self)
    }
}
