//! An exported journal of any bytes: no reader panics, searching and verifying say the same of it, and
//! nothing is whole under a key that signed none of it. What is an event is written again as it was read.
//!
//! An input that begins with `z` is the file. Any other is cut at each zero byte into the texts of the
//! file's members, which are packed: chance would not hit their sums.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use symbolon_fuzz::FOREIGN;
use symbolon_jose::KeySet;
use symbolon_journal::archive::{search, verify};
use symbolon_journal::{Event, Filter};
use symbolon_token::time::Time;

const NOW: Time = Time(1_800_000_000_000);

/// What a run of stored bytes may hold (RFC 1951 §3.2.4).
const STORED: usize = 0xffff;

/// A key that signed nothing.
static STRANGE: LazyLock<String> = LazyLock::new(|| {
    let set = KeySet::new([FOREIGN.public()]).expect("it is one");
    serde_json::to_string(&set.to_jwks()).expect("it serialises")
});

/// A member that holds a text, not compressed.
fn member(text: &[u8]) -> Vec<u8> {
    let mut member = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    for run in text.chunks(STORED) {
        let length = u16::try_from(run.len()).expect("a run is short");
        member.push(0);
        member.extend_from_slice(&length.to_le_bytes());
        member.extend_from_slice(&(!length).to_le_bytes());
        member.extend_from_slice(run);
    }
    // The last run is empty.
    member.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
    member.extend_from_slice(&crc32fast::hash(text).to_le_bytes());
    let size = u32::try_from(text.len()).expect("an input is short");
    member.extend_from_slice(&size.to_le_bytes());
    member
}

fn look(file: &[u8]) {
    let own = verify(file, None, &[], NOW);
    let filter = Filter::default();
    let found = search(file, None, (&filter, 10), NOW);
    match (&own, &found) {
        (Ok(own), Ok(found)) => {
            assert_eq!(own.report, found.verified.report);
            assert!(found.records.len() <= 10);
        }
        (Err(_), Err(_)) => {}
        (_, _) => panic!("searching and verifying differ"),
    }
    if let Ok(strange) = verify(file, Some(&STRANGE), &[], NOW) {
        let report = strange.report;
        assert!(
            !report.whole || report.segments == 0,
            "whole under a foreign key"
        );
        assert!(report.acknowledged.is_empty(), "a break that nobody signed");
    }
}

fuzz_target!(|data: &[u8]| {
    // A longer text is cut when it is written.
    if let Some(event) = Event::decode(data).ok().filter(|_| data.len() < 400) {
        let again = Event::decode(&event.entry().bytes).expect("what is written is read");
        assert_eq!(again, event);
    }
    if let Some((b'z', file)) = data.split_first() {
        return look(file);
    }
    let members = data.split(|byte| *byte == 0).map(member);
    look(&members.collect::<Vec<_>>().concat());
});
