//! A snapshot, asked for by many, and beside the frames.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use symbolon_identity::subject::pairwise::salt;
use symbolon_jose::base64url;
use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::Change;
use symbolon_token::feed::{Block, Snapshot, State};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::NodeId;

use super::{Site, node};
use crate::testing::{NOON, call};

#[tokio::test]
async fn who_asks_while_a_snapshot_is_made_gets_the_same() {
    let site = Site::open().await;
    let first = site.snapshot().await.position;
    let version = site.world.changes.version(site.realm.node);
    for number in 0..=20_000 {
        let event = Event::done(&call(NOON), site.realm.node, Verb::End, Noun::Session);
        let stands = symbolon_journal::Stands {
            node: node(1_000 + number),
            epoch: Epoch(1),
            state: 2,
        };
        let sequence = symbolon_store::Sequence(number + 1_000);
        symbolon_journal::Follow::follow(&*site.world.changes, sequence, &event.stands(stands));
    }
    assert!(site.world.changes.version(site.realm.node) > version);
    let (world, realm) = (&site.world, &site.realm);
    let ask = || site.feed.snapshot(world, realm, &site.audience, NOON);
    let (one, two) = tokio::join!(ask(), ask());
    assert_eq!(one.as_ref().unwrap(), two.as_ref().unwrap());
    // Longer than what `jws::verify` reads.
    let text = one.unwrap();
    let payload = base64url::decode(text.split('.').nth(1).unwrap()).unwrap();
    let snapshot: Snapshot = serde_json::from_slice(&payload).unwrap();
    assert_eq!(snapshot.position, first);
    // Theirs, and the realm.
    assert_eq!(snapshot.known.nodes.len(), 20_002);
}

/// What a verifier knows, as it tells the living from the dead.
#[derive(Debug, Default, PartialEq, Eq)]
struct Knows {
    nodes: BTreeMap<NodeId, (Epoch, State)>,
    dead: BTreeSet<Block>,
    bits: BTreeSet<(u32, u32)>,
}

impl Knows {
    fn of(snapshot: &Snapshot) -> Self {
        let mut knows = Self::default();
        knows.hear(&snapshot.known);
        knows
    }

    fn hear(&mut self, change: &symbolon_token::feed::Change) {
        for one in &change.nodes {
            self.nodes.insert(one.node, (one.epoch, one.state));
        }
        self.nodes
            .retain(|_, stands| *stands != (Epoch(0), State::Live));
        self.dead.extend(&change.blocks.dead);
        for block in &change.blocks.revived {
            self.dead.remove(block);
        }
        for (bucket, indexes) in &change.bits {
            let set = indexes.as_slice().iter();
            self.bits.extend(set.map(|index| (*bucket, *index)));
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Node(i64, Change),
    Bit(u32),
    Cut,
    /// The follower comes back and fetches a snapshot.
    Return,
}

fn any_act() -> impl Strategy<Value = Act> {
    let what = prop_oneof![
        Just(Change::Revoke),
        Just(Change::RevokeAndDisable),
        Just(Change::Disable),
        Just(Change::Enable),
        Just(Change::End),
    ];
    prop_oneof![
        6 => (50_i64..54, what).prop_map(|(node, what)| Act::Node(node, what)),
        2 => (0_u32..6).prop_map(Act::Bit),
        4 => Just(Act::Cut),
        1 => Just(Act::Return),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn who_heard_every_frame_knows_what_a_fresh_snapshot_says(
        acts in prop::collection::vec(any_act(), 1..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(async {
            let mut site = Site::open().await;
            salt(&site.world, site.realm.node, NOON).await.unwrap();
            let snapshot = site.snapshot().await;
            let (stream, mut n) = (snapshot.position.stream, snapshot.position.n);
            let mut knows = Knows::of(&snapshot);
            for act in acts.into_iter().chain([Act::Cut]) {
                site.now = site.now.plus(Duration::from_millis(60));
                match act {
                    Act::Node(number, what) => site.happens(number, what).await,
                    Act::Bit(index) => site.dies(index).await,
                    Act::Cut => {
                        site.cut().await;
                        for (frame, _) in site.frames(stream, n) {
                            n = frame.n;
                            knows.hear(&frame.change);
                        }
                    }
                    Act::Return => {
                        let snapshot = site.snapshot().await;
                        n = snapshot.position.n;
                        knows = Knows::of(&snapshot);
                    }
                }
            }
            assert_eq!(knows, Knows::of(&site.snapshot().await));
        });
    }
}
