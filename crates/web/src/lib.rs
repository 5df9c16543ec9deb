//! The pages that people see: sign-in, consent, sign-out, passwords, errors (ARCHITECTURE.md §10).
//!
//! Each page is a struct whose fields are what it shows; `page()` renders it into a [`Page`]: a
//! status, the HTML, and the headers that must go with it, all as plain data. Nothing here knows of
//! HTTP, of rows or of clocks.
//!
//! | module | answers |
//! |---|---|
//! | [`asset`] | which files the pages load, and how long they may be kept |
//! | [`consent`] | may this application have that? |
//! | [`demo_app`] | what an application is told of a person |
//! | [`error`] | why it cannot go on, and what to do |
//! | [`form_post`] | an answer on its way back in a form that posts itself |
//! | [`home`] | who is signed in here |
//! | [`page`] | what a rendered page is, and its headers |
//! | [`password`] | a new password |
//! | [`sample`] | every page with plausible content |
//! | [`sign_in`] | who are you? |
//! | [`sign_out`] | shall we forget you, and: done |
//! | [`site`] | what all pages share |
//! | [`span`] | a length of time in words |
//!
//! What those who drive the pages may rely on: the `id` and `name` of every control, the path of
//! every form, the one `<h1>` of each page, and the sentence and code of each error.

pub mod asset;
pub mod consent;
pub mod demo_app;
pub mod error;
pub mod form_post;
pub mod home;
pub mod page;
pub mod password;
pub mod sample;
pub mod sign_in;
pub mod sign_out;
pub mod site;
pub mod span;

pub use page::{Csp, Page};
pub use site::{Back, Site};
