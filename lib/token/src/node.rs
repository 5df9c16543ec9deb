//! Which thing is meant. Every thing that tokens descend from has a [`NodeId`]; each noun wraps it
//! in a type of its own, so that a subject never stands where a client belongs.
//!
//! An id is 63 bits: 41 of time (milliseconds since 2026), 10 of the node lease of the process that
//! made it, 12 of a counter. It is unique without coordination and sorts by age. As text it has
//! eleven base62 characters, which sort alike.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::base62;
use crate::time::Time;

/// 2026-01-01T00:00:00Z, where ids begin to count. 41 bits last until 2095.
const BEGINNING: i64 = 1_767_225_600_000;

/// Bits of the counter: 4,096 ids a millisecond for each process, then the next millisecond's.
const COUNTER_BITS: u32 = 12;

/// Bits of the node lease.
const LEASE_BITS: u32 = 10;

/// How many processes may make ids at the same time.
pub const LEASES: u16 = 1 << LEASE_BITS;

/// Characters of an id as text.
const WIDTH: u32 = 11;

/// A 63-bit id, time-ordered, unique over all nouns of one installation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(i64);

/// A text or number that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an id has eleven letters or digits")]
pub struct NotAnId;

impl NodeId {
    /// The id with this number.
    ///
    /// # Errors
    /// [`NotAnId`] when it is negative.
    pub const fn from_number(number: i64) -> Result<Self, NotAnId> {
        if number < 0 {
            return Err(NotAnId);
        }
        Ok(Self(number))
    }

    /// Its number, from 0 to 2^63 - 1, as the database holds it.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// When it was made, to the millisecond.
    #[must_use]
    pub const fn made_at(self) -> Time {
        Time((self.0 >> (COUNTER_BITS + LEASE_BITS)) + BEGINNING)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(11);
        base62::push(&mut text, self.0.unsigned_abs(), WIDTH);
        out.write_str(&text)
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for NodeId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 11 {
            return Err(NotAnId);
        }
        let number = base62::read(text).ok_or(NotAnId)?;
        Self::from_number(i64::try_from(number).map_err(|_| NotAnId)?)
    }
}

impl Serialize for NodeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Makes ids. One for each process, with the number that it leased.
#[derive(Debug)]
pub struct NodeIds {
    lease: AtomicI64,
    /// Time and counter of the last id, in one number so that both move together.
    last: AtomicI64,
}

impl NodeIds {
    /// A maker with a leased number below [`LEASES`].
    #[must_use]
    pub fn new(lease: u16) -> Self {
        Self {
            lease: AtomicI64::new(i64::from(lease % LEASES)),
            last: AtomicI64::new(0),
        }
    }

    /// Goes on with another leased number: the one before was lost.
    pub fn renumber(&self, lease: u16) {
        self.lease
            .store(i64::from(lease % LEASES), Ordering::Release);
    }

    /// The next id. It is later than every one before it, also when the clock steps back or more
    /// than 4,096 are made in a millisecond.
    #[must_use]
    pub fn next(&self, now: Time) -> NodeId {
        let earliest = now.0.saturating_sub(BEGINNING).max(0) << COUNTER_BITS;
        let step = |last: i64| Some(earliest.max(last.saturating_add(1)));
        let before = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, step)
            .unwrap_or(0);
        let mine = earliest.max(before.saturating_add(1));
        let (time, counter) = (mine >> COUNTER_BITS, mine & ((1 << COUNTER_BITS) - 1));
        let lease = self.lease.load(Ordering::Acquire) << COUNTER_BITS;
        let number = (time << (COUNTER_BITS + LEASE_BITS)) | lease | counter;
        NodeId(number & i64::MAX)
    }
}

macro_rules! nodes {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub NodeId);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, out)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse().map(Self)
            }
        }

        impl From<$name> for NodeId {
            fn from(node: $name) -> Self {
                node.0
            }
        }
    )*};
}

nodes! {
    /// Something that a subject proves itself with: a password, a passkey, an OTP token.
    AuthenticatorNode,
    /// A client: the program that asks for tokens. Its `client_id` on the wire is a text of its own.
    ClientNode,
    /// One of a client's secrets.
    ClientSecretNode,
    /// What one authorization code gave: the refresh tokens that follow one another, and everything
    /// issued with them. It is the code's own id.
    FamilyNode,
    /// What a person allowed to a client.
    GrantNode,
    /// A tenant.
    RealmNode,
    /// An API or server that tokens are meant for.
    ResourceNode,
    /// One sign-in of a person.
    SessionNode,
    /// A key that signs tokens. As text it is the key's `kid`.
    SigningKeyNode,
    /// A person, service, device or agent that a token speaks for.
    SubjectNode,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    #[test]
    fn ids_are_unique_and_ordered_even_when_the_clock_steps_back() {
        let ids = NodeIds::new(3);
        let mut made: Vec<_> = (0..10_000).map(|_| ids.next(NOON)).collect();
        made.push(ids.next(Time(NOON.0 - 3_600_000)));
        assert!(made.is_sorted());
        assert_eq!(made.iter().collect::<HashSet<_>>().len(), made.len());
    }

    #[test]
    fn two_leases_never_make_the_same_id() {
        assert_ne!(NodeIds::new(1).next(NOON), NodeIds::new(2).next(NOON));
    }

    #[test]
    fn a_renumbered_maker_makes_the_ids_of_its_new_lease() {
        let ids = NodeIds::new(1);
        ids.renumber(2);
        assert_eq!(ids.next(NOON), NodeIds::new(2).next(NOON));
    }

    #[test]
    fn an_id_knows_when_it_was_made() {
        assert_eq!(NodeIds::new(1023).next(NOON).made_at(), NOON);
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in ["", "0", "zzzzzzzzzzz", "0000000000-", "000000000000"] {
            assert_eq!(text.parse::<NodeId>(), Err(NotAnId), "{text}");
        }
        assert_eq!(NodeId::from_number(-1), Err(NotAnId));
    }

    proptest! {
        #[test]
        fn ids_read_back_and_sort_as_their_texts(one in 0..i64::MAX, other in 0..i64::MAX) {
            let (one, other) = (NodeId(one), NodeId(other));
            prop_assert_eq!(one.to_string().parse(), Ok(one));
            prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
        }
    }
}
