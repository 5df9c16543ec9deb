//! A server that goes away, and two nodes on one.

use std::time::Duration;

use symbolon_store::testing::{self, Flush, Server, postgres_url};
use symbolon_store::{CommitError, Db, Sequence, Term, Unit};
use tokio::task::JoinSet;

use crate::arrange::*;

/// Long enough for a server to come back on a busy machine; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// Tries until it works, as clients do.
async fn eventually(db: &Db, unit: &Unit) -> Sequence {
    let trying = async {
        loop {
            match db.commit(unit.clone()).await {
                Ok(committed) => return committed.sequence,
                Err(CommitError::Unavailable(_)) => tokio::task::yield_now().await,
                Err(conflict) => unreachable!("{conflict}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, trying).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_of_the_server_everything_acknowledged_is_there_and_work_goes_on() {
    let server = Server::start(Flush::Always, &[]);
    let target = testing::target(&server.database().await);
    let db = Db::open(&target, MIGRATIONS).await.unwrap();
    db.commit(unit(insert(1), "before")).await.unwrap();

    server.crash();
    let outcome = db.commit(unit(insert(2), "meanwhile")).await;
    assert!(matches!(outcome, Err(CommitError::Unavailable(_))));
    db.row(COUNT, &[]).await.unwrap_err();
    db.probe().await.unwrap_err();
    assert!(!db.healthy());

    server.recover();
    assert_eq!(
        eventually(&db, &unit(insert(3), "after")).await,
        Sequence(2)
    );
    assert!(db.healthy());
    assert_eq!(count(&db).await, 2);
    assert_eq!(
        texts(&db).await,
        [(1, "before".into()), (2, "after".into())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_are_made_anew() {
    let server = Server::shared();
    let url = server.database().await;
    let db = Db::open(&testing::target(&url), MIGRATIONS).await.unwrap();
    let name = url.rsplit('/').next().unwrap();
    for id in 0..5 {
        eventually(&db, &unit(insert(id), "x")).await;
        assert_eq!(count(&db).await, id + 1);
        let cut = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        server.run(&cut).await;
    }
    assert_eq!(texts(&db).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_write_one_journal_without_a_gap() {
    let target = testing::target(&postgres_url().await);
    let mut tasks = JoinSet::new();
    let mut nodes = Vec::new();
    for node in 0..2_i64 {
        let db = Db::open(&target, MIGRATIONS).await.unwrap();
        nodes.push(db.clone());
        for task in 0..16 {
            let db = db.clone();
            tasks.spawn(async move {
                let mut won = 0;
                for turn in 0..10 {
                    let own = unit(insert(node * 10_000 + task * 100 + turn), "own");
                    db.commit(own).await.unwrap();
                    // All 32 tasks want this one.
                    let shared = unit(insert(1_000_000 + turn), "shared");
                    won += i64::from(db.commit(shared).await.is_ok());
                }
                won
            });
        }
    }
    let won: i64 = tasks.join_all().await.iter().sum();
    assert_eq!(won, 10);
    let texts = texts(&nodes[0]).await;
    let places: Vec<i64> = texts.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, (1..=330).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_learns_of_a_new_term_when_it_writes() {
    let target = testing::target(&postgres_url().await);
    let one = Db::open(&target, MIGRATIONS).await.unwrap();
    let two = Db::open(&target, MIGRATIONS).await.unwrap();
    one.begin_term(Term(9)).await.unwrap();
    assert_eq!(two.term(), Term(1));
    assert_eq!(two.head().await.unwrap().0, Term(9));
    two.commit(Unit::entry(entry("x"))).await.unwrap();
    assert_eq!(two.term(), Term(9));
}
