//! Why a token is dead: which of its ancestors killed it, by whom, when, and for what reason. For
//! operators; nothing here decides anything.
//!
//! 1. The judgement names the ancestor, or the token's own bit.
//! 2. The journal names the entry. Of an ancestor, it is the first that raised its epoch above the one
//!    that the token carries, or ended it; where it is disabled, the first of those that left it so.
//! 3. What a revoked key signed is not believed, not even that it was ours; but the key's end is told.

use serde::Serialize;
use symbolon_identity::access::Refusal;
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key;
use symbolon_identity::{World, subject_key};
use symbolon_journal::{
    Filter, Journal, MAX_RECORDS, Outcome, ReadError, Record, Sequence, Stands, Verb,
};
use symbolon_lineage::Death;
use symbolon_lineage::node::State;
use symbolon_token::kind::Kind;
use symbolon_token::node::{NodeId, RealmNode, SigningKeyNode};
use symbolon_token::time::Time;

use super::inspect::{Ancestor, BEFORE_BIRTH, InspectError, Story, told};
use crate::standing::word;

/// Pages of the journal that are looked at: a million entries, some seconds' reading.
const MAX_PAGES: usize = 5;

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
    let (story, refusal) = told(world, realm, text, now).await?;
    let (killer, mut entry) = match refusal {
        None | Some(Refusal::Expired | Refusal::Forged(_)) => (None, None),
        Some(Refusal::NotOurs) => of_key(world, realm, &story, now).await?,
        Some(Refusal::Dead(death)) => of_death(world, realm.node, &story, death).await?,
    };
    if let Some(entry) = &mut entry {
        let revealed = subject_key::reveal(world, &mut entry.event).await;
        revealed.map_err(ReadError::from)?;
    }
    Ok(Why::of(story, killer, entry.as_ref()))
}

type Found = (Option<Killer>, Option<Record>);

/// Steps 1 and 2.
async fn of_death(
    world: &World,
    realm: RealmNode,
    story: &Story,
    death: Death,
) -> Result<Found, InspectError> {
    let ancestor = |node| story.ancestors.iter().find(|one| one.node == node);
    let killer = |node| Killer {
        role: ancestor(node).map_or_else(|| fallback(story), |one| one.role),
        node: Some(node),
    };
    let since = story.issued_at.map(|born_at| born_at.minus(BEFORE_BIRTH));
    Ok(match death {
        Death::Bit => {
            let revokes = |record: &&Record| {
                (record.event.verb, record.event.outcome) == (Verb::Revoke, Outcome::Done)
            };
            let entry = story.journal.iter().rev().find(revokes).cloned();
            let killer = Killer {
                role: "token",
                node: None,
            };
            (Some(killer), entry)
        }
        Death::Revoked(node) => {
            let carried = ancestor(node).map_or(0, |one| one.born_under);
            let since = since.filter(|_| story.kind != Some(Kind::Refresh));
            let kills = |stands: &Stands| stands.epoch.0 > carried || is(stands, State::Ended);
            let entry = earliest(world, (realm, node), since, kills).await?;
            (Some(killer(node)), entry)
        }
        Death::Disabled(node) => {
            let disables = |stands: &Stands| is(stands, State::Disabled);
            let entry = earliest(world, (realm, node), None, disables).await?;
            (Some(killer(node)), entry)
        }
        Death::Orphan(_) | Death::Unborn(_) | Death::NeverLeased | Death::Swept => (None, None),
    })
}

/// What killed a token that does not name it among its ancestors: a refresh token's own family.
fn fallback(story: &Story) -> &'static str {
    if story.kind == Some(Kind::Refresh) {
        "family"
    } else {
        "other"
    }
}

fn is(stands: &Stands, state: State) -> bool {
    stands.state_name() == Some(word(state))
}

/// Step 3.
async fn of_key(
    world: &World,
    realm: &Realm,
    story: &Story,
    now: Time,
) -> Result<Found, InspectError> {
    let kid = story.header.as_ref().and_then(|header| header.get("kid"));
    let kid = kid.and_then(|kid| kid.as_str()?.parse::<SigningKeyNode>().ok());
    let Some(kid) = kid else {
        return Ok((None, None));
    };
    let keys = signing_key::list(world, realm.node, now).await;
    let keys = keys.map_err(super::FindError::from)?;
    let has_ended = world.lineages.standing(kid.0).state == State::Ended;
    if !has_ended || keys.iter().all(|key| key.id != kid) {
        return Ok((None, None));
    }
    let killer = Killer {
        role: "signing_key",
        node: Some(kid.0),
    };
    let ends = |stands: &Stands| is(stands, State::Ended);
    let entry = earliest(world, (realm.node, kid.0), None, ends).await?;
    Ok((Some(killer), entry))
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
