//! What happens under the lock for which tokens wait: a long snapshot is neither read nor dropped there.

use std::time::Duration;

use allocation_counter::{AllocationInfo, measure};
use symbolon_token::feed::{Bytes, Change, Stands, State};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::NodeId;
use symbolon_verify::{FeedKeys, Knowledge, Monotonic, Verifier};

use crate::feed::{AUDIENCE, Feed, ISSUER};

/// Ended nodes of a snapshot.
const MANY: i64 = 5000;

/// What they take in memory at least.
const LARGE: i64 = MANY * 24;

/// What a few numbers and names may take.
const LITTLE: i64 = 4096;

/// What is allocated and freed under the lock, and altogether.
fn learn(
    verifier: &Verifier,
    learn: impl FnOnce(&mut Knowledge),
) -> (AllocationInfo, AllocationInfo) {
    let mut within = AllocationInfo::default();
    let altogether = measure(|| {
        verifier.learn(|knowledge| within = measure(|| learn(knowledge)));
    });
    (within, altogether)
}

fn hear(verifier: &Verifier, feed: &Feed, keys: &FeedKeys, number: u8) -> [AllocationInfo; 2] {
    let nonce = Bytes([number; 16]);
    let now = Monotonic(Duration::from_secs(u64::from(number)));
    verifier.learn(|knowledge| knowledge.ask(nonce, now));
    let echo = keys.echo(&feed.echo(nonce)).unwrap();
    let (within, altogether) = learn(verifier, |knowledge| {
        knowledge.take_echo(&echo).unwrap();
    });
    [within, altogether]
}

#[test]
fn a_snapshot_is_neither_read_nor_dropped_while_tokens_wait() {
    let ended = |number| Stands {
        node: NodeId::from_number(number).unwrap(),
        epoch: Epoch(0),
        state: State::Ended,
    };
    let known = Change {
        nodes: (1..=MANY).map(ended).collect(),
        ..Change::default()
    };
    let feed = Feed::new();
    let (text, keys) = (feed.snapshot(known), feed.keys());
    let verifier = Verifier::following(ISSUER, AUDIENCE);
    for number in 1..=2 {
        let mut read = None;
        let reading = measure(|| read = Some(keys.snapshot(&text).unwrap()));
        assert!(reading.bytes_current > LARGE);
        let read = read.unwrap();
        let (within, _) = learn(&verifier, |knowledge| {
            knowledge.take_snapshot(read).unwrap();
        });
        assert!(within.bytes_total < 4096, "{within:?}");
        let [within, altogether] = hear(&verifier, &feed, &keys, number);
        assert!(within.bytes_current > -LITTLE, "{within:?}");
        // The first replaces nothing.
        let dropped = -altogether.bytes_current;
        assert_eq!(dropped > LARGE, number == 2, "{altogether:?}");
    }
}
