//! Realms and their keys.

use super::Kind::{Flag, ListOf, Number, OneOf, OptionalNumber, Text};
use super::{CREATED, ID, NEXT, STATES, Schema, more, object};

/// Realms and keys.
pub(in super::super) const KEYS: [Schema; 9] = [
    object(
        "NewRealm",
        &[
            ("name", Text, "Lower-case letters, digits and hyphens"),
            ("issuer", Text, "Its issuer URL"),
        ],
    ),
    more("Realm", "NewRealm", &[ID, CREATED]),
    object("RealmState", &[ID, ("state", STATES, "How it stands")]),
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
];
