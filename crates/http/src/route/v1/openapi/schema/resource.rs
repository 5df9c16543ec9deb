//! Resources, and one secret.

use super::Kind::{Any, Flag, ListOf, OneOf, OptionalNumber, OptionalText, Text};
use super::client::ENCRYPTING;
use super::{CREATED, ID, NEXT, SECRET_END, STATES, Schema, more, object};

/// Resources and what belongs to them.
pub(in super::super) const OTHERS: [Schema; 6] = [
    object(
        "Secret",
        &[ID, ("state", STATES, "How it stands"), CREATED, SECRET_END],
    ),
    object(
        "ResourceSettings",
        &[
            ("name", OptionalText, "What people call it"),
            (
                "is_default",
                Flag,
                "Tokens are meant for it where nobody says otherwise",
            ),
            (
                "scopes",
                ListOf("Scope"),
                "Its scopes; with none it accepts whatever a client has",
            ),
            (
                "token_format",
                OneOf(&["jwt", "opaque"]),
                "How its access tokens look",
            ),
            (
                "token_algorithm",
                OptionalText,
                "What signs them: ES256, Ed25519, EdDSA, PS256, RS256 …",
            ),
            ("token_type", OneOf(&["at+jwt", "JWT"]), "Their `typ`"),
            (
                "token_lifetime",
                OptionalNumber,
                "Seconds that they live; 600 where absent",
            ),
            (
                "token_encryption_alg",
                OneOf(&["ECDH-ES+A128KW", "ECDH-ES+A256KW", "RSA-OAEP-256"]),
                "How the key of their encryption reaches it; signed alone where absent",
            ),
            (
                "token_encryption_enc",
                OneOf(&ENCRYPTING),
                "What encrypts them; A128CBC-HS256 where absent",
            ),
            ("jwks", Any, "Its public keys (RFC 7517)"),
            ("jwks_uri", OptionalText, "Where it publishes them instead"),
            (
                "owner",
                OptionalText,
                "The client that runs it: its client_id or its id; in answers its id",
            ),
        ],
    ),
    object(
        "Scope",
        &[
            ("name", Text, "The scope token"),
            ("description", OptionalText, "What it allows, in words"),
        ],
    ),
    more(
        "NewResource",
        "ResourceSettings",
        &[("audience", Text, "What will stand in `aud`")],
    ),
    more(
        "Resource",
        "ResourceSettings",
        &[ID, ("audience", Text, "What stands in `aud`"), CREATED],
    ),
    object(
        "ResourcePage",
        &[("items", ListOf("Resource"), "Oldest first"), NEXT],
    ),
];
