//! What can be asked.

use utoipa::openapi::HttpMethod;

use crate::bearer::{
    ChangeClients, ChangeKeys, ChangeResources, ChangeSubjects, EndSessions, ManageRealms,
    ReadJournal, RevokeTokens, Right, SeeClients, SeeGrants, SeeKeys, SeeResources, SeeSessions,
    SeeSubjects, WithdrawGrants,
};

/// One operation.
pub(super) struct Operation {
    pub(super) method: HttpMethod,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// The scope that opens it; `None`: no bearer token.
    pub(super) scope: Option<&'static str>,
    pub(super) takes: Takes,
    /// Status, and the schema of the answer.
    pub(super) gives: (&'static str, Option<&'static str>),
    /// Parameters of the query: a name, and whether it is a number.
    pub(super) query: &'static [(&'static str, bool)],
}

/// What a request carries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// No body.
    Nothing,
    /// JSON of this schema.
    Json(&'static str),
    /// A form of this schema (RFC 6749 appendix B).
    Form(&'static str),
}

const PAGE: &[(&str, bool)] = &[("limit", true), ("after", false)];
const SEARCH: &[(&str, bool)] = &[("limit", true), ("after", false), ("search", false)];
const JOURNAL: &[(&str, bool)] = &[
    ("limit", true),
    ("before", true),
    ("node", false),
    ("verb", false),
    ("noun", false),
    ("outcome", false),
    ("since", true),
    ("until", true),
];
const TAIL: &[(&str, bool)] = &[
    ("after", true),
    ("wait_ms", true),
    ("node", false),
    ("verb", false),
    ("noun", false),
    ("outcome", false),
];

const fn get(path: &'static str, summary: &'static str, gives: &'static str) -> Operation {
    Operation {
        method: HttpMethod::Get,
        path,
        summary,
        scope: None,
        takes: Takes::Nothing,
        gives: ("200", Some(gives)),
        query: &[],
    }
}

const fn post(
    path: &'static str,
    summary: &'static str,
    takes: Takes,
    gives: (&'static str, &'static str),
) -> Operation {
    Operation {
        method: HttpMethod::Post,
        takes,
        gives: (gives.0, Some(gives.1)),
        ..get(path, summary, gives.1)
    }
}

const fn put(
    path: &'static str,
    summary: &'static str,
    takes: &'static str,
    gives: &'static str,
) -> Operation {
    Operation {
        method: HttpMethod::Put,
        takes: Takes::Json(takes),
        ..get(path, summary, gives)
    }
}

const fn delete(path: &'static str, summary: &'static str) -> Operation {
    Operation {
        method: HttpMethod::Delete,
        gives: ("204", None),
        ..get(path, summary, "")
    }
}

impl Operation {
    const fn by<R: Right>(self) -> Self {
        Self {
            scope: Some(R::SCOPE),
            ..self
        }
    }

    const fn query(self, query: &'static [(&'static str, bool)]) -> Self {
        Self { query, ..self }
    }

    const fn patch(self) -> Self {
        Self {
            method: HttpMethod::Patch,
            ..self
        }
    }
}

const CLIENT: &str = "/v1/clients/{client_id}";
const SECRETS: &str = "/v1/clients/{client_id}/secrets";
const RESOURCE: &str = "/v1/resources/{id}";
const SUBJECT: &str = "/v1/subjects/{id}";
const SESSIONS: &str = "/v1/subjects/{id}/sessions";
const SESSION: &str = "/v1/sessions/{id}";
const GRANTS: &str = "/v1/subjects/{id}/grants";
const GRANT: &str = "/v1/grants/{id}";

/// Every operation of the management API.
pub(super) const MANAGEMENT: [Operation; 41] = [
    get("/v1/clients", "List clients", "ClientPage")
        .by::<SeeClients>()
        .query(PAGE),
    post(
        "/v1/clients",
        "Create a client (RFC 7591)",
        Takes::Json("NewClient"),
        ("201", "CreatedClient"),
    )
    .by::<ChangeClients>(),
    get(CLIENT, "Show a client", "Client").by::<SeeClients>(),
    put(
        CLIENT,
        "Replace a client's settings",
        "ClientSettings",
        "Client",
    )
    .by::<ChangeClients>(),
    put(
        CLIENT,
        "Change some of a client's settings",
        "ClientSettings",
        "Client",
    )
    .by::<ChangeClients>()
    .patch(),
    delete(CLIENT, "End a client and its tokens").by::<ChangeClients>(),
    post(
        "/v1/clients/{client_id}/disable",
        "Refuse a client and its tokens for now",
        Takes::Nothing,
        ("200", "ClientState"),
    )
    .by::<ChangeClients>(),
    post(
        "/v1/clients/{client_id}/enable",
        "Accept a client and its tokens again",
        Takes::Nothing,
        ("200", "ClientState"),
    )
    .by::<ChangeClients>(),
    get(SECRETS, "List a client's secrets", "SecretPage").by::<SeeClients>(),
    post(
        SECRETS,
        "Issue one more secret to a client",
        Takes::Json("NewSecret"),
        ("201", "CreatedSecret"),
    )
    .by::<ChangeClients>(),
    delete(
        "/v1/clients/{client_id}/secrets/{id}",
        "Revoke a secret and the tokens it was used for",
    )
    .by::<ChangeClients>(),
    get("/v1/resources", "List resources", "ResourcePage")
        .by::<SeeResources>()
        .query(PAGE),
    post(
        "/v1/resources",
        "Create a resource",
        Takes::Json("NewResource"),
        ("201", "Resource"),
    )
    .by::<ChangeResources>(),
    get(RESOURCE, "Show a resource", "Resource").by::<SeeResources>(),
    put(
        RESOURCE,
        "Replace a resource's settings",
        "ResourceSettings",
        "Resource",
    )
    .by::<ChangeResources>(),
    put(
        RESOURCE,
        "Change some of a resource's settings",
        "ResourceSettings",
        "Resource",
    )
    .by::<ChangeResources>()
    .patch(),
    delete(RESOURCE, "End a resource: no more tokens are issued for it").by::<ChangeResources>(),
    get("/v1/subjects", "List subjects", "SubjectPage")
        .by::<SeeSubjects>()
        .query(SEARCH),
    post(
        "/v1/subjects",
        "Create a subject",
        Takes::Json("NewSubject"),
        ("201", "Subject"),
    )
    .by::<ChangeSubjects>(),
    get(SUBJECT, "Show a subject", "Subject").by::<SeeSubjects>(),
    put(
        SUBJECT,
        "Replace what is set about a subject",
        "SubjectSettings",
        "Subject",
    )
    .by::<ChangeSubjects>(),
    put(
        SUBJECT,
        "Change some of what is set about a subject",
        "SubjectSettings",
        "Subject",
    )
    .by::<ChangeSubjects>()
    .patch(),
    delete(SUBJECT, "End a subject and its tokens").by::<ChangeSubjects>(),
    post(
        "/v1/subjects/{id}/disable",
        "Refuse a subject's tokens for now",
        Takes::Nothing,
        ("200", "SubjectState"),
    )
    .by::<ChangeSubjects>(),
    post(
        "/v1/subjects/{id}/enable",
        "Accept a subject's tokens again",
        Takes::Nothing,
        ("200", "SubjectState"),
    )
    .by::<ChangeSubjects>(),
    post(
        "/v1/subjects/{id}/password-link",
        "Issue the one-time link by which a person sets a password",
        Takes::Nothing,
        ("201", "PasswordLink"),
    )
    .by::<ChangeSubjects>(),
    get(SESSIONS, "List a person's sessions", "SessionPage")
        .by::<SeeSessions>()
        .query(PAGE),
    Operation {
        gives: ("200", Some("EndedSessions")),
        ..delete(SESSIONS, "Sign a person out everywhere")
    }
    .by::<EndSessions>(),
    get(SESSION, "Show a session", "Session").by::<SeeSessions>(),
    delete(SESSION, "End a session and what descends from it").by::<EndSessions>(),
    get(GRANTS, "List what a person allowed to clients", "GrantPage")
        .by::<SeeGrants>()
        .query(PAGE),
    get(GRANT, "Show what a person allowed to a client", "Grant").by::<SeeGrants>(),
    delete(GRANT, "Withdraw a grant and every token that it gave").by::<WithdrawGrants>(),
    get("/v1/keys", "List signing keys", "KeyPage").by::<SeeKeys>(),
    post(
        "/v1/keys/rotate",
        "Give a signing key a successor",
        Takes::Json("Rotation"),
        ("201", "Rotated"),
    )
    .by::<ChangeKeys>(),
    post(
        "/v1/keys/{kid}/revoke",
        "Revoke a signing key and what it signed",
        Takes::Nothing,
        ("200", "RevokedKey"),
    )
    .by::<ChangeKeys>(),
    get(
        "/v1/journal",
        "Search the journal, the newest first",
        "Journal",
    )
    .by::<ReadJournal>()
    .query(JOURNAL),
    get(
        "/v1/journal/tail",
        "Follow the journal, the oldest first",
        "Tail",
    )
    .by::<ReadJournal>()
    .query(TAIL),
    post(
        "/v1/tokens/inspect",
        "Tell a token's story",
        Takes::Json("Token"),
        ("200", "Story"),
    )
    .by::<ReadJournal>(),
    post(
        "/v1/tokens/verify",
        "Say whether a token lives",
        Takes::Json("Token"),
        ("200", "Story"),
    )
    .by::<ReadJournal>(),
    post(
        "/v1/tokens/revoke",
        "Revoke one token",
        Takes::Json("Token"),
        ("200", "RevokedToken"),
    )
    .by::<RevokeTokens>(),
];

/// Realms, with the first realm's tokens only.
pub(super) const REALMS: [Operation; 2] = [
    get("/v1/realms", "List realms", "RealmPage")
        .by::<ManageRealms>()
        .query(PAGE),
    post(
        "/v1/realms",
        "Create a realm",
        Takes::Json("NewRealm"),
        ("201", "Realm"),
    )
    .by::<ManageRealms>(),
];

/// The OAuth endpoints: their standards say the rest.
pub(super) const OAUTH: [Operation; 5] = [
    get(
        "/.well-known/oauth-authorization-server",
        "What the realm's authority can do (RFC 8414)",
        "Metadata",
    ),
    get("/jwks", "The realm's public keys (RFC 7517)", "KeySet"),
    post(
        "/token",
        "Get a token (RFC 6749 §3.2)",
        Takes::Form("TokenRequest"),
        ("200", "TokenResponse"),
    ),
    post(
        "/introspect",
        "Ask what a token says (RFC 7662)",
        Takes::Form("Token"),
        ("200", "Introspection"),
    ),
    post(
        "/revoke",
        "Revoke a token (RFC 7009)",
        Takes::Form("Token"),
        ("200", "Empty"),
    ),
];
