//! The management API.

use super::{Operation, Takes, delete, get, post, put};
use crate::bearer::{
    ChangeClients, ChangeKeys, ChangeResources, ChangeSubjects, EndSessions, ManageRealms,
    ReadJournal, RevokeTokens, SeeClients, SeeGrants, SeeKeys, SeeResources, SeeSessions,
    SeeSubjects, WithdrawGrants,
};

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

const CLIENT: &str = "/v1/clients/{client_id}";
const SECRETS: &str = "/v1/clients/{client_id}/secrets";
const RESOURCE: &str = "/v1/resources/{id}";
const SUBJECT: &str = "/v1/subjects/{id}";
const PASSWORD: &str = "/v1/subjects/{id}/password";
const SESSIONS: &str = "/v1/subjects/{id}/sessions";
const SESSION: &str = "/v1/sessions/{id}";
const GRANTS: &str = "/v1/subjects/{id}/grants";
const GRANT: &str = "/v1/grants/{id}";

/// Every operation of the management API.
pub(in super::super) const MANAGEMENT: [Operation; 55] = [
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
        "/v1/subjects/{id}/erase",
        "End a subject and forget what is known of it",
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
    get(PASSWORD, "Show how a person's password stands", "Password").by::<SeeSubjects>(),
    post(
        "/v1/subjects/{id}/password/disable",
        "Refuse a person's password, and what descends from it, for now",
        Takes::Nothing,
        ("200", "PasswordState"),
    )
    .by::<ChangeSubjects>(),
    post(
        "/v1/subjects/{id}/password/enable",
        "Accept a person's password, and what descends from it, again",
        Takes::Nothing,
        ("200", "PasswordState"),
    )
    .by::<ChangeSubjects>(),
    delete(
        PASSWORD,
        "End a person's password and what descends from it",
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
    get(
        "/v1/journal/checkpoint",
        "Sign where the journal stands",
        "Checkpoint",
    )
    .by::<ReadJournal>(),
    get(
        "/v1/journal/proofs/{sequence}",
        "Prove that an entry is in the journal (RFC 6962)",
        "EntryProof",
    )
    .by::<ReadJournal>(),
    get(
        "/v1/journal/growth",
        "Prove that the journal has only grown since a checkpoint (RFC 6962)",
        "GrowthProof",
    )
    .by::<ReadJournal>()
    .requires(&["since"]),
    post(
        "/v1/revocations",
        "Revoke all that descends from a cause",
        Takes::Json("NewRevocation"),
        ("200", "Revocation"),
    )
    .by::<RevokeTokens>(),
    post(
        "/v1/revocations/preview",
        "Count what a revocation would kill",
        Takes::Json("LookedAt"),
        ("200", "Preview"),
    )
    .by::<RevokeTokens>(),
    get(
        "/v1/revocations/{id}",
        "Say how far a revocation has come that was answered with 202",
        "RunningRevocation",
    )
    .by::<RevokeTokens>(),
    post(
        "/v1/suspensions",
        "Refuse all that descends from a cause, until it is resumed",
        Takes::Json("NewSuspension"),
        ("200", "Suspension"),
    )
    .by::<RevokeTokens>(),
    post(
        "/v1/suspensions/resume",
        "Accept again what was suspended",
        Takes::Json("NewSuspension"),
        ("200", "Suspension"),
    )
    .by::<RevokeTokens>(),
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
    post(
        "/v1/tokens/why",
        "Say what killed a token",
        Takes::Json("Token"),
        ("200", "Why"),
    )
    .by::<RevokeTokens>(),
];

/// Realms, with the first realm's tokens only.
pub(in super::super) const REALMS: [Operation; 3] = [
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
    post(
        "/v1/realms/{id}/enable",
        "Accept a disabled realm's tokens again",
        Takes::Nothing,
        ("200", "RealmState"),
    )
    .by::<ManageRealms>(),
];
