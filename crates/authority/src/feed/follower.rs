//! Who follows a channel, and how far each of them enforces it, as they say themselves.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use symbolon_journal::Sequence;
use symbolon_token::time::Time;

/// Acknowledgements of one follower that are remembered, so that it is known since when it enforces
/// a frame: those of some seconds.
const MAX_REMEMBERED: usize = 32;

/// For how long one is named that fell silent and has refused everything since: whoever revokes in
/// the meantime sees that it is safe.
const NAMED_AFTER: Duration = Duration::from_mins(1);

/// For how long one is named that fell silent and may go on accepting: until the last token that it
/// knows as alive has expired, a day, is too long for a list of names; an operator hears of it within
/// an hour or not at all.
const NAMED_OPEN: Duration = Duration::from_hours(1);

/// How often it is told that one is still there.
const AGAIN: Duration = Duration::from_secs(2);

/// How much later than others know one may have been heard of: above [`AGAIN`], so that it is seldom
/// waited for.
pub(super) const LATE: Duration = Duration::from_secs(3);

/// Beyond this, a follower's bound is none.
const LONGEST_BOUND: Duration = Duration::from_hours(1);

/// One follower.
pub(super) struct Follower {
    /// The frames of this stream that it said to enforce, with the time at which it first did; the
    /// newest last.
    acknowledged: VecDeque<(u64, Time)>,
    /// Up to which journal entry it enforces everything.
    pub(super) sequence: Sequence,
    /// Since when.
    pub(super) sequence_at: Time,
    pub(super) seen_at: Time,
    pub(super) dark_after: Option<Duration>,
    /// What was written of it last.
    shared: Option<Shared>,
    /// The same, once that was durable.
    known: Option<Shared>,
}

/// What others, or this process's successor, are told of one.
#[derive(Clone, Copy)]
struct Shared {
    n: u64,
    seen_at: Time,
    dark_after: Option<Duration>,
    at: Time,
}

/// To whom it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hearers {
    /// Other processes on the same database, who want to know how far it is.
    Others,
    /// Whoever begins after this process has ended, who wants to know that it was there.
    Successor,
}

/// Client and name of a follower.
pub(super) type Name = (String, String);

/// All followers of a channel.
#[derive(Default)]
pub(super) struct Followers {
    all: HashMap<Name, Follower>,
    /// Those that left, of whom others were told.
    left: Vec<Name>,
}

/// What one says.
pub(super) struct Said {
    pub(super) n: u64,
    pub(super) sequence: Sequence,
    pub(super) dark_after: Option<Duration>,
    pub(super) now: Time,
}

impl Follower {
    /// Since when it enforces this frame, if it does.
    pub(super) fn since(&self, n: u64) -> Option<Time> {
        let reached = self.acknowledged.iter().find(|(one, _)| *one >= n);
        reached.map(|(_, at)| *at)
    }

    /// Whether they are to be told of it: because it is new, has another bound, or came further, or
    /// again. They are then.
    pub(super) fn is_to_be_shared(&mut self, hearers: Hearers, now: Time) -> bool {
        let n = self.acknowledged.back().map_or(0, |(n, _)| *n);
        let is_due = self.shared.is_none_or(|before| {
            let is_old = self.seen_at > before.at && now.since(before.at) >= AGAIN;
            let is_further = before.n != n || is_old;
            before.dark_after != self.dark_after || (hearers == Hearers::Others && is_further)
        });
        if is_due {
            self.shared = Some(Shared {
                n,
                seen_at: self.seen_at,
                dark_after: self.dark_after,
                at: now,
            });
        }
        is_due
    }

    /// Whether they must be told before it is answered: what they know of it would not bound for how
    /// long it goes on after this answer.
    pub(super) fn is_untold(&self, hearers: Hearers, now: Time) -> bool {
        self.known.is_none_or(|known| {
            let is_late = hearers == Hearers::Others && now.since(known.seen_at) > LATE;
            known.dark_after != self.dark_after || is_late
        })
    }

    /// What was written of it is durable, or lost.
    pub(super) fn written(&mut self, is_durable: bool) {
        if is_durable {
            self.known = self.shared;
        } else {
            self.shared = None;
        }
    }

    /// From when on it refuses everything unless it is heard of again; none if it never does.
    pub(super) fn fails_closed_at(&self) -> Option<Time> {
        fails_closed_at(self.seen_at, self.dark_after)
    }
}

/// The bound counts from before an acknowledgement was sent, so the follower is never later.
pub(super) fn fails_closed_at(seen_at: Time, dark_after: Option<Duration>) -> Option<Time> {
    dark_after.map(|bound| seen_at.plus(bound))
}

/// Whether a follower that was last heard of then is named no more.
pub(super) fn is_forgotten(seen_at: Time, dark_after: Option<Duration>, now: Time) -> bool {
    let named = dark_after.map_or(NAMED_OPEN, |bound| bound.saturating_add(NAMED_AFTER));
    now.since(seen_at) > named
}

/// The bound that a follower named, as far as it is one.
pub(super) fn bound(dark_after_ms: Option<u64>) -> Option<Duration> {
    let bound = dark_after_ms.map(Duration::from_millis);
    bound.filter(|bound| *bound <= LONGEST_BOUND)
}

impl Followers {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn of_client(&self, client_id: &str) -> usize {
        let ours = self.all.keys().filter(|(client, _)| client == client_id);
        ours.count()
    }

    pub(super) fn has(&self, name: &Name) -> bool {
        self.all.contains_key(name)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&Name, &mut Follower)> {
        self.all.iter_mut()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Name, &Follower)> {
        self.all.iter()
    }

    /// A follower says how far it is. Gives the frame that it said the last time.
    pub(super) fn hear(&mut self, name: Name, said: &Said) -> Option<u64> {
        let one = self.all.entry(name).or_insert_with(|| Follower {
            acknowledged: VecDeque::new(),
            sequence: Sequence(0),
            sequence_at: said.now,
            seen_at: said.now,
            dark_after: said.dark_after,
            shared: None,
            known: None,
        });
        one.seen_at = one.seen_at.max(said.now);
        one.dark_after = said.dark_after;
        if said.sequence > one.sequence {
            (one.sequence, one.sequence_at) = (said.sequence, said.now);
        }
        let before = one.acknowledged.back().map(|(n, _)| *n);
        if before < Some(said.n) {
            one.acknowledged.push_back((said.n, said.now));
            if one.acknowledged.len() > MAX_REMEMBERED {
                one.acknowledged.pop_front();
            }
        }
        before
    }

    /// It follows no more.
    pub(super) fn leave(&mut self, name: &Name) {
        if let Some(one) = self.all.remove(name)
            && one.shared.is_some()
        {
            self.left.push(name.clone());
        }
    }

    pub(super) fn get_mut(&mut self, name: &Name) -> Option<&mut Follower> {
        self.all.get_mut(name)
    }

    /// As if it had not been heard, where nobody was told of it: it has heard no answer yet.
    pub(super) fn unhear(&mut self, name: &Name) {
        if self.all.get(name).is_some_and(|one| one.known.is_none()) {
            self.all.remove(name);
        }
    }

    /// Those that left since the last time, of whom others know.
    pub(super) fn left(&mut self) -> Vec<Name> {
        std::mem::take(&mut self.left)
    }

    /// A new stream has begun: nobody has acknowledged any of it.
    pub(super) fn restart(&mut self) {
        for one in self.all.values_mut() {
            one.acknowledged.clear();
            // The journal may begin anew with it.
            one.sequence = Sequence(0);
        }
    }

    /// Forgets those who are named no more.
    pub(super) fn sweep(&mut self, now: Time) {
        let gone = |one: &Follower| is_forgotten(one.seen_at, one.dark_after, now);
        let gone = self.all.extract_if(|_, one| gone(one));
        let told = gone.filter(|(_, one)| one.shared.is_some());
        self.left.extend(told.map(|(name, _)| name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    fn name() -> Name {
        ("api".to_owned(), "one".to_owned())
    }

    fn said(n: u64, after: u64) -> Said {
        Said {
            n,
            sequence: Sequence(0),
            dark_after: bound(Some(10_000)),
            now: NOON.plus(Duration::from_millis(after)),
        }
    }

    #[test]
    fn a_frame_is_enforced_since_the_first_acknowledgement_that_reaches_it() {
        let mut followers = Followers::default();
        for (n, after) in [(3, 0), (3, 5), (7, 9), (6, 20)] {
            followers.hear(name(), &said(n, after));
        }
        let (_, one) = followers.iter().next().unwrap();
        let since = |n| one.since(n).map(|at| at.since(NOON).as_millis());
        assert_eq!([3, 4, 7, 8].map(since), [Some(0), Some(9), Some(9), None]);
    }

    #[test]
    fn an_acknowledgement_of_another_stream_counts_for_nothing_in_the_next() {
        let mut followers = Followers::default();
        let mut far = said(7, 0);
        far.sequence = Sequence(900);
        followers.hear(name(), &far);
        followers.restart();
        let one = followers.iter().next().unwrap().1;
        assert_eq!((one.since(1), one.sequence), (None, Sequence(0)));
    }

    #[test]
    fn a_silent_follower_is_named_until_a_minute_after_it_refuses_everything() {
        let mut followers = Followers::default();
        followers.hear(name(), &said(1, 0));
        let one = followers.iter().next().unwrap().1;
        assert_eq!(
            one.fails_closed_at(),
            Some(NOON.plus(Duration::from_secs(10)))
        );
        followers.sweep(NOON.plus(Duration::from_secs(70)));
        assert_eq!(followers.len(), 1);
        followers.sweep(NOON.plus(Duration::from_secs(71)));
        assert_eq!(followers.len(), 0);
    }

    #[test]
    fn others_are_told_before_an_answer_that_they_could_not_reckon_with() {
        let mut followers = Followers::default();
        let mut at = |after: u64, dark: Option<u64>| {
            let said = Said {
                dark_after: bound(dark),
                ..said(1, after)
            };
            followers.hear(name(), &said);
            let one = followers.get_mut(&name()).unwrap();
            let untold =
                [Hearers::Others, Hearers::Successor].map(|who| one.is_untold(who, said.now));
            let is_shared = one.is_to_be_shared(Hearers::Others, said.now);
            one.written(after != 1);
            (untold, is_shared)
        };
        let (bound, longer) = (Some(10_000), Some(20_000));
        assert_eq!(at(0, bound), ([true, true], true));
        assert_eq!(at(0, longer), ([true, true], true));
        // What is lost is told again at once.
        assert_eq!(at(1, bound), ([true, true], true));
        assert_eq!(at(2, longer), ([false, false], true));
        assert_eq!(at(1_999, longer), ([false, false], false));
        assert_eq!(at(2_002, longer), ([false, false], true));
        assert_eq!(at(5_002, longer), ([false, false], true));
        assert_eq!(at(8_003, longer), ([true, false], true));
    }

    #[test]
    fn a_bound_that_is_longer_than_any_is_none() {
        assert_eq!(bound(Some(u64::MAX)), None);
        assert_eq!(bound(None), None);
        assert_eq!(bound(Some(0)), Some(Duration::ZERO));
    }
}
