//! Inspect a text: what it is, what it says, what it descends from, whether it lives, and what the
//! journal tells of it. For operators; nothing here decides anything.

use serde::Serialize;
use serde_json::Value;
use symbolon_identity::World;
use symbolon_identity::access::{self, Access};
use symbolon_identity::realm::Realm;
use symbolon_jose::danger::{unverified_claims, unverified_header};
use symbolon_journal::{Filter, Journal, MAX_RECORDS, ReadError, Record, Sequence};
use symbolon_token::kind::{Format, Kind};
use symbolon_token::node::NodeId;
use symbolon_token::opaque;
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;
use thiserror::Error;

use super::Token;
use super::find::{FindError, find, split};
use crate::standing::word;

/// How long before a token's birth its journal is searched from: clocks differ.
const BEFORE_BIRTH: std::time::Duration = std::time::Duration::from_mins(2);

/// Why there is no story.
#[derive(Debug, Error)]
pub enum InspectError {
    /// What it is cannot be known now.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The journal cannot be read now.
    #[error(transparent)]
    Journal(#[from] ReadError),
}

/// One ancestor, and how it stands.
#[derive(Debug, Serialize)]
pub struct Ancestor {
    /// What it is to the token.
    pub role: &'static str,
    /// Which node.
    pub node: NodeId,
    /// The epoch that the token was born under.
    pub born_under: i64,
    /// The epoch that it has now.
    pub epoch: i64,
    /// `live`, `disabled` or `ended`.
    pub state: &'static str,
}

/// What there is to tell of a text.
#[derive(Debug, Default, Serialize)]
pub struct Story {
    /// Whether this authority issued it, in this realm.
    pub is_ours: bool,
    /// Whether it is accepted now.
    pub is_alive: bool,
    /// Why it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// How it looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Whom it speaks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The client that it was issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// What it is meant for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    /// What it allows.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// When it was issued, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<Time>,
    /// When it expires, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
    /// What it descends from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ancestors: Vec<Ancestor>,
    /// A JWT's header, as it stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Value>,
    /// A JWT's claims, as they stand there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Value>,
    /// What the journal tells of it, the newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub journal: Vec<Record>,
}

/// Tells what there is to tell of a text.
///
/// # Errors
/// [`InspectError`] where that cannot be known now.
pub async fn inspect(
    world: &World,
    realm: &Realm,
    text: &str,
    now: Time,
) -> Result<Story, InspectError> {
    let mut story = surface(text);
    match find(world, realm, text, now).await? {
        Ok(Token::Access(access)) => {
            let alive = split(access::alive(world, &access, now).await)?;
            tell(world, &mut story, &access);
            story.is_alive = alive.is_ok();
            story.reason = alive.err().map(|refusal| refusal.to_string());
            story.journal = journal(world, &access).await?;
        }
        Err(refusal) => story.reason = Some(refusal.to_string()),
    }
    Ok(story)
}

/// What can be read off a text that nobody vouches for.
fn surface(text: &str) -> Story {
    let mut story = Story::default();
    if let Ok(kind) = opaque::kind(text) {
        story.kind = Some(kind);
        story.format = Some(Format::Opaque);
    }
    if let Ok(header) = unverified_header(text) {
        story.format = Some(Format::Jwt);
        story.header = Some(serde_json::json!({
            "alg": header.alg_name, "kid": header.kid, "typ": header.typ,
        }));
        story.claims = unverified_claims(text).ok();
    }
    story
}

fn tell(world: &World, story: &mut Story, access: &Access) {
    story.is_ours = true;
    story.kind = Some(Kind::Access);
    story.format = Some(access.format);
    story.sub = Some(access.sub.clone());
    story.client_id = Some(access.client_id.clone());
    story.audience.clone_from(&access.audience);
    story.scope = access.scope.clone();
    story.issued_at = Some(access.issued_at);
    story.expires_at = Some(access.expires_at);
    let ancestors = access.lineage.ancestors().iter().map(|one| {
        let is_realm = one.node == access.realm.0;
        let standing = if is_realm {
            world.lineages.realm(access.realm)
        } else {
            world.lineages.standing(one.node)
        };
        Ancestor {
            role: role(access, one.node),
            node: one.node,
            born_under: one.epoch.0,
            epoch: standing.epoch.0,
            state: word(standing.state),
        }
    });
    story.ancestors = ancestors.collect();
}

fn role(access: &Access, node: NodeId) -> &'static str {
    if node == access.realm.0 {
        "realm"
    } else if node == access.client.0 {
        "client"
    } else if node == access.subject.0 {
        "subject"
    } else if access.signing_key.is_some_and(|key| key.0 == node) {
        "signing_key"
    } else {
        "client_secret"
    }
}

async fn journal(world: &World, access: &Access) -> Result<Vec<Record>, InspectError> {
    let filter = Filter {
        realm: Some(access.realm),
        status: Some(access.status),
        since: Some(access.issued_at.minus(BEFORE_BIRTH)),
        ..Filter::default()
    };
    let journal = Journal::new(world.db.clone());
    let page = journal
        .search(&filter, Sequence(i64::MAX), MAX_RECORDS)
        .await?;
    Ok(page.records)
}
