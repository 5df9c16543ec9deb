//! Enforcement: who refuses what was revoked, since when; and who was not heard of.
//!
//! 1. What was revoked is known to this process before its commit is answered. Each channel's frame
//!    that tells it is known once it is cut.
//! 2. A follower enforces it once it has acknowledged that frame, or a later one.
//! 3. One that has been silent for longer than its bound refuses everything, so nobody need wait for
//!    it; it is still named, with the time since when.
//! 4. Nobody spins: whoever waits is woken by acknowledgements, by the end of the time, and when a
//!    silent follower's bound is reached. Followers of other processes on the same database are looked
//!    for as often as the journal is ([`LOOK`]).
//! 5. Each that waits looks at every follower again and again, so few do at once ([`MAX_WAITING`](super::MAX_WAITING)):
//!    one more is told how it stands now.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use symbolon_identity::{LoadError, World};
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;
use tokio::time::{Instant, sleep_until};

use super::Feed;
use super::channel::Line;
use super::follower::Follower;

/// How long a follower may be silent and count as connected: three of its acknowledgements.
const CONNECTED: Duration = Duration::from_secs(3);

/// How long to look no further after a look: among a thousand followers each acknowledgement would be
/// one.
const PAUSE: Duration = Duration::from_millis(5);

/// How often to look how far the followers of other processes are.
const LOOK: Duration = Duration::from_millis(25);

/// Whom to wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wait {
    /// Everybody who follows the realm.
    All,
    /// Half of those that are connected, rounded up.
    Quorum,
    /// Nobody: nothing is said of anybody.
    #[default]
    None,
}

/// One that refuses what was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Enforcer {
    /// Its own name.
    pub follower: String,
    /// The client that it is of.
    pub client: String,
    /// What it verifies for.
    pub audience: String,
    /// When it was heard to do so, in milliseconds.
    pub since: Time,
}

/// One that was not heard to refuse it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreachable {
    /// Its own name.
    pub follower: String,
    /// The client that it is of.
    pub client: String,
    /// What it verifies for.
    pub audience: String,
    /// When it was heard of last, in milliseconds.
    pub last_seen_at: Time,
    /// From when on it refuses everything unless it is told anew; null if some route of it stays open.
    pub fails_closed_at: Option<Time>,
}

/// Who enforces a revocation, and who is not known to. Ordered by audience, client and follower.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Enforcement {
    /// Those that do.
    pub enforced_by: Vec<Enforcer>,
    /// The others.
    pub unreachable: Vec<Unreachable>,
}

/// Audience, client and follower.
pub(super) type Place = (String, String, String);

/// How one follower stands to a revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stand {
    pub(super) since: Option<Time>,
    pub(super) seen_at: Time,
    pub(super) fails_closed_at: Option<Time>,
}

impl Stand {
    fn merged(self, other: Self) -> Self {
        let newest = if other.seen_at >= self.seen_at {
            other
        } else {
            self
        };
        Self {
            since: [self.since, other.since].into_iter().flatten().min(),
            ..newest
        }
    }
}

/// How all of them stand.
pub(super) type Stands = BTreeMap<Place, Stand>;

impl Feed {
    /// Waits until those who follow this realm enforce everything that has happened in it so far, or
    /// the time is over, or the server leaves; then says who does. It does not wait where too many do.
    ///
    /// # Errors
    /// [`LoadError`] where it cannot be known who follows other processes.
    pub async fn enforcement(
        &self,
        world: &World,
        realm: RealmNode,
        (wait, patience): (Wait, Duration),
        clock: &(dyn Fn() -> Time + Sync),
    ) -> Result<Enforcement, LoadError> {
        if wait == Wait::None {
            return Ok(Enforcement::default());
        }
        let (version, sequence) = world.changes.reached(realm);
        let place = self.waiting.try_acquire();
        let patience = place.as_ref().map_or(Duration::ZERO, |_| patience);
        let end = Instant::now() + patience;
        let mut heard = self.heard.subscribe();
        let mut leaving = self.leaving.subscribe();
        loop {
            heard.borrow_and_update();
            let looked = Instant::now();
            let now = clock();
            let mut stands = self.elsewhere(world, (realm, sequence), now).await?;
            merge(&mut stands, self.stands(realm, version));
            let is_over = Instant::now() >= end || *leaving.borrow_and_update();
            if is_over || suffices(&stands, wait, now) {
                return Ok(told(stands));
            }
            let closes = next_to_close(&stands, now).map(|left| Instant::now() + left);
            let look = closes.map_or(end, |closes| closes.min(end));
            let look = if world.db.is_exclusive() {
                look
            } else {
                look.min(Instant::now() + LOOK)
            };
            tokio::select! {
                _ = heard.changed() => {}
                _ = leaving.changed() => {}
                () = sleep_until(look) => {}
            }
            sleep_until(looked + PAUSE).await;
        }
    }

    /// How the followers at this process stand to what had happened by this change.
    fn stands(&self, realm: RealmNode, version: u64) -> Stands {
        let mut all = Stands::new();
        for channel in self.of_realm(realm) {
            let line = channel.line();
            let n = told_by(&line, version);
            for ((client, name), one) in line.followers.iter() {
                let place = (channel.audience.clone(), client.clone(), name.clone());
                all.insert(place, stand(one, n));
            }
        }
        all
    }
}

/// Whoever comes from one process to another is known to both for a while: what it said to either
/// holds, and it was seen when it was seen last.
fn merge(stands: &mut Stands, more: Stands) {
    for (place, one) in more {
        stands
            .entry(place)
            .and_modify(|other| *other = other.merged(one))
            .or_insert(one);
    }
}

/// The first frame that is known to tell everything up to this change, once it is cut.
fn told_by(line: &Line, version: u64) -> Option<u64> {
    if line.version < version {
        return None;
    }
    let first = line.ring.iter().find(|cut| cut.version >= version);
    Some(first.map_or(line.position.n, |cut| cut.n))
}

fn stand(one: &Follower, n: Option<u64>) -> Stand {
    Stand {
        since: n.and_then(|n| one.since(n)),
        seen_at: one.seen_at,
        fails_closed_at: one.fails_closed_at(),
    }
}

/// Whether enough of them enforce it.
fn suffices(stands: &Stands, wait: Wait, now: Time) -> bool {
    let enforcing = stands.values().filter(|one| one.since.is_some()).count();
    match wait {
        Wait::None => true,
        Wait::All => stands.values().all(|one| {
            let is_closed = one.fails_closed_at.is_some_and(|at| at <= now);
            one.since.is_some() || is_closed
        }),
        Wait::Quorum => {
            let is_connected =
                |one: &&Stand| one.since.is_some() || now.since(one.seen_at) <= CONNECTED;
            let connected = stands.values().filter(is_connected).count();
            enforcing >= connected.div_ceil(2)
        }
    }
}

/// How long until the next silent follower refuses everything.
fn next_to_close(stands: &Stands, now: Time) -> Option<Duration> {
    let waiting = stands.values().filter(|one| one.since.is_none());
    let ends = waiting.filter_map(|one| one.fails_closed_at);
    let ahead = ends.filter(|at| *at > now).min()?;
    Some(ahead.since(now))
}

fn told(stands: Stands) -> Enforcement {
    let mut told = Enforcement::default();
    for ((audience, client, follower), one) in stands {
        match one.since {
            Some(since) => told.enforced_by.push(Enforcer {
                follower,
                client,
                audience,
                since,
            }),
            None => told.unreachable.push(Unreachable {
                follower,
                client,
                audience,
                last_seen_at: one.seen_at,
                fails_closed_at: one.fails_closed_at,
            }),
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    fn stand(since: Option<u64>, silent: u64, bound: Option<u64>) -> Stand {
        let seen_at = NOON.minus(Duration::from_secs(silent));
        Stand {
            since: since.map(|ago| NOON.minus(Duration::from_secs(ago))),
            seen_at,
            fails_closed_at: bound.map(|bound| seen_at.plus(Duration::from_secs(bound))),
        }
    }

    fn stands(all: &[Stand]) -> Stands {
        let place = |at: usize| ("api".to_owned(), "client".to_owned(), at.to_string());
        let all = all.iter().enumerate();
        all.map(|(at, one)| (place(at), *one)).collect()
    }

    #[test]
    fn all_are_all_but_those_that_refuse_everything_by_now() {
        let (enforces, waits) = (stand(Some(0), 0, Some(10)), stand(None, 1, Some(10)));
        let (closed, open) = (stand(None, 10, Some(10)), stand(None, 500, None));
        let all = |all: &[Stand]| suffices(&stands(all), Wait::All, NOON);
        assert!(all(&[]));
        assert!(all(&[enforces, closed]));
        assert!(!all(&[enforces, waits]));
        assert!(!all(&[enforces, open]));
    }

    #[test]
    fn a_quorum_is_half_of_the_connected_rounded_up() {
        let (enforces, waits) = (stand(Some(0), 0, Some(10)), stand(None, 1, Some(10)));
        let silent = stand(None, 4, None);
        let quorum = |all: &[Stand]| suffices(&stands(all), Wait::Quorum, NOON);
        assert!(quorum(&[]));
        assert!(quorum(&[silent]));
        assert!(!quorum(&[waits]));
        assert!(quorum(&[enforces, waits, silent]));
        assert!(!quorum(&[enforces, waits, waits]));
        assert!(quorum(&[enforces, enforces, waits]));
    }

    #[test]
    fn who_came_from_another_process_stands_as_it_said_last_and_enforces_what_it_said_to_either() {
        let (gone, there) = (stand(None, 8, Some(10)), stand(Some(1), 0, Some(10)));
        for (one, other) in [(gone, there), (there, gone)] {
            let mut all = stands(&[one]);
            merge(&mut all, stands(&[other]));
            assert_eq!(all, stands(&[there]));
        }
        let early = stand(Some(5), 3, None);
        let both = Stand {
            since: early.since,
            ..there
        };
        assert_eq!(early.merged(there), both);
    }

    #[test]
    fn whoever_waits_looks_again_when_the_next_follower_closes() {
        let all = stands(&[
            stand(None, 1, Some(10)),
            stand(None, 4, Some(10)),
            stand(None, 40, Some(10)),
            stand(None, 1, None),
        ]);
        assert_eq!(next_to_close(&all, NOON), Some(Duration::from_secs(6)));
    }
}
