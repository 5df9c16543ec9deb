//! What upkeep forgets, what it keeps, and that it writes nothing where nothing is due.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use symbolon_identity::access::{self, Refusal, VerifyError};
use symbolon_identity::client::{self, NewClient};
use symbolon_identity::client_assertion::{RedeemError, redeem};
use symbolon_identity::realm::Realm;
use symbolon_identity::{World, signing_key};
use symbolon_keys::signing_key::Phase;
use symbolon_store::Db;
use symbolon_store::testing::{each_engine, sqlite};
use symbolon_token::node::ClientNode;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

use super::upkeep;
use crate::idempotency::{Answer, Attempt, keep_apart, recall};
use crate::testing::{NOON, call, migrations, realm, world};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// When everything short-lived has been over for longer than any grace.
const LATER: Time = Time(NOON.0 + 25 * 3_600_000);

const COUNTS: [&str; 5] = [
    "SELECT COUNT(*) FROM access",
    "SELECT COUNT(*) FROM client_assertion",
    "SELECT COUNT(*) FROM idempotency",
    "SELECT COUNT(*) FROM status_bit",
    "SELECT COUNT(*) FROM signing_key",
];

/// The same things twice: those that are over after ten minutes, and those that last for two days.
struct Stage {
    world: Arc<World>,
    realm: Realm,
    client: ClientNode,
    /// Tokens that live as long as they may, and those that were revoked.
    kept: [Secret; 2],
    revoked: [Secret; 2],
}

fn ends() -> [Time; 2] {
    [NOON.plus(10 * MINUTE), NOON.plus(2 * DAY)]
}

impl Stage {
    async fn new(db: Db) -> Self {
        let world = world(db).await;
        let realm = realm(&world).await;
        let service = NewClient::service("svc");
        let made = client::create(&world, &call(NOON), realm.node, service).await;
        let client = made.unwrap().client.node;
        let token = async |end: Time| {
            let life = Duration::from_millis(u64::try_from(end.0 - NOON.0).unwrap());
            let issued = access::issue_management(&world, &call(NOON), &realm, (None, life)).await;
            issued.unwrap().token
        };
        let [short, long] = ends();
        let kept = [token(short).await, token(long).await];
        let revoked = [token(short).await, token(long).await];
        for text in &revoked {
            let found = access::verify(&world, &realm, text.reveal(), NOON).await;
            let revoked = access::revoke(&world, &call(NOON), &found.unwrap()).await;
            revoked.unwrap();
        }
        for (jti, end) in ["short", "long"].iter().zip(ends()) {
            redeem(&world, client, jti, end).await.unwrap();
        }
        let stage = Self {
            world,
            realm,
            client,
            kept,
            revoked,
        };
        // An answer is kept for a day from when it was given.
        for (key, at) in [("short", NOON), ("long", NOON.plus(2 * HOUR))] {
            let kept = keep_apart(&stage.world, &stage.attempt(key), &answer(), at).await;
            kept.unwrap();
        }
        stage
    }

    fn attempt(&self, key: &str) -> Attempt {
        let actor = call(NOON).actor;
        Attempt::new(self.realm.node, actor, key, &[b"POST /v1/clients"])
    }

    /// One turn, as the server takes it.
    async fn turn(&self, now: Time) {
        self.world.catch_up(now).await.unwrap();
        upkeep(&self.world, &call(now)).await.unwrap();
    }

    async fn counts(&self) -> Vec<i64> {
        let mut counts = Vec::new();
        for sql in COUNTS {
            let row = self.world.db.row(sql, &[]).await.unwrap().unwrap();
            counts.push(row.integer(0).unwrap());
        }
        counts
    }

    async fn refusal(&self, token: &Secret, now: Time) -> Option<Refusal> {
        match access::verify(&self.world, &self.realm, token.reveal(), now).await {
            Ok(_) => None,
            Err(VerifyError::Refused(refusal)) => Some(refusal),
            Err(error) => panic!("{error}"),
        }
    }

    async fn is_recalled(&self, key: &str) -> bool {
        let found = recall(&self.world, &self.attempt(key)).await;
        found.unwrap().is_some()
    }
}

fn answer() -> Answer {
    Answer {
        status: 201,
        body: b"made".to_vec(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_swept_and_what_lasts_is_kept() {
    each_engine(&migrations(), async |db| {
        let stage = Stage::new(db).await;
        assert_eq!(stage.counts().await, [4, 2, 2, 2, 1]);
        stage.turn(NOON.plus(HOUR)).await;
        assert_eq!(stage.counts().await, [4, 2, 2, 2, 1], "within the grace");
        stage.turn(LATER).await;
        assert_eq!(stage.counts().await, [2, 1, 1, 1, 1]);
        assert!(!stage.is_recalled("short").await && stage.is_recalled("long").await);
        assert_eq!(stage.refusal(&stage.kept[1], LATER).await, None);
        for dead in [&stage.kept[0], &stage.revoked[0], &stage.revoked[1]] {
            assert!(stage.refusal(dead, LATER).await.is_some());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_swept_is_dead_for_a_clock_that_stepped_back() {
    each_engine(&migrations(), async |db| {
        let stage = Stage::new(db).await;
        stage.turn(LATER).await;
        stage.world.catch_up(NOON).await.unwrap();
        for dead in [&stage.kept[0], &stage.revoked[0], &stage.revoked[1]] {
            assert!(stage.refusal(dead, NOON).await.is_some());
        }
        for (jti, end) in ["short", "long"].iter().zip(ends()) {
            let again = redeem(&stage.world, stage.client, jti, end).await;
            assert!(matches!(again, Err(RedeemError::Spent)), "{jti}");
        }
    })
    .await;
}

/// Every byte of the database.
fn bytes(folder: &Path) -> [Vec<u8>; 2] {
    ["symbolon.db", "symbolon.db-wal"].map(|name| fs::read(folder.join(name)).unwrap())
}

#[tokio::test]
async fn where_nothing_is_due_not_a_byte_is_written() {
    let (db, folder) = sqlite(&migrations()).await;
    let stage = Stage::new(db).await;
    let before = bytes(folder.path());
    let first = LATER.plus(MINUTE);
    stage.turn(first).await;
    let swept = bytes(folder.path());
    assert!(swept != before, "what is written would show");
    // The next status bucket is over with the hour.
    for minutes in 0..59 {
        stage.turn(first.plus(minutes * MINUTE)).await;
    }
    assert!(bytes(folder.path()) == swept);
}

#[tokio::test]
async fn a_year_of_upkeep_always_has_a_key_that_signs_and_deletes_the_gone() {
    let (db, _folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let realm = realm(&world).await;
    let (mut signed, mut most) = (HashSet::new(), 0);
    for day in 0..365 {
        let now = NOON.plus(day * DAY);
        world.catch_up(now).await.unwrap();
        upkeep(&world, &call(now)).await.unwrap();
        let keys = signing_key::list(&world, realm.node, now).await.unwrap();
        let active: Vec<_> = keys
            .iter()
            .filter(|key| key.phase == Phase::Active)
            .map(|key| key.id)
            .collect();
        assert_eq!(active.len(), 1, "day {day}");
        signed.extend(active);
        most = most.max(keys.len());
    }
    assert_eq!((signed.len(), most), (5, 2));
}
