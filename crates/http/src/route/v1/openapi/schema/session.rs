//! Sessions, and grants.

use super::Kind::{ListOf, Number, Text, Texts};
use super::{CREATED, ID, NEXT, Schema, object};

/// Sessions, and what people allowed to clients.
pub(in super::super) const SESSIONS: [Schema; 5] = [
    object(
        "Session",
        &[
            ID,
            ("subject", Text, "Whose it is"),
            (
                "auth_time",
                Number,
                "When the person last proved itself, in seconds (OpenID Connect Core §2)",
            ),
            ("amr", Texts, "How (RFC 8176)"),
            CREATED,
            (
                "last_used_at",
                Number,
                "When it was last used, to ten minutes, in milliseconds; a day later it ends",
            ),
            (
                "ends_at",
                Number,
                "When it ends, however often it is used, in milliseconds",
            ),
        ],
    ),
    object(
        "SessionPage",
        &[
            ("items", ListOf("Session"), "Those that run, oldest first"),
            NEXT,
        ],
    ),
    object(
        "EndedSessions",
        &[
            ("subject", Text, "Whose they were"),
            ("ended", Number, "How many have ended now"),
        ],
    ),
    object(
        "Grant",
        &[
            ID,
            ("subject", Text, "Who allowed it"),
            ("client_id", Text, "To whom, by its name on the wire"),
            ("scope", Text, "All that was allowed, separated by spaces"),
            CREATED,
            (
                "changed_at",
                Number,
                "When more was last allowed, in milliseconds",
            ),
        ],
    ),
    object(
        "GrantPage",
        &[("items", ListOf("Grant"), "Oldest first"), NEXT],
    ),
];
