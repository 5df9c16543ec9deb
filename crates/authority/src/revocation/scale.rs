//! Thousands of tokens: a preview within its limit, and a job over many batches.

use std::time::Duration;

use symbolon_identity::realm::Realm;
use symbolon_identity::{With, World};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::Unit;
use symbolon_store::testing::each_engine;
use symbolon_token::call::{Call, RequestId};
use symbolon_token::node::{ClientNode, NodeId, SubjectNode};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

use super::preview::{Limits, within};
use super::{Asked, Cause, Of, Span, preview};
use crate::revocation_job::{Worker, ask, find};
use crate::testing::{NOON, call, migrations, realm, world};

/// More than two batches.
const TOKENS: u32 = 4500;

const HERE: &str = "192.0.2.7";

/// Entries of tokens, as if they were issued one after another to one client.
async fn issue(world: &World, realm: &Realm) {
    let end = NOON.plus(Duration::from_mins(10));
    world
        .leases
        .status(&call(NOON), realm.node, end)
        .await
        .unwrap();
    let address = HERE.parse().unwrap();
    let here = Call {
        address: Some(address),
        ..call(NOON)
    };
    let node = |number| NodeId::from_number(number).unwrap();
    let entry = |index| {
        let event = Event::done(&here, realm.node, Verb::Issue, Noun::Access)
            .client(ClientNode(node(77)))
            .subject(SubjectNode(node(i64::from(1000 + index % 10))))
            .expires(end);
        let bucket = Bucket::of(end);
        let event = event.status(StatusRef { bucket, index });
        world.with_network(event, &here).entry()
    };
    for first in (0..TOKENS).step_by(500) {
        let unit = Unit {
            steps: Vec::new(),
            entries: (first..first + 500).map(entry).collect(),
        };
        world.db.commit(unit).await.unwrap();
    }
}

fn whole(realm: &Realm) -> Asked {
    Asked::Cause(Cause::Realm(realm.name.clone()))
}

#[tokio::test]
async fn a_preview_that_met_its_limit_says_so() {
    each_engine(&migrations(), async |db| {
        let world = world(db).await;
        let realm = realm(&world).await;
        issue(&world, &realm).await;
        let all = preview(&world, &realm, whole(&realm), NOON).await.unwrap();
        assert_eq!((all.live.access, all.complete), (TOKENS.into(), true));
        assert_eq!((all.subjects, all.clients), (10, 1));
        let limits = Limits {
            entries: 1,
            rows: 1,
        };
        let some = within(&world, &realm, (whole(&realm), limits), NOON)
            .await
            .unwrap();
        assert_eq!((some.live.access, some.complete), (2000, false));
    })
    .await;
}

fn at(seconds: u64) -> Call {
    let now = NOON.plus(Duration::from_secs(seconds));
    Call {
        now,
        request_id: RequestId(NodeId::from_number(5).unwrap()),
        ..call(now)
    }
}

async fn is_revoked(world: &World, realm: &Realm, now: Time) -> u64 {
    let left = preview(world, realm, whole(realm), now).await.unwrap();
    u64::from(TOKENS) - left.live.access
}

#[tokio::test]
async fn a_job_of_many_batches_counts_each_token_once_whoever_works_at_it() {
    each_engine(&migrations(), async |db| {
        let world = world(db).await;
        let realm = realm(&world).await;
        issue(&world, &realm).await;
        let network = Of::Network("192.0.2.0/24".parse().unwrap());
        let span = Span::new(network, None, None).unwrap();
        let with = ("x", With::default());
        let job = ask(&world, &at(0), &realm, span, with).await.unwrap();
        let (mut turns, mut seconds) = (0, 0);
        loop {
            let progress = find(&world, realm.node, job.id).await.unwrap().unwrap();
            let now = at(seconds);
            assert_eq!(progress.access, is_revoked(&world, &realm, now.now).await);
            if progress.ended_at.is_some() {
                assert_eq!(progress.access, u64::from(TOKENS));
                assert_eq!(i64::try_from(progress.scanned), Ok(progress.total));
                break;
            }
            // Each worker dies after its turn; its hold runs out.
            let mut worker = Worker::new(world.ids.next(now.now));
            worker.turn(&world, &now).await.unwrap();
            (turns, seconds) = (turns + 1, seconds + 5);
        }
        assert!(turns > 10, "{turns}");
    })
    .await;
}
