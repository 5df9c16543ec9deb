//! Why a token is dead: what killed it first, by whom, when, and for what reason. For operators; nothing
//! here decides anything.
//!
//! 1. Whatever makes it dead now is looked at: its own bit, and each of its ancestors.
//! 2. The journal names the entry of each. Of an ancestor, it is the first that raised its epoch above
//!    the one that the token carries, or ended it; where it is disabled, the first of those that left it
//!    so.
//! 3. The first in the journal is what killed it: what came later found it dead. A suspension kills
//!    nothing, so it is named only where nothing else is there.
//! 4. What a revoked key signed is not believed, but it is told: its signature still verifies by the key
//!    as it was known.

use std::collections::BTreeSet;

use serde::Serialize;
use symbolon_identity::access::Refusal;
use symbolon_identity::realm::Realm;
use symbolon_identity::{World, subject_key};
use symbolon_journal::{
    Filter, Journal, MAX_RECORDS, Noun, Outcome, ReadError, Record, Sequence, Stands, Verb,
};
use symbolon_lineage::Death;
use symbolon_lineage::node::State;
use symbolon_token::kind::Kind;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::inspect::{Ancestor, BEFORE_BIRTH, InspectError, MAX_PAGES, SIGNING_KEY, Story, told};
use crate::standing::word;

/// What killed a token.
#[derive(Debug, Serialize)]
pub struct Killer {
    /// What it is to the token; `token` where that was revoked by itself.
    pub role: &'static str,
    /// Which node; none where the token was revoked by itself.
    pub node: Option<NodeId>,
}

/// Whether a token lives, and if not, why.
#[derive(Debug, Serialize)]
pub struct Why {
    /// Whether this realm issued it.
    pub is_ours: bool,
    /// Whether it is accepted now.
    pub is_alive: bool,
    /// Why it is not, in a sentence.
    pub verdict: Option<String>,
    /// What it is for.
    pub kind: Option<Kind>,
    /// Whom it speaks for.
    pub sub: Option<String>,
    /// The client that it was issued to.
    pub client_id: Option<String>,
    /// When it was issued, in milliseconds.
    pub issued_at: Option<Time>,
    /// When it expires, in milliseconds.
    pub expires_at: Option<Time>,
    /// What it descends from.
    pub ancestors: Vec<Ancestor>,
    /// Which of them killed it; none where it lives, expired or was never issued.
    pub ancestor: Option<Killer>,
    /// The journal entry that says so, and below what it says; none where the journal no longer has
    /// it.
    pub sequence: Option<i64>,
    /// What was done.
    pub verb: Option<&'static str>,
    /// By whom.
    pub actor: Option<String>,
    /// For what reason.
    pub reason: Option<String>,
    /// When, in milliseconds.
    pub at: Option<Time>,
}

/// Tells why a token is dead, if it is.
///
/// # Errors
/// [`InspectError`] where that cannot be known now.
pub async fn why(world: &World, realm: &Realm, text: &str, now: Time) -> Result<Why, InspectError> {
    let (mut story, refusal) = told(world, realm, text, now).await?;
    let cause = match refusal {
        None | Some(Refusal::Expired | Refusal::Forged(_) | Refusal::NotOurs) => None,
        Some(Refusal::Dead(death)) => first_cause(world, realm.node, &story, death).await?,
    };
    let Some(Cause {
        verdict,
        killer,
        mut entry,
    }) = cause
    else {
        return Ok(Why::of(story, None, None));
    };
    if let Some(entry) = &mut entry {
        let revealed = subject_key::reveal(world, &mut entry.event).await;
        revealed.map_err(ReadError::from)?;
    }
    story.reason = Some(verdict);
    Ok(Why::of(story, Some(killer), entry.as_ref()))
}

/// One thing that makes a token dead now.
struct Cause {
    verdict: String,
    killer: Killer,
    /// Where it happened; none where the journal no longer has it.
    entry: Option<Record>,
}

impl Cause {
    /// Where it happened; what the journal no longer has comes last, for nothing is told of it.
    fn place(&self) -> Sequence {
        let place = self.entry.as_ref().map(|entry| entry.sequence);
        place.unwrap_or(Sequence(i64::MAX))
    }
}

/// Steps 1 to 3. The judgement named one of several causes.
async fn first_cause(
    world: &World,
    realm: RealmNode,
    story: &Story,
    judged: Death,
) -> Result<Option<Cause>, InspectError> {
    let (revoked, disabled) = match judged {
        Death::Orphan(_) | Death::Unborn(_) | Death::NeverLeased | Death::Swept => return Ok(None),
        Death::Revoked(node) => (Some(node), None),
        Death::Disabled(node) => (None, Some(node)),
        Death::Bit => (None, None),
    };
    let mut causes: Vec<Cause> = bit(story, judged).into_iter().collect();
    let kills = |one: &&Ancestor| one.epoch > one.born_under || is(one, State::Ended);
    for node in nodes(story, kills, revoked) {
        causes.push(revoked_by(world, realm, story, node).await?);
    }
    if causes.is_empty() {
        for node in nodes(story, |one| is(one, State::Disabled), disabled) {
            causes.push(disabled_by(world, realm, story, node).await?);
        }
    }
    Ok(causes.into_iter().min_by_key(Cause::place))
}

/// The ancestors that make it dead, and the one that was judged to: a refresh token does not name its
/// own family among them.
fn nodes(
    story: &Story,
    kills: impl Fn(&&Ancestor) -> bool,
    judged: Option<NodeId>,
) -> BTreeSet<NodeId> {
    let killing = story.ancestors.iter().filter(kills);
    killing.map(|one| one.node).chain(judged).collect()
}

/// Its own bit, where that was set by itself: one that only shows what an ancestor did is none.
fn bit(story: &Story, judged: Death) -> Option<Cause> {
    let revokes = |record: &&Record| {
        let Record { event, .. } = record;
        let is_done = event.outcome == Outcome::Done;
        is_done && (event.verb, event.noun) == (Verb::Revoke, Noun::Access)
    };
    let entry = story.journal.iter().rev().find(revokes).cloned();
    (entry.is_some() || judged == Death::Bit).then(|| Cause {
        verdict: Death::Bit.to_string(),
        killer: Killer {
            role: "token",
            node: None,
        },
        entry,
    })
}

/// Step 2 for an ancestor that was revoked or ended.
async fn revoked_by(
    world: &World,
    realm: RealmNode,
    story: &Story,
    node: NodeId,
) -> Result<Cause, InspectError> {
    let ancestor = story.ancestors.iter().find(|one| one.node == node);
    let carried = ancestor.map_or(0, |one| one.born_under);
    let since = story.issued_at.map(|born_at| born_at.minus(BEFORE_BIRTH));
    let since = since.filter(|_| story.kind != Some(Kind::Refresh));
    let kills = |stands: &Stands| stands.epoch.0 > carried || left(stands, State::Ended);
    let killer = killer(story, node);
    let verdict = if killer.role == SIGNING_KEY {
        format!(
            "its signature verifies, but by the signing key {node}, which was revoked: \
             nothing that it signed is believed"
        )
    } else {
        Death::Revoked(node).to_string()
    };
    Ok(Cause {
        verdict,
        killer,
        entry: earliest(world, (realm, node), since, kills).await?,
    })
}

/// Step 2 for an ancestor that is suspended.
async fn disabled_by(
    world: &World,
    realm: RealmNode,
    story: &Story,
    node: NodeId,
) -> Result<Cause, InspectError> {
    let disables = |stands: &Stands| left(stands, State::Disabled);
    Ok(Cause {
        verdict: Death::Disabled(node).to_string(),
        killer: killer(story, node),
        entry: earliest(world, (realm, node), None, disables).await?,
    })
}

fn killer(story: &Story, node: NodeId) -> Killer {
    let ancestor = story.ancestors.iter().find(|one| one.node == node);
    Killer {
        role: ancestor.map_or_else(|| fallback(story), |one| one.role),
        node: Some(node),
    }
}

/// What killed a token that does not name it among its ancestors: a refresh token's own family.
fn fallback(story: &Story) -> &'static str {
    if story.kind == Some(Kind::Refresh) {
        "family"
    } else {
        "other"
    }
}

fn is(ancestor: &Ancestor, state: State) -> bool {
    ancestor.state == word(state)
}

fn left(stands: &Stands, state: State) -> bool {
    stands.state_name() == Some(word(state))
}

/// The earliest of the newest entries in a row that left a node standing so.
async fn earliest(
    world: &World,
    (realm, node): (RealmNode, NodeId),
    since: Option<Time>,
    so: impl Fn(&Stands) -> bool,
) -> Result<Option<Record>, InspectError> {
    let filter = Filter {
        realm: Some(realm),
        stands: Some(node),
        outcome: Some(Outcome::Done),
        since,
        ..Filter::default()
    };
    let journal = Journal::new(world.db.clone());
    let (mut before, mut found) = (Sequence(i64::MAX), None);
    for _ in 0..MAX_PAGES {
        let page = journal.search(&filter, before, MAX_RECORDS).await?;
        for record in page.records {
            if !record.event.stood(node).is_some_and(|stands| so(&stands)) {
                return Ok(found);
            }
            found = Some(record);
        }
        let Some(next) = page.before else {
            return Ok(found);
        };
        before = next;
    }
    Ok(found)
}

impl Why {
    fn of(story: Story, killer: Option<Killer>, entry: Option<&Record>) -> Self {
        let event = entry.map(|record| &record.event);
        Self {
            is_ours: story.is_ours,
            is_alive: story.is_alive,
            verdict: story.reason,
            kind: story.kind,
            sub: story.sub,
            client_id: story.client_id,
            issued_at: story.issued_at,
            expires_at: story.expires_at,
            ancestors: story.ancestors,
            ancestor: killer,
            sequence: entry.map(|record| record.sequence.0),
            verb: event.map(|event| event.verb.name()),
            actor: event.map(|event| event.actor().into_owned()),
            reason: event.and_then(|event| event.why()).map(str::to_owned),
            at: event.map(|event| event.at),
        }
    }
}
