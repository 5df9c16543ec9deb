//! Judge: is a token dead before its time?
//!
//! Its signature or digest holds already, and it has not expired. What remains, from memory alone:
//! 1. Every ancestor that its kind requires is there.
//! 2. None is disabled or ended, none below its current epoch: the token is dead.
//! 3. None is above: this node has not caught up, or the store has lost the past.
//! 4. Its index was leased; else it was forged with a stolen key, or this node has not caught up.
//! 5. Its bit is clear, and its bucket not swept away.

use symbolon_token::lineage::{Ancestor, Lineage};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::status::StatusRef;
use thiserror::Error;

use crate::memory::{Lineages, Look, Standing};
use crate::node::State;

/// Why a token is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Death {
    /// An ancestor that its kind requires is not named: it was not issued by this authority.
    #[error("it does not name its ancestor {0}")]
    Orphan(NodeId),
    /// An ancestor was revoked or ended.
    #[error("what it descends from was revoked: {0}")]
    Revoked(NodeId),
    /// An ancestor is disabled, and may be enabled again.
    #[error("what it descends from is disabled: {0}")]
    Disabled(NodeId),
    /// An ancestor's epoch is higher than this node knows.
    #[error("it is younger than what is known of its ancestor {0}")]
    Unborn(NodeId),
    /// Its status index was never leased.
    #[error("its status index was never given out")]
    NeverLeased,
    /// It was revoked by itself.
    #[error("it was revoked")]
    Bit,
    /// Its bucket was swept away long after its end.
    #[error("it expired long ago")]
    Swept,
}

impl Death {
    /// Whether to catch up with the journal and judge again before believing it.
    #[must_use]
    pub fn may_be_ignorance(self) -> bool {
        match self {
            Self::Unborn(_) | Self::NeverLeased => true,
            Self::Orphan(_) | Self::Revoked(_) | Self::Disabled(_) | Self::Bit | Self::Swept => {
                false
            }
        }
    }
}

/// A token as far as its life is concerned.
#[derive(Clone, Copy, Debug)]
pub struct Life<'a> {
    /// The realm that issued it.
    pub realm: RealmNode,
    /// What it descends from.
    pub lineage: &'a Lineage,
    /// Its bit.
    pub status: StatusRef,
    /// The ancestors that its kind requires, beside the realm.
    pub requires: &'a [NodeId],
}

/// Judges a token.
///
/// # Errors
/// [`Death`], the first that is found.
pub fn judge(known: &Lineages, life: &Life<'_>) -> Result<(), Death> {
    let named = |node: NodeId| life.lineage.epoch_of(node).is_some();
    let required = life.requires.iter().copied().chain([life.realm.0]);
    for node in required {
        if !named(node) {
            return Err(Death::Orphan(node));
        }
    }
    let known = known.look();
    descent(&known, life.realm, life.lineage)?;
    let bits = &known.bits;
    if Some(life.status.bucket) <= bits.floor {
        return Err(Death::Swept);
    }
    if bits.is_revoked(life.realm, life.status) {
        return Err(Death::Bit);
    }
    if !bits.is_leased(life.realm, life.status) {
        return Err(Death::NeverLeased);
    }
    Ok(())
}

/// Steps 2 and 3 alone, for what has no status bit: sessions, codes, families of refresh tokens.
///
/// # Errors
/// [`Death`], the first that is found.
pub fn judge_descent(known: &Lineages, realm: RealmNode, lineage: &Lineage) -> Result<(), Death> {
    descent(&known.look(), realm, lineage)
}

fn descent(known: &Look<'_>, realm: RealmNode, lineage: &Lineage) -> Result<(), Death> {
    let mut ancestors = lineage.ancestors().iter();
    ancestors.try_for_each(|one| ancestry(*one, known.standing(realm, one.node)))
}

fn ancestry(carried: Ancestor, standing: Standing) -> Result<(), Death> {
    let node = carried.node;
    match standing.state {
        State::Ended => return Err(Death::Revoked(node)),
        State::Disabled => return Err(Death::Disabled(node)),
        State::Live => {}
    }
    match carried.epoch.cmp(&standing.epoch) {
        std::cmp::Ordering::Less => Err(Death::Revoked(node)),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(Death::Unborn(node)),
    }
}

#[cfg(test)]
mod tests {
    use symbolon_journal::{Block, Event, Follow, Noun, Verb};
    use symbolon_store::Sequence;
    use symbolon_token::call::{Actor, Call, RequestId};
    use symbolon_token::lineage::Epoch;
    use symbolon_token::status::Bucket;
    use symbolon_token::time::Time;

    use super::*;
    use crate::node::{Change, change};

    const STATUS: StatusRef = StatusRef {
        bucket: Bucket(500_000),
        index: 7,
    };

    fn node(number: i64) -> NodeId {
        NodeId::from_number(number).unwrap()
    }

    fn realm() -> RealmNode {
        RealmNode(node(1))
    }

    fn event(verb: Verb, noun: Noun) -> Event {
        let call = Call {
            now: Time(0),
            request_id: RequestId(node(9)),
            actor: Actor::System,
            address: None,
        };
        Event::done(&call, realm(), verb, noun)
    }

    /// What a process knows after a block was leased.
    fn known() -> Lineages {
        let known = Lineages::default();
        let block = Block {
            bucket: STATUS.bucket,
            first: 0,
            count: 8,
        };
        let lease = event(Verb::Lease, Noun::StatusBlock).block(block);
        known.follow(Sequence(1), &lease);
        known
    }

    fn happens(known: &Lineages, sequence: i64, to: NodeId, what: Change) {
        let (after, _) = change(known, (realm(), to), what, Time(0));
        let event = event(Verb::Change, Noun::Client).stands(after.fact(to));
        known.follow(Sequence(sequence), &event);
    }

    fn born(known: &Lineages) -> Lineage {
        let client = known.ancestor(node(2));
        Lineage::new([known.realm_ancestor(realm()), client]).unwrap()
    }

    fn verdict(known: &Lineages, lineage: &Lineage) -> Result<(), Death> {
        let life = Life {
            realm: realm(),
            lineage,
            status: STATUS,
            requires: &[node(2)],
        };
        judge(known, &life)
    }

    #[test]
    fn a_token_of_living_ancestors_lives() {
        let known = known();
        assert_eq!(verdict(&known, &born(&known)), Ok(()));
    }

    #[test]
    fn one_change_of_an_ancestor_kills_what_was_born_before_it() {
        let known = known();
        let before = born(&known);
        happens(&known, 2, node(2), Change::Revoke);
        assert_eq!(verdict(&known, &before), Err(Death::Revoked(node(2))));
        assert_eq!(verdict(&known, &born(&known)), Ok(()));
        happens(&known, 3, realm().0, Change::Revoke);
        assert_eq!(verdict(&known, &before), Err(Death::Revoked(realm().0)));
    }

    #[test]
    fn what_is_disabled_comes_back_and_what_has_ended_does_not() {
        let known = known();
        let token = born(&known);
        happens(&known, 2, node(2), Change::Disable);
        assert_eq!(verdict(&known, &token), Err(Death::Disabled(node(2))));
        happens(&known, 3, node(2), Change::Enable);
        assert_eq!(verdict(&known, &token), Ok(()));
        happens(&known, 4, node(2), Change::End);
        assert_eq!(verdict(&known, &born(&known)), Err(Death::Revoked(node(2))));
    }

    #[test]
    fn an_older_event_that_arrives_late_changes_nothing() {
        let known = known();
        let token = born(&known);
        let disabled = Standing {
            state: State::Disabled,
            ..Standing::NEW
        };
        happens(&known, 5, node(2), Change::Enable);
        let late = event(Verb::Disable, Noun::Client).stands(disabled.fact(node(2)));
        known.follow(Sequence(4), &late);
        assert_eq!(verdict(&known, &token), Ok(()));
    }

    #[test]
    fn an_older_event_that_arrives_late_lowers_no_epoch_and_ends_no_end() {
        let known = known();
        let token = born(&known);
        happens(&known, 5, node(2), Change::Revoke);
        let first = event(Verb::Change, Noun::Client).stands(Standing::NEW.fact(node(2)));
        known.follow(Sequence(6), &first);
        assert_eq!(verdict(&known, &token), Err(Death::Revoked(node(2))));
        happens(&known, 7, node(2), Change::End);
        known.follow(Sequence(8), &first);
        assert_eq!(verdict(&known, &born(&known)), Err(Death::Revoked(node(2))));
    }

    #[test]
    fn a_realm_is_revoked_above_the_term() {
        let known = known();
        let term = symbolon_journal::Fact::Term(1_800_000_000);
        known.follow(Sequence(2), &event(Verb::Begin, Noun::Term).fact(term));
        let token = born(&known);
        assert_eq!(verdict(&known, &token), Ok(()));
        happens(&known, 3, realm().0, Change::Revoke);
        assert_eq!(verdict(&known, &token), Err(Death::Revoked(realm().0)));
        assert_eq!(verdict(&known, &born(&known)), Ok(()));
    }

    #[test]
    fn terms_count_until_the_year_2242() {
        let known = known();
        let before = born(&known);
        let seconds = 1_i64 << 33;
        for (at, term) in [(2, seconds - 2), (3, seconds - 1)] {
            let before = born(&known);
            let fact = symbolon_journal::Fact::Term(term);
            known.follow(Sequence(at), &event(Verb::Begin, Noun::Term).fact(fact));
            assert_eq!(verdict(&known, &before), Err(Death::Revoked(realm().0)));
        }
        assert_eq!(verdict(&known, &born(&known)), Ok(()));
        assert_eq!(verdict(&known, &before), Err(Death::Revoked(realm().0)));
    }

    #[test]
    fn a_new_term_kills_everything_older() {
        let known = known();
        let token = born(&known);
        known.follow(
            Sequence(2),
            &event(Verb::Begin, Noun::Term).fact(symbolon_journal::Fact::Term(9)),
        );
        assert_eq!(verdict(&known, &token), Err(Death::Revoked(realm().0)));
        assert_eq!(verdict(&known, &born(&known)), Ok(()));
    }

    #[test]
    fn a_bit_kills_one_token() {
        let known = known();
        let token = born(&known);
        known.follow(
            Sequence(2),
            &event(Verb::Revoke, Noun::Access).status(STATUS),
        );
        assert_eq!(verdict(&known, &token), Err(Death::Bit));
    }

    #[test]
    fn what_was_swept_stays_dead() {
        let known = known();
        let token = born(&known);
        let floor = Block {
            bucket: STATUS.bucket,
            first: 0,
            count: 0,
        };
        known.follow(
            Sequence(2),
            &event(Verb::Sweep, Noun::StatusBlock).block(floor),
        );
        assert_eq!(verdict(&known, &token), Err(Death::Swept));
    }

    #[test]
    fn forged_pairs_and_indexes_show() {
        let known = known();
        let alone = Lineage::new([known.realm_ancestor(realm())]).unwrap();
        assert_eq!(verdict(&known, &alone), Err(Death::Orphan(node(2))));
        let high = Ancestor {
            node: node(2),
            epoch: Epoch(1),
        };
        let unborn = Lineage::new([known.realm_ancestor(realm()), high]).unwrap();
        assert_eq!(verdict(&known, &unborn), Err(Death::Unborn(node(2))));
        let nothing_leased = Lineages::default();
        let token = born(&nothing_leased);
        assert_eq!(verdict(&nothing_leased, &token), Err(Death::NeverLeased));
    }
}
