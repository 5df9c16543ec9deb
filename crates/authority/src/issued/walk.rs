//! A walk through the journal, from its unsealed end backwards.
//!
//! 1. Entries are read in batches, and between them everybody else has his turn.
//! 2. Whoever raised an epoch is remembered: what is older and descends from that node is dead. A new
//!    term kills everything before it.

use std::collections::HashSet;

use symbolon_journal::{Event, Fact, Outcome, ReadError, Sequence};
use symbolon_lineage::node::raises;
use symbolon_store::Db;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;
use tokio::task::yield_now;

use super::Issued;

/// Entries read by one statement: some milliseconds.
const BATCH: usize = 2000;

/// One entry on the way.
pub(crate) struct Met {
    pub(crate) sequence: Sequence,
    pub(crate) event: Event,
}

/// Where a walk is, and what it has seen.
pub(crate) struct Walk {
    db: Db,
    before: Sequence,
    floor: Sequence,
    raised: HashSet<NodeId>,
    met_a_term: bool,
    scanned: u64,
    oldest: Option<Time>,
    /// Entries that somebody or something has damaged.
    unread: u64,
}

impl Walk {
    /// From below one place down to above another.
    pub(crate) fn new(db: Db, before: Sequence, floor: Sequence) -> Self {
        Self {
            db,
            before,
            floor,
            raised: HashSet::new(),
            met_a_term: false,
            scanned: 0,
            oldest: None,
            unread: 0,
        }
    }

    /// The next entries, the youngest first; nothing at the end of the walk. One that cannot be read is
    /// passed by, as one that was taken away: `journal verify` names it, and everything else goes on.
    pub(crate) async fn step(&mut self) -> Result<Option<Vec<Met>>, ReadError> {
        yield_now().await;
        if self.before.0 <= self.floor.0.saturating_add(1) {
            return Ok(None);
        }
        let entries = self.db.entries_before(self.before, BATCH).await?;
        let Some((last, _)) = entries.last() else {
            return Ok(None);
        };
        self.before = *last;
        let mut met = Vec::with_capacity(entries.len());
        for (sequence, bytes) in entries {
            if sequence <= self.floor {
                break;
            }
            self.scanned += 1;
            let event = match Event::decode(&bytes) {
                Ok(event) => event,
                Err(error) => {
                    tracing::error!(
                        sequence = sequence.0,
                        %error,
                        "a journal entry cannot be read and is passed by; run symbolon journal verify"
                    );
                    self.unread += 1;
                    continue;
                }
            };
            self.oldest = Some(event.at);
            met.push(Met { sequence, event });
        }
        Ok(Some(met))
    }

    /// The place of the last entry that was looked at.
    pub(crate) fn place(&self) -> Sequence {
        self.before
    }

    /// How many entries could not be read.
    pub(crate) fn unread(&self) -> u64 {
        self.unread
    }

    /// Takes note of an entry, in the order of the walk: of the token that it gave out, whether it was
    /// outlived by nothing that it descends from.
    pub(crate) fn notes(&mut self, met: &Met) -> Option<(Issued, bool)> {
        let event = &met.event;
        if event.outcome != Outcome::Done {
            return None;
        }
        if let Some(issued) = Issued::of(event) {
            let is_dead = self.met_a_term || issued.descends(|node| self.raised.contains(node));
            return Some((issued, !is_dead));
        }
        for fact in &event.facts {
            match fact {
                Fact::Stands(stands) if raises(event.verb) => {
                    self.raised.insert(stands.node);
                }
                Fact::Term(_) => self.met_a_term = true,
                Fact::Stands(_)
                | Fact::Node(..)
                | Fact::Status(_)
                | Fact::Expires(_)
                | Fact::Network(_)
                | Fact::Block(_)
                | Fact::Request(_)
                | Fact::Name(_)
                | Fact::Sealed(..)
                | Fact::Reason(_) => {}
            }
        }
        None
    }

    /// How many entries it has looked at.
    pub(crate) fn scanned(&self) -> u64 {
        self.scanned
    }

    /// When the last of them was written.
    pub(crate) fn oldest(&self) -> Option<Time> {
        self.oldest
    }
}
