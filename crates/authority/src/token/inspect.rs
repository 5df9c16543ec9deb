//! Inspect a text: what it is, what it says, what it descends from, whether it lives, and what the
//! journal tells of it. For operators; nothing here decides anything.

use serde::Serialize;
use serde_json::Value;
use symbolon_identity::access::{self, Access, Refusal};
use symbolon_identity::realm::Realm;
use symbolon_identity::{World, subject_key};
use symbolon_jose::danger::{unauthenticated_header, unverified_claims, unverified_header};
use symbolon_journal::{Fact, Filter, Journal, MAX_RECORDS, ReadError, Record, Role, Sequence};
use symbolon_token::kind::{Format, Kind};
use symbolon_token::lineage::Lineage;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::opaque;
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;
use thiserror::Error;

use super::find::{FindError, alive, find, split};
use super::{Refresh, Token};
use crate::standing::word;

/// How long before a token's birth its journal is searched from: clocks differ.
pub(crate) const BEFORE_BIRTH: std::time::Duration = std::time::Duration::from_mins(2);

/// Pages of the journal that are looked at: a million entries, some seconds' reading.
pub(super) const MAX_PAGES: usize = 5;

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
    told(world, realm, text, now).await.map(|(story, _)| story)
}

/// The story, and why the token is refused, if it is.
pub(super) async fn told(
    world: &World,
    realm: &Realm,
    text: &str,
    now: Time,
) -> Result<(Story, Option<Refusal>), InspectError> {
    let mut story = surface(text);
    let refusal;
    match known(world, realm, text, now).await? {
        Ok(token) => {
            let life = alive(world, &token, now).await?;
            story.is_alive = life.is_ok();
            refusal = life.err();
            match &token {
                Token::Access(access) => {
                    tell(world, &mut story, access);
                    let status = Some(access.status);
                    let about = (access.realm, access.issued_at);
                    story.journal =
                        journal(world, about, |filter| Filter { status, ..filter }).await?;
                    name_roles(&mut story);
                }
                Token::Refresh(token) => {
                    tell_refresh(world, &mut story, token);
                    let node = token.presented.family.node.0;
                    let about = (token.client.realm, node.made_at());
                    let of_family = |filter| Filter {
                        node: Some(node),
                        ..filter
                    };
                    story.journal = journal(world, about, of_family).await?;
                }
            }
        }
        Err(refused) => refusal = Some(refused),
    }
    story.reason = refusal.as_ref().map(ToString::to_string);
    Ok((story, refusal))
}

/// What a text is, although a revoked key signed it.
async fn known(
    world: &World,
    realm: &Realm,
    text: &str,
    now: Time,
) -> Result<Result<Token, Refusal>, FindError> {
    match find(world, realm, text, now).await? {
        Err(Refusal::NotOurs) => {
            let found = access::of_revoked_key(world, realm, text, now).await;
            split(found.map(Token::Access))
        }
        found => Ok(found),
    }
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
    if let Ok(header) = unauthenticated_header(text) {
        story.format = Some(Format::Jwt);
        story.header = Some(serde_json::json!({
            "alg": header.alg_name, "enc": header.enc_name, "kid": header.kid,
            "typ": header.typ, "cty": header.cty,
        }));
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
    let roles = |node| role(access, node);
    story.ancestors = ancestors(world, (access.realm, &access.lineage), roles);
}

fn tell_refresh(world: &World, story: &mut Story, token: &Refresh) {
    let family = &token.presented.family;
    let allowance = &family.allowance;
    story.is_ours = true;
    story.kind = Some(Kind::Refresh);
    story.format = Some(Format::Opaque);
    story.sub = Some(allowance.subject.to_string());
    story.client_id = Some(token.client.client_id.clone());
    story.audience.clone_from(&allowance.resources);
    story.scope = allowance.scope.clone();
    story.issued_at = Some(family.turned_at);
    story.expires_at = Some(token.expires_at());
    let known = [
        (family.realm.0, "realm"),
        (family.client.0, "client"),
        (allowance.subject.0, "subject"),
        (allowance.session.0, "session"),
        (allowance.grant.0, "grant"),
        (family.node.0, "family"),
    ];
    let role = |node| {
        let named = known.iter().find(|(one, _)| *one == node);
        named.map_or("authenticator", |(_, role)| role)
    };
    let lineage = Lineage::from_claim(&allowance.lineage).unwrap_or_default();
    story.ancestors = ancestors(world, (family.realm, &lineage), role);
}

fn ancestors(
    world: &World,
    (realm, lineage): (RealmNode, &Lineage),
    role: impl Fn(NodeId) -> &'static str,
) -> Vec<Ancestor> {
    let told = lineage.ancestors().iter().map(|one| {
        let standing = if one.node == realm.0 {
            world.lineages.realm(realm)
        } else {
            world.lineages.standing(one.node)
        };
        Ancestor {
            role: role(one.node),
            node: one.node,
            born_under: one.epoch.0,
            epoch: standing.epoch.0,
            state: word(standing.state),
        }
    });
    told.collect()
}

/// What a token does not say of its ancestors: the entry of its issue names some of them, and a
/// person's tokens name authenticators, grant, family and session in this order.
fn name_roles(story: &mut Story) {
    let facts = story.journal.iter().flat_map(|record| &record.event.facts);
    let named: Vec<(Role, NodeId)> = facts.filter_map(Fact::named).collect();
    for ancestor in story.ancestors.iter_mut().filter(|one| one.role == OTHER) {
        let role = named.iter().find(|(_, node)| *node == ancestor.node);
        ancestor.role = role.map_or(OTHER, |(role, _)| role.name());
    }
    let family = story
        .ancestors
        .iter()
        .position(|one| one.role == Role::Family.name());
    let Some(family) = family else {
        return;
    };
    let places = story.ancestors.iter_mut().enumerate();
    for (at, ancestor) in places.filter(|(_, one)| one.role == OTHER) {
        ancestor.role = match at {
            _ if at + 1 == family => Role::Grant.name(),
            _ if at < family => Role::Authenticator.name(),
            _ => Role::Session.name(),
        };
    }
}

/// What an ancestor is of which neither token nor journal say more.
const OTHER: &str = "other";

/// What the key that signed a token is to it.
pub(super) const SIGNING_KEY: &str = "signing_key";

fn role(access: &Access, node: NodeId) -> &'static str {
    if node == access.realm.0 {
        "realm"
    } else if node == access.client.0 {
        "client"
    } else if node == access.subject.0 {
        "subject"
    } else if access.signing_key.is_some_and(|key| key.0 == node) {
        SIGNING_KEY
    } else {
        OTHER
    }
}

/// What the journal has of a token, from its birth on.
async fn journal(
    world: &World,
    (realm, born_at): (RealmNode, Time),
    narrow: impl Fn(Filter) -> Filter,
) -> Result<Vec<Record>, InspectError> {
    let filter = narrow(Filter {
        realm: Some(realm),
        since: Some(born_at.minus(BEFORE_BIRTH)),
        ..Filter::default()
    });
    let journal = Journal::new(world.db.clone());
    let (mut before, mut records) = (Sequence(i64::MAX), Vec::new());
    for _ in 0..MAX_PAGES {
        let page = journal.search(&filter, before, MAX_RECORDS).await?;
        records.extend(page.records);
        match page.before {
            Some(next) if records.len() < MAX_RECORDS => before = next,
            Some(_) | None => break,
        }
    }
    records.truncate(MAX_RECORDS);
    for record in &mut records {
        let revealed = subject_key::reveal(world, &mut record.event).await;
        revealed.map_err(ReadError::from)?;
    }
    Ok(records)
}
