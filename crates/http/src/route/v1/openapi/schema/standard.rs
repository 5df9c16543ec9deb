//! What OAuth's standards define, in short, and problems.

use super::Kind::{Any, Flag, Number, OneOf, OptionalNumber, OptionalText, Text, Texts};
use super::{Schema, more, object};

/// What OAuth's standards define, in short, and problems.
pub(in super::super) const STANDARD: [Schema; 11] = [
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
            ("authorization_endpoint", Text, "Where people are sent"),
            ("token_endpoint", Text, "The token endpoint"),
            ("userinfo_endpoint", Text, "What is known of the person"),
            ("end_session_endpoint", Text, "Where people sign out"),
            ("jwks_uri", Text, "The public keys"),
            ("introspection_endpoint", Text, "What a token says"),
            ("revocation_endpoint", Text, "The end of a token"),
            (
                "status_list_aggregation_endpoint",
                Text,
                "Where the status lists are",
            ),
            ("grant_types_supported", Texts, "The ways to a token"),
            ("response_types_supported", Texts, "code"),
            ("response_modes_supported", Texts, "query, form_post"),
            ("scopes_supported", Texts, "Scopes about people"),
            ("claims_supported", Texts, "What is told about people"),
            ("subject_types_supported", Texts, "public, pairwise"),
            (
                "id_token_signing_alg_values_supported",
                Texts,
                "What may sign ID tokens",
            ),
            ("code_challenge_methods_supported", Texts, "S256"),
            (
                "token_endpoint_auth_methods_supported",
                Texts,
                "How clients prove themselves",
            ),
        ],
    ),
    object("KeySet", &[("keys", Any, "Public keys (RFC 7517)")]),
    object(
        "StatusLists",
        &[("status_lists", Texts, "The address of each")],
    ),
    object(
        "AuthorizationRequest",
        &[
            ("response_type", OneOf(&["code"]), "What comes back"),
            ("client_id", Text, "Who asks"),
            (
                "redirect_uri",
                OptionalText,
                "Where the browser comes back; needed where several are registered",
            ),
            (
                "scope",
                OptionalText,
                "What it shall allow; openid: an ID token too",
            ),
            ("state", OptionalText, "Comes back as it is"),
            ("nonce", OptionalText, "Stands in the ID token as it is"),
            (
                "code_challenge",
                OptionalText,
                "What the code is bound to (RFC 7636); needed unless the client is set otherwise",
            ),
            ("code_challenge_method", OneOf(&["S256"]), "How it was made"),
            (
                "response_mode",
                OneOf(&["query", "form_post"]),
                "How the code comes back",
            ),
            (
                "prompt",
                OptionalText,
                "none, login, consent, select_account: what the person is asked anyway",
            ),
            (
                "max_age",
                OptionalNumber,
                "Seconds since the person last proved itself, at most",
            ),
            (
                "resource",
                OptionalText,
                "What the token is meant for (RFC 8707); may repeat",
            ),
        ],
    )
    .needs(&["response_type"]),
    object(
        "LogoutRequest",
        &[
            (
                "id_token_hint",
                OptionalText,
                "An ID token of the session that shall end",
            ),
            ("client_id", OptionalText, "Who asks"),
            (
                "post_logout_redirect_uri",
                OptionalText,
                "Where the browser goes afterwards, one that is registered",
            ),
            ("state", OptionalText, "Goes there as it is"),
        ],
    ),
    more(
        "UserInfo",
        "Claims",
        &[("sub", Text, "The person, as this client knows it")],
    ),
    object(
        "TokenRequest",
        &[
            (
                "grant_type",
                OneOf(&["authorization_code", "client_credentials", "refresh_token"]),
                "How it is asked for",
            ),
            ("code", OptionalText, "The code that came back"),
            (
                "redirect_uri",
                OptionalText,
                "Where it came back to, where the request said so",
            ),
            (
                "code_verifier",
                OptionalText,
                "What its challenge was made of (RFC 7636)",
            ),
            ("refresh_token", OptionalText, "The newest refresh token"),
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
    )
    .needs(&["grant_type"]),
    object(
        "TokenResponse",
        &[
            ("access_token", Text, "The token"),
            ("token_type", OneOf(&["Bearer"]), "How it is used"),
            ("expires_in", Number, "Seconds that it lives"),
            ("scope", OptionalText, "What it allows"),
            ("refresh_token", OptionalText, "What gets the next one"),
            (
                "id_token",
                OptionalText,
                "Who signed in, when and how (OpenID Connect Core §2)",
            ),
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
];
