use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use symbolon_identity::subject::pairwise::{salt, veil};
use symbolon_jose::jws::Typ;
use symbolon_jose::{Algorithm, KeySet, base64url, jws};
use symbolon_journal::{Event, Fact, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_store::Unit;
use symbolon_store::testing::sqlite;
use symbolon_token::feed::{
    Acknowledgement, Block, Bytes, ECHO_TYP, Echo, FRAME_TYP, Frame, SNAPSHOT_TYP, Snapshot, State,
    StreamName,
};
use symbolon_token::lineage::{Ancestor, Epoch};
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

    async fn acknowledge(&self, said: &Acknowledgement) -> Result<Acked, FeedError> {
        let asks = (&self.realm, &who());
        self.feed
            .acknowledge(&self.world, asks, said, self.now)
            .await
    }
}

#[tokio::test]
async fn each_frame_carries_the_hash_of_the_one_before_it() {
    let site = Site::open().await;
    let begins = site.snapshot().await.position;
    assert_eq!(begins.n, 0);
    for session in [50, 51, 52] {
        site.happens(session, Change::End).await;
        site.cut().await;
    }
    let mut head = begins.head;
    let frames = site.frames(begins.stream, 0);
    assert_eq!(frames.len(), 3);
    for (at, (frame, text)) in frames.iter().enumerate() {
        assert_eq!((frame.prev, frame.n), (head, at as u64 + 1));
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        head = base64url::encode(digest.as_ref()).parse().unwrap();
    }
    let after = site.snapshot().await.position;
    assert_eq!(
        (after.stream, after.n, after.head),
        (begins.stream, 3, head)
    );
    assert_eq!(site.frames(begins.stream, 2).len(), 1);
}

#[tokio::test]
async fn what_happens_at_once_is_one_frame_and_nothing_is_none() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.cut().await;
    assert_eq!(site.frames(stream, 0).len(), 0);
    site.happens(50, Change::End).await;
    site.dies(3).await;
    site.cut().await;
    site.cut().await;
    let frames = site.frames(stream, 0);
    let [(frame, _)] = frames.as_slice() else {
        panic!("{frames:?}");
    };
    assert_eq!(frame.change.nodes.len(), 1);
    assert_eq!(frame.change.nodes[0].state, State::Ended);
    assert_eq!(frame.change.bits[&500_001].as_slice(), [3]);
    assert_eq!((frame.at, frame.term), (NOON, site.snapshot().await.term));
}

#[tokio::test]
async fn a_veiled_ancestor_is_told_to_each_audience_by_another_block() {
    let site = Site::open().await;
    let other = site.realm.userinfo_endpoint();
    let salt = salt(&site.world, site.realm.node, NOON).await.unwrap();
    let (one, two) = (site.snapshot().await, site.snapshot_of(&other).await);
    assert_ne!(one.position.stream, two.position.stream);
    site.happens(50, Change::End).await;
    let pair = Ancestor {
        node: node(50),
        epoch: Epoch(0),
    };
    let block = |audience: &str| Bytes(veil(&salt, audience, pair));
    site.cut().await;
    let frames = site.frames(one.position.stream, 0);
    // The node has ended: the epoch that no token has is dead too.
    assert_eq!(frames[0].0.change.blocks.dead[0], block(&site.audience));
    let known = site.snapshot_of(&other).await.known;
    assert!(known.blocks.dead.contains(&block(&other)));
    assert!(!known.blocks.dead.contains(&block(&site.audience)));
}

#[tokio::test]
async fn where_nothing_was_ever_veiled_no_blocks_are_told() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.happens(50, Change::End).await;
    site.cut().await;
    assert!(site.frames(stream, 0)[0].0.change.blocks.is_empty());
    assert!(site.snapshot().await.known.blocks.is_empty());
}

#[tokio::test]
async fn a_new_term_begins_new_streams() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    let mut listens = site.subscribe(stream, 0).unwrap();
    let event = Event::done(&call(NOON), site.realm.node, Verb::Begin, Noun::Term);
    let unit = Unit::entry(event.fact(Fact::Term(1_900_000_000)).entry());
    site.world.db.commit(unit).await.unwrap();
    site.cut().await;
    assert_eq!(listens.next().await, None);
    let after = site.snapshot().await;
    assert_ne!(after.position.stream, stream);
    assert_eq!(after.term, 1_900_000_000);
}

#[tokio::test]
async fn whoever_is_too_far_behind_or_ahead_or_elsewhere_fetches_a_snapshot() {
    let mut site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    for index in 0..=u32::try_from(RING_FRAMES).unwrap() {
        site.dies(index).await;
        site.cut().await;
    }
    for (stream, after) in [
        (stream, 0),
        (stream, u64::MAX),
        (Bytes([0; 16]), 1),
        (stream, RING_FRAMES as u64 + 2),
    ] {
        let refused = site.subscribe(stream, after).err();
        assert!(matches!(refused, Some(FeedError::SnapshotNeeded)));
        let refused = site.acknowledge(&site.said(stream, after)).await;
        assert!(after == 0 || matches!(refused, Err(FeedError::SnapshotNeeded)));
    }
    assert_eq!(site.frames(stream, 1).len(), RING_FRAMES);
    site.audience = site.realm.userinfo_endpoint();
    let refused = site.subscribe(stream, 1).err();
    assert!(matches!(refused, Some(FeedError::SnapshotNeeded)));
}

#[tokio::test]
async fn a_channel_that_nobody_needs_is_let_go() {
    let mut site = Site::open().await;
    site.snapshot().await;
    site.now = NOON.plus(CHANNEL_IDLE);
    site.feed.beat(&site.world, site.now);
    assert_eq!(site.feed.size().0, 1);
    site.now = site.now.plus(Duration::from_millis(1));
    site.feed.beat(&site.world, site.now);
    assert_eq!(site.feed.size().0, 0);
    site.happens(50, Change::End).await;
    assert!(site.world.changes.stirred().is_empty());
}

#[tokio::test]
async fn an_echo_carries_the_nonce_and_where_the_stream_stands_now() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.happens(50, Change::End).await;
    site.cut().await;
    let acked = site.acknowledge(&site.said(stream, 0)).await.unwrap();
    let echo: Echo = site.signed(&acked.echo, ECHO_TYP);
    let here = site.snapshot().await.position;
    assert_eq!((echo.nonce, echo.position), (Bytes([7; 16]), here));
    assert_eq!((here.n, acked.lags), (1, vec![]));
}

#[tokio::test]
async fn an_answer_waits_for_what_had_happened_when_it_was_asked() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.happens(50, Change::End).await;
    let said = site.said(stream, 0);
    let (acked, ()) = tokio::join!(site.acknowledge(&said), site.cut());
    let echo: Echo = site.signed(&acked.unwrap().echo, ECHO_TYP);
    assert_eq!(echo.position.n, 1);
}

#[tokio::test]
async fn nobody_is_told_that_he_knows_everything_while_something_is_not_told() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.happens(50, Change::End).await;
    let refused = site.acknowledge(&site.said(stream, 0)).await;
    assert!(matches!(refused, Err(FeedError::Untold)));
    site.cut().await;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
}

#[tokio::test]
async fn who_asks_while_a_snapshot_is_made_gets_the_same() {
    let site = Site::open().await;
    let first = site.snapshot().await.position;
    let version = site.world.changes.version(site.realm.node);
    for number in 0..=20_000 {
        let event = Event::done(&call(NOON), site.realm.node, Verb::End, Noun::Session);
        let stands = symbolon_journal::Stands {
            node: node(1_000 + number),
            epoch: Epoch(1),
            state: 2,
        };
        let sequence = symbolon_store::Sequence(number + 1_000);
        symbolon_journal::Follow::follow(&*site.world.changes, sequence, &event.stands(stands));
    }
    assert!(site.world.changes.version(site.realm.node) > version);
    let (world, realm) = (&site.world, &site.realm);
    let ask = || site.feed.snapshot(world, realm, &site.audience, NOON);
    let (one, two) = tokio::join!(ask(), ask());
    assert_eq!(one.as_ref().unwrap(), two.as_ref().unwrap());
    // Longer than what `jws::verify` reads.
    let text = one.unwrap();
    let payload = base64url::decode(text.split('.').nth(1).unwrap()).unwrap();
    let snapshot: Snapshot = serde_json::from_slice(&payload).unwrap();
    assert_eq!(snapshot.position, first);
    // Theirs, and the realm.
    assert_eq!(snapshot.known.nodes.len(), 20_002);
}

#[tokio::test]
async fn the_lag_of_a_death_is_told_once_by_each_who_follows() {
    let mut site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    site.happens(50, Change::End).await;
    site.cut().await;
    site.now = NOON.plus(Duration::from_millis(7));
    let said = site.said(stream, 1);
    let lags = site.acknowledge(&said).await.unwrap().lags;
    assert_eq!(lags, [Duration::from_millis(7)]);
    assert_eq!(site.acknowledge(&said).await.unwrap().lags, []);
    let newcomer = Acknowledgement {
        follower: "two".to_owned(),
        ..said
    };
    assert_eq!(site.acknowledge(&newcomer).await.unwrap().lags, []);
}

#[tokio::test]
async fn there_are_so_many_followers_of_a_client_and_no_more() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    let named = |name: String| Acknowledgement {
        follower: name,
        ..site.said(stream, 0)
    };
    for name in 0..MAX_FOLLOWERS_OF_CLIENT {
        site.acknowledge(&named(name.to_string())).await.unwrap();
    }
    let refused = site.acknowledge(&named("more".to_owned())).await;
    assert!(matches!(refused, Err(FeedError::TooMany(_))));
    site.acknowledge(&named("7".to_owned())).await.unwrap();
    let leaves = Acknowledgement {
        leaving: true,
        ..named("7".to_owned())
    };
    site.acknowledge(&leaves).await.unwrap();
    site.acknowledge(&named("more".to_owned())).await.unwrap();
    for name in [String::new(), "x".repeat(65), "a\nb".to_owned()] {
        let refused = site.acknowledge(&named(name)).await;
        assert!(matches!(refused, Err(FeedError::Name)));
    }
}

#[tokio::test]
async fn followers_of_a_client_are_counted_over_its_audiences() {
    let mut site = Site::open().await;
    let audiences = [site.audience.clone(), site.realm.userinfo_endpoint()];
    for audience in &audiences {
        site.audience.clone_from(audience);
        let stream = site.snapshot().await.position.stream;
        for name in 0..MAX_FOLLOWERS_OF_CLIENT / 2 {
            let said = Acknowledgement {
                follower: name.to_string(),
                ..site.said(stream, 0)
            };
            site.acknowledge(&said).await.unwrap();
        }
    }
    let stream = site.snapshot().await.position.stream;
    let refused = site.acknowledge(&site.said(stream, 0)).await;
    assert!(matches!(refused, Err(FeedError::TooMany(_))));
}

#[tokio::test]
async fn a_realm_has_half_of_the_channels_at_most() {
    let mut site = Site::open().await;
    for number in 0..MAX_CHANNELS_OF_REALM {
        site.audience = format!("https://{number}.example");
        site.snapshot().await;
    }
    let (world, realm) = (&site.world, &site.realm);
    let one_more = site
        .feed
        .snapshot(world, realm, "https://more.example", NOON);
    assert!(matches!(one_more.await, Err(FeedError::TooMany(_))));
    site.snapshot().await;
}

#[tokio::test]
async fn whoever_revokes_waits_for_those_who_follow() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    site.happens(50, Change::End).await;
    let now = || NOON;
    let minute = Duration::from_mins(1);
    let waits = |wait, patience| {
        let wanted = (wait, patience);
        site.feed
            .enforcement(&site.world, site.realm.node, wanted, &now)
    };
    let nobody = waits(Wait::All, Duration::ZERO).await.unwrap();
    assert_eq!((nobody.enforced_by.len(), nobody.unreachable.len()), (0, 1));
    assert_eq!(
        nobody.unreachable[0].fails_closed_at,
        Some(NOON.plus(minute / 6))
    );
    assert_eq!(
        waits(Wait::None, minute).await.unwrap(),
        Enforcement::default()
    );
    let acknowledges = async {
        site.cut().await;
        site.acknowledge(&site.said(stream, 1)).await.unwrap();
    };
    let (told, ()) = tokio::join!(waits(Wait::All, minute), acknowledges);
    let told = told.unwrap();
    let expected = Enforcer {
        follower: "one".to_owned(),
        client: "api".to_owned(),
        audience: site.audience.clone(),
        since: NOON,
    };
    assert_eq!(
        (told.enforced_by, told.unreachable),
        (vec![expected], vec![])
    );
    let again = waits(Wait::Quorum, minute).await.unwrap();
    assert_eq!(again.enforced_by.len(), 1);
}

#[tokio::test]
async fn a_server_that_leaves_ends_streams_and_waiting() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    site.happens(50, Change::End).await;
    let mut listens = site.subscribe(stream, 0).unwrap();
    let wanted = (Wait::All, Duration::from_hours(1));
    let now = || NOON;
    let waits = site
        .feed
        .enforcement(&site.world, site.realm.node, wanted, &now);
    let leaves = async { site.feed.leave() };
    let (heard, told, ()) = tokio::join!(listens.next(), waits, leaves);
    assert_eq!((heard, told.unwrap().unreachable.len()), (None, 1));
}

#[tokio::test]
async fn where_too_many_wait_one_more_is_told_how_it_stands() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    site.happens(50, Change::End).await;
    let wanted = (Wait::All, Duration::from_hours(1));
    let now = || NOON;
    let many = u32::try_from(MAX_WAITING).unwrap();
    let others = site.feed.waiting.try_acquire_many(many).unwrap();
    let told = site
        .feed
        .enforcement(&site.world, site.realm.node, wanted, &now);
    assert_eq!(told.await.unwrap().unreachable.len(), 1);
    drop(others);
    assert_eq!(site.feed.waiting.available_permits(), MAX_WAITING);
}

#[tokio::test]
async fn a_canary_dies_where_somebody_follows_and_in_no_journal() {
    let site = Site::open().await;
    let stream = site.snapshot().await.position.stream;
    site.feed.canary(&site.world, NOON);
    assert!(site.world.changes.stirred().is_empty());
    site.acknowledge(&site.said(stream, 0)).await.unwrap();
    let before = site.world.db.head().await.unwrap();
    site.feed.canary(&site.world, NOON);
    site.cut().await;
    assert_eq!(site.frames(stream, 0)[0].0.change.nodes.len(), 1);
    assert_eq!(
        site.acknowledge(&site.said(stream, 1))
            .await
            .unwrap()
            .lags
            .len(),
        1
    );
    assert_eq!(site.world.db.head().await.unwrap(), before);
}

/// What a verifier knows, as it tells the living from the dead.
#[derive(Debug, Default, PartialEq, Eq)]
struct Knows {
    nodes: BTreeMap<NodeId, (Epoch, State)>,
    dead: BTreeSet<Block>,
    bits: BTreeSet<(u32, u32)>,
}

impl Knows {
    fn of(snapshot: &Snapshot) -> Self {
        let mut knows = Self::default();
        knows.hear(&snapshot.known);
        knows
    }

    fn hear(&mut self, change: &symbolon_token::feed::Change) {
        for one in &change.nodes {
            self.nodes.insert(one.node, (one.epoch, one.state));
        }
        self.nodes
            .retain(|_, stands| *stands != (Epoch(0), State::Live));
        self.dead.extend(&change.blocks.dead);
        for block in &change.blocks.revived {
            self.dead.remove(block);
        }
        for (bucket, indexes) in &change.bits {
            let set = indexes.as_slice().iter();
            self.bits.extend(set.map(|index| (*bucket, *index)));
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Node(i64, Change),
    Bit(u32),
    Cut,
    /// The follower comes back and fetches a snapshot.
    Return,
}

fn any_act() -> impl Strategy<Value = Act> {
    let what = prop_oneof![
        Just(Change::Revoke),
        Just(Change::RevokeAndDisable),
        Just(Change::Disable),
        Just(Change::Enable),
        Just(Change::End),
    ];
    prop_oneof![
        6 => (50_i64..54, what).prop_map(|(node, what)| Act::Node(node, what)),
        2 => (0_u32..6).prop_map(Act::Bit),
        4 => Just(Act::Cut),
        1 => Just(Act::Return),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn who_heard_every_frame_knows_what_a_fresh_snapshot_says(
        acts in prop::collection::vec(any_act(), 1..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(async {
            let mut site = Site::open().await;
            salt(&site.world, site.realm.node, NOON).await.unwrap();
            let snapshot = site.snapshot().await;
            let (stream, mut n) = (snapshot.position.stream, snapshot.position.n);
            let mut knows = Knows::of(&snapshot);
            for act in acts.into_iter().chain([Act::Cut]) {
                site.now = site.now.plus(Duration::from_millis(60));
                match act {
                    Act::Node(number, what) => site.happens(number, what).await,
                    Act::Bit(index) => site.dies(index).await,
                    Act::Cut => {
                        site.cut().await;
                        for (frame, _) in site.frames(stream, n) {
                            n = frame.n;
                            knows.hear(&frame.change);
                        }
                    }
                    Act::Return => {
                        let snapshot = site.snapshot().await;
                        n = snapshot.position.n;
                        knows = Knows::of(&snapshot);
                    }
                }
            }
            assert_eq!(knows, Knows::of(&site.snapshot().await));
        });
    }
}
