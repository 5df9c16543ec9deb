//! A month of steady revocations: in its last days no more is in memory than in its first.

use std::time::Duration;

use allocation_counter::measure;
use symbolon_token::feed::{Blocks, Bytes, Change, Stands, State};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;
use symbolon_verify::{Knowledge, Monotonic};

use crate::feed::{AUDIENCE, Feed, ISSUER};

/// Sessions that end in an hour, each with a veiled one for this audience; and revoked tokens.
const AN_HOUR: u32 = 100;
const DAYS: u32 = 30;

/// What happens within an hour.
fn happened(hour: u32) -> Change {
    let first = hour * AN_HOUR;
    let numbers = first..first + AN_HOUR;
    let block = |number: u32| {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        Bytes(bytes)
    };
    let ended = |number: u32| Stands {
        node: NodeId::from_number(1000 + i64::from(number)).unwrap(),
        epoch: Epoch(0),
        state: State::Ended,
    };
    Change {
        nodes: numbers.clone().map(ended).collect(),
        blocks: Blocks {
            dead: numbers.map(block).collect(),
            revived: vec![],
        },
        bits: [(hour + 24, (0..AN_HOUR).map(|at| at * 50).collect())].into(),
        leases: [(hour + 24, AN_HOUR * 50)].into(),
        floor: hour.checked_sub(2),
        ..Change::default()
    }
}

/// What passes, hour by hour.
struct Month {
    feed: Feed,
    knowledge: Knowledge,
    hour: u32,
    bytes: i64,
}

impl Month {
    fn begin() -> Self {
        let feed = Feed::new();
        let mut knowledge = Knowledge::new(ISSUER, AUDIENCE);
        let snapshot = feed.snapshot(Change::default());
        knowledge.apply_snapshot(&snapshot, &feed.keys()).unwrap();
        Self {
            feed,
            knowledge,
            hour: 0,
            bytes: 0,
        }
    }

    /// The most bytes that were in memory at the end of an hour of these days.
    fn most(&mut self, days: u32) -> i64 {
        let keys = self.feed.keys();
        let mut most = 0;
        for _ in 0..days * 24 {
            self.feed.at = Time(i64::from(self.hour) * 3_600_000);
            let now = Monotonic(Duration::from_secs(u64::from(self.hour) * 3600));
            let nonce = Bytes([7; 16]);
            let frame = self.feed.frame(happened(self.hour));
            let echo = self.feed.echo(nonce);
            let counted = measure(|| {
                self.knowledge.apply_frame(&frame, &keys).unwrap();
                self.knowledge.ask(nonce, now);
                self.knowledge.echo(&echo, &keys).unwrap();
            });
            self.bytes += counted.bytes_current;
            most = most.max(self.bytes);
            self.hour += 1;
        }
        most
    }
}

#[test]
fn at_the_end_of_a_month_of_revocations_no_more_is_in_memory_than_after_days() {
    let mut month = Month::begin();
    let first = month.most(5);
    // What was told in 26 hours, and in the one that has begun; each twice.
    assert_eq!(month.knowledge.fallen(), 2 * 27 * AN_HOUR as usize);
    let last = month.most(DAYS - 5);
    assert_eq!(month.knowledge.fallen(), 2 * 27 * AN_HOUR as usize);
    println!("at most {first} bytes in five days, {last} in {DAYS}");
    assert!(last * 100 <= first * 105, "{first}, {last}");
}
