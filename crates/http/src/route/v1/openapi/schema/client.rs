//! Clients and their secrets.

use super::Kind::{Any, Flag, ListOf, Number, OneOf, OptionalNumber, OptionalText, Text, Texts};
use super::{ID, NEXT, ONCE, SECRET_END, STATES, Schema, more, object};

/// What may sign what a client is told about people: the algorithms of key pairs.
const SIGNING: [&str; 11] = [
    "Ed25519", "EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384",
    "RS512",
];

/// How the key of an encryption may reach a client.
const MANAGING: [&str; 4] = [
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A256KW",
    "RSA-OAEP-256",
];

/// What may encrypt.
pub(super) const ENCRYPTING: [&str; 6] = [
    "A128CBC-HS256",
    "A128GCM",
    "A192CBC-HS384",
    "A192GCM",
    "A256CBC-HS512",
    "A256GCM",
];

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
                "response_types",
                Texts,
                "code, or nothing; it follows from grant_types",
            ),
            (
                "application_type",
                OneOf(&["web", "native"]),
                "Accepted and not kept: its addresses say what it is",
            ),
            (
                "post_logout_redirect_uris",
                Texts,
                "Where a person's browser may be sent after sign-out",
            ),
            (
                "backchannel_logout_uri",
                OptionalText,
                "Where it is told that a session has ended (OpenID Connect Back-Channel Logout)",
            ),
            (
                "scope",
                OptionalText,
                "All the scope it may have, separated by spaces",
            ),
            ("jwks", Any, "Its public keys (RFC 7517)"),
            (
                "jwks_uri",
                OptionalText,
                "Where it publishes them instead; fetched when needed, and kept for a while",
            ),
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
            (
                "rotate_refresh_tokens",
                Flag,
                "Its refresh tokens are replaced at each use; a public client's always are",
            ),
            (
                "refresh_token_window",
                OptionalNumber,
                "Seconds, up to 600, within which a retry gets the same refresh token; 30 where absent",
            ),
            (
                "refresh_token_idle_lifetime",
                OptionalNumber,
                "Seconds that its refresh tokens live unused; 30 days where absent",
            ),
            (
                "refresh_token_lifetime",
                OptionalNumber,
                "Seconds that its refresh tokens live, however often they turn; 365 days where absent",
            ),
            (
                "id_token_signed_response_alg",
                OneOf(&SIGNING),
                "What signs its ID tokens; RS256 where absent",
            ),
            (
                "userinfo_signed_response_alg",
                OneOf(&SIGNING),
                "What signs what userinfo tells it; JSON, unsigned, where absent",
            ),
            (
                "id_token_encrypted_response_alg",
                OneOf(&MANAGING),
                "How the key of its ID tokens' encryption reaches it; signed alone where absent",
            ),
            (
                "id_token_encrypted_response_enc",
                OneOf(&ENCRYPTING),
                "What encrypts them; A128CBC-HS256 where absent",
            ),
            (
                "userinfo_encrypted_response_alg",
                OneOf(&MANAGING),
                "The same for what userinfo tells it",
            ),
            (
                "userinfo_encrypted_response_enc",
                OneOf(&ENCRYPTING),
                "What encrypts that; A128CBC-HS256 where absent",
            ),
            (
                "introspection_signed_response_alg",
                OneOf(&SIGNING),
                "What signs introspection's answers where it asks for a JWT (RFC 9701); RS256 where absent",
            ),
            (
                "introspection_encrypted_response_alg",
                OneOf(&MANAGING),
                "How the key of their encryption reaches it; signed alone where absent",
            ),
            (
                "introspection_encrypted_response_enc",
                OneOf(&ENCRYPTING),
                "What encrypts them; A128CBC-HS256 where absent",
            ),
            (
                "subject_type",
                OneOf(&["public", "pairwise"]),
                "Whether it knows people as others do, or by names of its own",
            ),
            (
                "sector_identifier_uri",
                OptionalText,
                "https URL whose host is the sector of a pairwise client with several hosts",
            ),
            (
                "default_max_age",
                OptionalNumber,
                "Seconds after which people prove themselves again for it",
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
