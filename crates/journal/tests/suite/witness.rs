//! The witness: a file outside the database, which tells of seals that were taken away.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use symbolon_journal::segment::{
    AcknowledgeError, Finding, Gone, MIGRATIONS, Named, Report, SealError, Sealed, Sealer,
    Unsealed, Witness, acknowledge, begun, verify,
};
use symbolon_journal::{Event, Noun, Sequence, Verb};
use symbolon_store::testing::each_engine;
use symbolon_store::{Db, Term};
use symbolon_token::time::Time;

use crate::arrange::{NOON, call, issue, node, realm, write};
use crate::seal::{LATER, Pair, REMOVE, fill, flip, tamper};

const UNSEAL: &str = "DELETE FROM journal_segment WHERE first >= $1";
const HEAD: &str = "UPDATE head SET sequence = $1 WHERE id = 1";

/// A process: it seals, and keeps a witness.
struct Process {
    sealer: Sealer,
    witness: Witness,
}

impl Process {
    fn start(file: &Path) -> Self {
        let witness = Witness::default();
        witness.keep_at(file.to_owned());
        let sealer = Sealer::beside(witness.clone());
        Self { sealer, witness }
    }

    async fn seal(&self, db: &Db, pair: &Pair) -> Result<(), SealError> {
        while let Sealed::One(_) = self.sealer.seal(db, pair.keys(), LATER).await? {}
        Ok(())
    }

    async fn verify(&self, db: &Db, pair: &Pair) -> Report {
        let looked = self.witness.look(db, pair.keys(), LATER).await;
        looked.unwrap();
        let claims = self.witness.claims(&pair.known).await;
        verify(db, &pair.known, &claims).await.unwrap()
    }

    async fn go_on(&self, db: &Db, pair: &Pair, lost: i64) -> Result<(), AcknowledgeError> {
        let gone = self.witness.look(db, pair.keys(), LATER).await.unwrap();
        let named = match gone {
            Some(gone) if gone.lost == Sequence(lost) => Named::Witnessed(gone),
            Some(_) | None => Named::Lost(Sequence(lost)),
        };
        let event = |_: &_| Event::done(&call(NOON), realm(1), Verb::Acknowledge, Noun::Term);
        let who = (named, node(lost));
        acknowledge(db, pair.keys(), who, event).await.map(|_| ())
    }
}

/// What another history of the same beginning left in the file: three segments of ten entries each.
async fn elsewhere(pair: &Pair, file: &Path) {
    let (db, _kept) = symbolon_store::testing::sqlite(&MIGRATIONS).await;
    three(&db, pair, file).await;
}

/// Three segments of ten entries each, all of them witnessed.
async fn three(db: &Db, pair: &Pair, file: &Path) {
    let process = Process::start(file);
    for from in [1, 11, 21] {
        fill(db, from, from + 9).await;
        process.seal(db, pair).await.unwrap();
    }
}

fn lost(sealed: &Result<(), SealError>) -> Option<i64> {
    match sealed {
        Err(SealError::Lost { last }) => Some(last.0),
        Ok(())
        | Err(SealError::Unavailable(_) | SealError::Unsigned { .. } | SealError::Sign(_)) => None,
    }
}

#[tokio::test]
async fn whoever_deletes_all_seals_and_changes_an_entry_is_found_and_not_sealed_over() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, folder) = (Pair::new(), tempfile::tempdir().unwrap());
        let file = folder.path().join("witness");
        three(&db, &pair, &file).await;
        tamper(&db, UNSEAL, vec![1.into()]).await;
        flip(&db, 5).await;
        let anew = Process::start(&file);
        let report = anew.verify(&db, &pair).await;
        let (from, to) = (Sequence(1), Sequence(10));
        assert_eq!(report.findings[0], Finding::Rewritten(from, to));
        assert!(!report.whole);
        assert_eq!(report.witnessed, Some(30));
        assert_eq!(lost(&anew.seal(&db, &pair).await), Some(30));
    })
    .await;
}

#[tokio::test]
async fn of_seals_deleted_at_the_end_the_first_and_last_place_are_told() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, folder) = (Pair::new(), tempfile::tempdir().unwrap());
        let file = folder.path().join("witness");
        three(&db, &pair, &file).await;
        tamper(&db, UNSEAL, vec![21.into()]).await;
        let anew = Process::start(&file);
        let found = anew.verify(&db, &pair).await.findings;
        assert_eq!(found, [Finding::Unsealed(Sequence(21), Sequence(30))]);
        flip(&db, 25).await;
        let found = anew.verify(&db, &pair).await.findings;
        assert_eq!(found, [Finding::Rewritten(Sequence(21), Sequence(30))]);
        // A node that saw nothing seals it; nobody else believes that.
        let blind = Sealer::default();
        fill(&db, 31, 40).await;
        blind.seal(&db, pair.keys(), LATER).await.unwrap();
        let found = anew.verify(&db, &pair).await.findings;
        assert_eq!(found, [Finding::Rewritten(Sequence(21), Sequence(30))]);
        assert_eq!(lost(&anew.seal(&db, &pair).await), Some(30));
    })
    .await;
}

#[tokio::test]
async fn an_end_cut_off_is_found_without_any_checkpoint() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, folder) = (Pair::new(), tempfile::tempdir().unwrap());
        let file = folder.path().join("witness");
        three(&db, &pair, &file).await;
        tamper(&db, UNSEAL, vec![11.into()]).await;
        tamper(&db, REMOVE, vec![11.into(), 30.into()]).await;
        tamper(&db, HEAD, vec![10.into()]).await;
        let anew = Process::start(&file);
        let found = anew.verify(&db, &pair).await.findings;
        assert_eq!(found, [Finding::CutOff(Sequence(10), Sequence(30))]);
        assert_eq!(lost(&anew.seal(&db, &pair).await), Some(30));
    })
    .await;
}

#[tokio::test]
async fn sealing_goes_on_once_an_operator_acknowledged_it_and_excuses_no_later_loss() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, folder) = (Pair::new(), tempfile::tempdir().unwrap());
        let file = folder.path().join("witness");
        three(&db, &pair, &file).await;
        tamper(&db, UNSEAL, vec![11.into()]).await;
        flip(&db, 15).await;
        let anew = Process::start(&file);
        assert_eq!(lost(&anew.seal(&db, &pair).await), Some(30));
        anew.go_on(&db, &pair, 30).await.unwrap();
        let after = Process::start(&file);
        after.seal(&db, &pair).await.unwrap();
        fill(&db, 32, 40).await;
        after.seal(&db, &pair).await.unwrap();
        let report = after.verify(&db, &pair).await;
        assert_eq!(report.findings, []);
        assert_eq!(report.acknowledged.len(), 1);
        // What was acknowledged once is no excuse for the next one.
        tamper(&db, UNSEAL, vec![31.into()]).await;
        assert_eq!(lost(&after.seal(&db, &pair).await), Some(40));
        let again = Process::start(&file);
        assert_eq!(lost(&again.seal(&db, &pair).await), Some(40));
    })
    .await;
}

#[tokio::test]
async fn a_cut_off_or_one_that_another_node_sealed_over_can_be_acknowledged() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, folder) = (Pair::new(), tempfile::tempdir().unwrap());
        let file = folder.path().join("witness");
        elsewhere(&pair, &file).await;
        fill(&db, 1, 10).await;
        let blind = Sealer::default();
        blind.seal(&db, pair.keys(), LATER).await.unwrap();
        let stopped = Process::start(&file);
        assert_eq!(lost(&stopped.seal(&db, &pair).await), Some(30));
        Process::start(&file).go_on(&db, &pair, 30).await.unwrap();
        let after = Process::start(&file);
        after.seal(&db, &pair).await.unwrap();
        let head = after.verify(&db, &pair).await.head;
        fill(&db, head.0 + 1, head.0 + 9).await;
        after.seal(&db, &pair).await.unwrap();
        tamper(&db, UNSEAL, vec![(head.0 + 1).into()]).await;
        flip(&db, head.0 + 2).await;
        Sealer::default()
            .seal(&db, pair.keys(), LATER)
            .await
            .unwrap();
        let stopped = Process::start(&file);
        let seen = Some(head.0 + 9);
        assert_eq!(lost(&stopped.seal(&db, &pair).await), seen);
        stopped.go_on(&db, &pair, head.0 + 9).await.unwrap();
        let after = Process::start(&file);
        after.seal(&db, &pair).await.unwrap();
        let report = after.verify(&db, &pair).await;
        assert_eq!(report.findings, []);
        assert_eq!(report.acknowledged.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_restored_past_is_no_loss_where_the_restore_says_so() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, folder) = (Pair::new(), tempfile::tempdir().unwrap());
        let file = folder.path().join("witness");
        elsewhere(&pair, &file).await;
        for from in [1, 11] {
            fill(&db, from, from + 9).await;
            let sealed = Sealer::default().seal(&db, pair.keys(), LATER).await;
            sealed.unwrap();
        }
        let before = db.term();
        let term = db.begin_term(Term(before.0 + 7)).await.unwrap();
        let anew = Process::start(&file);
        assert_eq!(
            lost(&anew.seal(&db, &pair).await),
            Some(30),
            "a term alone says nothing"
        );
        begun(&db, pair.keys(), term, before).await.unwrap();
        anew.seal(&db, &pair).await.unwrap();
        assert_eq!(anew.verify(&db, &pair).await.findings, []);
        fill(&db, 21, 25).await;
        anew.seal(&db, &pair).await.unwrap();
        assert_eq!(anew.verify(&db, &pair).await.findings, []);
        // What is older than the backup is held on, and what is newer too.
        tamper(&db, UNSEAL, vec![11.into()]).await;
        assert_eq!(lost(&anew.seal(&db, &pair).await), Some(25));
        let found = anew.verify(&db, &pair).await.findings;
        assert_eq!(found, [Finding::Unsealed(Sequence(11), Sequence(20))]);
    })
    .await;
}

#[tokio::test]
async fn a_missing_file_is_said_and_a_forged_or_torn_one_believed_in_nothing() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, folder) = (Pair::new(), tempfile::tempdir().unwrap());
        let file = folder.path().join("witness");
        three(&db, &pair, &file).await;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.lines().count(), 3);
        let forged = text.replace("seal 0 30", "seal 0 31");
        fs::write(&file, &forged).unwrap();
        let anew = Process::start(&file);
        assert_eq!(anew.verify(&db, &pair).await.witnessed, Some(20));
        // A crash cut the last line off: the next one stands by itself.
        fs::write(&file, &text[..text.len() - 9]).unwrap();
        let anew = Process::start(&file);
        anew.seal(&db, &pair).await.unwrap();
        assert_eq!(anew.verify(&db, &pair).await.witnessed, Some(30));
        assert!(fs::read_to_string(&file).unwrap().ends_with('\n'));
        fs::remove_file(&file).unwrap();
        let report = anew.verify(&db, &pair).await;
        assert_eq!((report.witnessed, report.findings.len()), (None, 0));
        anew.seal(&db, &pair).await.unwrap();
        assert_eq!(anew.verify(&db, &pair).await.witnessed, Some(30));
    })
    .await;
}

#[tokio::test]
async fn a_file_grows_no_further_and_still_binds_early_and_late() {
    let (db, _kept) = symbolon_store::testing::sqlite(&MIGRATIONS).await;
    let (pair, folder) = (Pair::new(), tempfile::tempdir().unwrap());
    let file = folder.path().join("witness");
    let process = Process::start(&file);
    for at in 1..=700 {
        write(&db, &[issue(at)]).await;
        process.seal(&db, &pair).await.unwrap();
    }
    let lines = fs::read_to_string(&file).unwrap().lines().count();
    assert!(lines <= 512, "{lines}");
    let gone = |anew: Process| {
        let (db, pair) = (&db, &pair);
        async move { anew.witness.look(db, pair.keys(), LATER).await.unwrap() }
    };
    assert_eq!(gone(Process::start(&file)).await, None);
    tamper(&db, UNSEAL, vec![690.into()]).await;
    let (held, end) = (Sequence(689), Sequence(700));
    assert_eq!(
        gone(Process::start(&file)).await,
        Some(Gone { held, lost: end })
    );
    tamper(&db, UNSEAL, vec![5.into()]).await;
    let found = gone(Process::start(&file)).await.unwrap();
    assert!(found.held > Sequence(0) && found.held < Sequence(5));
}

#[tokio::test]
async fn a_head_that_was_given_out_binds_what_bears_no_seal_yet() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, folder) = (Pair::new(), tempfile::tempdir().unwrap());
        let file = folder.path().join("witness");
        three(&db, &pair, &file).await;
        fill(&db, 31, 35).await;
        let process = Process::start(&file);
        let report = process.verify(&db, &pair).await;
        let since = NOON.0 + 31;
        let unsealed = Unsealed {
            from: Sequence(31),
            to: Sequence(35),
            since: Some(since),
        };
        assert_eq!(report.unsealed, Some(unsealed));
        let root = report.root().unwrap();
        let (keys, head) = (pair.keys(), report.head);
        process.witness.reached(head, root, keys, LATER).await;
        flip(&db, 33).await;
        let found = process.verify(&db, &pair).await;
        assert_eq!(found.witnessed, Some(35));
        let (from, to) = (Sequence(31), Sequence(35));
        assert!(found.findings.contains(&Finding::Rewritten(from, to)));
    })
    .await;
}

#[tokio::test]
async fn an_end_that_nobody_seals_is_overdue() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = Pair::new();
        let at = |minutes: u64| {
            let time = NOON.plus(Duration::from_mins(minutes));
            Event::done(&call(time), realm(1), Verb::Issue, Noun::Access)
        };
        let none = |report: Report| report.findings.is_empty();
        write(&db, &[at(0), at(9)]).await;
        assert!(none(verify(&db, &pair.known, &[]).await.unwrap()));
        // A server that starts after a night seals what it finds in a moment.
        write(&db, &[at(600), at(601)]).await;
        assert!(none(verify(&db, &pair.known, &[]).await.unwrap()));
        write(&db, &[at(603)]).await;
        let report = verify(&db, &pair.known, &[]).await.unwrap();
        let overdue = Finding::Overdue(Sequence(1), Sequence(5));
        assert_eq!(report.findings, [overdue]);
        assert_eq!(report.unsealed.unwrap().since, Some(NOON.0));
        Sealer::default()
            .seal(&db, pair.keys(), Time(i64::MAX))
            .await
            .unwrap();
        let report = verify(&db, &pair.known, &[]).await.unwrap();
        assert_eq!((report.findings.len(), report.unsealed), (0, None));
    })
    .await;
}
