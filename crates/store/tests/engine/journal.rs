//! The journal: dense, in order, and memory never behind an answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use symbolon_store::testing::{self, each_engine};
use symbolon_store::{Sequence, Term, Unit};
use tokio::task::JoinSet;

use crate::arrange::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_meanwhile_sees_no_gap_that_fills_later() {
    each_engine(MIGRATIONS, |db| async move {
        let done = Arc::new(AtomicBool::new(false));
        let reader = tokio::spawn({
            let (db, done) = (db.clone(), Arc::clone(&done));
            async move {
                let mut seen = 0;
                loop {
                    let last_look = done.load(Ordering::Acquire);
                    for (sequence, _) in db.entries(Sequence(seen), 1000).await.unwrap() {
                        assert_eq!(sequence.0, seen + 1);
                        seen = sequence.0;
                    }
                    if last_look {
                        return seen;
                    }
                }
            }
        });
        let mut writers = JoinSet::new();
        for writer in 0..32 {
            let db = db.clone();
            writers.spawn(async move {
                for turn in 0..20_i64 {
                    let id = i64::from(writer) * 1000 + turn;
                    let unit = unit(insert(id), "a").and_entry(entry("b"));
                    // Every fourth loses, and must not take its places with it.
                    if turn % 4 == 3 {
                        db.commit(unit.step(crate::arrange::turn(id, 5, 6)))
                            .await
                            .unwrap_err();
                    } else {
                        db.commit(unit).await.unwrap();
                    }
                }
            });
        }
        writers.join_all().await;
        done.store(true, Ordering::Release);
        assert_eq!(reader.await.unwrap(), 32 * 15 * 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_units_entries_stand_together() {
    each_engine(MIGRATIONS, |db| async move {
        let mut writers = JoinSet::new();
        for writer in 0..64 {
            let db = db.clone();
            writers.spawn(async move {
                let text = format!("{writer}");
                let unit = Unit::entry(entry(&text)).and_entry(entry(&text));
                (text, db.commit(unit).await.unwrap().sequence.0)
            });
        }
        let told = writers.join_all().await;
        let texts = texts(&db).await;
        for (text, last) in told {
            let found: Vec<_> = texts.iter().filter(|(_, found)| *found == text).collect();
            assert_eq!(found.len(), 2);
            assert_eq!((found[0].0, found[1].0), (last - 1, last));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_read_only_what_is_followed() {
    each_engine(MIGRATIONS, |db| async move {
        for text in ["a", "b", "c"] {
            let unit = Unit::entry(entry("issued")).and_entry(followed(text));
            db.commit(unit).await.unwrap();
        }
        let after = |at, limit| {
            let db = db.clone();
            async move { db.followed(Sequence(at), limit).await.unwrap() }
        };
        let all = [(2, "a"), (4, "b"), (6, "c")]
            .map(|(at, text)| (Sequence(at), text.as_bytes().to_vec()));
        assert_eq!(after(0, 10).await, all);
        assert_eq!(after(2, 1).await, all[1..2]);
        assert_eq!(after(6, 10).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_entries_come_first_when_asked_backwards() {
    each_engine(MIGRATIONS, |db| async move {
        for text in ["a", "b", "c", "d"] {
            db.commit(Unit::entry(entry(text))).await.unwrap();
        }
        let newest = db.entries_before(Sequence(i64::MAX), 2).await.unwrap();
        let expected = [(4, "d"), (3, "c")].map(|(at, it)| (Sequence(at), it.as_bytes().to_vec()));
        assert_eq!(newest, expected);
        let older = db.entries_before(Sequence(2), 10).await.unwrap();
        assert_eq!(older, [(Sequence(1), b"a".to_vec())]);
        let oldest = db.entries(Sequence(0), 1).await.unwrap();
        assert_eq!(oldest, [(Sequence(1), b"a".to_vec())]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_hears_of_followed_entries_in_order_before_the_caller() {
    each_engine(MIGRATIONS, |db| async move {
        let heard = Arc::new(Mutex::new(Vec::<(i64, Vec<u8>)>::new()));
        let sink = Arc::clone(&heard);
        db.on_commit(Arc::new(move |entries| {
            let mut heard = sink.lock().unwrap();
            heard.extend(entries.iter().map(|(at, bytes)| (at.0, bytes.to_vec())));
        }));
        let mut writers = JoinSet::new();
        for id in 0..64 {
            let (db, heard) = (db.clone(), Arc::clone(&heard));
            writers.spawn(async move {
                let text = format!("{id}");
                let unit = Unit::entry(followed(&text)).and_entry(entry("silent"));
                let unit = unit.step(insert(id));
                let at = db.commit(unit).await.unwrap().sequence.0 - 1;
                let heard = heard.lock().unwrap();
                assert!(heard.contains(&(at, text.into_bytes())));
            });
        }
        let lost = unit(turn(1, 5, 5), "x").and_entry(followed("lost"));
        db.commit(lost).await.unwrap_err();
        writers.join_all().await;
        let heard = heard.lock().unwrap().clone();
        assert_eq!(heard.len(), 64);
        assert!(heard.is_sorted_by_key(|(at, _)| *at));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_term_is_higher_than_the_last_and_than_asked() {
    each_engine(MIGRATIONS, |db| async move {
        assert_eq!(db.term(), Term(1));
        assert_eq!(db.begin_term(Term(500)).await.unwrap(), Term(500));
        assert_eq!(db.begin_term(Term(500)).await.unwrap(), Term(501));
        assert_eq!(db.term(), Term(501));
        assert_eq!(db.head().await.unwrap(), (Term(501), Sequence(0)));
        let committed = db.commit(Unit::entry(entry("in it"))).await.unwrap();
        assert_eq!(committed.term, Term(501));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_leaves_no_trace() {
    each_engine(MIGRATIONS, |db| async move {
        db.probe().await.unwrap();
        assert_eq!(db.head().await.unwrap(), (Term(1), Sequence(0)));
        assert!(db.healthy());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_file_is_exclusive() {
    let (sqlite, _folder) = testing::sqlite(MIGRATIONS).await;
    assert!(sqlite.is_exclusive());
    assert!(!testing::postgres(MIGRATIONS).await.is_exclusive());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_place_is_woken_by_the_commit_that_reaches_it() {
    each_engine(MIGRATIONS, |db| async move {
        let write = async |names: &[&str]| {
            let entries = names.iter().map(|name| entry(name));
            let unit = entries.fold(Unit::default(), Unit::and_entry);
            db.commit(unit).await.unwrap();
        };
        let mut waits = std::pin::pin!(db.reaches(Sequence(3)));
        let farther = db.reaches(Sequence(5));
        for so_far in [&["a"][..], &["b"]] {
            tokio::select! {
                biased;
                () = &mut waits => panic!("two entries are not three"),
                () = write(so_far) => {}
            }
        }
        tokio::join!(waits, farther, write(&["c", "d", "e", "f"]));
        db.reaches(Sequence(6)).await;
    })
    .await;
}
