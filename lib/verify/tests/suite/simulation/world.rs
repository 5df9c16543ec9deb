//! An authority, and the network before it: it cuts, delays, reorders, repeats, replays and forges.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use symbolon_jose::{KeySet, SigningKey};
use symbolon_token::feed::{Acknowledgement, Change, KeyNode, Position, Report};
use symbolon_token::time::Time;
use symbolon_verify::follow::{Event, Events, Failure, Fetched, Polled, Source};
use symbolon_verify::{Clock, Moment, Monotonic};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::chance::Chance;
use crate::arrange::{Channel, Draft, NOON, bit, feed_key, key, node, token_key};

/// What the network does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    /// Nothing passes.
    pub(super) cut: bool,
    /// Streams are refused.
    pub(super) no_streams: bool,
    /// Streams open, and something on the way keeps what they say.
    pub(super) swallowed: bool,
    /// The longest delay of one way, in milliseconds; each text has its own.
    pub(super) delay: u64,
    /// Of a thousand texts so many are lost,
    pub(super) lost: u64,
    /// come twice,
    pub(super) twice: u64,
    /// are replaced by one of long ago,
    pub(super) replayed: u64,
    /// are replaced by one that another key signed.
    pub(super) forged: u64,
}

pub(super) struct World {
    started: Instant,
    pub(super) chance: Chance,
    state: Mutex<State>,
}

struct State {
    channel: Channel,
    history: Vec<(u64, String)>,
    subscribers: Vec<mpsc::UnboundedSender<Event>>,
    faults: Faults,
    /// Texts of long ago, to be replayed.
    past: Vec<Event>,
    snapshots: Vec<String>,
    revoked: HashMap<u32, Instant>,
    leased: u32,
    streams: u8,
    wall: i64,
    reports: Vec<Report>,
    leaving: bool,
    /// Keys beside the first.
    keys: Vec<Arc<SigningKey>>,
    keys_asked_for: u64,
}

impl World {
    pub(super) fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self {
            started: Instant::now(),
            chance: Chance::new(seed),
            state: Mutex::new(State {
                channel: Channel::new(1),
                history: Vec::new(),
                subscribers: Vec::new(),
                faults: Faults::default(),
                past: Vec::new(),
                snapshots: Vec::new(),
                revoked: HashMap::new(),
                leased: 1000,
                streams: 1,
                wall: 0,
                reports: Vec::new(),
                leaving: false,
                keys: Vec::new(),
                keys_asked_for: 0,
            }),
        })
    }

    /// The authority's time.
    pub(super) fn time(&self) -> Time {
        NOON.plus(self.started.elapsed())
    }

    pub(super) fn set(&self, faults: Faults) {
        let mut state = self.state.lock().unwrap();
        state.faults = faults;
        if faults.cut {
            // Some connections break, others only fall silent.
            state.subscribers.retain(|_| self.chance.happens(500));
        }
    }

    /// A token of an index, of a lifetime in seconds.
    pub(super) fn token(&self, index: u32, life: i64) -> String {
        let iat = self.time().seconds();
        let exp = iat + life;
        let bucket = None;
        Draft {
            index,
            bucket,
            iat,
            exp,
            ..Draft::default()
        }
        .sign()
    }

    /// Leases a hundred more indexes, and gives the first.
    pub(super) fn lease(self: &Arc<Self>) -> u32 {
        let first = self.state.lock().unwrap().leased;
        let change = {
            let mut state = self.state.lock().unwrap();
            state.leased += 100;
            let next = state.leased;
            let buckets = state.channel.known.leases.keys();
            Change {
                leases: buckets.map(|bucket| (*bucket, next)).collect(),
                ..Change::default()
            }
        };
        self.publish(change);
        first
    }

    /// Revokes a token by its index, at this moment.
    pub(super) fn revoke(self: &Arc<Self>, index: u32, life: i64) {
        let expires_at = Time::from_seconds(self.time().seconds() + life);
        // In every bucket that it may be in: it is known by its index here.
        let own = symbolon_token::status::Bucket::of(expires_at);
        for bucket in [own.0 - 1, own.0] {
            self.publish(bit(symbolon_token::status::Bucket(bucket), index));
        }
        let mut state = self.state.lock().unwrap();
        state.revoked.insert(index, Instant::now());
    }

    pub(super) fn revoked_at(&self, index: u32) -> Option<Instant> {
        self.state.lock().unwrap().revoked.get(&index).copied()
    }

    pub(super) fn reports(&self) -> usize {
        self.state.lock().unwrap().reports.len()
    }

    pub(super) fn was_left(&self) -> bool {
        self.state.lock().unwrap().leaving
    }

    /// Announces a key, whose node every token that it signs must name.
    pub(super) fn announce(self: &Arc<Self>, key: &Arc<SigningKey>, number: i64) {
        let keys = {
            let mut state = self.state.lock().unwrap();
            state.keys.push(Arc::clone(key));
            let mut keys = state.channel.known.keys.clone().unwrap();
            keys.push(KeyNode(key.kid().unwrap().to_owned(), node(number)));
            Some(keys)
        };
        self.publish(Change {
            keys,
            ..Change::default()
        });
    }

    pub(super) fn keys_asked_for(&self) -> u64 {
        self.state.lock().unwrap().keys_asked_for
    }

    /// Another process: another stream. Connections break.
    pub(super) fn restart(&self) {
        let mut state = self.state.lock().unwrap();
        state.streams += 1;
        let (known, at) = (state.channel.known.clone(), state.channel.at);
        state.channel = Channel {
            at,
            known,
            ..Channel::new(state.streams)
        };
        state.history.clear();
        state.subscribers.clear();
    }

    fn publish(self: &Arc<Self>, change: Change) {
        let mut state = self.state.lock().unwrap();
        state.channel.at = self.time();
        let frame = state.channel.frame(change);
        let n = state.channel.n;
        state.history.push((n, frame.clone()));
        drop(state);
        self.send(&Event::Frame(frame));
    }

    /// Heartbeats, for ever; and the verifier's wall clock is set now and then.
    pub(super) async fn beat(self: Arc<Self>) {
        loop {
            pause(1000).await;
            let beat = {
                let mut state = self.state.lock().unwrap();
                state.wall =
                    [-3_600_000, 0, 3_600_000][usize::try_from(self.chance.below(3)).unwrap()];
                state.channel.at = self.time();
                state.channel.heartbeat()
            };
            self.send(&Event::Heartbeat(beat));
        }
    }

    /// Over the network: each text on a way of its own.
    fn send(self: &Arc<Self>, event: &Event) {
        let mut state = self.state.lock().unwrap();
        let faults = state.faults;
        state.subscribers.retain(|one| !one.is_closed());
        state.past.push(event.clone());
        let subscribers = state.subscribers.clone();
        for subscriber in subscribers {
            let copies = 1 + u64::from(self.chance.happens(faults.twice));
            for _ in 0..copies {
                let event = self.distorted(&state, event);
                if self.chance.happens(faults.lost) {
                    continue;
                }
                let delay = self.chance.below(faults.delay + 1);
                let (world, subscriber) = (Arc::clone(self), subscriber.clone());
                tokio::spawn(async move {
                    pause(delay).await;
                    if !world.faults().cut && !world.faults().swallowed {
                        let _ = subscriber.send(event);
                    }
                });
            }
        }
    }

    fn distorted(&self, state: &State, event: &Event) -> Event {
        if self.chance.happens(state.faults.replayed) {
            let at = self.chance.below(state.past.len() as u64);
            return state.past[usize::try_from(at).unwrap()].clone();
        }
        if self.chance.happens(state.faults.forged) {
            let mut stranger = state.channel.clone();
            stranger.key = key(66, "feed-1");
            return Event::Frame(stranger.frame(Change::default()));
        }
        event.clone()
    }

    fn faults(&self) -> Faults {
        self.state.lock().unwrap().faults
    }

    /// One way over the network.
    async fn way(&self) -> Result<(), Failure> {
        let faults = self.faults();
        pause(self.chance.below(faults.delay + 1)).await;
        if self.faults().cut || self.chance.happens(faults.lost) {
            // Refused at once, or heard of no more.
            if self.chance.happens(500) {
                pause(3000).await;
            }
            return Err(Failure::Unreachable("cut".to_owned()));
        }
        Ok(())
    }

    /// A question and its answer, which is made when the question has arrived.
    async fn ask<T>(
        &self,
        answer: impl FnOnce(&mut State) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.way().await?;
        let answer = {
            let mut state = self.state.lock().unwrap();
            state.channel.at = self.time();
            answer(&mut state)
        };
        self.way().await?;
        answer
    }
}

/// Waits by the simulated clock.
pub(super) async fn pause(millis: u64) {
    sleep_until(Instant::now() + Duration::from_millis(millis)).await;
}

/// The verifier's side of the network.
pub(super) struct Proxy(pub(super) Arc<World>);

struct Stream(mpsc::UnboundedReceiver<Event>);

impl Events for Stream {
    fn next(&mut self) -> Fetched<'_, Option<Event>> {
        Box::pin(async { Ok(self.0.recv().await) })
    }
}

fn after(state: &State, position: &Position) -> Result<Vec<String>, Failure> {
    if position.stream != state.channel.stream || position.n > state.channel.n {
        return Err(Failure::SnapshotNeeded);
    }
    let later = state.history.iter().filter(|(n, _)| *n > position.n);
    Ok(later.map(|(_, frame)| frame.clone()).collect())
}

impl Source for Proxy {
    fn keys(&self) -> Fetched<'_, String> {
        Box::pin(self.0.ask(|state| {
            state.keys_asked_for += 1;
            let keys = state.keys.iter().map(|key| key.public());
            let set = KeySet::new(keys.chain([token_key().public()])).unwrap();
            Ok(serde_json::to_string(&set.to_jwks()).unwrap())
        }))
    }

    fn feed_keys(&self) -> Fetched<'_, String> {
        let set = KeySet::new([feed_key().public()]).unwrap().to_jwks();
        Box::pin(
            self.0
                .ask(move |_| Ok(serde_json::to_string(&set).unwrap())),
        )
    }

    fn snapshot(&self) -> Fetched<'_, String> {
        let replayed = self.0.chance.happens(self.0.faults().replayed);
        let at = self.0.chance.below(1 << 32);
        Box::pin(self.0.ask(move |state| {
            let text = state.channel.snapshot();
            state.snapshots.push(text.clone());
            let old = usize::try_from(at).unwrap() % state.snapshots.len();
            Ok(if replayed {
                state.snapshots[old].clone()
            } else {
                text
            })
        }))
    }

    fn stream(&self, position: Position) -> Fetched<'_, Box<dyn Events>> {
        Box::pin(self.0.ask(move |state| {
            if state.faults.no_streams {
                return Err(Failure::Status {
                    what: "the stream",
                    status: 502,
                });
            }
            let (sender, receiver) = mpsc::unbounded_channel();
            for frame in after(state, &position)? {
                if !state.faults.swallowed {
                    let _ = sender.send(Event::Frame(frame));
                }
            }
            state.subscribers.push(sender);
            Ok(Box::new(Stream(receiver)) as Box<dyn Events>)
        }))
    }

    fn poll(&self, position: Position, wait: Duration) -> Fetched<'_, Polled> {
        Box::pin(async move {
            let until = Instant::now() + wait;
            loop {
                let polled = self.0.ask(|state| {
                    let frames = after(state, &position)?;
                    let heartbeat = state.channel.heartbeat();
                    Ok(Polled { frames, heartbeat })
                });
                let polled = polled.await?;
                if !polled.frames.is_empty() || Instant::now() >= until {
                    return Ok(polled);
                }
                pause(25).await;
            }
        })
    }

    fn acknowledge<'a>(&'a self, acknowledgement: &'a Acknowledgement) -> Fetched<'a, String> {
        Box::pin(self.0.ask(|state| {
            state.leaving |= acknowledgement.leaving;
            if acknowledgement.stream != state.channel.stream {
                return Err(Failure::SnapshotNeeded);
            }
            Ok(state.channel.echo(acknowledgement.nonce))
        }))
    }

    fn report<'a>(&'a self, report: &'a Report) -> Fetched<'a, ()> {
        Box::pin(self.0.ask(|state| {
            state.reports.push(report.clone());
            Ok(())
        }))
    }

    fn introspect<'a>(&'a self, _token: &'a str) -> Fetched<'a, bool> {
        Box::pin(self.0.ask(|_| Ok(true)))
    }
}

/// The verifier's clocks: one that is never set, and one that is set by an hour now and then.
pub(super) struct Clocks(pub(super) Arc<World>);

impl Clock for Clocks {
    fn now(&self) -> Moment {
        let wall = self.0.state.lock().unwrap().wall;
        Moment {
            // It began long before the authority did.
            monotonic: Monotonic(Duration::from_hours(100) + self.0.started.elapsed()),
            wall: Time(self.0.time().0 + wall),
        }
    }
}
