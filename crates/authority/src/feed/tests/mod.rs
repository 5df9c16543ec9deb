//! The feed without a network: what is told, to whom, and what those answer who follow.

mod acknowledge;
mod canary;
mod channel;
mod enforcement;
mod follower;
mod snapshot;
mod stream;
mod veiled;

use serde::de::DeserializeOwned;
use symbolon_jose::jws::Typ;
use symbolon_jose::{Algorithm, KeySet, jws};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_store::Unit;
use symbolon_store::testing::sqlite;
use symbolon_token::feed::{
    Acknowledgement, Bytes, FRAME_TYP, Frame, SNAPSHOT_TYP, Snapshot, StreamName,
};
use symbolon_token::node::{NodeId, SessionNode};
use symbolon_token::status::{Bucket, StatusRef};

use super::*;
use crate::testing::{NOON, call, migrations, realm, world};

/// An authority without a clock, and its feed.
struct Site {
    world: Arc<World>,
    realm: Realm,
    feed: Feed,
    audience: String,
    now: Time,
    _folder: Box<dyn std::any::Any>,
}

fn node(number: i64) -> NodeId {
    NodeId::from_number(number).unwrap()
}

fn who() -> Who {
    Who {
        client_id: "api".to_owned(),
    }
}

impl Site {
    async fn open() -> Self {
        let (db, folder) = sqlite(&migrations()).await;
        let world = world(db).await;
        let realm = realm(&world).await;
        Self {
            audience: realm.management_audience(),
            feed: Feed::default(),
            now: NOON,
            world,
            realm,
            _folder: Box::new(folder),
        }
    }

    fn signed<T: DeserializeOwned>(&self, text: &str, typ: &'static str) -> T {
        let keys = &self.world.material.feed_keys;
        let set = keys.published(self.realm.node).unwrap();
        let set = KeySet::from_jwks(&set, &[Algorithm::Ed25519]).unwrap();
        let types = [typ];
        let verified = jws::verify(text, &set, Typ::AnyOf(&types)).unwrap();
        serde_json::from_slice(verified.payload()).unwrap()
    }

    async fn snapshot(&self) -> Snapshot {
        self.snapshot_of(&self.audience).await
    }

    async fn snapshot_of(&self, audience: &str) -> Snapshot {
        let (world, realm) = (&self.world, &self.realm);
        let text = self.feed.snapshot(world, realm, audience, self.now).await;
        self.signed(&text.unwrap(), SNAPSHOT_TYP)
    }

    /// Something happens to a session, and is durable.
    async fn happens(&self, number: i64, what: Change) {
        let whose = (self.realm.node, node(number));
        let (after, step) = change(&self.world.lineages, whose, what, self.now);
        let event = Event::done(&call(self.now), self.realm.node, Verb::End, Noun::Session);
        let event = event.session(SessionNode(node(number)));
        let event = event.stands(after.fact(node(number)));
        let unit = Unit::entry(event.entry()).step(step);
        self.world.db.commit(unit).await.unwrap();
    }

    async fn dies(&self, index: u32) {
        let status = StatusRef {
            bucket: Bucket(500_001),
            index,
        };
        let event = Event::done(&call(self.now), self.realm.node, Verb::Revoke, Noun::Access);
        let unit = Unit::entry(event.status(status).entry());
        self.world.db.commit(unit).await.unwrap();
    }

    async fn cut(&self) {
        self.feed.cut(&self.world, self.now).await;
    }

    fn subscribe(&self, stream: StreamName, after: u64) -> Result<Subscription, FeedError> {
        let place = (&self.realm, self.audience.as_str());
        self.feed
            .subscribe(place, &who(), (stream, after), self.now)
    }

    fn frames(&self, stream: StreamName, after: u64) -> Vec<(Frame, String)> {
        let mut subscription = self.subscribe(stream, after).unwrap();
        let words = subscription.ready().unwrap().into_iter();
        let frames = words.filter_map(|word| match word {
            Word::Frame(_, text) => Some((self.signed(&text, FRAME_TYP), text)),
            Word::Snapshot(..) | Word::Heartbeat(..) | Word::Echo(..) => None,
        });
        frames.collect()
    }

    fn said(&self, stream: StreamName, n: u64) -> Acknowledgement {
        Acknowledgement {
            audience: self.audience.clone(),
            stream,
            n,
            nonce: Bytes([7; 16]),
            follower: "one".to_owned(),
            dark_after_ms: Some(10_000),
            leaving: false,
        }
    }

    /// One that others do not know well enough is told to them.
    async fn follow(&self, said: &Acknowledgement) {
        let acked = self.acknowledge(said).await.unwrap();
        assert_eq!(acked.is_untold, !said.leaving);
        let asks = (&self.realm, &who());
        let welcome = self.feed.welcome(&self.world, asks, said, self.now);
        welcome.await.unwrap();
        if !said.leaving {
            assert!(!self.acknowledge(said).await.unwrap().is_untold);
        }
    }

    async fn acknowledge(&self, said: &Acknowledgement) -> Result<Acked, FeedError> {
        let asks = (&self.realm, &who());
        self.feed
            .acknowledge(&self.world, asks, said, self.now)
            .await
    }
}
