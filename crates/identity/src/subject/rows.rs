//! The rows of subjects, and of the identifiers that persons sign in by.

use symbolon_store::{Db, Row, Step};
use symbolon_token::node::{ClientNode, NodeId, RealmNode, SubjectNode};
use symbolon_token::time::Time;

use super::{Claims, Subject, SubjectKind, identifier};
use crate::load::LoadError;

const FIND: &str = "SELECT id, realm, kind, name, client, created_at, username, claims, version \
                    FROM subject WHERE realm = $1 AND id = $2 AND ended_at IS NULL";

const BY_IDENTIFIER: &str = "SELECT s.id, s.realm, s.kind, s.name, s.client, s.created_at, \
                             s.username, s.claims, s.version \
                             FROM subject_identifier i JOIN subject s ON s.id = i.subject \
                             WHERE i.realm = $1 AND i.identifier = $2 AND s.realm = $1 \
                             AND s.ended_at IS NULL";

const PAGE: &str = "SELECT id, realm, kind, name, client, created_at, username, claims, version \
                    FROM subject WHERE realm = $1 AND id > $2 AND ended_at IS NULL \
                    ORDER BY id LIMIT $3";

const SEARCH: &str = "SELECT id, realm, kind, name, client, created_at, username, claims, version \
                      FROM subject WHERE realm = $1 AND id > $2 AND ended_at IS NULL \
                      AND id IN (SELECT subject FROM subject_identifier \
                      WHERE realm = $1 AND identifier >= $4 AND identifier <= $5) \
                      ORDER BY id LIMIT $3";

const AGENT_BY_NAME: &str = "SELECT id, realm, kind, name, client, created_at, username, claims, \
                             version FROM subject WHERE realm = $1 AND kind = 'agent' \
                             AND name = $2 AND ended_at IS NULL ORDER BY id LIMIT 1";

const INSERT: &str = "INSERT INTO subject (id, realm, kind, name, client, created_at, username, \
                      claims, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)";

const PUT: &str = "UPDATE subject SET name = $4, username = $5, claims = $6, version = $3 + 1 \
                   WHERE realm = $1 AND id = $2 AND version = $3 AND ended_at IS NULL";

const END: &str = "UPDATE subject SET ended_at = $3 \
                   WHERE realm = $1 AND id = $2 AND ended_at IS NULL";

const ERASE: &str = "UPDATE subject SET name = '', username = NULL, claims = NULL, \
                     version = version + 1 \
                     WHERE realm = $1 AND id = $2 AND client IS NULL AND ended_at IS NOT NULL";

const END_SERVICE: &str = "UPDATE subject SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

const TAKE: &str = "INSERT INTO subject_identifier (realm, identifier, subject) \
                    VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

const GIVE_BACK: &str = "DELETE FROM subject_identifier WHERE subject = $1";

/// A subject as it is written, and how often it was changed.
pub(super) struct Written {
    pub(super) subject: Subject,
    pub(super) version: i64,
}

fn read(row: &Row) -> Result<Subject, LoadError> {
    let node = |column| {
        let number = row.optional_integer(column)?;
        let node = number.map(NodeId::from_number).transpose();
        node.map_err(|_| LoadError::Value("subject"))
    };
    let required = |column| node(column)?.ok_or(LoadError::Value("subject"));
    let kind = SubjectKind::from_name(row.text(2)?);
    let claims = row.optional_text(7)?.map_or(Ok(Claims::default()), |text| {
        serde_json::from_str(text).map_err(|_| LoadError::Value("subject.claims"))
    });
    Ok(Subject {
        node: SubjectNode(required(0)?),
        realm: RealmNode(required(1)?),
        kind: kind.ok_or(LoadError::Value("subject.kind"))?,
        name: row.text(3)?.to_owned(),
        username: row.optional_text(6)?.map(str::to_owned),
        claims: claims?,
        client: node(4)?.map(ClientNode),
        created_at: Time(row.integer(5)?),
    })
}

fn claims(subject: &Subject) -> Option<String> {
    let known = subject.claims != Claims::default();
    known.then(|| serde_json::to_string(&subject.claims).unwrap_or_default())
}

pub(super) async fn find(
    db: &Db,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<Option<Subject>, LoadError> {
    let found = written(db, realm, subject).await?;
    Ok(found.map(|written| written.subject))
}

/// The same, as it is written.
pub(super) async fn written(
    db: &Db,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<Option<Written>, LoadError> {
    let params = [realm.0.number().into(), subject.0.number().into()];
    let Some(row) = db.row(FIND, &params).await? else {
        return Ok(None);
    };
    Ok(Some(Written {
        subject: read(&row)?,
        version: row.integer(8)?,
    }))
}

/// The person that this normalised identifier names.
pub(super) async fn by_identifier(
    db: &Db,
    realm: RealmNode,
    identifier: &str,
) -> Result<Option<Subject>, LoadError> {
    let params = [realm.0.number().into(), identifier.into()];
    let row = db.row(BY_IDENTIFIER, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn agent_by_name(
    db: &Db,
    realm: RealmNode,
    name: &str,
) -> Result<Option<Subject>, LoadError> {
    let params = [realm.0.number().into(), name.into()];
    let row = db.row(AGENT_BY_NAME, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn page(
    db: &Db,
    realm: RealmNode,
    after: Option<SubjectNode>,
    limit: u32,
) -> Result<Vec<Subject>, LoadError> {
    let after = after.map_or(-1, |subject| subject.0.number());
    let params = [realm.0.number().into(), after.into(), limit.into()];
    db.rows(PAGE, &params).await?.iter().map(read).collect()
}

/// The same, of those persons that have an identifier that begins like this.
pub(super) async fn search(
    db: &Db,
    (realm, prefix): (RealmNode, &str),
    after: Option<SubjectNode>,
    limit: u32,
) -> Result<Vec<Subject>, LoadError> {
    let after = after.map_or(-1, |subject| subject.0.number());
    // Texts are compared byte by byte, and no character is above this one.
    let last = format!("{prefix}{}", char::MAX);
    let params = [
        realm.0.number().into(),
        after.into(),
        limit.into(),
        prefix.into(),
        last.into(),
    ];
    db.rows(SEARCH, &params).await?.iter().map(read).collect()
}

pub(crate) fn insert(subject: &Subject) -> Step {
    let params = vec![
        subject.node.0.number().into(),
        subject.realm.0.number().into(),
        subject.kind.name().into(),
        subject.name.as_str().into(),
        subject.client.map(|client| client.0.number()).into(),
        subject.created_at.0.into(),
        subject.username.as_deref().into(),
        claims(subject).into(),
    ];
    Step::one(INSERT, params)
}

/// Changes a subject, if nobody else did since it was read.
pub(super) fn put(before: &Written, after: &Subject) -> Step {
    let params = vec![
        after.realm.0.number().into(),
        after.node.0.number().into(),
        before.version.into(),
        after.name.as_str().into(),
        after.username.as_deref().into(),
        claims(after).into(),
    ];
    Step::one(PUT, params)
}

/// Takes the identifiers of a person, each if it is free. What another has is a conflict.
pub(super) fn take(person: &Subject) -> Vec<Step> {
    let take = |identifier: String| {
        let (realm, subject) = (person.realm.0.number(), person.node.0.number());
        Step::one(TAKE, vec![realm.into(), identifier.into(), subject.into()])
    };
    identifiers(person).into_iter().map(take).collect()
}

/// What a person signs in by, each once.
pub(super) fn identifiers(person: &Subject) -> Vec<String> {
    let named = [person.username.as_deref(), person.claims.email.as_deref()];
    let mut all: Vec<String> = Vec::with_capacity(2);
    for one in named
        .into_iter()
        .flatten()
        .filter_map(identifier::normalised)
    {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// Gives all identifiers of a subject back.
pub(super) fn give_back(subject: SubjectNode) -> Step {
    Step::any(GIVE_BACK, vec![subject.0.number().into()])
}

pub(super) fn end(realm: RealmNode, subject: SubjectNode, now: Time) -> Step {
    let params = vec![
        realm.0.number().into(),
        subject.0.number().into(),
        now.0.into(),
    ];
    Step::one(END, params)
}

/// Empties what is known of a subject that has ended.
pub(super) fn erase(realm: RealmNode, subject: SubjectNode) -> Step {
    let params = vec![realm.0.number().into(), subject.0.number().into()];
    Step::one(ERASE, params)
}

/// Ends the service of a client that ends; it may have ended before.
pub(crate) fn end_service(service: SubjectNode, now: Time) -> Step {
    Step::any(END_SERVICE, vec![service.0.number().into(), now.0.into()])
}
