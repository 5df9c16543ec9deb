//! Judge an authentic token by what the feed has told.
//!
//! 1. Its times hold, by the authority's clock as it is known.
//! 2. It names its realm and the key that signed it; else that key was stolen.
//! 3. No ancestor is ended, disabled, or above the epoch that it carries; no veiled one is dead; its
//!    status bit is clear and its bucket not swept away. What is dead is dead however old that
//!    knowledge is, and also by a snapshot that is on trial: what was ended, raised, set or swept stays so,
//!    even if that snapshot is a replay. What may come back (a disabled ancestor, a veiled one) is waited
//!    for until the trial is over.
//! 4. The route's policy says what else may be said when knowledge is old.
//!    What is veiled for another audience is the authority's to judge.
//! 5. A key that nobody told of, an epoch above the known one, an index that was never leased: the feed may
//!    only be behind. What is known as of a moment after the token was first seen settles it.

use std::time::Duration;

use symbolon_token::feed::{Finding, State};
use symbolon_token::lineage::Ancestor;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use crate::access::Facts;
use crate::freshness::{Bounds, Freshness, Policy, Way};
use crate::knowledge::{Knowledge, Known};
use crate::moment::Monotonic;

/// How far the clocks of authority and verifier may differ about when a token begins. Its end has no
/// leeway.
pub const SKEW: Duration = Duration::from_mins(1);

/// How long a strange token may wait for the news that explains it. The processes of one authority
/// hear of one another's leases by polling every 25 ms.
pub const SETTLES: Duration = Duration::from_millis(500);

/// Under what a token is judged.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// What the route does when knowledge is not fresh.
    pub policy: Policy,
    /// When knowledge is what.
    pub bounds: Bounds,
    /// When the token was first seen.
    pub seen_at: Monotonic,
    /// Now.
    pub now: Monotonic,
}

/// What is to be done with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Let it pass.
    Live,
    /// Refuse it.
    Dead(Death),
    /// Catch up with the feed, then judge again: it is stranger than what is known explains.
    CatchUp,
    /// Ask the authority about it.
    Introspect,
    /// Refuse it for now: what is known is too old to judge by.
    Closed(Freshness),
}

/// Why a token is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// Its time is over.
    Expired,
    /// Its time is to come.
    NotYetValid,
    /// An ancestor was revoked or ended.
    Revoked(NodeId),
    /// An ancestor is disabled, and may be enabled again.
    Disabled(NodeId),
    /// An ancestor that only the authority can name was revoked, ended or disabled.
    Veiled,
    /// It was revoked by itself.
    Bit,
    /// It expired long ago.
    Swept,
    /// The key that signed it signs for nobody any longer.
    KeyGone,
    /// It was signed by a stolen key: the authority never gave it out. Report it.
    Forged(Finding),
}

/// Step 5: what may be ignorance.
enum Strange {
    Key,
    Token(Finding),
    /// Dead by a snapshot on trial, in a way that may have passed since.
    Doubtful,
}

/// Judges a token.
#[must_use]
pub fn judge(knowledge: &Knowledge, facts: &Facts, question: &Question) -> Verdict {
    let age = knowledge.age(question.now);
    let way = question.policy.way(&question.bounds, age);
    let time = knowledge.time(question.now);
    if let Some(death) = time.and_then(|time| out_of_time(facts, time)) {
        return Verdict::Dead(death);
    }
    let strange = match lives(knowledge, facts) {
        Ok(strange) => strange,
        Err(death) => return Verdict::Dead(death),
    };
    match way {
        Way::Closed => return Verdict::Closed(question.bounds.freshness(age)),
        Way::Ask => return Verdict::Introspect,
        // No frame to this audience would say that what it descends from has died.
        Way::Memory if facts.is_veiled_for_another => return Verdict::Introspect,
        Way::Memory => {}
    }
    let settled = knowledge
        .as_of()
        .is_some_and(|as_of| as_of >= question.seen_at.plus(SETTLES));
    match strange {
        None => Verdict::Live,
        // No echo that came so far says anything of a trial.
        Some(Strange::Doubtful) => Verdict::CatchUp,
        Some(Strange::Key | Strange::Token(_)) if !settled => Verdict::CatchUp,
        Some(Strange::Key) => Verdict::Dead(Death::KeyGone),
        Some(Strange::Token(finding)) => Verdict::Dead(Death::Forged(finding)),
    }
}

/// Step 1. Also for those who follow no feed, by their own clock.
#[must_use]
pub fn out_of_time(facts: &Facts, time: Time) -> Option<Death> {
    let latest = time.plus(SKEW);
    let begins = facts.not_before.max(Some(facts.issued_at));
    if facts.expires_at <= time {
        Some(Death::Expired)
    } else if begins.is_some_and(|begins| begins > latest) {
        Some(Death::NotYetValid)
    } else {
        None
    }
}

/// Steps 2 and 3, and what is strange.
fn lives(knowledge: &Knowledge, facts: &Facts) -> Result<Option<Strange>, Death> {
    let Some(known) = knowledge.known() else {
        return Ok(None);
    };
    let strange = life(known, facts)?;
    match knowledge.trial().and_then(|trial| death(trial, facts)) {
        None => Ok(strange),
        Some(Death::Disabled(_) | Death::Veiled) => Ok(Some(Strange::Doubtful)),
        Some(death) => Err(death),
    }
}

/// The same by what is confirmed.
fn life(known: &Known, facts: &Facts) -> Result<Option<Strange>, Death> {
    let forged = |finding| Death::Forged(finding);
    let descent = facts.descent.as_ref().ok_or(forged(Finding::Orphan))?;
    let status = facts.status.ok_or(forged(Finding::NeverLeased))?;
    let named = |node: NodeId| descent.visible.epoch_of(node).is_some();
    let key = facts.kid.as_deref().and_then(|kid| known.key(kid));
    if !named(known.realm) || key.is_some_and(|key| !named(key)) {
        return Err(forged(Finding::Orphan));
    }
    if let Some(death) = death(known, facts) {
        return Err(death);
    }
    let mut ancestors = descent.visible.ancestors().iter();
    Ok(if key.is_none() {
        Some(Strange::Key)
    } else if ancestors.any(|one| one.epoch > known.stands(one.node).0) {
        Some(Strange::Token(Finding::Unborn))
    } else if known.is_leased(status) {
        None
    } else {
        Some(Strange::Token(Finding::NeverLeased))
    })
}

/// Step 3.
fn death(known: &Known, facts: &Facts) -> Option<Death> {
    let descent = facts.descent.as_ref()?;
    let mut ancestors = descent.visible.ancestors().iter();
    let fallen = ancestors.find_map(|ancestor| fall(known, *ancestor));
    let veiled = || descent.veiled.iter().any(|block| known.is_dead(block));
    fallen
        .or_else(|| veiled().then_some(Death::Veiled))
        .or_else(|| {
            let status = facts.status?;
            let swept = known.is_swept(status).then_some(Death::Swept);
            swept.or_else(|| known.is_revoked(status).then_some(Death::Bit))
        })
}

fn fall(known: &Known, carried: Ancestor) -> Option<Death> {
    let node = carried.node;
    let (epoch, state) = known.stands(node);
    match state {
        State::Ended => Some(Death::Revoked(node)),
        State::Disabled => Some(Death::Disabled(node)),
        State::Live => (carried.epoch < epoch).then_some(Death::Revoked(node)),
    }
}
