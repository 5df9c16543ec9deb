//! What the tasks of one follower share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use symbolon_jose::danger::{unverified_claims, unverified_header};
use symbolon_token::feed::{Position, Report, StreamName};
use symbolon_token::random::{self, Random};
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tokio::time::timeout;

use super::source::{Failure, Source};
use super::status::{Counters, Status, count};
use crate::freshness::Freshness;
use crate::guard::{Answered, Authority};
use crate::judge::Death;
use crate::knowledge::{Applied, FeedError, FeedKeys, Knowledge, Remedy};
use crate::moment::{Clock, Monotonic};
use crate::verifier::Verifier;

/// How long one wait for news lasts at most.
const NEWS: Duration = Duration::from_millis(100);

/// How far apart acknowledgements are that only a strange token asks for.
const ASKED: Duration = Duration::from_millis(50);

/// How far apart warnings about failures are, in seconds.
const WARN_EVERY: u64 = 10;

/// Forged tokens that wait to be reported. The authority counts what comes too fast.
pub(super) const MAX_REPORTS: usize = 16;

pub(super) struct Shared {
    pub(super) verifier: Arc<Verifier>,
    pub(super) source: Box<dyn Source>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) follower: String,
    /// What acknowledgements say of when nothing passes any longer.
    pub(super) dark_after: Option<Duration>,
    pub(super) feed_keys: RwLock<Option<Arc<FeedKeys>>>,
    /// Acknowledge at once.
    pub(super) acknowledge: Notify,
    /// Frames are missing, or a snapshot is wanted.
    pub(super) behind: Notify,
    pub(super) wants_snapshot: AtomicBool,
    /// Counts whatever changed what is known, keys included.
    pub(super) news: watch::Sender<u64>,
    /// Fetch the issuer's keys.
    pub(super) wants_keys: Notify,
    pub(super) keys: tokio::sync::Mutex<super::keys::Fetches>,
    /// Seats for those who wait because of names that nobody announced.
    pub(super) strangers: Semaphore,
    pub(super) reports: mpsc::Sender<Report>,
    pub(super) counters: Counters,
    asked_at: AtomicU64,
    reported: Mutex<Vec<String>>,
    warned_at: AtomicU64,
    noted: Mutex<Option<Freshness>>,
}

fn seconds(at: Monotonic) -> u64 {
    at.0.as_secs()
}

impl Shared {
    pub(super) fn new(
        verifier: Arc<Verifier>,
        source: Box<dyn Source>,
        edge: (Arc<dyn Clock>, Arc<dyn Random>),
        reports: mpsc::Sender<Report>,
    ) -> Self {
        let name: StreamName = symbolon_token::feed::Bytes(random::bytes(&*edge.1));
        Self {
            verifier,
            source,
            clock: edge.0,
            random: edge.1,
            follower: name.to_string(),
            dark_after: None,
            feed_keys: RwLock::new(None),
            acknowledge: Notify::new(),
            behind: Notify::new(),
            wants_snapshot: AtomicBool::new(false),
            news: watch::Sender::new(0),
            wants_keys: Notify::new(),
            keys: tokio::sync::Mutex::default(),
            strangers: Semaphore::new(super::keys::MAX_STRANGERS),
            reports,
            counters: Counters::default(),
            asked_at: AtomicU64::new(0),
            reported: Mutex::default(),
            warned_at: AtomicU64::new(0),
            noted: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> Monotonic {
        self.clock.now().monotonic
    }

    /// Where the newest that was told stands.
    pub(super) fn position(&self) -> Option<Position> {
        self.verifier.look(Knowledge::position)
    }

    /// Hands a text to the knowledge: first it is read, which needs no knowledge and holds up no token.
    /// Where its key is unknown the feed's keys are fetched, within a cool-down, and it is read again.
    pub(super) async fn take<R, T>(
        &self,
        read: impl Fn(&FeedKeys) -> Result<R, FeedError>,
        take: impl FnOnce(&mut Knowledge, R) -> Result<T, FeedError>,
    ) -> Result<T, FeedError> {
        let text = match self.read(&read) {
            Err(error) if error.remedy() == Remedy::FeedKeys => {
                self.fetch_feed_keys().await;
                self.read(&read)
            }
            text => text,
        };
        let learn = |text| self.verifier.learn(|knowledge| take(knowledge, text));
        let taken = text.and_then(learn);
        match &taken {
            Ok(_) => self.news.send_modify(|count| *count += 1),
            Err(error) => {
                count(&self.counters.refused);
                tracing::debug!(%error, "a text of the feed was not taken in");
            }
        }
        taken
    }

    fn read<R>(&self, read: impl Fn(&FeedKeys) -> Result<R, FeedError>) -> Result<R, FeedError> {
        let keys = self.feed_keys.read();
        let keys = keys.unwrap_or_else(PoisonError::into_inner).clone();
        let unknown = FeedError::Forged(symbolon_jose::VerifyError::KeyUnknown);
        read(&*keys.ok_or(unknown)?)
    }

    /// What a frame that was taken in calls for.
    pub(super) fn taken(&self, applied: Applied) {
        let Applied::New { kills, at } = applied else {
            return;
        };
        count(&self.counters.frames);
        let now = self.now();
        let time = self.verifier.look(|knowledge| knowledge.time(now));
        if let Some(time) = time {
            let lag = u64::try_from(time.since(at).as_millis()).unwrap_or(u64::MAX - 1);
            self.counters.lag.store(lag + 1, Ordering::Relaxed);
        }
        if kills {
            self.acknowledge.notify_one();
        }
        self.look_for_new_keys();
    }

    pub(super) fn want_snapshot(&self) {
        self.wants_snapshot.store(true, Ordering::Relaxed);
        self.behind.notify_one();
    }

    /// Whether this is the stream that is followed now.
    pub(super) fn follows(&self, stream: StreamName) -> bool {
        self.position()
            .is_some_and(|position| position.stream == stream)
    }

    /// Counts a failure, and logs it now and then: who is cut off fails every second.
    pub(super) fn failed(&self, failure: &Failure) {
        count(&self.counters.failures);
        let now = seconds(self.now());
        let last = self.warned_at.load(Ordering::Relaxed);
        if last == 0 || now.saturating_sub(last) >= WARN_EVERY {
            self.warned_at.store(now.max(1), Ordering::Relaxed);
            tracing::warn!(%failure, issuer = self.verifier.issuer(), "following the feed fails");
        }
    }

    /// Logs when what is known has become fresh, stale or dark.
    pub(super) fn note_freshness(&self) {
        let new = self.verifier.freshness(self.now());
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let before = noted.replace(new);
        // At the start it is dark, which is nobody's fault.
        if before.unwrap_or(Freshness::Dark) == new {
            return;
        }
        let issuer = self.verifier.issuer();
        match new {
            Freshness::Fresh => tracing::info!(issuer, "what is known of tokens is fresh"),
            Freshness::Stale => tracing::info!(issuer, "what is known of tokens is stale"),
            Freshness::Dark => tracing::warn!(issuer, "what is known of tokens is too old"),
        }
    }

    pub(super) fn status(&self) -> Status {
        let now = self.now();
        let verifier = &self.verifier;
        verifier.look(|knowledge| Status {
            freshness: verifier.freshness(now),
            age: knowledge.age(now),
            lag: self.counters.lag(),
            frame: knowledge.position().map(|position| position.n),
            term: knowledge.term(),
            revoked_tokens: knowledge.revoked_tokens(),
            fallen_ancestors: knowledge.fallen(),
            remembered_tokens: verifier.remembered(),
            counted: self.counters.read(),
        })
    }

    fn report(&self, token: &str, finding: symbolon_token::feed::Finding) {
        #[derive(serde::Deserialize)]
        struct Name {
            jti: String,
        }
        // Its signature held a moment ago.
        let (Ok(header), Ok(Name { jti })) = (unverified_header(token), unverified_claims(token))
        else {
            return;
        };
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.contains(&jti) {
            return;
        }
        if reported.len() == MAX_REPORTS {
            reported.remove(0);
        }
        reported.push(jti.clone());
        drop(reported);
        let report = Report {
            audience: self.verifier.audience().to_owned(),
            kid: header.kid.unwrap_or_default(),
            jti,
            finding,
        };
        tracing::error!(key = %report.kid, ?finding, "a token was signed by a stolen key");
        // Beyond the limit the authority has heard enough.
        let _ = self.reports.try_send(report);
    }
}

impl Authority for Shared {
    fn keys<'a>(&'a self, kid: &'a str) -> Answered<'a, bool> {
        Box::pin(self.look_for_key(kid))
    }

    fn news(&self) -> Answered<'_, ()> {
        Box::pin(async {
            let mut news = self.news.subscribe();
            let now = u64::try_from(self.now().0.as_millis()).unwrap_or(u64::MAX);
            let last = self.asked_at.load(Ordering::Relaxed);
            if now.saturating_sub(last) >= u64::try_from(ASKED.as_millis()).unwrap_or(0) {
                self.asked_at.store(now, Ordering::Relaxed);
                self.acknowledge.notify_one();
            }
            // Whether some came or not: whoever waits looks again.
            let _ = timeout(NEWS, news.changed()).await;
        })
    }

    fn introspect<'a>(&'a self, token: &'a str) -> Answered<'a, Option<bool>> {
        Box::pin(async {
            let active = self.source.introspect(token).await;
            active.inspect_err(|failure| self.failed(failure)).ok()
        })
    }

    fn forged(&self, token: &str, death: Death) {
        if let Death::Forged(finding) = death {
            self.report(token, finding);
        }
    }
}
