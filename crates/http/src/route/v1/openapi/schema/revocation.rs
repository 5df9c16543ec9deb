//! Revocations by cause.

use super::Kind::{Flag, ListOf, Number, Object, OneOf, OptionalNumber, OptionalText, Text};
use super::{Schema, object};

/// Revocations by cause.
pub(in super::super) const REVOCATIONS: [Schema; 13] = [
    object(
        "Cause",
        &[
            (
                "realm",
                OptionalText,
                "Its id or name; it loses its descendants and lives on",
            ),
            (
                "subject",
                OptionalText,
                "Its id; it loses its descendants and lives on",
            ),
            (
                "client",
                OptionalText,
                "The client_id; it loses its descendants and lives on",
            ),
            ("client_secret", OptionalText, "The secret's id; it dies"),
            ("session", OptionalText, "The session's id; it dies"),
            ("grant", OptionalText, "The grant's id; it dies"),
            ("authenticator", OptionalText, "The password's id; it dies"),
            ("signing_key", OptionalText, "The key's kid; it dies"),
            (
                "node",
                OptionalText,
                "The id of any of these, or of a refresh family",
            ),
            (
                "token",
                OptionalText,
                "One token; with a refresh token its family",
            ),
            (
                "network",
                OptionalText,
                "A CIDR of /8 to /24, or /32 to /48 of IPv6: what was asked for from there; 202",
            ),
            (
                "from",
                OptionalNumber,
                "With network or signing_key: only what was issued then or later, in milliseconds",
            ),
            (
                "until",
                OptionalNumber,
                "The same, before then; a key with either is not revoked, its tokens are; 202",
            ),
        ],
    ),
    object(
        "LookedAt",
        &[(
            "cause",
            Object("Cause"),
            "Exactly one member, as for a revocation",
        )],
    )
    .needs(&["cause"]),
    object(
        "Live",
        &[
            ("access", Number, "Access tokens"),
            ("refresh", Number, "Families of refresh tokens"),
            ("session", Number, "Sessions"),
        ],
    ),
    object(
        "Preview",
        &[
            ("live", Object("Live"), "How many live now and would die"),
            ("subjects", Number, "Of how many subjects"),
            ("clients", Number, "Of how many clients"),
            (
                "last_used_at",
                OptionalNumber,
                "When the last of them was issued or used, in milliseconds",
            ),
            ("as_of", Number, "When this was found out, in milliseconds"),
            ("sequence", Number, "The journal's last entry then"),
            (
                "complete",
                Flag,
                "Whether everything was looked at; if not, there may be more",
            ),
            ("scanned", Number, "How many entries were looked at"),
            (
                "since",
                OptionalNumber,
                "When the oldest of them was written, in milliseconds",
            ),
        ],
    ),
    object(
        "RunningRevocation",
        &[
            ("id", Text, "Its name"),
            ("state", OneOf(&["running", "done"]), "Whether it runs"),
            ("progress", Text, "Where to ask how far it has come"),
            (
                "wait",
                Text,
                "none: verifiers are not waited for, whatever was asked",
            ),
            ("as_of", Number, "What was issued later is not looked at"),
            ("scanned", Number, "How many entries were looked at"),
            ("total", Number, "How many there are, at most"),
            ("revoked", Number, "How many died"),
            ("kinds", Object("Live"), "The same by their kind"),
            ("ended_at", OptionalNumber, "In milliseconds"),
            (
                "sequence",
                OptionalNumber,
                "The place of its last journal entry",
            ),
            (
                "receipt",
                OptionalText,
                "When it is done: the facts as a signed JWT (revocation-receipt+jwt)",
            ),
        ],
    ),
    object(
        "NewSuspension",
        &[
            (
                "cause",
                Object("Cause"),
                "A session, grant, authenticator, client_secret, client, subject, or node of these",
            ),
            ("reason", Text, "Why, for the journal: one line"),
        ],
    )
    .needs(&["cause"]),
    object(
        "Suspension",
        &[
            ("sequence", Number, "Its place in the journal"),
            ("node", Text, "What was suspended or resumed"),
            ("epoch", Number, "The node's epoch, which stays"),
            ("at", Number, "When, in milliseconds"),
            ("state", OneOf(&["suspended", "live"]), "How it stands"),
        ],
    ),
    object(
        "NewRevocation",
        &[
            (
                "cause",
                Object("Cause"),
                "What is revoked: exactly one member",
            ),
            ("reason", Text, "Why, for the journal: one line"),
            (
                "wait",
                OneOf(&["all", "quorum", "none"]),
                "Which verifiers to wait for; none by default",
            ),
            (
                "timeout_ms",
                OptionalNumber,
                "How long to wait for them: 1,000 if absent, 30,000 at most",
            ),
            (
                "disable",
                Flag,
                "Whether a realm, subject or client is disabled too",
            ),
        ],
    )
    .needs(&["cause"]),
    object(
        "Revocation",
        &[
            ("sequence", Number, "Its place in the journal"),
            (
                "node",
                OptionalText,
                "What was revoked; null for an access token",
            ),
            ("epoch", OptionalNumber, "The node's epoch from then on"),
            ("at", Number, "When, in milliseconds"),
            (
                "receipt",
                Text,
                "The same facts as a signed JWT (revocation-receipt+jwt)",
            ),
            (
                "enforced_by",
                ListOf("Enforcer"),
                "The verifiers that refuse it; nobody where nobody was waited for",
            ),
            (
                "unreachable",
                ListOf("Unreachable"),
                "The verifiers that were not heard to refuse it in time",
            ),
        ],
    ),
    object(
        "Enforcer",
        &[
            ("follower", Text, "Its own name"),
            ("client", Text, "The client_id that it follows with"),
            ("audience", Text, "What it verifies for"),
            (
                "since",
                Number,
                "When it was heard to refuse it, in milliseconds",
            ),
        ],
    ),
    object(
        "Unreachable",
        &[
            ("follower", Text, "Its own name"),
            ("client", Text, "The client_id that it follows with"),
            ("audience", Text, "What it verifies for"),
            (
                "last_seen_at",
                Number,
                "When it was heard of last, in milliseconds",
            ),
            (
                "fails_closed_at",
                OptionalNumber,
                "From when on it refuses everything unless it is told anew; null if it never does",
            ),
        ],
    ),
    object(
        "Killer",
        &[
            (
                "role",
                Text,
                "What it is to the token; token: it was revoked by itself",
            ),
            ("node", OptionalText, "Which; null: the token by itself"),
        ],
    ),
    object(
        "Why",
        &[
            ("is_ours", Flag, "Whether this realm issued it"),
            ("is_alive", Flag, "Whether it is accepted now"),
            ("verdict", OptionalText, "Why it is not, in a sentence"),
            ("kind", OptionalText, "What it is for"),
            ("sub", OptionalText, "Whom it speaks for"),
            (
                "client_id",
                OptionalText,
                "The client that it was issued to",
            ),
            ("issued_at", OptionalNumber, "In milliseconds"),
            ("expires_at", OptionalNumber, "In milliseconds"),
            ("ancestors", ListOf("Ancestor"), "What it descends from"),
            (
                "ancestor",
                Object("Killer"),
                "Which of them killed it, or null",
            ),
            (
                "sequence",
                OptionalNumber,
                "The place of the journal entry that killed it",
            ),
            ("verb", OptionalText, "What was done"),
            ("actor", OptionalText, "By whom"),
            ("reason", OptionalText, "For what reason"),
            ("at", OptionalNumber, "When, in milliseconds"),
        ],
    ),
];
