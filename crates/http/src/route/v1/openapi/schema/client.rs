//! Clients and their secrets.

use super::Kind::{Any, Flag, ListOf, Number, OneOf, OptionalNumber, OptionalText, Text, Texts};
use super::{ID, NEXT, ONCE, SECRET_END, STATES, Schema, more, object};

/// Clients and their secrets.
pub(in super::super) const CLIENTS: [Schema; 9] = [
    object(
        "ClientSettings",
        &[
            ("client_name", OptionalText, "What people call it"),
            (
                "token_endpoint_auth_method",
                OneOf(&[
                    "client_secret_basic",
                    "client_secret_post",
                    "client_secret_jwt",
                    "private_key_jwt",
                    "none",
                ]),
                "How it proves itself",
            ),
            (
                "strict_auth_method",
                Flag,
                "Refuse a secret that is sent the other way",
            ),
            (
                "grant_types",
                Texts,
                "authorization_code, client_credentials, refresh_token",
            ),
            (
                "redirect_uris",
                Texts,
                "Where a person's browser may be sent back to",
            ),
            (
                "scope",
                OptionalText,
                "All the scope it may have, separated by spaces",
            ),
            ("jwks", Any, "Its public keys (RFC 7517)"),
            ("origins", Texts, "Web origins that may call from a browser"),
            ("first_party", Flag, "People are not asked for consent"),
            (
                "require_pkce",
                Flag,
                "Codes are bound to a code challenge (RFC 7636)",
            ),
            (
                "introspect_all",
                Flag,
                "It may introspect every token of the realm",
            ),
            (
                "assertion_audience_token_endpoint",
                Flag,
                "Its assertions may name the token endpoint as audience",
            ),
            (
                "access_token_lifetime",
                OptionalNumber,
                "Seconds that its access tokens live; the resource's where absent",
            ),
        ],
    ),
    more(
        "NewClient",
        "ClientSettings",
        &[
            (
                "client_id",
                OptionalText,
                "Its name on the wire; made where absent",
            ),
            (
                "client_secret",
                OptionalText,
                "Its secret; made where absent and needed",
            ),
            SECRET_END,
        ],
    ),
    more(
        "Client",
        "ClientSettings",
        &[
            ("client_id", Text, "Its name on the wire"),
            (
                "client_id_issued_at",
                Number,
                "When it was made, in seconds",
            ),
            ID,
            ("subject", OptionalText, "The service that it stands for"),
            ("state", STATES, "How it stands"),
        ],
    ),
    more(
        "CreatedClient",
        "Client",
        &[("client_secret", OptionalText, ONCE), SECRET_END],
    ),
    object(
        "ClientPage",
        &[("items", ListOf("Client"), "Oldest first"), NEXT],
    ),
    object(
        "ClientState",
        &[
            ("client_id", Text, "Its name on the wire"),
            ("state", STATES, "How it stands"),
        ],
    ),
    object(
        "NewSecret",
        &[
            (
                "client_secret",
                OptionalText,
                "The secret; made where absent",
            ),
            SECRET_END,
        ],
    ),
    object(
        "CreatedSecret",
        &[ID, ("client_secret", Text, ONCE), SECRET_END],
    ),
    object(
        "SecretPage",
        &[("items", ListOf("Secret"), "Newest first"), NEXT],
    ),
];
