//! The gate: where attempts wait before they are judged ([`delay`](crate::delay) says how long).
//!
//! 1. A browser in which this account signed in before goes through.
//! 2. Anybody else waits for the failures of the name and of the network, whichever takes longer. The
//!    name is counted whether or not somebody has it, so that the wait says nothing.
//! 3. Who waits holds no thread of the pool. Few may wait at once from one network, fewer for one name
//!    from there, for a wait that a thousand share is none. A name has no room that all networks share:
//!    whoever kept it full would keep its owner out.
//!
//! All of it stands in memory, in a fixed number of places: a restart forgives everybody.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quick_cache::unsync::Cache;
use symbolon_identity::World;
use symbolon_identity::session::Authenticated;
use symbolon_keys::pepper::Mac;
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SubjectNode};
use symbolon_token::secret::Digest;
use symbolon_token::time::Time;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::delay::{Counted, FREE_IN_KNOWN_BROWSER, MAX_WAIT, Tally};
use crate::password::VerifyError;

/// Names and networks whose failures are remembered; the least used go first.
const MAX_TALLIES: usize = 10_000;

/// Browsers that are known again.
const MAX_BROWSERS: usize = 10_000;

/// Attempts that wait for one name from one network: a guesser has so many tries in five seconds for
/// each network that he has.
const WAITING_FOR_ACCOUNT: usize = 8;

/// Attempts that wait from one network.
const WAITING_FROM_NETWORK: usize = 32;

/// Attempts that wait at all: each holds a connection and some kilobytes.
const WAITING: usize = 1024;

/// Too many attempts wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("too many failed sign-ins; try again in {} seconds", retry_after.as_secs())]
pub struct TooMany {
    /// When some of them will be through.
    pub retry_after: Duration,
}

/// A network, as one realm knows it.
type Network = (RealmNode, [u8; 6]);

/// Who tries, as far as it shows before anything is looked up.
#[derive(Clone, Copy)]
pub(crate) struct Comer {
    account: Mac,
    network: Option<Network>,
    browser: Option<[u8; 32]>,
}

impl Comer {
    /// Somebody who types this name. Whatever names the same person here counts as one.
    pub(crate) fn new(
        world: &World,
        call: &Call,
        (realm, identifier): (RealmNode, &str),
        browser: Option<Digest>,
    ) -> Self {
        let mut message = b"identifier:".to_vec();
        message.extend(folded(identifier).trim().bytes());
        let network = |address| (realm, world.network(realm, address, call.now));
        Self {
            account: world.material.token_mac.mac(realm, &message),
            network: call.address.map(network),
            browser: browser.map(|digest| digest.0),
        }
    }

    /// Somebody who is signed in already and types his password once more. What others do to the
    /// name is not counted here.
    pub(crate) fn signed_in(world: &World, realm: RealmNode, subject: SubjectNode) -> Self {
        let message = [*b"subject:", subject.0.number().to_be_bytes()];
        Self {
            account: world.material.token_mac.mac(realm, message.as_flattened()),
            network: None,
            browser: None,
        }
    }

    fn places(self) -> impl Iterator<Item = (Place, Counted)> {
        let account = (Place::Account(self.account), Counted::Account);
        let network = self
            .network
            .map(|network| (Place::Network(network), Counted::Network));
        std::iter::once(account).chain(network)
    }

    fn rooms(self) -> impl Iterator<Item = Room> {
        let account = Room::Account(self.account, self.network);
        std::iter::once(account).chain(self.network.map(Room::Network))
    }
}

/// As identifiers are compared: compatible characters alike, in lower case.
fn folded(text: &str) -> String {
    let lower = |text: &str| text.nfkc().flat_map(char::to_lowercase).collect::<String>();
    lower(&lower(text)).nfkc().collect()
}

/// What failures are counted for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Account(Mac),
    Network(Network),
}

/// Where few may wait at once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Room {
    /// For one name, from one network.
    Account(Mac, Option<Network>),
    /// From one network, for any name.
    Network(Network),
}

impl Room {
    /// How many.
    const fn limit(self) -> usize {
        match self {
            Self::Account(..) => WAITING_FOR_ACCOUNT,
            Self::Network(_) => WAITING_FROM_NETWORK,
        }
    }
}

/// The gate of a process.
pub(crate) struct Gate(Mutex<State>);

struct State {
    tallies: Cache<Place, Tally>,
    /// Browsers in which an account signed in, and how often it failed there since.
    browsers: Cache<(Mac, [u8; 32]), u32>,
    /// How many wait, and where.
    waiting: HashMap<Room, usize>,
    all: usize,
}

impl Default for Gate {
    fn default() -> Self {
        Self(Mutex::new(State {
            tallies: Cache::new(MAX_TALLIES),
            browsers: Cache::new(MAX_BROWSERS),
            waiting: HashMap::new(),
            all: 0,
        }))
    }
}

impl Gate {
    /// Waits as long as this one has to.
    ///
    /// # Errors
    /// [`TooMany`], at once.
    pub(crate) async fn pass(&self, comer: Comer, now: Time) -> Result<(), TooMany> {
        let Some((_place, wait)) = self.enter(comer, now)? else {
            return Ok(());
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the wait is the event: `delay` names its length"
        )]
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// A place to wait, if there is a wait.
    fn enter(&self, comer: Comer, now: Time) -> Result<Option<(Waiting<'_>, Duration)>, TooMany> {
        let mut state = self.state();
        let wait = state.wait(comer, now);
        if wait.is_zero() {
            return Ok(None);
        }
        if !state.has_room(comer) {
            return Err(TooMany {
                retry_after: MAX_WAIT,
            });
        }
        state.all += 1;
        for room in comer.rooms() {
            *state.waiting.entry(room).or_default() += 1;
        }
        Ok(Some((Waiting { gate: self, comer }, wait)))
    }

    /// How it went. Who was not judged counts as nothing.
    pub(crate) fn learn(
        &self,
        comer: Comer,
        answer: &Result<Authenticated, VerifyError>,
        now: Time,
    ) {
        match answer {
            Ok(_) => self.succeeded(comer),
            Err(VerifyError::Wrong) => self.failed(comer, now),
            Err(VerifyError::Full(_) | VerifyError::Load(_)) => {}
        }
    }

    /// This one was somebody else.
    fn failed(&self, comer: Comer, now: Time) {
        let mut state = self.state();
        for (place, _) in comer.places() {
            let tally = state.tallies.get(&place).copied().unwrap_or_default();
            state.tallies.insert(place, tally.failed(now));
        }
        if let Some(browser) = comer.browser {
            let known = state.browsers.get_mut(&(comer.account, browser));
            if let Some(mut failures) = known {
                *failures = failures.saturating_add(1);
            }
        }
    }

    /// This one was who he said: the name's failures are forgotten, and the browser is known. The
    /// network's are not, or whoever has an account could guess at all others.
    fn succeeded(&self, comer: Comer) {
        let mut state = self.state();
        state.tallies.remove(&Place::Account(comer.account));
        if let Some(browser) = comer.browser {
            state.browsers.insert((comer.account, browser), 0);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wait(&self, comer: Comer, now: Time) -> Duration {
        let known = comer
            .browser
            .and_then(|browser| self.browsers.get(&(comer.account, browser)));
        if known.is_some_and(|failures| *failures < FREE_IN_KNOWN_BROWSER) {
            return Duration::ZERO;
        }
        let waits = comer.places().map(|(place, counted)| {
            let tally = self.tallies.get(&place).copied().unwrap_or_default();
            tally.wait(counted, now)
        });
        waits.max().unwrap_or_default()
    }

    fn has_room(&self, comer: Comer) -> bool {
        let waiting = |room| self.waiting.get(&room).copied().unwrap_or_default();
        let fits = |room: Room| waiting(room) < room.limit();
        self.all < WAITING && comer.rooms().all(fits)
    }
}

/// One that waits; its place is free again when it goes, also in the middle.
struct Waiting<'a> {
    gate: &'a Gate,
    comer: Comer,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.all -= 1;
        for room in self.comer.rooms() {
            let left = state.waiting.get(&room).map_or(0, |waiting| *waiting - 1);
            if left == 0 {
                state.waiting.remove(&room);
            } else {
                state.waiting.insert(room, left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_token::node::NodeId;

    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    fn comer(account: u8, network: u8) -> Comer {
        let realm = RealmNode(NodeId::from_number(1).unwrap());
        Comer {
            account: [account; 16],
            network: Some((realm, [network; 6])),
            browser: None,
        }
    }

    fn in_browser(comer: Comer, browser: u8) -> Comer {
        Comer {
            browser: Some([browser; 32]),
            ..comer
        }
    }

    fn fail(gate: &Gate, comer: Comer, times: usize) {
        for _ in 0..times {
            gate.failed(comer, NOON);
        }
    }

    fn wait(gate: &Gate, comer: Comer) -> u128 {
        gate.state().wait(comer, NOON).as_millis()
    }

    #[test]
    fn failures_count_for_the_name_from_anywhere_and_for_the_network_whatever_the_name() {
        let gate = Gate::default();
        fail(&gate, comer(1, 1), 6);
        assert_eq!(wait(&gate, comer(1, 2)), 500);
        assert_eq!(wait(&gate, comer(2, 1)), 0);
        fail(&gate, comer(3, 1), 20);
        assert_eq!(wait(&gate, comer(2, 1)), 5000);
        assert_eq!(wait(&gate, comer(2, 2)), 0);
    }

    #[test]
    fn who_signed_in_from_this_browser_before_does_not_wait_for_what_others_do() {
        let gate = Gate::default();
        let (owner, thief) = (in_browser(comer(1, 1), 7), comer(1, 2));
        gate.succeeded(owner);
        fail(&gate, thief, 100);
        assert_eq!(wait(&gate, owner), 0);
        assert_eq!(wait(&gate, in_browser(comer(1, 1), 8)), 5000);
        assert_eq!(wait(&gate, in_browser(comer(2, 2), 7)), 5000);
    }

    #[test]
    fn a_known_browser_that_keeps_failing_waits_as_any_other() {
        let gate = Gate::default();
        let owner = in_browser(comer(1, 1), 7);
        gate.succeeded(owner);
        fail(&gate, owner, 9);
        assert_eq!(wait(&gate, owner), 0);
        fail(&gate, owner, 1);
        assert_eq!(wait(&gate, owner), 5000);
        gate.succeeded(owner);
        assert_eq!(wait(&gate, owner), 0);
    }

    #[test]
    fn a_right_password_forgives_the_name_and_not_the_network() {
        let gate = Gate::default();
        fail(&gate, comer(1, 1), 30);
        gate.succeeded(comer(1, 1));
        assert_eq!(wait(&gate, comer(1, 2)), 0);
        assert_eq!(wait(&gate, comer(1, 1)), 5000);
    }

    #[test]
    fn few_wait_for_one_name_from_one_network_and_a_place_is_free_once_one_goes() {
        let gate = Gate::default();
        fail(&gate, comer(1, 1), 10);
        let mut waiting: Vec<_> = (0..8)
            .map(|_| gate.enter(comer(1, 1), NOON).unwrap())
            .collect();
        assert!(gate.enter(comer(1, 1), NOON).is_err());
        assert!(gate.enter(comer(2, 1), NOON).unwrap().is_none());
        waiting.pop();
        assert!(gate.enter(comer(1, 1), NOON).unwrap().is_some());
        drop(waiting);
        let state = gate.state();
        assert_eq!((state.all, state.waiting.len()), (0, 0));
    }

    #[test]
    fn attempts_from_elsewhere_leave_an_owner_a_try_while_the_process_has_room() {
        let gate = Gate::default();
        let mut waiting = Vec::new();
        for network in 2..=120 {
            let thief = comer(1, network);
            fail(&gate, thief, 100);
            waiting.extend((0..8).map(|_| gate.enter(thief, NOON).unwrap()));
            assert!(gate.enter(thief, NOON).is_err());
        }
        let (_place, wait) = gate.enter(comer(1, 1), NOON).unwrap().unwrap();
        assert_eq!(wait, MAX_WAIT);
    }

    #[test]
    fn who_comes_from_no_network_shares_no_room_with_those_who_do() {
        let gate = Gate::default();
        fail(&gate, comer(1, 1), 10);
        let local = Comer {
            network: None,
            ..comer(1, 1)
        };
        let enter = |comer| gate.enter(comer, NOON);
        let waiting: Vec<_> = (0..8).map(|_| enter(local).unwrap()).collect();
        assert!(enter(local).is_err());
        assert!(enter(comer(1, 1)).unwrap().is_some());
        drop(waiting);
        assert!(gate.state().waiting.is_empty());
    }

    #[test]
    fn few_wait_from_one_network() {
        let gate = Gate::default();
        fail(&gate, comer(0, 1), 40);
        let enter = |account| gate.enter(comer(account, 1), NOON);
        let waiting: Vec<_> = (1..=32).map(|account| enter(account).unwrap()).collect();
        let refused = TooMany {
            retry_after: Duration::from_secs(5),
        };
        assert_eq!(enter(33).map(|_| ()), Err(refused));
        drop(waiting);
        assert!(enter(33).is_ok());
    }

    #[test]
    fn no_more_names_are_remembered_than_there_are_places() {
        let gate = Gate::default();
        for at in 0..30_000_u32 {
            let mut other = comer(0, 0);
            other.account[..4].copy_from_slice(&at.to_be_bytes());
            gate.failed(other, NOON);
        }
        assert!(gate.state().tallies.len() <= MAX_TALLIES);
    }
}
