//! A walk through the journal, from its first entry: every segment with its rows, then what is not
//! sealed yet. It grows the tree and writes down whatever does not fit.

use serde::{Serialize, Serializer};
use symbolon_jose::VerifyingKey;
use symbolon_store::{Sequence, Written};

use super::claim::{Claim, Claims};
use super::place;
use super::unsealed::{End, Seen, Unsealed};
use super::{Acknowledged, Breach, Finding, Segment, leaf_at, place_number, short};
use crate::event::Event;
use crate::merkle::{Frontier, Hash, absent};

/// Findings that are written down: whoever changed a thousand entries has said enough.
const MAX_FINDINGS: usize = 1000;

/// Entries that a segment has at most: those of a block.
const MOST: usize = 1 << 12;

impl Report {
    /// With one more finding, that was made elsewhere.
    #[must_use]
    pub fn and(mut self, found: Finding) -> Self {
        self.findings.push(found);
        self.whole = false;
        self
    }

    /// The root of the tree up to the journal's end.
    #[must_use]
    pub fn root(&self) -> Option<Hash> {
        crate::read::unhex(&self.root)
    }

    /// Of a part of a journal, behind whose end there is more: what was said of later places is held
    /// against nothing.
    pub(crate) fn of_part(mut self) -> Self {
        self.findings.retain(|finding| {
            if let Finding::CutOff(_, beyond) = finding {
                self.unheld.push(*beyond);
            }
            !matches!(finding, Finding::CutOff(..))
        });
        self.whole = self.findings.is_empty() && self.acknowledged.is_empty();
        self
    }
}

/// What a journal was found to be.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether nothing was found, acknowledged or not.
    pub whole: bool,
    /// How many entries were read.
    pub entries: u64,
    /// How many entries were dropped after their retention.
    pub dropped: u64,
    /// How many segments there are.
    pub segments: u64,
    /// Up to where the journal is sealed.
    #[serde(serialize_with = "place_number")]
    pub sealed: Sequence,
    /// Where it ends.
    #[serde(serialize_with = "place_number")]
    pub head: Sequence,
    /// The root of the tree up to there, in hexadecimal digits.
    pub root: String,
    /// The entries at the end that bear no seal yet.
    pub unsealed: Option<Unsealed>,
    /// Up to where this machine's witness saw the journal; absent where it keeps none.
    pub witnessed: Option<i64>,
    /// What is wrong, the earliest place first.
    pub findings: Vec<Finding>,
    /// What was wrong, and acknowledged by an operator: breaks of the seals, and the entries that were
    /// missing there when the journal was sealed anew.
    pub acknowledged: Vec<Acknowledged>,
    /// Places of claims whose entries were dropped, so that nothing can be held against them.
    #[serde(serialize_with = "places")]
    pub unheld: Vec<Sequence>,
}

fn places<S: Serializer>(places: &[Sequence], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(places.iter().map(|place| place.0))
}

/// A walk under way.
pub struct Walk {
    known: Vec<VerifyingKey>,
    claims: Claims,
    seen: Seen,
    waiting: End,
    tree: Frontier,
    /// By how much the rows stand away from where they were sealed, since somebody put one in or took
    /// one out and numbered the rest anew.
    shifted: i64,
    entries: u64,
    dropped: u64,
    segments: u64,
    sealed: Sequence,
    findings: Vec<Finding>,
    breaches: Vec<Breach>,
    acknowledged: Vec<Acknowledged>,
}

impl Walk {
    /// Begins before the first entry.
    #[must_use]
    pub fn new(known: Vec<VerifyingKey>, mut claims: Vec<Claim>) -> Self {
        Self {
            known,
            seen: Seen::new(&mut claims),
            waiting: End::default(),
            claims: Claims::new(claims),
            tree: Frontier::default(),
            shifted: 0,
            entries: 0,
            dropped: 0,
            segments: 0,
            sealed: Sequence(0),
            findings: Vec::new(),
            breaches: Vec::new(),
            acknowledged: Vec::new(),
        }
    }

    /// Begins behind the entries of a tree: what is before is not looked at.
    #[must_use]
    pub(crate) fn behind(self, tree: Frontier) -> Self {
        Self { tree, ..self }
    }

    /// Where the next entry stands.
    fn next(&self) -> Sequence {
        let last = i64::try_from(self.tree.size()).unwrap_or(i64::MAX);
        Sequence(last.saturating_add(1))
    }

    /// Adds a finding that was made elsewhere.
    pub(crate) fn find(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        }
    }

    /// The next segment, and all rows of its places, in order.
    pub fn segment(&mut self, segment: &Segment, rows: &[Written]) {
        let (first, last) = (segment.first, segment.last);
        let expected = self.next();
        self.segments += 1;
        if first < expected || last < first || segment.count() > MOST {
            self.find(Finding::Unchained(first, last));
            return;
        }
        if first > expected {
            self.find(Finding::Unsealed(expected, Sequence(first.0 - 1)));
            self.tree = Frontier::default();
        } else if segment.before != self.tree.root() {
            self.find(Finding::Unchained(first, last));
        }
        self.sealed = last;
        let is_signed = segment.is_signed(&self.known);
        if !is_signed {
            self.find(Finding::Unsigned(first, last));
        }
        if let Some(breach) = segment.breach.filter(|_| is_signed) {
            self.acknowledge(breach.finding(), &breach);
            self.breaches.push(breach);
        }
        let knows_tree = first == expected;
        let stand_out = self.rows(segment, rows, is_signed);
        let grown = self.tree.root() == segment.tree.root();
        if knows_tree && is_signed && !grown && !stand_out {
            self.find(Finding::Disturbed(first, last));
        }
        // What was sealed is what the next segment goes on from.
        if is_signed || !knows_tree {
            self.tree = segment.tree.clone();
        }
        self.claims.pass(last, &self.tree, None);
        self.seen.pass(last, &self.tree, is_signed);
    }

    /// Grows the tree by a segment's rows, and says whether any are not what was sealed.
    fn rows(&mut self, segment: &Segment, rows: &[Written], is_signed: bool) -> bool {
        self.dropped += segment.dropped.len() as u64;
        if segment.is_gone() {
            self.dropped += segment.count() as u64;
            for row in rows {
                self.find(Finding::Returned(row.sequence));
            }
            self.tree = segment.tree.clone();
            return false;
        }
        let (mut wrong, mut missing) = (Vec::new(), Vec::new());
        let mut rows = rows.iter().peekable();
        let mut dropped = segment.dropped.iter().peekable();
        for place in segment.first.0..=segment.last.0 {
            let place = Sequence(place);
            let row = rows.next_if(|row| row.sequence == place);
            let stood = |at: u16| segment.first.0.saturating_add(at.into());
            let kept = dropped.next_if(|(at, _)| stood(*at) == place.0);
            let leaf = match (row, kept) {
                (Some(_), Some((_, kept))) => {
                    self.find(Finding::Returned(place));
                    *kept
                }
                (Some(_), None) => leaf_at(place, row),
                (None, Some((_, kept))) => *kept,
                (None, None) => {
                    missing.push(place);
                    absent(place)
                }
            };
            if let (Some(row), None) = (row, kept) {
                self.entries += 1;
                let is_sealed = place::sealed(segment, place) == Some(short(&leaf));
                if is_signed && (!is_sealed || row.bytes.is_empty()) {
                    wrong.push(row);
                }
            }
            self.tree.push(leaf);
            if self.claims.is_next(place) {
                self.claims.pass(place, &self.tree, row);
            }
            // What stands out is named by itself.
            let is_as_sealed = wrong.is_empty() && missing.is_empty();
            if is_as_sealed && place < segment.last && self.seen.is_next(place) {
                self.seen.pass(place, &self.tree, true);
            }
        }
        self.tell(segment, is_signed, &wrong, &missing);
        !wrong.is_empty() || !missing.is_empty()
    }

    fn tell(
        &mut self,
        segment: &Segment,
        is_signed: bool,
        wrong: &[&Written],
        missing: &[Sequence],
    ) {
        let (findings, shifted) = place::judge(segment, wrong, missing, self.shifted);
        self.shifted = shifted;
        for finding in findings {
            self.find(finding);
        }
        let mut rest = missing.to_vec();
        for breach in self.breaches.clone() {
            // Sealed as empty: it was missing when the operator went on, and not taken since.
            let was_missing = |place: &mut Sequence| {
                is_signed
                    && breach.holds(*place)
                    && place::sealed(segment, *place) == Some(short(&absent(*place)))
            };
            let told: Vec<_> = rest.extract_if(.., was_missing).collect();
            for finding in runs(&told) {
                self.acknowledge(finding, &breach);
            }
        }
        self.missing(&rest);
    }

    fn acknowledge(&mut self, finding: Finding, breach: &Breach) {
        let request = breach.request;
        if self.acknowledged.len() < MAX_FINDINGS {
            self.acknowledged.push(Acknowledged { finding, request });
        }
    }

    /// Runs of places without a row.
    fn missing(&mut self, missing: &[Sequence]) {
        for finding in runs(missing) {
            self.find(finding);
        }
    }

    /// Rows behind the last segment, up to a place.
    pub fn unsealed(&mut self, rows: &[Written], to: Sequence) {
        let mut rows = rows.iter().peekable();
        let mut missing = Vec::new();
        for place in self.next().0..=to.0 {
            let place = Sequence(place);
            let row = rows.next_if(|row| row.sequence == place);
            if let Some(row) = row {
                self.entries += 1;
                self.tree.push(leaf_at(place, Some(row)));
                match Event::decode(&row.bytes) {
                    Ok(event) if event.followed() == row.followed => {}
                    Ok(_) => self.find(Finding::Changed(place)),
                    Err(_) => self.find(Finding::Unreadable(place)),
                }
            } else {
                missing.push(place);
                self.tree.push(absent(place));
            }
            self.claims.pass(place, &self.tree, row);
            self.seen.pass(place, &self.tree, false);
            self.waiting.pass(place, row);
        }
        self.missing(&missing);
    }

    /// What came of it. The journal ends where it was walked to.
    #[must_use]
    pub fn end(mut self) -> Report {
        let head = Sequence(self.next().0 - 1);
        let (found, unheld) = self.claims.end(head);
        let (witnessed, gone) = self.seen.end(head);
        let (unsealed, overdue) = self.waiting.end();
        self.findings
            .extend(found.into_iter().chain(gone).chain(overdue));
        self.findings.sort_by_key(|finding| finding.places().0);
        Report {
            whole: self.findings.is_empty() && self.acknowledged.is_empty(),
            entries: self.entries,
            dropped: self.dropped,
            segments: self.segments,
            sealed: self.sealed,
            head,
            root: hex(&self.tree.root()),
            unsealed,
            witnessed: witnessed.map(|through| through.0),
            findings: self.findings,
            acknowledged: self.acknowledged,
            unheld,
        }
    }
}

/// Places that are missing, each run as one finding.
fn runs(missing: &[Sequence]) -> Vec<Finding> {
    let runs = missing.chunk_by(|one, next| one.0 + 1 == next.0);
    let told = runs.filter_map(|run| match *run {
        [] => None,
        [one] => Some(Finding::Removed(one)),
        [first, .., last] => Some(Finding::RemovedAll(first, last)),
    });
    told.collect()
}

/// A hash in hexadecimal digits.
pub(crate) fn hex(hash: &Hash) -> String {
    crate::read::hex(hash)
}
