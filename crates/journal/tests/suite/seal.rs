//! Sealing, and finding every tampering by its place.

use std::time::Duration;

use symbolon_jose::{Algorithm, SigningKey, VerifyingKey};
use symbolon_journal::merkle::leaf;
use symbolon_journal::segment::{
    Claim, Finding, Keys, LONGEST, MIGRATIONS, ProveError, Report, SealError, Sealed, Sealer, head,
    prove, verify,
};
use symbolon_journal::{Event, Noun, Sequence, Verb};
use symbolon_store::testing::each_engine;
use symbolon_store::{Db, Step, Unit, Value};
use symbolon_token::lineage::Epoch;
use symbolon_token::time::Time;

use crate::arrange::{NOON, call, issue, node, realm, write};

/// Entries of the journals below: two blocks and a sealed piece; the rest is not sealed.
const SEALED: i64 = 8192 + 300;
const END: i64 = SEALED + 40;

pub(crate) const LATER: Time = Time(NOON.0 + 86_400_000);

pub(crate) struct Pair {
    pub(crate) signing: SigningKey,
    pub(crate) known: Vec<VerifyingKey>,
}

impl Pair {
    pub(crate) fn new() -> Self {
        let signing = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let signing = signing.with_kid("1");
        let known = vec![signing.public()];
        Self { signing, known }
    }

    pub(crate) fn keys(&self) -> Keys<'_> {
        Keys {
            signing: &self.signing,
            known: &self.known,
        }
    }
}

pub(crate) async fn seal_all(db: &Db, pair: &Pair, now: Time) -> usize {
    let sealer = Sealer::default();
    let mut count = 0;
    while let Sealed::One(_) = sealer.seal(db, pair.keys(), now).await.unwrap() {
        count += 1;
    }
    count
}

pub(crate) async fn fill(db: &Db, from: i64, to: i64) {
    let events: Vec<_> = (from..=to).map(issue).collect();
    for some in events.chunks(1000) {
        write(db, some).await;
    }
}

/// A journal with two whole blocks, a piece that was sealed by time, and an unsealed end.
async fn journal(db: &Db) -> Pair {
    let pair = Pair::new();
    fill(db, 1, SEALED).await;
    assert_eq!(seal_all(db, &pair, LATER).await, 3);
    fill(db, SEALED + 1, END).await;
    pair
}

async fn findings(db: &Db, pair: &Pair) -> Vec<Finding> {
    verify(db, &pair.known, &[]).await.unwrap().findings
}

pub(crate) async fn tamper(db: &Db, sql: &'static str, params: Vec<Value>) {
    let unit = Unit::default().step(Step::any(sql, params));
    db.commit(unit).await.unwrap();
}

const AWAY: &str = "UPDATE journal SET sequence = $2 WHERE sequence = $1";
const WRITE: &str = "UPDATE journal SET entry = $2 WHERE sequence = $1";
pub(crate) const REMOVE: &str = "DELETE FROM journal WHERE sequence >= $1 AND sequence <= $2";
const INSERT: &str = "INSERT INTO journal (sequence, entry) VALUES ($1, $2)";
const HEAD: &str = "UPDATE head SET sequence = sequence + $1 WHERE id = 1";

async fn bytes(db: &Db, at: i64) -> Vec<u8> {
    let rows = db.written(Sequence(at), Sequence(at)).await.unwrap();
    rows.first().unwrap().bytes.clone()
}

pub(crate) async fn flip(db: &Db, at: i64) {
    let mut entry = bytes(db, at).await;
    *entry.last_mut().unwrap() ^= 1;
    tamper(db, WRITE, vec![at.into(), entry.into()]).await;
}

async fn swap(db: &Db, one: i64, other: i64) {
    for (from, to) in [(one, -1), (other, one), (-1, other)] {
        tamper(db, AWAY, vec![from.into(), to.into()]).await;
    }
}

#[tokio::test]
async fn a_journal_that_nobody_touched_is_whole() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let report = verify(&db, &pair.known, &[]).await.unwrap();
        let expected = Report {
            whole: true,
            entries: END.unsigned_abs(),
            dropped: 0,
            segments: 3,
            sealed: Sequence(SEALED),
            head: Sequence(END),
            root: report.root.clone(),
            findings: Vec::new(),
            unsealed: report.unsealed,
            witnessed: None,
            acknowledged: Vec::new(),
            unheld: Vec::new(),
        };
        assert_eq!(report, expected);
    })
    .await;
}

#[tokio::test]
async fn a_flipped_byte_is_found_in_its_entry() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        for at in [1, 4096, 4097, 5000, SEALED] {
            flip(&db, at).await;
            let found = [Finding::Changed(Sequence(at))];
            assert_eq!(findings(&db, &pair).await, found);
            flip(&db, at).await;
        }
        assert_eq!(findings(&db, &pair).await, []);
    })
    .await;
}

#[tokio::test]
async fn an_entry_hidden_from_followers_is_found() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let hide = "UPDATE journal SET followed = 1 WHERE sequence = $1";
        for at in [77, END] {
            tamper(&db, hide, vec![at.into()]).await;
        }
        let found = [77, END].map(|at| Finding::Changed(Sequence(at)));
        assert_eq!(findings(&db, &pair).await, found);
    })
    .await;
}

#[tokio::test]
async fn a_removed_entry_is_found_sealed_or_not() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        for (from, to) in [(1, 1), (4096, 4099), (END - 1, END - 1)] {
            tamper(&db, REMOVE, vec![from.into(), to.into()]).await;
        }
        let found = [
            Finding::Removed(Sequence(1)),
            Finding::Removed(Sequence(4096)),
            Finding::RemovedAll(Sequence(4097), Sequence(4099)),
            Finding::Removed(Sequence(END - 1)),
        ];
        assert_eq!(findings(&db, &pair).await, found);
    })
    .await;
}

#[tokio::test]
async fn two_swapped_entries_are_found_by_both_places() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        swap(&db, 10, 11).await;
        swap(&db, 5000, 7000).await;
        let found = [
            Finding::Swapped(Sequence(10), Sequence(11)),
            Finding::Swapped(Sequence(5000), Sequence(7000)),
        ];
        assert_eq!(findings(&db, &pair).await, found);
    })
    .await;
}

#[tokio::test]
async fn entries_swapped_between_segments_are_found_in_both() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        swap(&db, 10, 5000).await;
        let found = [10, 5000].map(|at| Finding::Changed(Sequence(at)));
        assert_eq!(findings(&db, &pair).await, found);
    })
    .await;
}

/// Numbers the entries from one place on anew.
async fn shift(db: &Db, from: i64, by: i64) {
    let away = "UPDATE journal SET sequence = -sequence WHERE sequence >= $1";
    tamper(db, away, vec![from.into()]).await;
    let back = "UPDATE journal SET sequence = $1 - sequence WHERE sequence < 0";
    tamper(db, back, vec![by.into()]).await;
    tamper(db, HEAD, vec![by.into()]).await;
}

#[tokio::test]
async fn an_inserted_entry_is_found_though_the_rest_was_numbered_anew() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        for at in [5000, 4097, 1] {
            shift(&db, at, 1).await;
            let forged = issue(9_999_999).entry().bytes;
            tamper(&db, INSERT, vec![at.into(), forged.into()]).await;
            let found = [Finding::Inserted(Sequence(at))];
            assert_eq!(findings(&db, &pair).await, found);
            tamper(&db, REMOVE, vec![at.into(), at.into()]).await;
            shift(&db, at, -1).await;
        }
        assert_eq!(findings(&db, &pair).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_removed_entry_is_found_though_the_rest_was_numbered_anew() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        tamper(&db, REMOVE, vec![5000.into(), 5000.into()]).await;
        shift(&db, 5000, -1).await;
        let found = findings(&db, &pair).await;
        assert_eq!(found.first(), Some(&Finding::Removed(Sequence(5000))));
        assert!(found.len() <= 3, "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn entries_where_none_can_be_are_found() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        for at in [0, END + 7] {
            tamper(&db, INSERT, vec![at.into(), vec![1_u8].into()]).await;
        }
        let found = [0, END + 7].map(|at| Finding::OutOfRange(Sequence(at)));
        assert_eq!(findings(&db, &pair).await, found);
    })
    .await;
}

#[tokio::test]
async fn a_seal_that_was_changed_forged_or_taken_away_is_found() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let (first, last) = (Sequence(4097), Sequence(8192));
        let change = "UPDATE journal_segment SET digests = $2 WHERE first = $1";
        tamper(&db, change, vec![4097.into(), vec![7_u8; 4 * 4096].into()]).await;
        assert_eq!(findings(&db, &pair).await, [Finding::Unsigned(first, last)]);
        let other = Pair::new();
        assert_eq!(findings(&db, &other).await.len(), 3);
        let take = "DELETE FROM journal_segment WHERE first = $1";
        tamper(&db, take, vec![4097.into()]).await;
        assert_eq!(findings(&db, &pair).await, [Finding::Unsealed(first, last)]);
    })
    .await;
}

#[tokio::test]
async fn an_end_cut_off_is_found_by_what_was_given_out() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let whole = verify(&db, &pair.known, &[]).await.unwrap();
        let root = unhex(&whole.root);
        let sequence = whole.head;
        let told = [Claim::Head { sequence, root }];
        let held = verify(&db, &pair.known, &told).await.unwrap();
        assert_eq!(held.findings, []);
        tamper(&db, REMOVE, vec![(END - 9).into(), END.into()]).await;
        tamper(&db, HEAD, vec![(-10).into()]).await;
        assert_eq!(findings(&db, &pair).await, []);
        let held = verify(&db, &pair.known, &told).await.unwrap();
        let cut = Finding::CutOff(Sequence(END - 10), Sequence(END));
        assert_eq!(held.findings, [cut]);
    })
    .await;
}

#[tokio::test]
async fn an_end_written_anew_contradicts_its_checkpoint() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let whole = verify(&db, &pair.known, &[]).await.unwrap();
        let (sequence, root) = (whole.head, unhex(&whole.root));
        let other = issue(77).entry().bytes;
        tamper(&db, WRITE, vec![END.into(), other.into()]).await;
        let told = [Claim::Head { sequence, root }];
        let held = verify(&db, &pair.known, &told).await.unwrap();
        assert_eq!(held.findings, [Finding::Contradicted(sequence)]);
    })
    .await;
}

pub(crate) fn unhex(text: &str) -> [u8; 32] {
    let digit = |at: usize| u8::from_str_radix(text.get(at * 2..at * 2 + 2).unwrap(), 16).unwrap();
    std::array::from_fn(digit)
}

#[tokio::test]
async fn a_receipt_finds_its_entry_replaced_or_cut_off() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = Pair::new();
        let revoked = Event::done(&call(NOON), realm(1), Verb::Revoke, Noun::Client)
            .stands(symbolon_journal::Stands {
                node: node(5),
                epoch: Epoch(3),
                state: 0,
            })
            .request(&call(NOON));
        let sequence = write(&db, &[revoked, issue(2)]).await;
        let sequence = Sequence(sequence.0 - 1);
        let told = |epoch, sequence, leaf| Claim::Entry {
            sequence,
            request: node(99),
            at: NOON,
            stood: Some((node(5), Epoch(epoch))),
            leaf,
        };
        let held = verify(&db, &pair.known, &[told(3, sequence, None)]).await;
        assert_eq!(held.unwrap().findings, []);
        let held = verify(&db, &pair.known, &[told(4, sequence, None)]).await;
        assert_eq!(held.unwrap().findings, [Finding::Replaced(sequence)]);
        // Whatever of it was changed, its hash tells.
        let written = db.written(sequence, sequence).await.unwrap();
        let own = leaf(sequence, written[0].followed, &written[0].bytes);
        for (hash, findings) in [(own, vec![]), ([7; 32], vec![Finding::Replaced(sequence)])] {
            let held = verify(&db, &pair.known, &[told(3, sequence, Some(hash))]).await;
            assert_eq!(held.unwrap().findings, findings);
        }
        let beyond = Sequence(9);
        let held = verify(&db, &pair.known, &[told(3, beyond, None)]).await;
        let cut = Finding::CutOff(Sequence(2), beyond);
        assert_eq!(held.unwrap().findings, [cut]);
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_sealed_when_it_is_old_enough_or_a_block() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, sealer) = (Pair::new(), Sealer::default());
        fill(&db, 1, 10).await;
        let early = Time(NOON.0 + 1);
        let nothing = sealer.seal(&db, pair.keys(), early).await.unwrap();
        assert!(matches!(nothing, Sealed::Nothing));
        let old = Time(NOON.0 + 1).plus(LONGEST);
        let one = sealer.seal(&db, pair.keys(), old).await.unwrap();
        let Sealed::One(one) = one else {
            panic!("{one:?}")
        };
        assert_eq!((one.first, one.last), (Sequence(1), Sequence(10)));
        let again = sealer.seal(&db, pair.keys(), old).await.unwrap();
        assert!(matches!(again, Sealed::Nothing));
        fill(&db, 11, 4096).await;
        let block = sealer.seal(&db, pair.keys(), early).await.unwrap();
        let Sealed::One(block) = block else {
            panic!("{block:?}")
        };
        assert_eq!((block.first, block.last), (Sequence(11), Sequence(4096)));
        assert_eq!(block.block, Some(block.tree.root()));
        assert_eq!(block.before, one.tree.root());
    })
    .await;
}

#[tokio::test]
async fn of_two_nodes_that_seal_at_once_one_does() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = Pair::new();
        fill(&db, 1, 100).await;
        let late = LATER.plus(Duration::from_hours(1));
        let (one, other) = (Sealer::default(), Sealer::default());
        let (one, other) = tokio::join!(
            one.seal(&db, pair.keys(), late),
            other.seal(&db, pair.keys(), late),
        );
        let won = [one.unwrap(), other.unwrap()];
        let won = won.iter().filter(|one| matches!(one, Sealed::One(_)));
        assert_eq!(won.count(), 1);
        assert_eq!(findings(&db, &pair).await, []);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sealed_on_top_of_a_change() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, sealer) = (Pair::new(), Sealer::default());
        fill(&db, 1, 20).await;
        sealer.seal(&db, pair.keys(), LATER).await.unwrap();
        sealer.seal(&db, pair.keys(), LATER).await.unwrap();
        fill(&db, 21, 30).await;
        tamper(&db, "DELETE FROM journal_segment", Vec::new()).await;
        let refused = sealer.seal(&db, pair.keys(), LATER).await;
        assert!(matches!(refused, Err(SealError::Lost { last }) if last == Sequence(20)));
        let (forger, other) = (Pair::new(), Sealer::default());
        other.seal(&db, forger.keys(), LATER).await.unwrap();
        let anew = Sealer::default();
        let refused = anew.seal(&db, pair.keys(), LATER).await;
        assert!(matches!(refused, Err(SealError::Unsigned { .. })));
        tamper(&db, "DELETE FROM journal_segment", Vec::new()).await;
        anew.seal(&db, pair.keys(), LATER).await.unwrap();
        assert_eq!(findings(&db, &pair).await, []);
    })
    .await;
}

#[tokio::test]
async fn whoever_removes_an_entry_before_it_is_sealed_stops_no_sealing_and_is_found() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = Pair::new();
        fill(&db, 1, 30).await;
        tamper(&db, REMOVE, vec![25.into(), 25.into()]).await;
        let removed = [Finding::Removed(Sequence(25))];
        assert_eq!(findings(&db, &pair).await, removed);
        assert_eq!(seal_all(&db, &pair, LATER).await, 1);
        fill(&db, 31, 40).await;
        assert_eq!(findings(&db, &pair).await, removed);
        let tree = head(&db).await.unwrap();
        for sequence in [24, 26, 31] {
            prove(&db, &tree, Sequence(sequence)).await.unwrap();
        }
        flip(&db, 22).await;
        let changed = prove(&db, &tree, Sequence(24)).await;
        assert!(matches!(changed, Err(ProveError::Changed { .. })));
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_is_no_bytes_is_found_by_its_place_and_stops_neither_verifying_nor_sealing() {
    // PostgreSQL takes bytes alone.
    let (db, _kept) = symbolon_store::testing::sqlite(&MIGRATIONS).await;
    let pair = journal(&db).await;
    let text = "UPDATE journal SET entry = 'abc' WHERE sequence = $1";
    let followed = "UPDATE journal SET followed = 'x' WHERE sequence = $1";
    tamper(&db, text, vec![800.into()]).await;
    tamper(&db, followed, vec![900.into()]).await;
    tamper(&db, text, vec![END.into()]).await;
    let changed = [800, 900].map(|at| Finding::Changed(Sequence(at)));
    let unreadable = Finding::Unreadable(Sequence(END));
    let found = [&changed[..], &[unreadable]].concat();
    assert_eq!(findings(&db, &pair).await, found);
    let head_before = head(&db).await.unwrap();
    seal_all(&db, &pair, Time(i64::MAX)).await;
    let told = [&changed[..], &[Finding::Changed(Sequence(END))]].concat();
    assert_eq!(findings(&db, &pair).await, told);
    assert_eq!(head(&db).await.unwrap().root(), head_before.root());
    let near = prove(&db, &head_before, Sequence(END - 1)).await;
    near.unwrap();
}
