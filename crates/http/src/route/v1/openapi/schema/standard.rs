//! What OAuth's standards define, in short, and problems.

use super::Kind::{Any, Flag, Number, OneOf, OptionalNumber, OptionalText, Text};
use super::{Schema, object};

/// What OAuth's standards define, in short, and problems.
pub(in super::super) const STANDARD: [Schema; 8] = [
    object(
        "Problem",
        &[
            ("type", Text, "about:blank"),
            ("title", Text, "The status in words"),
            ("status", Number, "The status"),
            ("detail", Text, "What happened, why, and how to mend it"),
            ("code", Text, "The same, for programs"),
            (
                "request_id",
                Text,
                "The request's name in the log and the journal",
            ),
            (
                "error",
                OptionalText,
                "RFC 7591 §3.2.2, where a client's metadata is refused",
            ),
            (
                "error_description",
                OptionalText,
                "The detail, by its name in RFC 7591",
            ),
        ],
    ),
    object(
        "Metadata",
        &[
            ("issuer", Text, "The realm's issuer"),
            ("token_endpoint", Text, "The token endpoint"),
            ("jwks_uri", Text, "The public keys"),
        ],
    ),
    object("KeySet", &[("keys", Any, "Public keys (RFC 7517)")]),
    object(
        "TokenRequest",
        &[
            (
                "grant_type",
                OneOf(&["client_credentials"]),
                "How it is asked for",
            ),
            (
                "scope",
                OptionalText,
                "What it shall allow; absent: all that the client may have",
            ),
            (
                "resource",
                OptionalText,
                "What it is meant for (RFC 8707); may repeat",
            ),
            (
                "client_id",
                OptionalText,
                "Where the client proves itself in the form",
            ),
            (
                "client_secret",
                OptionalText,
                "Where the client proves itself in the form",
            ),
            (
                "client_assertion",
                OptionalText,
                "Where the client proves itself by a JWT",
            ),
            (
                "client_assertion_type",
                OptionalText,
                "The type of that JWT (RFC 7523)",
            ),
        ],
    ),
    object(
        "TokenResponse",
        &[
            ("access_token", Text, "The token"),
            ("token_type", OneOf(&["Bearer"]), "How it is used"),
            ("expires_in", Number, "Seconds that it lives"),
            ("scope", OptionalText, "What it allows"),
        ],
    ),
    object(
        "Introspection",
        &[
            ("active", Flag, "Whether it is accepted now"),
            ("sub", OptionalText, "Whom it speaks for"),
            (
                "client_id",
                OptionalText,
                "The client that it was issued to",
            ),
            ("exp", OptionalNumber, "When it expires, in seconds"),
            ("scope", OptionalText, "What it allows"),
        ],
    ),
    object(
        "OauthError",
        &[
            ("error", Text, "The code (RFC 6749 §5.2)"),
            ("error_description", OptionalText, "The same in words"),
        ],
    ),
    object("Empty", &[]),
];
