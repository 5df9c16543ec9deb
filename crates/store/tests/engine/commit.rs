//! Units: whole or not at all, and nobody pays for another's lost race.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use symbolon_store::testing::each_engine;
use symbolon_store::{CommitError, Committed, Db, MAX_QUEUE, Sequence, Step, Term, Unit};
use tokio::task::JoinSet;

use crate::arrange::*;

/// Commits all at once, so that they meet in groups; answers in the order of the units.
async fn at_once(db: &Db, units: Vec<Unit>) -> Vec<Result<Committed, CommitError>> {
    let mut tasks = JoinSet::new();
    for (index, unit) in units.into_iter().enumerate() {
        let db = db.clone();
        tasks.spawn(async move { (index, db.commit(unit).await) });
    }
    let mut outcomes = tasks.join_all().await;
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn conflict(outcome: &Result<Committed, CommitError>) -> Option<usize> {
    match outcome {
        Err(CommitError::Conflict { step }) => Some(*step),
        Ok(_) | Err(CommitError::Unavailable(_)) => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_and_entries_become_durable_together() {
    each_engine(MIGRATIONS, |db| async move {
        let unit = Unit::default()
            .steps([insert(1), insert(2), turn(1, 0, 1)])
            .and_entry(entry("one"))
            .and_entry(entry("two"));
        let committed = db.commit(unit).await.unwrap();
        assert_eq!(
            committed,
            Committed {
                sequence: Sequence(2),
                term: Term(1)
            }
        );
        assert_eq!(count(&db).await, 2);
        assert_eq!(texts(&db).await, [(1, "one".into()), (2, "two".into())]);
        assert_eq!(db.head().await.unwrap(), (Term(1), Sequence(2)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_without_entries_answers_with_the_head() {
    each_engine(MIGRATIONS, |db| async move {
        db.commit(Unit::entry(entry("before"))).await.unwrap();
        let committed = db.commit(Unit::default().step(insert(1))).await.unwrap();
        assert_eq!(committed.sequence, Sequence(1));
        assert_eq!(
            db.commit(Unit::default()).await.unwrap().sequence,
            Sequence(1)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_names_its_step_and_leaves_nothing() {
    each_engine(MIGRATIONS, |db| async move {
        let unit = Unit::entry(entry("lost")).steps([insert(1), insert(2), turn(1, 7, 8)]);
        assert_eq!(conflict(&db.commit(unit).await), Some(2));
        assert_eq!(count(&db).await, 0);
        assert_eq!(texts(&db).await, []);
        db.commit(unit_after()).await.unwrap();
        assert_eq!(texts(&db).await, [(1, "after".into())]);
    })
    .await;
}

fn unit_after() -> Unit {
    unit(insert(1), "after")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_key_is_a_conflict_whichever_way_it_is_written() {
    each_engine(MIGRATIONS, |db| async move {
        db.commit(unit(insert(1), "first")).await.unwrap();
        let again = unit(insert(1), "primary key");
        assert_eq!(conflict(&db.commit(again).await), Some(0));
        let named = Step::one(INSERT, vec![2.into(), "thing 1".into()]);
        assert_eq!(
            conflict(&db.commit(unit(named, "unique").step(insert(3))).await),
            Some(0)
        );
        let once = Step::one(INSERT_ONCE, vec![1.into(), "other".into()]);
        let once = Unit::entry(entry("once")).steps([insert(4), once]);
        assert_eq!(conflict(&db.commit(once).await), Some(1));
        assert_eq!(texts(&db).await, [(1, "first".into())]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_may_change_any_rows_may_change_none() {
    each_engine(MIGRATIONS, |db| async move {
        let none = Step::any("DELETE FROM thing WHERE id > $1", vec![0.into()]);
        db.commit(unit(none.clone(), "none")).await.unwrap();
        let three = Unit::default().steps([insert(1), insert(2), insert(3)]);
        db.commit(three).await.unwrap();
        db.commit(unit(none, "three")).await.unwrap();
        assert_eq!(count(&db).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_group_only_the_loser_loses() {
    each_engine(MIGRATIONS, |db| async move {
        // Every third breaks a promise, every third a statement, every third is well.
        let units: Vec<Unit> = (0..300)
            .map(|id| match id % 3 {
                0 => unit(insert(id), "well"),
                1 => unit(insert(id), "lost").step(turn(id, 9, 9)),
                _ => unit(
                    Step::any("INSERT INTO nowhere VALUES ($1)", vec![id.into()]),
                    "broken",
                ),
            })
            .collect();
        let outcomes = at_once(&db, units).await;
        for (id, outcome) in outcomes.iter().enumerate() {
            match id % 3 {
                0 => assert!(outcome.is_ok(), "{id}: {outcome:?}"),
                1 => assert_eq!(conflict(outcome), Some(1), "{id}: {outcome:?}"),
                _ => assert!(matches!(outcome, Err(CommitError::Unavailable(_)))),
            }
        }
        assert_eq!(count(&db).await, 100);
        let texts = texts(&db).await;
        assert_eq!(texts.len(), 100);
        assert!(texts.iter().all(|(_, text)| text == "well"));
        assert!(db.healthy());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_sees_what_the_units_before_it_in_its_group_did() {
    each_engine(MIGRATIONS, |db| async move {
        db.commit(unit(insert(1), "made")).await.unwrap();
        let turns = (0..64).map(|_| unit(turn(1, 0, 1), "turned")).collect();
        let won = at_once(&db, turns).await;
        assert_eq!(won.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(won.iter().filter_map(conflict).count(), 63);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_tries_of_something_single_use_one_succeeds() {
    each_engine(MIGRATIONS, |db| async move {
        for sql in [INSERT, INSERT_ONCE] {
            let name = format!("code of {}", sql.len());
            let params = vec![i64::try_from(sql.len()).unwrap().into(), name.into()];
            let tries = (0..64)
                .map(|_| unit(Step::one(sql, params.clone()), "used"))
                .collect();
            let outcomes = at_once(&db, tries).await;
            assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1);
            assert_eq!(outcomes.iter().filter_map(conflict).count(), 63);
        }
        assert_eq!(texts(&db).await.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_breaks_a_reference_undoes_its_unit() {
    each_engine(MIGRATIONS, |db| async move {
        let orphan = Step::one(
            "INSERT INTO part (id, thing) VALUES ($1, $2)",
            vec![1.into(), 77.into()],
        );
        let outcome = db.commit(unit(insert(1), "orphan").step(orphan)).await;
        assert!(matches!(outcome, Err(CommitError::Unavailable(_))));
        assert_eq!(count(&db).await, 0);
        db.commit(unit(insert(1), "after")).await.unwrap();
        assert_eq!(texts(&db).await, [(1, "after".into())]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_finishes_what_waits_and_takes_nothing_more() {
    each_engine(MIGRATIONS, |db| async move {
        let waiting: Vec<_> = (0..100)
            .map(|id| {
                let db = db.clone();
                tokio::spawn(async move { db.commit(unit(insert(id), "in time")).await })
            })
            .collect();
        for task in waiting {
            task.await.unwrap().unwrap();
        }
        db.clone().close().await;
        let late = db.commit(unit(insert(1000), "late")).await;
        assert!(matches!(late, Err(CommitError::Unavailable(_))));
        assert!(!db.healthy());
        assert_eq!(count(&db).await, 100);
    })
    .await;
}

/// Polls once, so that the unit is in the queue.
async fn hand_over(commit: &mut Pin<Box<impl Future<Output = Result<Committed, CommitError>>>>) {
    std::future::poll_fn(|context| {
        assert!(commit.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_the_queue_full_is_told_at_once() {
    each_engine(MIGRATIONS, |db| async move {
        // The listener keeps the writer busy until it is let go.
        let (entered, mut is_inside) = tokio::sync::mpsc::unbounded_channel();
        let (let_go, is_free) = std::sync::mpsc::channel::<()>();
        let is_free = std::sync::Mutex::new(is_free);
        db.on_commit(Arc::new(move |_| {
            entered.send(()).unwrap();
            is_free.lock().unwrap().recv().unwrap();
        }));
        let first = tokio::spawn({
            let db = db.clone();
            async move { db.commit(Unit::entry(followed("first"))).await }
        });
        is_inside.recv().await.unwrap();

        let mut waiting = Vec::new();
        for _ in 0..MAX_QUEUE {
            let mut commit = Box::pin(db.commit(Unit::entry(entry("waits"))));
            hand_over(&mut commit).await;
            waiting.push(commit);
        }
        let refused = db.commit(Unit::entry(entry("too late"))).await;
        assert!(matches!(refused, Err(CommitError::Unavailable(_))));

        let_go.send(()).unwrap();
        first.await.unwrap().unwrap();
        for commit in waiting {
            commit.await.unwrap();
        }
        let (_, head) = db.head().await.unwrap();
        assert_eq!(head.0, 1 + i64::try_from(MAX_QUEUE).unwrap());
    })
    .await;
}
