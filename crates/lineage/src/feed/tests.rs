use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use symbolon_journal::{Block, Stands};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::feed;
use symbolon_token::node::{ClientNode, SessionNode};

use super::*;

const NOON: Time = Time(1_800_000_000_000);
const BUCKET: Bucket = Bucket(500_001);

fn node(number: i64) -> NodeId {
    NodeId::from_number(number).unwrap()
}

fn realm() -> RealmNode {
    RealmNode(node(1))
}

fn event(verb: Verb, noun: Noun) -> Event {
    let call = Call {
        now: NOON,
        request_id: RequestId(node(9)),
        actor: Actor::System,
        address: None,
    };
    Event::done(&call, realm(), verb, noun)
}

fn stands(number: i64, epoch: i64, state: u8) -> Event {
    let stands = Stands {
        node: node(number),
        epoch: Epoch(epoch),
        state,
    };
    let event = event(Verb::Change, Noun::Session);
    event.session(SessionNode(node(number))).stands(stands)
}

fn bit(index: u32) -> Event {
    let status = StatusRef {
        bucket: BUCKET,
        index,
    };
    event(Verb::Revoke, Noun::Access).status(status)
}

fn lease(first: u32) -> Event {
    let block = Block {
        bucket: BUCKET,
        first,
        count: 8,
    };
    event(Verb::Lease, Noun::StatusBlock).block(block)
}

fn sweep(bucket: Bucket) -> Event {
    let block = Block {
        bucket,
        first: 0,
        count: 0,
    };
    event(Verb::Sweep, Noun::StatusBlock).block(block)
}

fn watched() -> Changes {
    let changes = Changes::default();
    changes.watch(realm());
    changes
}

/// What somebody knows who was told all of this, as far as it tells the living from the dead.
#[derive(Debug, Default, PartialEq, Eq)]
struct Knows {
    nodes: BTreeMap<NodeId, (Epoch, u8)>,
    dead: BTreeSet<(NodeId, Epoch)>,
    bits: BTreeMap<u32, BTreeSet<u32>>,
    leases: BTreeMap<u32, u32>,
    floor: Option<u32>,
}

impl Knows {
    fn hear(&mut self, told: &Told) {
        for one in &told.change.nodes {
            self.nodes.insert(one.node, (one.epoch, one.state.into()));
        }
        self.nodes.retain(|_, stands| *stands != (Epoch(0), 0));
        let pair = |one: &Ancestor| (one.node, one.epoch);
        self.dead.extend(told.dead.iter().map(pair));
        for one in &told.revived {
            self.dead.remove(&pair(one));
        }
        for (bucket, indexes) in &told.change.bits {
            let known = self.bits.entry(*bucket).or_default();
            known.extend(indexes.as_slice());
        }
        self.leases.extend(&told.change.leases);
        self.floor = self.floor.max(told.change.floor);
        let floor = self.floor;
        self.bits.retain(|bucket, _| Some(*bucket) > floor);
        self.leases.retain(|bucket, _| Some(*bucket) > floor);
    }

    fn of(told: &Told) -> Self {
        let mut knows = Self::default();
        knows.hear(told);
        knows
    }
}

#[test]
fn nothing_is_new_where_nobody_follows() {
    let changes = Changes::default();
    changes.follow(Sequence(1), &stands(2, 1, 0));
    assert_eq!(changes.take(realm()), None);
    changes.watch(realm());
    assert_eq!(changes.take(realm()), None);
    let known = changes.known(realm(), NOON);
    let expected = feed::Stands {
        node: node(2),
        epoch: Epoch(1),
        state: feed::State::Live,
    };
    assert_eq!(known.change.nodes, [expected]);
}

#[test]
fn what_is_handed_on_twice_is_new_once() {
    let changes = watched();
    for event in [stands(2, 1, 0), bit(3), lease(0)] {
        changes.follow(Sequence(1), &event);
        assert!(changes.take(realm()).is_some());
        changes.follow(Sequence(1), &event);
        assert_eq!(changes.take(realm()), None);
    }
}

#[test]
fn what_is_dead_by_an_ancestor_is_not_told_by_its_bit_too() {
    let changes = watched();
    let status = |index| StatusRef {
        bucket: BUCKET,
        index,
    };
    let fill = event(Verb::Revoke, Noun::StatusBlock);
    let fill = fill.status(status(3)).status(status(4));
    changes.follow(Sequence(1), &fill);
    assert_eq!(changes.take(realm()), None);
    assert_eq!(changes.known(realm(), NOON).change.bits, BTreeMap::new());
    // One of them is revoked by itself afterwards, and that counts.
    changes.follow(Sequence(2), &bit(3));
    let told = changes.take(realm()).unwrap();
    assert_eq!(told.change.bits[&BUCKET.0].as_slice(), [3]);
    assert_eq!(changes.known(realm(), NOON).change.bits, told.change.bits);
}

#[test]
fn what_is_shown_is_not_veiled_and_what_leads_to_a_person_is() {
    let changes = watched();
    let of_client = stands(2, 1, 0).client(ClientNode(node(2)));
    changes.follow(Sequence(1), &of_client);
    changes.follow(Sequence(2), &stands(3, 2, 0));
    changes.follow(Sequence(3), &stands(1, 1 << 40, 0));
    let dead = |epoch| Ancestor {
        node: node(3),
        epoch: Epoch(epoch),
    };
    let told = changes.take(realm()).unwrap();
    assert_eq!(told.dead, [dead(0), dead(1)]);
    assert_eq!(changes.known(realm(), NOON).dead, told.dead);
}

#[test]
fn what_is_disabled_is_dead_and_what_is_enabled_lives_again() {
    let changes = watched();
    let pair = Ancestor {
        node: node(2),
        epoch: Epoch(0),
    };
    changes.follow(Sequence(1), &stands(2, 0, 1));
    assert_eq!(changes.take(realm()).unwrap().dead, [pair]);
    changes.follow(Sequence(2), &stands(2, 0, 0));
    let told = changes.take(realm()).unwrap();
    assert_eq!((told.dead, told.revived), (vec![], vec![pair]));
    assert_eq!(told.killed_at, None);
    assert_eq!(changes.known(realm(), NOON).dead, []);
}

#[test]
fn what_has_ended_is_forgotten_after_the_longest_life_of_a_token() {
    let changes = watched();
    changes.follow(Sequence(1), &stands(2, 1, 2));
    changes.follow(Sequence(2), &stands(3, 1, 0));
    changes.follow(Sequence(3), &stands(4, 0, 1));
    let at = |now| {
        let known = changes.known(realm(), now);
        let nodes = known.change.nodes.iter().map(|one| one.node.number());
        (nodes.collect::<Vec<_>>(), known.dead.len())
    };
    assert_eq!(at(NOON), (vec![2, 3, 4], 4));
    // A token of today names the raised epoch, and a disabled node may come back.
    assert_eq!(at(NOON.plus(WINDOW)), (vec![3, 4], 1));
}

#[test]
fn a_term_is_told_to_every_realm() {
    let changes = watched();
    let term = event(Verb::Begin, Noun::Term).fact(Fact::Term(7));
    changes.follow(Sequence(1), &term);
    let told = changes.take(realm()).unwrap();
    assert!(told.term_began);
    let known = changes.known(realm(), NOON);
    assert_eq!((known.term, known.change.nodes.len()), (7, 1));
    assert_eq!(known.change.nodes[0].epoch, Epoch(7 << 30));
}

#[test]
fn a_canary_is_a_node_that_dies_again_and_again() {
    let changes = watched();
    for epoch in [1, 2] {
        changes.canary(realm(), node(77), NOON);
        let told = changes.take(realm()).unwrap();
        assert_eq!(told.change.nodes[0].epoch, Epoch(epoch));
        assert_eq!((told.killed_at, told.dead), (Some(NOON), vec![]));
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (2_i64..5, 0_i64..4, 0_u8..3).prop_map(|(of, epoch, state)| stands(of, epoch, state)),
        2 => (0_u32..9).prop_map(bit),
        2 => (0_u32..4).prop_map(|at| lease(at * 8)),
        1 => (499_999_u32..500_003).prop_map(|at| sweep(Bucket(at))),
    ]
}

proptest! {
    /// Whatever comes, in whatever order, and whenever it is told.
    #[test]
    fn who_heard_everything_knows_what_a_newcomer_is_told(
        events in prop::collection::vec((0_i64..20, any_event(), any::<bool>()), 0..40),
        joins in 0_usize..40,
    ) {
        let changes = watched();
        let mut follower = Knows::of(&changes.known(realm(), NOON));
        for (at, (sequence, event, tells)) in events.iter().enumerate() {
            changes.follow(Sequence(*sequence), event);
            if at == joins {
                // It missed nothing and is told some of it again.
                follower = Knows::of(&changes.known(realm(), NOON));
            }
            if *tells && let Some(told) = changes.take(realm()) {
                follower.hear(&told);
            }
        }
        if let Some(told) = changes.take(realm()) {
            prop_assert_eq!(told.version, changes.version(realm()));
            follower.hear(&told);
        }
        prop_assert_eq!(follower, Knows::of(&changes.known(realm(), NOON)));
    }
}
