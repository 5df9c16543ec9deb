//! What applications, and people's browsers on their way from and to them, ask: OAuth and OpenID
//! Connect.

use super::{Operation, Takes, get, post, signed};

/// RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1.
const AUTHORIZE: &[(&str, bool)] = &[
    ("redirect_uri", false),
    ("scope", false),
    ("state", false),
    ("nonce", false),
    ("code_challenge", false),
    ("code_challenge_method", false),
    ("response_mode", false),
    ("prompt", false),
    ("max_age", true),
    ("acr_values", false),
    ("login_hint", false),
    ("id_token_hint", false),
    ("ui_locales", false),
    ("display", false),
    ("claims", false),
    ("resource", false),
];

/// OpenID Connect RP-Initiated Logout §2.
const LOGOUT: &[(&str, bool)] = &[
    ("id_token_hint", false),
    ("client_id", false),
    ("post_logout_redirect_uri", false),
    ("state", false),
    ("logout_hint", false),
    ("ui_locales", false),
];

/// A page for a person, or a redirect.
const fn page(path: &'static str, summary: &'static str) -> Operation {
    Operation {
        gives: ("303", None),
        ..get(path, summary, "")
    }
}

const fn submitted(path: &'static str, summary: &'static str, form: &'static str) -> Operation {
    Operation {
        gives: ("303", None),
        ..post(path, summary, Takes::Form(form), ("303", ""))
    }
}

/// The endpoints of OAuth and OpenID Connect: their standards say the rest.
pub(in super::super) const OAUTH: [Operation; 14] = [
    get(
        "/.well-known/oauth-authorization-server",
        "What the realm's authority can do (RFC 8414)",
        "Metadata",
    ),
    get(
        "/.well-known/openid-configuration",
        "The same, where OpenID Connect looks for it (Discovery §4)",
        "Metadata",
    ),
    get("/jwks", "The realm's public keys (RFC 7517)", "KeySet"),
    get(
        "/status",
        "Where the status lists are (draft-ietf-oauth-status-list-21 §9.3)",
        "StatusLists",
    ),
    signed(
        "/status/{bucket}",
        "Which tokens of one hour are dead, as application/statuslist+jwt",
    ),
    page(
        "/authorize",
        "Send a person here to sign in (RFC 6749 §3.1); the browser comes back with a code",
    )
    .requires(&["response_type", "client_id"])
    .query(AUTHORIZE),
    submitted(
        "/authorize",
        "The same with a form, which may be longer",
        "AuthorizationRequest",
    ),
    post(
        "/token",
        "Get a token (RFC 6749 §3.2)",
        Takes::Form("TokenRequest"),
        ("200", "TokenResponse"),
    ),
    get(
        "/userinfo",
        "Ask about the person, with an access token that has openid (OpenID Connect Core §5.3)",
        "UserInfo",
    ),
    post(
        "/userinfo",
        "The same by POST",
        Takes::Nothing,
        ("200", "UserInfo"),
    ),
    page(
        "/logout",
        "Send a person here to sign out (OpenID Connect RP-Initiated Logout)",
    )
    .query(LOGOUT),
    submitted("/logout", "The same with a form", "LogoutRequest"),
    post(
        "/introspect",
        "Ask what a token says (RFC 7662)",
        Takes::Form("Token"),
        ("200", "Introspection"),
    ),
    post(
        "/revoke",
        "Revoke a token (RFC 7009), and perhaps wait until verifiers refuse it",
        Takes::Form("RevocationRequest"),
        ("200", "Enforcing"),
    ),
];
