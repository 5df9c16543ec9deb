//! An authority of one or several processes, and the network before it: it cuts, delays, reorders, repeats,
//! replays and forges, and asks one process or another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use symbolon_jose::{KeySet, SigningKey};
use symbolon_token::feed::{Acknowledgement, Change, KeyNode, Position, Report, StreamName};
use symbolon_token::time::Time;
use symbolon_verify::follow::{Event, Events, Failure, Fetched, Polled, Source, Wanted};
use symbolon_verify::{Clock, Moment, Monotonic};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::chance::Chance;
use crate::arrange::{Channel, Draft, NOON, bit, feed_key, key, node, token_key};

/// What the network does.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fault by itself, and several come together"
)]
pub(super) struct Faults {
    /// Nothing passes.
    pub(super) cut: bool,
    /// What waits while nothing passes hears of nothing any more, also after that.
    pub(super) silent: bool,
    /// The issuer's keys cannot be fetched.
    pub(super) no_keys: bool,
    /// Streams are refused.
    pub(super) no_streams: bool,
    /// Streams are cut off before they are answered.
    pub(super) broken: bool,
    /// Streams open, and end at once.
    pub(super) ended: bool,
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

/// One process: its run of the channel, and who listens to that under which name.
struct Process {
    channel: Channel,
    history: Vec<(u64, String)>,
    subscribers: Vec<(String, mpsc::UnboundedSender<Event>)>,
}

impl Process {
    fn new(channel: Channel) -> Self {
        Self {
            channel,
            history: Vec::new(),
            subscribers: Vec::new(),
        }
    }
}

struct State {
    processes: Vec<Process>,
    /// Which one the network asked.
    asked: usize,
    begins_apart: bool,
    faults: Faults,
    /// Texts of long ago, to be replayed.
    past: Vec<Event>,
    snapshots: Vec<String>,
    revoked: HashMap<u32, Instant>,
    /// By which frame of which stream a revocation was told.
    told: HashMap<(StreamName, u32), u64>,
    /// Since when the follower says that it enforces it.
    enforced: HashMap<u32, Instant>,
    leased: u32,
    streams: u8,
    wall: i64,
    reports: Vec<Report>,
    leaving: bool,
    /// What the last acknowledgement said of when nothing passes any longer.
    dark_after: Option<u64>,
    carried: u64,
    /// Keys beside the first.
    keys: Vec<Arc<SigningKey>>,
    keys_asked_for: u64,
}

impl State {
    fn asked(&mut self) -> &mut Process {
        let at = self.asked;
        &mut self.processes[at]
    }

    fn known(&self) -> &Change {
        &self.processes[0].channel.known
    }
}

impl World {
    pub(super) fn new(seed: u64, processes: u8) -> Arc<Self> {
        Arc::new(Self {
            started: Instant::now(),
            chance: Chance::new(seed),
            state: Mutex::new(State {
                processes: (1..=processes)
                    .map(|stream| Process::new(Channel::new(stream)))
                    .collect(),
                asked: 0,
                begins_apart: false,
                faults: Faults::default(),
                past: Vec::new(),
                snapshots: Vec::new(),
                revoked: HashMap::new(),
                told: HashMap::new(),
                enforced: HashMap::new(),
                leased: 1000,
                streams: processes,
                wall: 0,
                reports: Vec::new(),
                leaving: false,
                dark_after: None,
                carried: 0,
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
            for process in &mut state.processes {
                process.subscribers.retain(|_| self.chance.happens(500));
            }
        }
    }

    /// It is one of before streams began with snapshots.
    pub(super) fn begin_apart(&self) {
        self.state.lock().unwrap().begins_apart = true;
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
            let buckets = state.known().leases.keys();
            Change {
                leases: buckets.map(|bucket| (*bucket, next)).collect(),
                ..Change::default()
            }
        };
        self.publish(&change);
        first
    }

    /// Revokes a token by its index, at this moment.
    pub(super) fn revoke(self: &Arc<Self>, index: u32, life: i64) {
        let expires_at = Time::from_seconds(self.time().seconds() + life);
        // In every bucket that it may be in: it is known by its index here.
        let own = symbolon_token::status::Bucket::of(expires_at);
        for bucket in [own.0 - 1, own.0] {
            self.publish(&bit(symbolon_token::status::Bucket(bucket), index));
        }
        let mut state = self.state.lock().unwrap();
        state.revoked.insert(index, Instant::now());
        let positions = state.processes.iter().map(|one| one.channel.position());
        let told: Vec<_> = positions.map(|at| ((at.stream, index), at.n)).collect();
        state.told.extend(told);
    }

    pub(super) fn revoked_at(&self, index: u32) -> Option<Instant> {
        self.state.lock().unwrap().revoked.get(&index).copied()
    }

    /// Since when the follower has said that it enforces this revocation.
    pub(super) fn enforced_since(&self, index: u32) -> Option<Instant> {
        self.state.lock().unwrap().enforced.get(&index).copied()
    }

    pub(super) fn reports(&self) -> usize {
        self.state.lock().unwrap().reports.len()
    }

    /// How many acknowledgements came to another process than the one that they were meant for.
    pub(super) fn carried_so_far(&self) -> u64 {
        self.state.lock().unwrap().carried
    }

    /// When the follower says that nothing passes any longer, in milliseconds after its last echo.
    pub(super) fn dark_after(&self) -> Option<u64> {
        self.state.lock().unwrap().dark_after
    }

    pub(super) fn was_left(&self) -> bool {
        self.state.lock().unwrap().leaving
    }

    /// Makes a key, of which the feed tells later.
    pub(super) fn make(&self, key: &Arc<SigningKey>) {
        self.state.lock().unwrap().keys.push(Arc::clone(key));
    }

    /// Announces a key that was made, whose node every token that it signs must name.
    pub(super) fn announce(self: &Arc<Self>, key: &Arc<SigningKey>, number: i64) {
        let keys = {
            let state = self.state.lock().unwrap();
            let mut keys = state.known().keys.clone().unwrap();
            keys.push(KeyNode(key.kid().unwrap().to_owned(), node(number)));
            Some(keys)
        };
        self.publish(&Change {
            keys,
            ..Change::default()
        });
    }

    pub(super) fn keys_asked_for(&self) -> u64 {
        self.state.lock().unwrap().keys_asked_for
    }

    /// Another process in the place of one: another stream. Connections break.
    pub(super) fn restart(&self) {
        let mut state = self.state.lock().unwrap();
        state.streams += 1;
        let stream = state.streams;
        let at = self.chance.below(state.processes.len() as u64);
        let process = &mut state.processes[usize::try_from(at).unwrap()];
        let (known, at) = (process.channel.known.clone(), process.channel.at);
        *process = Process::new(Channel {
            at,
            known,
            ..Channel::new(stream)
        });
        // Its snapshots tell of whatever was revoked before.
        let stream = process.channel.stream;
        let told: Vec<_> = state
            .revoked
            .keys()
            .map(|one| ((stream, *one), 0))
            .collect();
        state.told.extend(told);
    }

    fn publish(self: &Arc<Self>, change: &Change) {
        let count = self.state.lock().unwrap().processes.len();
        for at in 0..count {
            let mut state = self.state.lock().unwrap();
            let process = &mut state.processes[at];
            process.channel.at = self.time();
            let frame = process.channel.frame(change.clone());
            process.history.push((process.channel.n, frame.clone()));
            drop(state);
            self.send(at, &Event::Frame(frame));
        }
    }

    /// Heartbeats, for ever; and the verifier's wall clock is set now and then.
    pub(super) async fn beat(self: Arc<Self>) {
        loop {
            pause(1000).await;
            let beats: Vec<_> = {
                let mut state = self.state.lock().unwrap();
                state.wall =
                    [-3_600_000, 0, 3_600_000][usize::try_from(self.chance.below(3)).unwrap()];
                let beats = state.processes.iter_mut().map(|process| {
                    process.channel.at = self.time();
                    process.channel.heartbeat()
                });
                beats.collect()
            };
            for (at, beat) in beats.into_iter().enumerate() {
                self.send(at, &Event::Heartbeat(beat));
            }
        }
    }

    /// An acknowledgement that came to another process, some milliseconds later: its echo goes where that
    /// follower listens.
    fn carried(self: &Arc<Self>, said: Acknowledgement) {
        let world = Arc::clone(self);
        tokio::spawn(async move {
            pause(world.chance.below(25)).await;
            let mut state = world.state.lock().unwrap();
            let owner = |one: &Process| one.channel.stream == said.stream;
            let Some(at) = state.processes.iter().position(owner) else {
                return;
            };
            let process = &mut state.processes[at];
            process.channel.at = world.time();
            let echo = Event::Echo(process.channel.echo(said.nonce));
            drop(state);
            world.send_to(at, &echo, |name| name == said.follower);
        });
    }

    /// To all who listen to a process.
    fn send(self: &Arc<Self>, at: usize, event: &Event) {
        self.send_to(at, event, |_| true);
    }

    /// Over the network: each text on a way of its own.
    fn send_to(self: &Arc<Self>, at: usize, event: &Event, to: impl Fn(&str) -> bool) {
        let mut state = self.state.lock().unwrap();
        let faults = state.faults;
        let process = &mut state.processes[at];
        process.subscribers.retain(|(_, one)| !one.is_closed());
        let mut subscribers = process.subscribers.clone();
        subscribers.retain(|(name, _)| to(name));
        state.past.push(event.clone());
        for (_, subscriber) in subscribers {
            let copies = 1 + u64::from(self.chance.happens(faults.twice));
            for _ in 0..copies {
                let event = self.distorted(&state, at, event);
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

    fn distorted(&self, state: &State, process: usize, event: &Event) -> Event {
        if self.chance.happens(state.faults.replayed) {
            let at = self.chance.below(state.past.len() as u64);
            return state.past[usize::try_from(at).unwrap()].clone();
        }
        if self.chance.happens(state.faults.forged) {
            let mut stranger = state.processes[process].channel.clone();
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
            let count = state.processes.len() as u64;
            // One process asks for no chance, so that its seeds say what they said.
            let at = if count > 1 {
                self.chance.below(count)
            } else {
                0
            };
            state.asked = usize::try_from(at).unwrap();
            state.asked().channel.at = self.time();
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

fn after(process: &Process, position: &Position) -> Result<Vec<String>, Failure> {
    let here = &process.channel;
    if position.stream != here.stream || position.n > here.n {
        return Err(Failure::SnapshotNeeded);
    }
    let later = process.history.iter().filter(|(n, _)| *n > position.n);
    Ok(later.map(|(_, frame)| frame.clone()).collect())
}

impl Source for Proxy {
    fn keys(&self) -> Fetched<'_, String> {
        Box::pin(self.0.ask(|state| {
            state.keys_asked_for += 1;
            if state.faults.no_keys {
                return Err(Failure::Unreachable("no keys".to_owned()));
            }
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
            let text = state.asked().channel.snapshot();
            state.snapshots.push(text.clone());
            let old = usize::try_from(at).unwrap() % state.snapshots.len();
            Ok(if replayed {
                state.snapshots[old].clone()
            } else {
                text
            })
        }))
    }

    fn stream<'a>(&'a self, wanted: Wanted<'a>) -> Fetched<'a, Box<dyn Events>> {
        Box::pin(self.0.ask(move |state| {
            if state.faults.no_streams {
                return Err(Failure::Status {
                    what: "the stream",
                    status: 502,
                });
            }
            if state.faults.broken {
                return Err(Failure::Unreachable("reset".to_owned()));
            }
            let (sender, receiver) = mpsc::unbounded_channel();
            if state.faults.ended {
                return Ok(Box::new(Stream(receiver)) as Box<dyn Events>);
            }
            let (begins_apart, swallowed) = (state.begins_apart, state.faults.swallowed);
            let process = state.asked();
            let later = wanted.after.map(|after| self::after(process, &after));
            let first = match later {
                Some(Ok(frames)) => frames.into_iter().map(Event::Frame).collect(),
                _ if begins_apart => return Err(Failure::SnapshotNeeded),
                _ => vec![Event::Part, Event::Snapshot(process.channel.snapshot())],
            };
            for event in first {
                if !swallowed {
                    let _ = sender.send(event);
                }
            }
            let follower = wanted.follower.to_owned();
            process.subscribers.push((follower, sender));
            Ok(Box::new(Stream(receiver)) as Box<dyn Events>)
        }))
    }

    fn poll(&self, position: Position, wait: Duration) -> Fetched<'_, Polled> {
        Box::pin(async move {
            let until = Instant::now() + wait;
            loop {
                if self.0.faults().cut && self.0.faults().silent {
                    // As long as a source may take to find out.
                    pause(60_000).await;
                    return Err(Failure::Slow);
                }
                let polled = self.0.ask(|state| {
                    let process = state.asked();
                    let frames = after(process, &position)?;
                    let heartbeat = process.channel.heartbeat();
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

    fn acknowledge<'a>(
        &'a self,
        acknowledgement: &'a Acknowledgement,
    ) -> Fetched<'a, Option<String>> {
        Box::pin(self.0.ask(|state| {
            state.leaving |= acknowledgement.leaving;
            state.dark_after = acknowledgement.dark_after_ms;
            let stream = acknowledgement.stream;
            let told = state.told.iter();
            let enforced = told.filter(|((of, _), n)| *of == stream && **n <= acknowledgement.n);
            for ((_, index), _) in enforced {
                state.enforced.entry(*index).or_insert_with(Instant::now);
            }
            if stream == state.asked().channel.stream {
                return Ok(Some(state.asked().channel.echo(acknowledgement.nonce)));
            }
            let listens = state.processes.iter().any(|process| {
                let mut names = process.subscribers.iter().map(|(name, _)| name);
                process.channel.stream == stream
                    && names.any(|name| *name == acknowledgement.follower)
            });
            if !listens {
                return Err(Failure::SnapshotNeeded);
            }
            state.carried += 1;
            self.0.carried(acknowledgement.clone());
            Ok(None)
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
