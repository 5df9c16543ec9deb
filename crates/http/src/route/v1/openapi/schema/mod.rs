//! What is said: every object of the API, by name.

mod client;
mod feed;
mod key;
mod resource;
mod revocation;
mod session;
mod standard;
mod subject;
mod token;

pub(super) use client::CLIENTS;
pub(super) use feed::FEED_TEXTS;
pub(super) use key::KEYS;
pub(super) use resource::OTHERS;
pub(super) use revocation::REVOCATIONS;
pub(super) use session::SESSIONS;
pub(super) use standard::STANDARD;
pub(super) use subject::SUBJECTS;
pub(super) use token::TOKENS;

/// One object.
pub(super) struct Schema {
    pub(super) name: &'static str,
    /// Its members are these as well.
    pub(super) extends: Option<&'static str>,
    pub(super) members: &'static [Member],
    /// Members that are always there, though their type alone does not say so.
    pub(super) needs: &'static [&'static str],
}

impl Schema {
    const fn needs(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }
}

/// Name, type, and what it means.
pub(super) type Member = (&'static str, Kind, &'static str);

/// The type of a member.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A text that is always there.
    Text,
    /// A text that may be absent.
    OptionalText,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// Texts.
    Texts,
    /// Yes or no.
    Flag,
    /// A whole number that is always there.
    Number,
    /// A whole number that may be absent.
    OptionalNumber,
    /// An object of this name; may be absent.
    Object(&'static str),
    /// Objects of this name.
    ListOf(&'static str),
    /// Any JSON.
    Any,
}

use Kind::{Number, OneOf, OptionalNumber, OptionalText, Text};

const fn object(name: &'static str, members: &'static [Member]) -> Schema {
    Schema {
        name,
        extends: None,
        members,
        needs: &[],
    }
}

const fn more(name: &'static str, extends: &'static str, members: &'static [Member]) -> Schema {
    Schema {
        name,
        extends: Some(extends),
        members,
        needs: &[],
    }
}

const STATES: Kind = OneOf(&["live", "disabled", "ended"]);
const NEXT: Member = (
    "next",
    OptionalText,
    "The next page's `after`; null on the last",
);
const ID: Member = ("id", Text, "Its id");
const CREATED: Member = ("created_at", Number, "When it was made, in milliseconds");
const ONCE: &str = "Shown this once";
const SECRET_END: Member = (
    "client_secret_expires_at",
    OptionalNumber,
    "When the secret ends, in seconds; 0: never",
);
