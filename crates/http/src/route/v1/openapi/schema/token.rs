//! The journal and tokens.

use super::Kind::{Any, Flag, ListOf, Number, OneOf, OptionalNumber, OptionalText, Text, Texts};
use super::{STATES, Schema, object};

/// The journal and tokens.
pub(in super::super) const TOKENS: [Schema; 7] = [
    object(
        "Record",
        &[
            ("sequence", Number, "Its place"),
            ("at", Number, "When, in milliseconds"),
            ("verb", Text, "What was done"),
            ("noun", Text, "To what"),
            ("outcome", OneOf(&["done", "refused"]), "How it ended"),
            ("actor", Text, "By whom"),
        ],
    ),
    object(
        "Journal",
        &[
            ("items", ListOf("Record"), "Newest first"),
            (
                "next",
                OptionalNumber,
                "The next page's `before`; null on the last",
            ),
        ],
    ),
    object(
        "Tail",
        &[
            ("items", ListOf("Record"), "Oldest first"),
            ("after", Number, "Where to go on"),
        ],
    ),
    object("Token", &[("token", Text, "The token")]),
    object(
        "Ancestor",
        &[
            ("role", Text, "What it is to the token"),
            ("node", Text, "Which"),
            (
                "born_under",
                Number,
                "The epoch that the token was born under",
            ),
            ("epoch", Number, "The epoch that it has now"),
            ("state", STATES, "How it stands"),
        ],
    ),
    object(
        "Story",
        &[
            ("is_ours", Flag, "Whether this realm issued it"),
            ("is_alive", Flag, "Whether it is accepted now"),
            ("reason", OptionalText, "Why it is not"),
            ("kind", OptionalText, "What it is for"),
            ("format", OptionalText, "How it looks"),
            ("sub", OptionalText, "Whom it speaks for"),
            (
                "client_id",
                OptionalText,
                "The client that it was issued to",
            ),
            ("audience", Texts, "What it is meant for"),
            ("scope", OptionalText, "What it allows"),
            ("issued_at", OptionalNumber, "In milliseconds"),
            ("expires_at", OptionalNumber, "In milliseconds"),
            ("ancestors", ListOf("Ancestor"), "What it descends from"),
            ("header", Any, "A JWT's header"),
            ("claims", Any, "A JWT's claims"),
            ("journal", ListOf("Record"), "What the journal tells of it"),
        ],
    ),
    object("RevokedToken", &[("is_alive", Flag, "false")]),
];
