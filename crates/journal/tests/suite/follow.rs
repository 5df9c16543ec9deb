//! Following: own commits at once, those of others after a poll, nothing passed over.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use symbolon_journal::{Event, Follow, Follower};
use symbolon_store::testing::{each_engine, postgres_url, sqlite, target};
use symbolon_store::{Db, Entry, Sequence, Target};

use crate::arrange::{NOON, change, issue, write, write_entries};

/// A memory that keeps everything.
#[derive(Default)]
struct Heard(Mutex<Vec<(Sequence, Event)>>);

impl Follow for Heard {
    fn follow(&self, sequence: Sequence, event: &Event) {
        self.0.lock().unwrap().push((sequence, event.clone()));
    }
}

impl Heard {
    fn all(&self) -> Vec<(Sequence, Event)> {
        self.0.lock().unwrap().clone()
    }
}

async fn follower(db: &Db) -> (Arc<Follower>, Arc<Heard>) {
    let heard = Arc::new(Heard::default());
    let memories: Vec<Arc<dyn Follow>> = vec![Arc::<Heard>::clone(&heard)];
    let follower = Follower::begin(db.clone(), memories, NOON).await;
    (follower.unwrap(), heard)
}

#[tokio::test]
async fn an_own_change_is_heard_before_its_commit_is_answered() {
    each_engine(&[], |db| async move {
        let (_follower, heard) = follower(&db).await;
        write(&db, &[issue(1), change(2), issue(3)]).await;
        assert_eq!(heard.all(), [(Sequence(2), change(2))]);
    })
    .await;
}

/// Two processes on one database.
async fn two() -> (Db, Db) {
    let target = target(&postgres_url().await);
    let open = || Db::open(&target, &[]);
    (open().await.unwrap(), open().await.unwrap())
}

#[tokio::test]
async fn changes_of_another_process_are_heard_after_catching_up() {
    let (here, there) = two().await;
    write(&there, &[change(1)]).await;
    let (follower, heard) = follower(&here).await;
    write(&there, &[change(2), issue(3), change(4)]).await;
    assert_eq!(heard.all(), []);
    follower.catch_up(NOON).await.unwrap();
    let changes = [(Sequence(2), change(2)), (Sequence(4), change(4))];
    assert_eq!(heard.all(), changes);
}

#[tokio::test]
async fn more_than_one_batch_is_caught_up_at_once() {
    let (here, there) = two().await;
    let (follower, heard) = follower(&here).await;
    let changes: Vec<_> = (1..=2500).map(change).collect();
    write(&there, &changes).await;
    follower.catch_up(NOON).await.unwrap();
    let heard: Vec<_> = heard.all().into_iter().map(|(_, event)| event).collect();
    assert_eq!(heard, changes);
}

#[tokio::test]
async fn a_node_that_cannot_read_an_entry_falls_behind_instead_of_passing_it_over() {
    let (here, there) = two().await;
    let (follower, heard) = follower(&here).await;
    let newer = Entry {
        bytes: vec![2, 0, 0],
        followed: true,
    };
    write(&there, &[change(1)]).await;
    write_entries(&there, [newer].into_iter()).await;
    write(&there, &[change(3)]).await;
    let later = NOON.plus(Duration::from_secs(5));
    for _ in 0..2 {
        assert!(follower.catch_up(later).await.is_err());
    }
    assert_eq!(follower.behind(later), Duration::from_secs(5));
    assert_eq!(heard.all(), [(Sequence(1), change(1))]);
}

#[tokio::test]
async fn a_follower_does_not_keep_its_database_open() {
    let (db, folder) = sqlite(&[]).await;
    let (follower, _heard) = follower(&db).await;
    drop((db, follower));
    let path = folder.path().join("symbolon.db");
    let reopened = Db::open(&Target::Sqlite { path }, &[]).await;
    assert!(reopened.is_ok());
}
