//! Nodes: changed by one conditional write, known after a restart and elsewhere.

use std::sync::Arc;

use symbolon_lineage::node::{Change, State};
use symbolon_lineage::{MIGRATIONS, Standing};
use symbolon_store::testing::each_engine;
use symbolon_token::lineage::Epoch;

use crate::arrange::{Process, node, two};

fn standing(epoch: i64, state: State) -> Standing {
    Standing {
        epoch: Epoch(epoch),
        state,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_revocation_is_lost_among_64_at_once() {
    each_engine(&MIGRATIONS, |db| async move {
        let process = Process::start(db).await;
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let process = Arc::clone(&process);
                tokio::spawn(async move {
                    while !process.change(node(2), Change::Revoke).await {
                        process.catch_up().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let known = process.lineages.standing(node(2));
        assert_eq!(known, standing(64, State::Live));
        let restarted = Process::start(process.db.clone()).await;
        assert_eq!(restarted.lineages.standing(node(2)), known);
    })
    .await;
}

#[tokio::test]
async fn a_change_decided_on_old_knowledge_changes_nothing() {
    let (here, there) = two().await;
    assert!(there.change(node(2), Change::Revoke).await);
    assert!(!here.change(node(2), Change::Revoke).await);
    here.catch_up().await;
    assert_eq!(here.lineages.standing(node(2)), standing(1, State::Live));
    assert!(here.change(node(2), Change::Disable).await);
    assert!(!there.change(node(2), Change::Enable).await);
    there.catch_up().await;
    assert!(there.change(node(2), Change::Enable).await);
    here.catch_up().await;
    assert_eq!(here.lineages.standing(node(2)), standing(1, State::Live));
}

#[tokio::test]
async fn an_end_outlives_every_later_change() {
    each_engine(&MIGRATIONS, |db| async move {
        let process = Process::start(db).await;
        assert!(process.change(node(2), Change::End).await);
        for what in [Change::Enable, Change::Disable, Change::Revoke] {
            process.change(node(2), what).await;
            let state = process.lineages.standing(node(2)).state;
            assert_eq!(state, State::Ended, "{what:?}");
        }
        let restarted = Process::start(process.db.clone()).await;
        assert_eq!(restarted.lineages.standing(node(2)).state, State::Ended);
    })
    .await;
}

/// More rows than one page has.
#[tokio::test]
async fn every_node_is_known_after_a_restart() {
    let (db, _folder) = symbolon_store::testing::sqlite(&MIGRATIONS).await;
    let process = Process::start(db).await;
    for number in 2..1_100 {
        assert!(process.change(node(number), Change::Disable).await);
    }
    let restarted = Process::start(process.db.clone()).await;
    for number in 2..1_100 {
        let state = restarted.lineages.standing(node(number)).state;
        assert_eq!(state, State::Disabled, "{number}");
    }
}
