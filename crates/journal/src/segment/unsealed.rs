//! What is held against a journal beside its seals: what this machine saw of it, and how long its end
//! waits for a seal.

use std::time::Duration;

use serde::Serialize;
use symbolon_store::{Sequence, Written};
use symbolon_token::time::Time;

use super::claim::Claim;
use super::seal::LONGEST;
use super::{Finding, place_number};
use crate::encoding;
use crate::merkle::{Frontier, Hash};

/// For how long entries may go on being written beside some that are overdue: a server that starts after
/// a crash finds old ones, and seals them within seconds.
const SLACK: Duration = Duration::from_mins(2);

/// The entries at the end that bear no seal yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Unsealed {
    /// The first.
    #[serde(serialize_with = "place_number")]
    pub from: Sequence,
    /// The last.
    #[serde(serialize_with = "place_number")]
    pub to: Sequence,
    /// When the earliest was written, in milliseconds; absent where none can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
}

/// Looks at the end while it is walked through.
#[derive(Default)]
pub(super) struct End {
    unsealed: Option<Unsealed>,
    /// When the first one was written after the earliest should have been sealed.
    late: Option<Time>,
    newest: Option<Time>,
}

impl End {
    pub(super) fn pass(&mut self, place: Sequence, row: Option<&Written>) {
        let at = row.and_then(|row| encoding::time(&row.bytes));
        let unsealed = self.unsealed.get_or_insert(Unsealed {
            from: place,
            to: place,
            since: None,
        });
        unsealed.to = place;
        let Some(at) = at else {
            return;
        };
        let since = unsealed.since.map_or(at.0, |since| since.min(at.0));
        unsealed.since = Some(since);
        self.newest = self.newest.max(Some(at));
        if at.since(Time(since)) > LONGEST {
            self.late = Some(self.late.map_or(at, |late| late.min(at)));
        }
    }

    /// What waits, and whether it does so for too long.
    pub(super) fn end(self) -> (Option<Unsealed>, Option<Finding>) {
        let Self {
            unsealed,
            late,
            newest,
        } = self;
        let is_overdue = late
            .zip(newest)
            .is_some_and(|(late, newest)| newest.since(late) > SLACK);
        let found = unsealed.filter(|_| is_overdue);
        (
            unsealed,
            found.map(|one| Finding::Overdue(one.from, one.to)),
        )
    }
}

/// What this machine saw, held against the journal while it is walked through.
pub(super) struct Seen {
    /// The earliest place last.
    waiting: Vec<(Sequence, Hash, bool)>,
    through: Option<Sequence>,
    /// Up to there it is as it was seen.
    held: Sequence,
    found: Option<Finding>,
}

impl Seen {
    /// Takes what was seen out of the claims.
    pub(super) fn new(claims: &mut Vec<Claim>) -> Self {
        let mut waiting = Vec::new();
        for claim in claims.extract_if(.., |claim| matches!(claim, Claim::Seen { .. })) {
            if let Claim::Seen {
                sequence,
                root,
                is_seal,
            } = claim
            {
                waiting.push((sequence, root, is_seal));
            }
        }
        waiting.sort_by_key(|(sequence, _, _)| std::cmp::Reverse(*sequence));
        Self {
            through: waiting.first().map(|(sequence, _, _)| *sequence),
            waiting,
            held: Sequence(0),
            found: None,
        }
    }

    /// Whether anything was seen of a place up to this one.
    pub(super) fn is_next(&self, place: Sequence) -> bool {
        let next = self.waiting.last();
        next.is_some_and(|(sequence, _, _)| *sequence <= place)
    }

    /// Holds what was seen of this place against the tree with it. Once something differs, so does all
    /// that comes after; and what the tree jumped over is held against nothing.
    pub(super) fn pass(&mut self, place: Sequence, tree: &Frontier, is_sealed: bool) {
        while let Some(seen) = self.waiting.pop_if(|(sequence, _, _)| *sequence <= place) {
            let (sequence, root, is_seal) = seen;
            let is_whole = i64::try_from(tree.size()).is_ok_and(|size| size == place.0);
            if sequence < place || !is_whole || self.found.is_some() {
                continue;
            }
            let from = Sequence(self.held.0 + 1);
            if tree.root() != root {
                self.found = Some(Finding::Rewritten(from, place));
            } else if is_seal && !is_sealed {
                self.found = Some(Finding::Unsealed(from, place));
            } else {
                self.held = place;
            }
        }
    }

    /// Up to where anything was seen, and what is not as it was.
    pub(super) fn end(self, end: Sequence) -> (Option<Sequence>, Vec<Finding>) {
        let beyond = self.through.filter(|through| *through > end);
        let cut = beyond.map(|beyond| Finding::CutOff(end, beyond));
        (self.through, self.found.into_iter().chain(cut).collect())
    }
}
