//! Realms, keys, the journal and tokens.

use super::Kind::{Any, Flag, ListOf, Number, OneOf, OptionalNumber, OptionalText, Text, Texts};
use super::{CREATED, ID, NEXT, STATES, Schema, more, object};

/// Realms, keys, the journal and tokens.
pub(in super::super) const REST: [Schema; 15] = [
    object(
        "NewRealm",
        &[
            ("name", Text, "Lower-case letters, digits and hyphens"),
            ("issuer", Text, "Its issuer URL"),
        ],
    ),
    more("Realm", "NewRealm", &[ID, CREATED]),
    object(
        "RealmPage",
        &[("items", ListOf("Realm"), "Oldest first"), NEXT],
    ),
    object(
        "Key",
        &[
            ("kid", Text, "Its id"),
            ("algorithm", Text, "What it signs with"),
            (
                "phase",
                OneOf(&["announced", "active", "retiring", "gone", "revoked"]),
                "Where it stands",
            ),
            CREATED,
            (
                "active_at",
                Number,
                "From when on it signs, in milliseconds",
            ),
            ("retires_at", OptionalNumber, "Until when it signs"),
            ("gone_at", OptionalNumber, "Until when it verifies"),
            ("revoked_at", OptionalNumber, "When it was revoked"),
        ],
    ),
    object(
        "KeyPage",
        &[("items", ListOf("Key"), "By algorithm, newest first"), NEXT],
    ),
    object(
        "Rotation",
        &[
            ("algorithm", Text, "Whose key"),
            (
                "at_once",
                Flag,
                "Sign now, though verifiers may not know the key yet",
            ),
        ],
    ),
    object(
        "Rotated",
        &[
            ("kid", Text, "The successor"),
            ("algorithm", Text, "What it signs with"),
        ],
    ),
    object(
        "RevokedKey",
        &[
            ("kid", Text, "Which key"),
            ("phase", OneOf(&["revoked"]), "Where it stands"),
        ],
    ),
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
