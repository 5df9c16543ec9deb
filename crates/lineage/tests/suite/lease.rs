//! Leases: every index once, blocks that grow, nothing used before it was announced.

use std::collections::HashSet;
use std::sync::Arc;

use symbolon_journal::{Fact, Filter, Journal, Sequence};
use symbolon_lineage::MIGRATIONS;
use symbolon_store::testing::{each_engine, sqlite};
use symbolon_store::{Db, Target};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

use crate::arrange::{NOON, Process, call, realm, start, two};

/// So many indexes, by so many tasks at once.
async fn taken(process: &Arc<Process>, tasks: usize, each: usize) -> Vec<StatusRef> {
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let process = Arc::clone(process);
            tokio::spawn(async move {
                let mut taken = Vec::with_capacity(each);
                for _ in 0..each {
                    taken.push(process.leases.status(&call(), realm(), NOON).await.unwrap());
                }
                taken
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all
}

/// Where each leased block begins and how long it is, by the journal.
async fn blocks(db: &Db) -> Vec<(u32, u32)> {
    let journal = Journal::new(db.clone());
    let all = Filter::default();
    let page = journal.search(&all, Sequence(i64::MAX), 1000).await;
    let facts = page.unwrap().records.into_iter().rev();
    let facts = facts.flat_map(|record| record.event.facts);
    let leased = facts.filter_map(|fact| {
        let Fact::Block(block) = fact else {
            return None;
        };
        Some((block.first, block.count))
    });
    leased.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_tasks_get_distinct_leased_indexes() {
    each_engine(&MIGRATIONS, |db| async move {
        let process = Process::start(db).await;
        let taken = taken(&process, 64, 60).await;
        let distinct: HashSet<_> = taken.iter().collect();
        assert_eq!(distinct.len(), 64 * 60);
        for status in taken {
            assert!(process.lineages.is_leased(realm(), status), "{status:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn blocks_double_as_they_are_used_up() {
    let (db, _folder) = sqlite(&MIGRATIONS).await;
    let process = Process::start(db).await;
    taken(&process, 1, 8000).await;
    let doubling = [(0, 1024), (1024, 2048), (3072, 4096), (7168, 8192)];
    assert_eq!(blocks(&process.db).await, doubling);
}

#[tokio::test]
async fn indexes_of_a_block_tell_nothing_of_their_order() {
    let (db, _folder) = sqlite(&MIGRATIONS).await;
    let process = Process::start(db).await;
    let mut taken = taken(&process, 1, 1024).await;
    assert!(!taken.is_sorted());
    taken.sort_unstable();
    let all: Vec<_> = taken.iter().map(|status| status.index).collect();
    assert_eq!(all, (0..1024).collect::<Vec<_>>());
}

#[tokio::test]
async fn each_hour_and_each_realm_counts_for_itself() {
    let (db, _folder) = sqlite(&MIGRATIONS).await;
    let process = Process::start(db).await;
    let later = Time(NOON.0 + 3_600_000);
    let other = symbolon_token::node::RealmNode(crate::arrange::node(2));
    for (realm, at) in [(realm(), NOON), (realm(), later), (other, NOON)] {
        let status = process.leases.status(&call(), realm, at).await.unwrap();
        assert_eq!(status.bucket, Bucket::of(at));
        assert!(status.index < 1024);
    }
    assert_eq!(blocks(&process.db).await, [(0, 1024); 3]);
}

#[tokio::test]
async fn a_restarted_process_leaves_what_was_leased_alone() {
    let (db, folder) = sqlite(&MIGRATIONS).await;
    let process = Process::start(db).await;
    let before = taken(&process, 1, 10).await;
    Arc::into_inner(process).unwrap().db.close().await;
    let path = folder.path().join("symbolon.db");
    let process = start(&Target::Sqlite { path }).await;
    let after = taken(&process, 1, 10).await;
    assert!(before.iter().all(|status| status.index < 1024));
    assert!(
        after
            .iter()
            .all(|status| (1024..2048).contains(&status.index))
    );
    assert!(process.lineages.is_leased(realm(), before[0]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_lease_different_blocks_and_hear_of_each_others() {
    let (here, there) = two().await;
    let (ours, theirs) = tokio::join!(taken(&here, 8, 400), taken(&there, 8, 400));
    let distinct: HashSet<_> = ours.iter().chain(&theirs).collect();
    assert_eq!(distinct.len(), 2 * 8 * 400);
    here.catch_up().await;
    for status in theirs {
        assert!(here.lineages.is_leased(realm(), status), "{status:?}");
    }
}

#[tokio::test]
async fn a_block_is_there_before_the_one_before_it_is_used_up_and_before_its_hour() {
    let (db, _folder) = sqlite(&MIGRATIONS).await;
    let process = Process::start(db).await;
    taken(&process, 1, 511).await;
    process.leases.ahead(&call()).await.unwrap();
    // Tokens that end with the hour announce the next one.
    assert_eq!(blocks(&process.db).await, [(0, 1024), (0, 1024)]);
    taken(&process, 1, 1).await;
    process.leases.wanted().await;
    process.leases.ahead(&call()).await.unwrap();
    let ahead = [(0, 1024), (0, 1024), (1024, 2048)];
    assert_eq!(blocks(&process.db).await, ahead);
    let rest = taken(&process, 4, (512 + 2048) / 4).await;
    let distinct: HashSet<_> = rest.iter().collect();
    assert_eq!(distinct.len(), 512 + 2048);
    assert_eq!(blocks(&process.db).await, ahead);
}

#[tokio::test]
async fn a_block_that_is_wanted_twice_is_leased_once() {
    let (db, _folder) = sqlite(&MIGRATIONS).await;
    let process = Process::start(db).await;
    taken(&process, 1, 512).await;
    for _ in 0..2 {
        process.leases.ahead(&call()).await.unwrap();
        taken(&process, 1, 1).await;
    }
    assert_eq!(blocks(&process.db).await.len(), 3);
}
