//! What the lines of a witness's file come to, and which of them are kept.

use symbolon_jose::VerifyingKey;
use symbolon_store::Sequence;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use super::note::Note;
use crate::merkle::Hash;

/// Lines of a file, at most: 100 kB. The newest root binds all entries before it; older ones say from
/// where on something was changed, and are what is left to hold once a backup is restored.
const MAX_LINES: usize = 512;

/// The newest roots, which are kept one and all: of older ones every second goes each time.
const NEWEST: usize = 128;

/// Acknowledged breaks that are remembered.
const MAX_BREACHES: usize = 64;

/// A root that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Root {
    pub(super) sequence: Sequence,
    pub(super) hash: Hash,
    pub(super) is_seal: bool,
}

/// A file's lines that one of our keys signed.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    lines: Vec<(Note, Time, String)>,
}

impl Memory {
    /// Reads a file's text. What nobody of us signed, or was cut off by a crash, is passed over.
    pub(super) fn read(text: &str, known: &[VerifyingKey]) -> Self {
        let lines = text.lines().filter_map(|line| {
            let (note, at) = Note::read(line, known)?;
            Some((note, at, line.to_owned()))
        });
        Self {
            lines: lines.collect(),
        }
    }

    pub(super) fn add(&mut self, note: Note, at: Time, line: String) {
        self.lines.push((note, at, line));
    }

    /// Where in the lines the roots stand that still bind.
    fn living(&self) -> Vec<usize> {
        let mut living: Vec<usize> = Vec::new();
        for (at, (note, _, _)) in self.lines.iter().enumerate() {
            match *note {
                Note::Seal { .. } | Note::Head { .. } => living.push(at),
                Note::Term {
                    after, sequence, ..
                } => living.retain(|at| {
                    self.seen(*at)
                        .is_some_and(|(term, root)| term <= after && root.sequence <= sequence)
                }),
                Note::Breach { first, .. } => living.retain(|at| {
                    self.seen(*at)
                        .is_some_and(|(_, root)| root.sequence < first)
                }),
                Note::Retention { .. } => {}
            }
        }
        living
    }

    fn seen(&self, at: usize) -> Option<(i64, Root)> {
        let (note, _, _) = self.lines.get(at)?;
        let (term, sequence, root, is_seal) = match *note {
            Note::Seal {
                term,
                sequence,
                root,
            } => (term, sequence, root, true),
            Note::Head {
                term,
                sequence,
                root,
            } => (term, sequence, root, false),
            Note::Term { .. } | Note::Breach { .. } | Note::Retention { .. } => return None,
        };
        let root = Root {
            sequence,
            hash: root,
            is_seal,
        };
        Some((term, root))
    }

    /// The roots that still bind, the earliest place first.
    pub(super) fn roots(&self) -> Vec<Root> {
        let living = self.living();
        let roots = living.iter().filter_map(|at| self.seen(*at));
        let mut roots: Vec<_> = roots.map(|(_, root)| root).collect();
        roots.sort_by_key(|root| root.sequence);
        roots
    }

    /// The newest seal that still binds.
    pub(super) fn newest(&self) -> Option<Root> {
        self.roots().into_iter().rfind(|root| root.is_seal)
    }

    /// When the last head was written down.
    pub(super) fn head_at(&self) -> Option<Time> {
        let heads = self.lines.iter().rev();
        let mut heads = heads.filter(|(note, _, _)| matches!(note, Note::Head { .. }));
        heads.next().map(|(_, at, _)| *at)
    }

    /// The last term that was begun by a restore; 0 where none was.
    pub(super) fn term(&self) -> i64 {
        let terms = self.lines.iter().map(|(note, _, _)| match note {
            Note::Term { term, .. } | Note::Seal { term, .. } | Note::Head { term, .. } => *term,
            Note::Breach { .. } | Note::Retention { .. } => 0,
        });
        terms.max().unwrap_or(0)
    }

    /// Whether this acknowledgement has been heard of: it excuses nothing that was seen later.
    pub(super) fn knows(&self, request: NodeId) -> bool {
        let is_it =
            |note: &Note| matches!(note, Note::Breach { request: known, .. } if *known == request);
        self.lines.iter().any(|(note, _, _)| is_it(note))
    }

    /// How long realms keep their entries, as it was seen last: how many times it was set, and a digest.
    pub(super) fn retention(&self) -> Option<(i64, Hash)> {
        let mut kept = None;
        for (note, _, _) in &self.lines {
            match *note {
                Note::Retention { version, digest } => kept = Some((version, digest)),
                // What is restored may be older.
                Note::Term { .. } => kept = None,
                Note::Seal { .. } | Note::Head { .. } | Note::Breach { .. } => {}
            }
        }
        kept
    }

    /// The text of a shorter file that comes to the same, where this one is too long.
    pub(super) fn shorter(&self) -> Option<String> {
        if self.lines.len() <= MAX_LINES {
            return None;
        }
        let last = |is_one: fn(&Note) -> bool, count: usize| {
            let all = self.lines.iter().filter(|(note, _, _)| is_one(note));
            let all: Vec<_> = all.collect();
            all.get(all.len().saturating_sub(count)..)
                .unwrap_or_default()
                .to_vec()
        };
        let mut kept = last(|note| matches!(note, Note::Term { .. }), 1);
        kept.extend(last(
            |note| matches!(note, Note::Breach { .. }),
            MAX_BREACHES,
        ));
        kept.extend(last(|note| matches!(note, Note::Retention { .. }), 1));
        let living = self.living();
        let newest = living.len().saturating_sub(NEWEST);
        let thinned = living.iter().enumerate();
        let thinned = thinned.filter(|(count, _)| *count >= newest || count % 2 == 0);
        kept.extend(thinned.filter_map(|(_, at)| self.lines.get(*at)));
        Some(kept.iter().fold(String::new(), |mut text, (_, _, line)| {
            text.push_str(line);
            text.push('\n');
            text
        }))
    }
}
