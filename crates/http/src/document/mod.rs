//! What a management route is asked, and how it answers: JSON, strictly read.

mod answer;
mod expiry;
mod fault;
mod merge;
mod page;
mod place;
mod post;
mod read;
mod strict;
mod typed;

pub(crate) use answer::{accepted, created, done, json, response};
pub(crate) use expiry::Expiry;
pub(crate) use merge::merged;
pub(crate) use page::{Limit, Page};
pub(crate) use place::{Params, Place};
pub(crate) use post::{Known, Nothing, Once, Post};
pub(crate) use read::{Document, Read};
