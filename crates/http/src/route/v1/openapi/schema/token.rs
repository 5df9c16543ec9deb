//! The journal and tokens.

use super::Kind::{Any, Flag, ListOf, Number, OneOf, OptionalNumber, OptionalText, Text, Texts};
use super::{STATES, Schema, object};

/// The journal and tokens.
pub(in super::super) const TOKENS: [Schema; 12] = [
    object(
        "Record",
        &[
            ("sequence", Number, "Its place"),
            ("at", Number, "When, in milliseconds"),
            ("verb", Text, "What was done"),
            ("noun", Text, "To what"),
            ("outcome", OneOf(&["done", "refused"]), "How it ended"),
            ("actor", Text, "By whom"),
            (
                "client",
                Any,
                "The client's id; here and below, a list where there are several",
            ),
            (
                "client_secret",
                Any,
                "The id of the secret it proved itself with",
            ),
            (
                "resource",
                Any,
                "The id of the resource that the token is meant for",
            ),
            ("signing_key", Any, "The id of the key that signed"),
            ("subject", Any, "The id of whom it is about"),
            (
                "authenticator",
                Any,
                "The id of what the subject proved itself with",
            ),
            ("session", Any, "The id of the sign-in"),
            (
                "grant",
                Any,
                "The id of what the person allowed to the client",
            ),
            ("family", Any, "The id of all that one code gave"),
            (
                "name",
                OptionalText,
                "What people know it by; of a grant, its scope",
            ),
            ("reason", OptionalText, "Why"),
            (
                "expires_at",
                OptionalNumber,
                "When it ends, in milliseconds",
            ),
            (
                "request_id",
                OptionalText,
                "The request's name in log and answers",
            ),
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
    object(
        "Checkpoint",
        &[
            (
                "checkpoint",
                Text,
                "A JWT, journal-checkpoint+jwt: sequence, root, at, term",
            ),
            ("keys", Any, "The keys that sign it, as JWKs"),
        ],
    ),
    object(
        "EntryProof",
        &[
            ("sequence", Number, "Its place in the journal"),
            ("followed", Flag, "Whether followers read it"),
            ("entry", Text, "Its bytes, in base64url"),
            (
                "path",
                Texts,
                "The hashes beside its way to the root, the nearest first",
            ),
            ("checkpoint", Text, "The signed checkpoint"),
            ("keys", Any, "The keys that sign it, as JWKs"),
        ],
    ),
    object(
        "GrowthProof",
        &[
            ("since", Text, "The older checkpoint"),
            ("path", Texts, "The hashes of RFC 6962, section 2.1.2"),
            ("checkpoint", Text, "The newer checkpoint"),
            ("keys", Any, "The keys that sign them, as JWKs"),
        ],
    ),
    object("Token", &[("token", Text, "The token")]),
    object(
        "RevocationRequest",
        &[
            ("token", Text, "The token"),
            (
                "wait",
                OneOf(&["all", "quorum", "none"]),
                "Which verifiers to wait for; absent: none, and the answer is empty",
            ),
            (
                "timeout_ms",
                OptionalNumber,
                "How long to wait for them: 1,000 if absent, 30,000 at most",
            ),
        ],
    ),
    object(
        "Enforcing",
        &[
            (
                "enforced_by",
                OptionalNumber,
                "How many verifiers refuse it; absent where wait was",
            ),
            (
                "unreachable",
                OptionalNumber,
                "How many were not heard to in time",
            ),
        ],
    ),
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
