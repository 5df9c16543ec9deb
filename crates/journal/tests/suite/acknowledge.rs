//! Going on behind seals that broke, without forgetting that they did.

use serde_json::json;
use symbolon_jose::{JwkSet, VerifyingKey};
use symbolon_journal::archive::{Wanted, export, verify as verify_file};
use symbolon_journal::segment::{
    AcknowledgeError, Acknowledged, Breach, Break, Claim, Finding, MIGRATIONS, Named, Report,
    SealError, Sealed, Sealer, acknowledge, head, look, prove, verify,
};
use symbolon_journal::{Event, Noun, Sequence, Verb};
use symbolon_store::testing::each_engine;
use symbolon_store::{Db, Value};

use crate::arrange::{NOON, call, node, realm};
use crate::seal::{LATER, Pair, REMOVE, fill, flip, seal_all, tamper, unhex};

const FORGE: &str = "UPDATE journal_segment SET digests = $2 WHERE first = $1";
const UNPEAK: &str = "UPDATE journal_segment SET peaks = $2 WHERE first = $1";
const TAKE: &str = "DELETE FROM journal_segment WHERE first >= $1";
const FORGET: &str = "UPDATE journal_segment SET breach = NULL WHERE first = $1";

/// Ten entries sealed, ten more sealed, five not.
async fn journal(db: &Db) -> Pair {
    let pair = Pair::new();
    fill(db, 1, 10).await;
    assert_eq!(seal_all(db, &pair, LATER).await, 1);
    fill(db, 11, 20).await;
    assert_eq!(seal_all(db, &pair, LATER).await, 1);
    fill(db, 21, 25).await;
    pair
}

async fn forge(db: &Db, first: i64) {
    let other: Value = vec![0; 40].into();
    tamper(db, FORGE, vec![first.into(), other]).await;
}

fn event(breach: &Breach) -> Event {
    let call = call(NOON);
    Event::done(&call, realm(1), Verb::Acknowledge, Noun::Term)
        .name(format!("{} to {}", breach.first.0, breach.last.0))
        .request(&call)
}

async fn go_on(db: &Db, pair: &Pair, named: Named) -> Result<Break, AcknowledgeError> {
    let done = acknowledge(db, pair.keys(), (named, node(99)), event).await?;
    seal_all(db, pair, LATER).await;
    Ok(done)
}

async fn report(db: &Db, pair: &Pair, claims: &[Claim]) -> Report {
    verify(db, &pair.known, claims).await.unwrap()
}

fn told(findings: &[Finding]) -> Vec<Acknowledged> {
    let request = node(99);
    let told = findings.iter().map(|finding| Acknowledged {
        finding: *finding,
        request,
    });
    told.collect()
}

async fn claim(db: &Db) -> Claim {
    let tree = head(db).await.unwrap();
    Claim::Head {
        sequence: Sequence(i64::try_from(tree.size()).unwrap()),
        root: tree.root(),
    }
}

#[tokio::test]
async fn behind_a_forged_seal_sealing_goes_on_and_the_break_is_told_for_ever() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, sealer) = (journal(&db).await, Sealer::default());
        let given_out = claim(&db).await;
        forge(&db, 11).await;
        let stopped = sealer.seal(&db, pair.keys(), LATER).await;
        assert!(matches!(stopped, Err(SealError::Unsigned { .. })));
        let before = report(&db, &pair, &[]).await;
        let unsigned = Finding::Unsigned(Sequence(11), Sequence(20));
        assert_eq!(before.findings, [unsigned]);

        let named = Named::Unsigned(Sequence(11));
        let seen = look(&db, &pair.known, named, node(99)).await.unwrap();
        assert_eq!(
            report(&db, &pair, &[]).await,
            before,
            "looking changes nothing"
        );
        let done = go_on(&db, &pair, named).await.unwrap();
        assert_eq!(done, seen);
        assert_eq!(done.lines().len(), 1);

        fill(&db, 27, 40).await;
        assert!(matches!(
            sealer.seal(&db, pair.keys(), LATER).await,
            Ok(Sealed::One(_))
        ));
        // Nobody changed an entry, so what was given out before holds.
        let after = report(&db, &pair, &[given_out]).await;
        assert_eq!(after.findings, []);
        let broken = Finding::Unsigned(Sequence(11), Sequence(25));
        assert_eq!(after.acknowledged, told(&[broken]));
        assert!(!after.whole);
        assert_eq!((after.sealed, after.head), (Sequence(40), Sequence(40)));
        let tree = head(&db).await.unwrap();
        for sequence in [3, 15, 26, 33] {
            prove(&db, &tree, Sequence(sequence)).await.unwrap();
        }
        flip(&db, 15).await;
        let after = report(&db, &pair, &[]).await;
        assert_eq!(after.findings, [Finding::Changed(Sequence(15))]);
        assert_eq!(after.acknowledged, told(&[broken]));
    })
    .await;
}

#[tokio::test]
async fn behind_seals_that_were_taken_away_what_was_changed_contradicts_what_was_given_out() {
    each_engine(&MIGRATIONS, |db| async move {
        let (pair, sealer) = (journal(&db).await, Sealer::default());
        sealer.seal(&db, pair.keys(), NOON).await.unwrap();
        let given_out = claim(&db).await;
        tamper(&db, TAKE, vec![11.into()]).await;
        flip(&db, 14).await;
        tamper(&db, REMOVE, vec![17.into(), 18.into()]).await;
        let stopped = sealer.seal(&db, pair.keys(), LATER).await;
        assert!(matches!(stopped, Err(SealError::Lost { last }) if last == Sequence(20)));

        let done = go_on(&db, &pair, Named::Lost(Sequence(20))).await.unwrap();
        assert_eq!(done.aside, []);
        // The process that had seen the seals goes on too.
        fill(&db, 27, 30).await;
        let goes_on = sealer.seal(&db, pair.keys(), LATER).await;
        assert!(matches!(goes_on, Ok(Sealed::One(_))), "{goes_on:?}");
        let after = report(&db, &pair, &[given_out]).await;
        let Claim::Head { sequence, .. } = given_out else {
            unreachable!()
        };
        assert_eq!(after.findings, [Finding::Contradicted(sequence)]);
        let broken = [
            Finding::Unsealed(Sequence(11), Sequence(25)),
            Finding::RemovedAll(Sequence(17), Sequence(18)),
        ];
        assert_eq!(after.acknowledged, told(&broken));
        // What is taken after that is no part of it.
        tamper(&db, REMOVE, vec![19.into(), 19.into()]).await;
        let after = report(&db, &pair, &[]).await;
        assert_eq!(after.findings, [Finding::Removed(Sequence(19))]);
        assert_eq!(after.acknowledged, told(&broken));
    })
    .await;
}

#[tokio::test]
async fn nobody_without_the_key_takes_the_break_out_again() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        forge(&db, 11).await;
        go_on(&db, &pair, Named::Unsigned(Sequence(11)))
            .await
            .unwrap();
        tamper(&db, FORGET, vec![11.into()]).await;
        let after = report(&db, &pair, &[]).await;
        let unsigned = Finding::Unsigned(Sequence(11), Sequence(25));
        assert_eq!(
            (after.findings, after.acknowledged),
            (vec![unsigned], vec![])
        );
        // And a break that nobody acknowledged is not believed.
        let forged = Pair::new();
        tamper(&db, TAKE, vec![11.into()]).await;
        go_on(&db, &forged, Named::Unsigned(Sequence(1)))
            .await
            .unwrap();
        let after = report(&db, &pair, &[]).await;
        let unsigned = [(1, 26), (27, 27)]
            .map(|(first, last)| Finding::Unsigned(Sequence(first), Sequence(last)));
        let found = (after.findings, after.acknowledged);
        assert_eq!(found, (unsigned.to_vec(), vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_seal_that_cannot_be_read_is_found_and_put_aside_as_a_forged_one() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        tamper(&db, UNPEAK, vec![11.into(), vec![1, 2, 3].into()]).await;
        let before = report(&db, &pair, &[]).await;
        let (first, last) = (Sequence(11), Sequence(20));
        let found = [
            Finding::Unchained(first, last),
            Finding::Unsigned(first, last),
        ];
        assert_eq!(before.findings, found);
        let stopped = Sealer::default().seal(&db, pair.keys(), LATER).await;
        assert!(matches!(stopped, Err(SealError::Unsigned { .. })));
        go_on(&db, &pair, Named::Unsigned(Sequence(11)))
            .await
            .unwrap();
        let after = report(&db, &pair, &[]).await;
        assert_eq!(after.findings, []);
        assert_eq!(after.acknowledged.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn seals_behind_the_journals_end_are_put_aside_though_nothing_stands_there() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = Pair::new();
        fill(&db, 1, 10).await;
        seal_all(&db, &pair, LATER).await;
        let copy = "INSERT INTO journal_segment (first, last, begins_at, ends_at, root_before, \
                    peaks, block, digests, dropped, kid, signature, due_at) \
                    SELECT 9000000, 1, begins_at, ends_at, root_before, peaks, block, digests, \
                    dropped, kid, signature, due_at FROM journal_segment";
        tamper(&db, copy, Vec::new()).await;
        let before = report(&db, &pair, &[]).await;
        let unchained = Finding::Unchained(Sequence(9_000_000), Sequence(1));
        assert_eq!(before.findings, [unchained]);
        let named = Named::Unsigned(Sequence(9_000_000));
        go_on(&db, &pair, named).await.unwrap();
        let after = report(&db, &pair, &[]).await;
        assert_eq!(after.findings, []);
        let broken = Finding::Unsigned(Sequence(11), Sequence(11));
        assert_eq!(after.acknowledged, told(&[broken]));
    })
    .await;
}

#[tokio::test]
async fn only_what_stops_the_sealing_is_acknowledged() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        let look = async |named| look(&db, &pair.known, named, node(99)).await;
        for named in [Named::Unsigned(Sequence(11)), Named::Lost(Sequence(20))] {
            let refused = look(named).await;
            let sealed = Sequence(20);
            assert!(
                matches!(refused, Err(AcknowledgeError::Unbroken { sealed: at }) if at == sealed)
            );
        }
        forge(&db, 11).await;
        for named in [Named::Unsigned(Sequence(12)), Named::Lost(Sequence(20))] {
            let refused = look(named).await;
            let first = Sequence(11);
            assert!(
                matches!(refused, Err(AcknowledgeError::Elsewhere { first: at }) if at == first)
            );
        }
        // A change in the middle stops nothing, is nobody's to acknowledge, and is told on.
        tamper(&db, TAKE, vec![11.into()]).await;
        seal_all(&db, &pair, LATER).await;
        forge(&db, 1).await;
        let refused = look(Named::Unsigned(Sequence(1))).await;
        assert!(matches!(refused, Err(AcknowledgeError::Unbroken { .. })));
        tamper(&db, TAKE, vec![0.into()]).await;
        tamper(&db, REMOVE, vec![1.into(), 100.into()]).await;
        let head = "UPDATE head SET sequence = 0 WHERE id = 1";
        tamper(&db, head, Vec::new()).await;
        let refused = look(Named::Lost(Sequence(20))).await;
        assert!(matches!(refused, Err(AcknowledgeError::CutOff { head }) if head == Sequence(0)));
    })
    .await;
}

#[tokio::test]
async fn of_two_operators_who_acknowledge_at_once_one_does() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        forge(&db, 11).await;
        let named = Named::Unsigned(Sequence(11));
        let who = (named, node(99));
        let (one, other) = tokio::join!(
            acknowledge(&db, pair.keys(), who, event),
            acknowledge(&db, pair.keys(), who, event),
        );
        assert_eq!([&one, &other].iter().filter(|one| one.is_ok()).count(), 1);
        seal_all(&db, &pair, LATER).await;
        let after = report(&db, &pair, &[]).await;
        assert_eq!((after.findings.len(), after.acknowledged.len()), (0, 1));
        assert_eq!(after.head, Sequence(26), "one event");
    })
    .await;
}

#[tokio::test]
async fn an_export_tells_of_the_break_too() {
    each_engine(&MIGRATIONS, |db| async move {
        let pair = journal(&db).await;
        forge(&db, 11).await;
        go_on(&db, &pair, Named::Unsigned(Sequence(11)))
            .await
            .unwrap();
        let known = pair.known.iter().map(VerifyingKey::to_jwk);
        let keys = json!(JwkSet::new(known.collect()));
        let (_, file) = export(&db, &keys, Wanted::default(), Vec::new())
            .await
            .unwrap();
        let found = verify_file(&file[..], None, &[], LATER).unwrap().report;
        let broken = Finding::Unsigned(Sequence(11), Sequence(25));
        assert_eq!(
            (found.findings, found.acknowledged),
            (vec![], told(&[broken]))
        );
        assert!(!found.whole);
        assert_eq!(unhex(&found.root), head(&db).await.unwrap().root());
    })
    .await;
}
