//! Retention: entries go, roots stay, and whatever is left is still proved.

use std::time::Duration;

use symbolon_journal::merkle::{Frontier, is_consistent, is_included, leaf};
use symbolon_journal::segment::{
    Claim, Finding, MIGRATIONS, ProveError, Retention, RetireError, Retired, Sealer, Witness,
    consistent, head, prove, retire, verify,
};
use symbolon_journal::{Event, Noun, Sequence, Verb};
use symbolon_store::testing::each_engine;
use symbolon_store::{Db, Step, Unit};
use symbolon_token::time::Time;

use crate::arrange::{NOON, call, realm, write};
use crate::seal::{Pair, seal_all, tamper};

const SEALED_AT: Time = Time(NOON.0 + 3_600_000);

fn day(number: u64) -> Time {
    NOON.plus(Duration::from_hours(24 * number + 1))
}

fn of(number: i64) -> Event {
    Event::done(&call(NOON), realm(number), Verb::Issue, Noun::Access)
}

/// Two sealed segments, of which realm 2 has every third entry, and an unsealed end.
async fn journal(db: &Db) -> Pair {
    let pair = Pair::new();
    for _ in 0..2 {
        let events: Vec<_> = (0..30).map(|at| of(1 + i64::from(at % 3 == 2))).collect();
        write(db, &events).await;
        seal_all(db, &pair, SEALED_AT).await;
    }
    write(db, &[of(1)]).await;
    pair
}

async fn keep(db: &Db, pair: &Pair, number: i64, days: i64) {
    let retention = Retention::read(db, &pair.known).await.unwrap();
    let steps = retention.set(pair.keys(), realm(number), days).unwrap();
    db.commit(Unit::default().steps(steps)).await.unwrap();
}

async fn retire_all(db: &Db, pair: &Pair, now: Time) -> usize {
    let retention = Retention::read(db, &pair.known).await.unwrap();
    let mut count = 0;
    while let Retired::Entries(some) = retire(db, pair.keys(), &retention, now).await.unwrap() {
        count += some;
    }
    count
}

async fn places(db: &Db) -> Vec<i64> {
    let rows = db.written(Sequence(0), Sequence(1000)).await.unwrap();
    rows.iter().map(|row| row.sequence.0).collect()
}

#[tokio::test]
async fn each_realms_entries_go_when_its_own_days_are_over() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let before = head(&db).await.unwrap();
        keep(&db, &pair, 2, 10).await;
        assert_eq!(retire_all(&db, &pair, day(9)).await, 0);
        assert_eq!(retire_all(&db, &pair, day(10)).await, 20);
        let left: Vec<_> = (1..=61).filter(|at| at % 3 != 0 || *at == 61).collect();
        assert_eq!(places(&db).await, left);
        assert_eq!(retire_all(&db, &pair, day(89)).await, 0);

        // What is left is proved as before, and the checkpoint of then still holds.
        let now = head(&db).await.unwrap();
        assert_eq!(now.root(), before.root());
        let root = before.root();
        let told = [Claim::Head {
            sequence: Sequence(61),
            root,
        }];
        let report = verify(&db, &pair.known, &told).await.unwrap();
        assert_eq!(report.findings, []);
        assert_eq!((report.entries, report.dropped), (41, 20));
        let proved = prove(&db, &now, Sequence(5)).await.unwrap();
        let leaf = leaf(Sequence(5), false, &proved.written.bytes);
        assert!(is_included((4, &leaf), &proved.path, (61, &root)));
        let gone = prove(&db, &now, Sequence(6)).await;
        assert!(matches!(gone, Err(ProveError::Dropped { .. })));
    })
    .await;
}

#[tokio::test]
async fn once_all_are_gone_the_roots_stay_and_still_prove_what_comes() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let before = head(&db).await.unwrap();
        assert_eq!(retire_all(&db, &pair, day(90)).await, 60);
        assert_eq!(places(&db).await, [61]);
        write(&db, &[of(1)]).await;
        let now = head(&db).await.unwrap();
        let path = consistent(&db, &now, Sequence(60)).await.unwrap();
        assert_eq!(before.size(), 61);
        let sealed = head_at(&db, 60).await;
        assert!(is_consistent(
            (60, &sealed.root()),
            (62, &now.root()),
            &path
        ));
        let proved = prove(&db, &now, Sequence(61)).await.unwrap();
        let leaf = leaf(Sequence(61), false, &proved.written.bytes);
        assert!(is_included((60, &leaf), &proved.path, (62, &now.root())));
        let root = sealed.root();
        let inside = Claim::Head {
            sequence: Sequence(7),
            root,
        };
        let at_its_end = Claim::Head {
            sequence: Sequence(60),
            root,
        };
        let report = verify(&db, &pair.known, &[inside, at_its_end]).await;
        let report = report.unwrap();
        assert_eq!(
            (&report.findings, &report.unheld),
            (&vec![], &vec![Sequence(7)])
        );
        assert_eq!((report.entries, report.dropped), (2, 60));
    })
    .await;
}

/// The tree of so many entries, as the segment that ends there keeps it.
async fn head_at(db: &Db, size: u64) -> Frontier {
    let sql = "SELECT peaks FROM journal_segment WHERE last = $1";
    let size_number = i64::try_from(size).unwrap();
    let row = db.row(sql, &[size_number.into()]).await.unwrap().unwrap();
    Frontier::from_bytes(size, row.bytes(0).unwrap()).unwrap()
}

#[tokio::test]
async fn a_row_that_somebody_else_removed_or_put_back_is_found_after_a_retirement() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        keep(&db, &pair, 2, 10).await;
        let gone = db.written(Sequence(6), Sequence(6)).await.unwrap();
        retire_all(&db, &pair, day(10)).await;
        let back = "INSERT INTO journal (sequence, entry) VALUES (6, $1)";
        let bytes = gone.first().unwrap().bytes.clone();
        let back = Step::one(back, vec![bytes.into()]);
        let take = Step::one("DELETE FROM journal WHERE sequence = 7", Vec::new());
        let unit = Unit::default().step(back).step(take);
        db.commit(unit).await.unwrap();
        let report = verify(&db, &pair.known, &[]).await.unwrap();
        let found = [
            Finding::Returned(Sequence(6)),
            Finding::Removed(Sequence(7)),
        ];
        assert_eq!(report.findings, found);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_changed_is_evidence_and_stays() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let change = "UPDATE journal SET entry = $1 WHERE sequence = 3";
        let change = Step::one(change, vec![of(7).entry().bytes.into()]);
        db.commit(Unit::default().step(change)).await.unwrap();
        let retention = Retention::default();
        let refused = retire(&db, pair.keys(), &retention, day(90)).await;
        assert!(matches!(refused, Err(RetireError::Changed { first, .. }) if first == Sequence(1)));
        // The next one is not held up by it, but keeps its leaves as long as the first has entries.
        assert_eq!(retire_all(&db, &pair, day(90)).await, 30);
        assert_eq!(places(&db).await.len(), 31);
        let report = verify(&db, &pair.known, &[]).await.unwrap();
        assert_eq!(report.findings, [Finding::Changed(Sequence(3))]);
        assert_eq!(report.dropped, 30);
    })
    .await;
}

#[tokio::test]
async fn sealing_goes_on_after_everything_was_retired() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        retire_all(&db, &pair, day(90)).await;
        let sealed = Sealer::default().seal(&db, pair.keys(), day(91)).await;
        sealed.unwrap();
        assert_eq!(retire_all(&db, &pair, day(92)).await, 1);
        assert_eq!(places(&db).await, [0_i64; 0]);
        let report = verify(&db, &pair.known, &[]).await.unwrap();
        assert_eq!((report.findings, report.sealed), (vec![], Sequence(61)));
    })
    .await;
}

#[tokio::test]
async fn days_that_somebody_else_wrote_drop_nothing_and_are_told() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let report = || async { verify(&db, &pair.known, &[]).await.unwrap() };
        for forge in [
            "INSERT INTO journal_retention (realm, days) VALUES ($1, 1)",
            "UPDATE journal_segment SET due_at = 0 WHERE first >= $1",
        ] {
            tamper(&db, forge, vec![1.into()]).await;
        }
        assert_eq!(retire_all(&db, &pair, day(5)).await, 0);
        assert_eq!(report().await.findings, [Finding::Retention(realm(1))]);
        // The other realm's go when they are due; those of this one wait for an operator.
        assert_eq!(retire_all(&db, &pair, day(90)).await, 20);
        keep(&db, &pair, 1, 90).await;
        assert_eq!(report().await.findings, []);
        assert_eq!(retire_all(&db, &pair, day(91)).await, 40);
        // A row of one realm is none of another's, and says its own days alone.
        for forge in [
            "UPDATE journal_retention SET days = 1 WHERE realm = $1",
            "UPDATE journal_retention SET days = 90, realm = 2 WHERE realm = $1",
        ] {
            tamper(&db, forge, vec![1.into()]).await;
            assert_eq!(report().await.findings.len(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn days_that_were_set_back_or_taken_away_are_known_to_the_witness() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, folder) = (journal(&db).await, tempfile::tempdir().unwrap());
        let witness = Witness::default();
        witness.keep_at(folder.path().join("witness"));
        let holds = || async {
            let retention = Retention::read(&db, &pair.known).await.unwrap();
            let held = witness.holds(&db, &retention, pair.keys(), day(1)).await;
            held.unwrap()
        };
        assert!(holds().await);
        keep(&db, &pair, 1, 30).await;
        assert!(holds().await);
        let row = "SELECT days, version, kid, signature FROM journal_retention WHERE realm = $1";
        let old = db.row(row, &[1.into()]).await.unwrap().unwrap();
        keep(&db, &pair, 1, 3650).await;
        assert!(holds().await);
        let back = "UPDATE journal_retention SET days = $2, version = $3, kid = $4, signature = $5 \
                    WHERE realm = $1";
        let params = vec![
            1.into(),
            old.integer(0).unwrap().into(),
            old.integer(1).unwrap().into(),
            old.text(2).unwrap().into(),
            old.bytes(3).unwrap().into(),
        ];
        tamper(&db, back, params).await;
        assert!(!holds().await);
        tamper(&db, "DELETE FROM journal_retention", Vec::new()).await;
        assert!(!holds().await);
        let retention = Retention::read(&db, &pair.known).await.unwrap();
        let retention = retention.counted(witness.retention(&pair.known).await);
        let anew = retention.set(pair.keys(), realm(1), 3650).unwrap();
        db.commit(Unit::default().steps(anew)).await.unwrap();
        assert!(holds().await);
    })
    .await;
}
