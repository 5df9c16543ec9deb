//! Reading the journal back: the newest entries, and those that match.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use symbolon_store::{Db, Sequence, Unavailable};
use symbolon_token::call::Actor;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::status::StatusRef;
use symbolon_token::time::Time;
use thiserror::Error;

use crate::encoding::DecodeError;
use crate::event::{Event, Noun, Verb};
use crate::fact::{Fact, Role};
use crate::merkle::{HASH, Hash};
use crate::outcome::Outcome;

/// Records of one answer.
pub const MAX_RECORDS: usize = 1000;

/// Entries that one search looks at: half a second's reading. The answer says where to go on.
const MAX_SCANNED: usize = 200_000;

/// How far the clocks of nodes, and of one node before and after a step, may differ: an entry that
/// much older than `since` has none behind it that matters.
const MAX_DISORDER: Duration = Duration::from_hours(3);

/// Entries read by one statement.
const BATCH: usize = 1000;

/// One entry, read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place.
    pub sequence: Sequence,
    /// What it says.
    pub event: Event,
}

/// Which entries are wanted. Every member that is there must match.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this realm.
    pub realm: Option<RealmNode>,
    /// Only where this node plays a part, as actor too.
    pub node: Option<NodeId>,
    /// Only where it changed how this node stands.
    pub stands: Option<NodeId>,
    /// Only what this call did.
    pub request: Option<NodeId>,
    /// Only about the token with this status bit.
    pub status: Option<StatusRef>,
    /// Only this verb.
    pub verb: Option<Verb>,
    /// Only this noun.
    pub noun: Option<Noun>,
    /// Only this outcome.
    pub outcome: Option<Outcome>,
    /// Only from then on.
    pub since: Option<Time>,
    /// Only before then.
    pub until: Option<Time>,
}

impl Filter {
    /// Whether an event is wanted.
    #[must_use]
    pub fn matches(&self, event: &Event) -> bool {
        self.realm.is_none_or(|realm| realm == event.realm)
            && self.verb.is_none_or(|verb| verb == event.verb)
            && self.noun.is_none_or(|noun| noun == event.noun)
            && self.outcome.is_none_or(|outcome| outcome == event.outcome)
            && self.since.is_none_or(|since| since <= event.at)
            && self.until.is_none_or(|until| event.at < until)
            && self
                .status
                .is_none_or(|status| event.facts.contains(&Fact::Status(status)))
            && self
                .request
                .is_none_or(|request| event.facts.contains(&Fact::Request(request)))
            && self.stands.is_none_or(|node| event.stood(node).is_some())
            && self.node.is_none_or(|node| concerns(event, node))
    }
}

impl Filter {
    /// Whether nothing older than this event can match.
    fn ends_at(&self, event: &Event) -> bool {
        self.since
            .is_some_and(|since| event.at.plus(MAX_DISORDER) < since)
    }
}

fn concerns(event: &Event, node: NodeId) -> bool {
    let acts = match event.actor {
        Actor::Client(client) => client.0 == node,
        Actor::Subject(subject) => subject.0 == node,
        Actor::Anonymous | Actor::Operator | Actor::System => false,
    };
    acts || event
        .facts
        .iter()
        .any(|fact| matches!(fact, Fact::Node(_, one) if *one == node))
}

/// Why the journal was not read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// An entry cannot be read.
    #[error("entry {}: {cause}", sequence.0)]
    Entry {
        /// Which one.
        sequence: Sequence,
        /// What is wrong with it.
        cause: DecodeError,
    },
}

/// A part of the journal, newest first.
#[derive(Debug)]
pub struct Page {
    /// What matched.
    pub records: Vec<Record>,
    /// Where to go on; `None` when there is nothing older.
    pub before: Option<Sequence>,
}

/// What is new in the journal, oldest first.
#[derive(Debug)]
pub struct News {
    /// What matched.
    pub records: Vec<Record>,
    /// Where to go on: the last entry that was looked at.
    pub after: Sequence,
}

/// Reads the journal.
#[derive(Clone)]
pub struct Journal {
    db: Db,
}

impl Journal {
    /// The journal of this database.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// The newest records before a place that match, newest first: at least one is asked for, at
    /// most [`MAX_RECORDS`].
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn search(
        &self,
        filter: &Filter,
        before: Sequence,
        limit: usize,
    ) -> Result<Page, ReadError> {
        let limit = limit.clamp(1, MAX_RECORDS);
        let (mut records, mut at, mut scanned) = (Vec::new(), before, 0);
        while scanned < MAX_SCANNED {
            let entries = self.db.entries_before(at, BATCH).await?;
            for (sequence, bytes) in &entries {
                let event = Event::decode(bytes).map_err(|cause| ReadError::Entry {
                    sequence: *sequence,
                    cause,
                })?;
                at = *sequence;
                if filter.ends_at(&event) {
                    return Ok(Page {
                        records,
                        before: None,
                    });
                }
                if filter.matches(&event) {
                    records.push(Record {
                        sequence: *sequence,
                        event,
                    });
                }
                if records.len() == limit {
                    return Ok(Page {
                        records,
                        before: Some(at),
                    });
                }
            }
            if entries.len() < BATCH {
                return Ok(Page {
                    records,
                    before: None,
                });
            }
            scanned += entries.len();
        }
        Ok(Page {
            records,
            before: Some(at),
        })
    }

    /// The records after a place that match, oldest first, of the next `limit` entries: for those
    /// who watch.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn after(
        &self,
        filter: &Filter,
        after: Sequence,
        limit: usize,
    ) -> Result<News, ReadError> {
        let limit = limit.clamp(1, MAX_RECORDS);
        let entries = self.db.entries(after, limit).await?;
        let mut news = News {
            records: Vec::new(),
            after,
        };
        for (sequence, bytes) in entries {
            let event = Event::decode(&bytes);
            let event = event.map_err(|cause| ReadError::Entry { sequence, cause })?;
            news.after = sequence;
            if filter.matches(&event) {
                news.records.push(Record { sequence, event });
            }
        }
        Ok(news)
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("sequence", &self.sequence.0)?;
        map.serialize_entry("at", &self.event.at.0)?;
        map.serialize_entry("in_realm", &self.event.realm)?;
        map.serialize_entry("verb", self.event.verb.name())?;
        map.serialize_entry("noun", self.event.noun.name())?;
        map.serialize_entry("outcome", self.event.outcome.name())?;
        map.serialize_entry("actor", &self.event.actor())?;
        for role in Role::ALL {
            match *self.event.nodes(role) {
                [] => {}
                [one] => map.serialize_entry(role.name(), &one)?,
                ref several => map.serialize_entry(role.name(), several)?,
            }
        }
        match *self.event.statuses() {
            [] => {}
            [one] => map.serialize_entry("status", &one)?,
            ref several => map.serialize_entry("statuses", several)?,
        }
        for fact in &self.event.facts {
            match fact {
                Fact::Node(..) | Fact::Status(_) => {}
                Fact::Expires(at) => map.serialize_entry("expires_at", &at.0)?,
                Fact::Network(digest) => map.serialize_entry("network", &hex(digest))?,
                Fact::Stands(stands) => {
                    map.serialize_entry("node", &stands.node)?;
                    map.serialize_entry("epoch", &stands.epoch.0)?;
                    map.serialize_entry("state", stands.state_name().unwrap_or("unknown"))?;
                }
                Fact::Term(term) => map.serialize_entry("term", term)?,
                Fact::Block(block) => {
                    let block = [block.bucket.0, block.first, block.count];
                    map.serialize_entry("block", &block)?;
                }
                Fact::Request(request) => map.serialize_entry("request_id", request)?,
                Fact::Name(name) => map.serialize_entry("name", name)?,
                Fact::Reason(reason) => map.serialize_entry("reason", reason)?,
                Fact::Sealed(subject, _) => map.serialize_entry("sealed_for", subject)?,
            }
        }
        map.end()
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads what [`hex`] wrote of a hash.
pub(crate) fn unhex(text: &str) -> Option<Hash> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let mut hash = [0; HASH];
    if pairs.len() != HASH || !rest.is_empty() {
        return None;
    }
    for (to, [high, low]) in hash.iter_mut().zip(pairs) {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        *to = u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()?;
    }
    Some(hash)
}
