//! What verifiers must hear of: the same for who memory and for who reads it after a restart.

use std::sync::Arc;
use std::time::Duration;

use symbolon_journal::{Follow, Follower};
use symbolon_lineage::Lineages;
use symbolon_lineage::MIGRATIONS;
use symbolon_lineage::feed::{Changes, Told, WINDOW};
use symbolon_lineage::node::Change;
use symbolon_lineage::status::{fill, revoke};
use symbolon_store::testing::each_engine;
use symbolon_store::{Db, Unit};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

use crate::arrange::{NOON, Process, call, node, realm};

async fn read(db: &Db, now: Time) -> Told {
    let changes = Changes::default();
    changes.load(db, now).await.unwrap();
    changes.known(realm(), now)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_followed_is_what_is_read_after_a_restart() {
    each_engine(&MIGRATIONS, |db| async move {
        let memory = Arc::new(Changes::default());
        let memories: Vec<Arc<dyn Follow>> = vec![Arc::<Changes>::clone(&memory)];
        let writer = Process::start(db.clone()).await;
        let follower = Follower::begin(db.clone(), memories, NOON).await.unwrap();
        memory.load(&db, NOON).await.unwrap();
        for (number, what) in [
            (2, Change::Revoke),
            (2, Change::Revoke),
            (3, Change::Disable),
            (4, Change::End),
            (5, Change::RevokeAndDisable),
            (5, Change::Enable),
            (1, Change::Revoke),
        ] {
            assert!(writer.change(node(number), what).await);
        }
        writer.leases.status(&call(), realm(), NOON).await.unwrap();
        follower.catch_up(NOON).await.unwrap();
        let known = Told {
            version: 0,
            ..memory.known(realm(), NOON)
        };
        assert_eq!(read(&db, NOON).await, known);
        assert_eq!(
            (known.change.nodes.len(), known.change.leases.len()),
            (5, 1)
        );
        // What has ended is read as long as a token may name it.
        let nodes = async |now| read(&db, now).await.change.nodes.len();
        let last = NOON.plus(WINDOW).minus(Duration::from_millis(1));
        assert_eq!(nodes(last).await, 5);
        assert_eq!(nodes(NOON.plus(WINDOW)).await, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restart_knows_which_bits_are_revocations_and_judges_by_all() {
    each_engine(&MIGRATIONS, |db| async move {
        let bucket = Bucket::of(NOON);
        let at = |index| StatusRef { bucket, index };
        let steps = [
            fill(realm(), at(1)),
            revoke(realm(), at(2)),
            // Dead already, and revoked by itself; and the other way round.
            fill(realm(), at(3)),
            revoke(realm(), at(3)),
            revoke(realm(), at(4)),
            fill(realm(), at(4)),
        ];
        db.commit(Unit::default().steps(steps)).await.unwrap();
        let told = read(&db, NOON).await.change.bits;
        assert_eq!(told[&bucket.0].as_slice(), [2, 3, 4]);
        let lineages = Lineages::default();
        lineages.load(&db).await.unwrap();
        let dead = (0..5).filter(|index| lineages.is_revoked(realm(), at(*index)));
        assert_eq!(dead.collect::<Vec<_>>(), [1, 2, 3, 4]);
    })
    .await;
}
