//! Witness: a file outside the database that says up to where this process saw the journal sealed, and
//! with what root. Whoever writes the database alone takes nothing away from it.
//!
//! 1. What a process sees sealed, whoever sealed it, becomes a line: place and root, signed by the
//!    journal's key, appended and flushed after the seal's commit. A crash in between loses the line.
//! 2. Before anything is sealed, the newest line must still be the end of a segment. A root binds all
//!    entries before it, so one is enough.
//! 3. A restore signs a row of the database that says which past it goes on from, and an acknowledged
//!    break stands signed in its segment: what they end is forgotten, once for each of them.
//! 4. The file is bounded: the newest lines and every second of the older ones stay.
//!
//! A file that is not there is no fault; `journal verify` says so.

mod file;
mod memory;
mod note;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use symbolon_jose::VerifyingKey;
use symbolon_store::{Db, Sequence, Unavailable};
use symbolon_token::time::Time;

use super::{Claim, Keys, Retention, Segment, rows, term};
use crate::merkle::Hash;
use memory::{Memory, Root};
use note::Note;

/// How often a checkpoint is written down at most: anybody who may read a journal asks for one.
const HEADS: Duration = Duration::from_secs(10);

/// The file of a process, if it keeps one. Clones are the same one.
#[derive(Clone, Default)]
pub struct Witness(Arc<Inner>);

#[derive(Default)]
struct Inner {
    path: OnceLock<PathBuf>,
    read: Mutex<Option<(file::Mark, Memory)>>,
}

/// Seals that were seen and are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Up to there everything is as it was seen; 0 where nothing is.
    pub held: Sequence,
    /// Up to there the journal was seen sealed.
    pub lost: Sequence,
}

impl Inner {
    /// The lines, where there is a file.
    fn memory(&self, path: &Path, known: &[VerifyingKey]) -> io::Result<Option<Memory>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mark) = file::mark(path)? else {
            *read = None;
            return Ok(None);
        };
        if let Some((_, memory)) = read.as_ref().filter(|(then, _)| *then == mark) {
            return Ok(Some(memory.clone()));
        }
        let text = file::read(path)?;
        let memory = text.map(|text| Memory::read(&text, known));
        *read = memory.clone().map(|memory| (mark, memory));
        Ok(memory)
    }

    fn append(&self, path: &Path, known: &[VerifyingKey], lines: &[Line]) -> io::Result<()> {
        let mut memory = self.memory(path, known)?.unwrap_or_default();
        let begins_anew = file::read(path)?.is_some_and(|text| !text.ends_with('\n'));
        let texts: Vec<String> = lines.iter().map(|(_, _, text)| text.clone()).collect();
        file::append(path, &texts, begins_anew)?;
        for (note, at, text) in lines {
            memory.add(*note, *at, text.clone());
        }
        if let Some(text) = memory.shorter() {
            file::replace(path, &text)?;
            memory = Memory::read(&text, known);
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        *read = file::mark(path)?.map(|mark| (mark, memory));
        Ok(())
    }
}

type Line = (Note, Time, String);

impl Witness {
    /// Keeps the file there from now on. Only the first call counts.
    pub fn keep_at(&self, path: PathBuf) {
        drop(self.0.path.set(path));
    }

    async fn memory(&self, known: &[VerifyingKey]) -> Option<Memory> {
        let path = self.0.path.get()?.clone();
        let (inner, known) = (Arc::clone(&self.0), known.to_vec());
        let reading = tokio::task::spawn_blocking(move || {
            let read = inner.memory(&path, &known);
            read.inspect_err(|error| warn(&path, error))
        });
        reading.await.ok()?.ok()?
    }

    async fn note(&self, notes: Vec<Note>, keys: Keys<'_>, now: Time) {
        let Some(path) = self.0.path.get().cloned().filter(|_| !notes.is_empty()) else {
            return;
        };
        let sign = |note: Note| Some((note, now, note.sign(now, keys.signing).ok()?));
        let lines: Vec<Line> = notes.into_iter().filter_map(sign).collect();
        let (inner, known) = (Arc::clone(&self.0), keys.known.to_vec());
        let writing = tokio::task::spawn_blocking(move || {
            if let Err(error) = inner.append(&path, &known, &lines) {
                warn(&path, &error);
            }
        });
        // It cannot panic, and is not stopped.
        drop(writing.await);
    }

    /// Holds the journal against what was seen, and says what is gone of it.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn look(
        &self,
        db: &Db,
        keys: Keys<'_>,
        now: Time,
    ) -> Result<Option<Gone>, Unavailable> {
        let Some(memory) = self.memory(keys.known).await else {
            return Ok(None);
        };
        let memory = self.hear_of_terms(memory, db, keys, now).await?;
        let Some(gone) = find(&memory, db, keys.known).await? else {
            return Ok(None);
        };
        let breaches = rows::breaches(db, Sequence(0)).await?;
        let heard = breaches
            .iter()
            .filter(|one| one.is_signed(keys.known))
            .filter_map(|one| one.breach)
            .filter(|one| one.first <= gone.lost && !memory.knows(one.request));
        let heard: Vec<Note> = heard.map(|one| breach(one.first, one.request)).collect();
        if heard.is_empty() {
            return Ok(Some(gone));
        }
        self.note(heard, keys, now).await;
        let memory = self.memory(keys.known).await.unwrap_or_default();
        find(&memory, db, keys.known).await
    }

    async fn hear_of_terms(
        &self,
        memory: Memory,
        db: &Db,
        keys: Keys<'_>,
        now: Time,
    ) -> Result<Memory, Unavailable> {
        let begun = term::after(db, memory.term(), keys.known).await?;
        if begun.is_empty() {
            return Ok(memory);
        }
        let notes = begun.iter().map(|one| Note::Term {
            term: one.term.0,
            after: one.after.0,
            sequence: one.sealed,
        });
        self.note(notes.collect(), keys, now).await;
        Ok(self.memory(keys.known).await.unwrap_or_default())
    }

    /// Writes down that the journal is sealed up to the end of this segment.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn saw(
        &self,
        db: &Db,
        segment: &Segment,
        keys: Keys<'_>,
        now: Time,
    ) -> Result<(), Unavailable> {
        if self.0.path.get().is_none() {
            return Ok(());
        }
        let memory = self.memory(keys.known).await.unwrap_or_default();
        let newest = memory.newest().map_or(Sequence(0), |root| root.sequence);
        if segment.last <= newest || !segment.is_signed(keys.known) {
            return Ok(());
        }
        // What was acknowledged before excuses nothing that is lost later.
        let breaches = rows::breaches(db, newest).await?;
        let signed = breaches.iter().filter(|one| one.is_signed(keys.known));
        let mut notes: Vec<Note> = signed
            .filter_map(|one| one.breach)
            .filter(|one| !memory.knows(one.request))
            .map(|one| breach(one.first, one.request))
            .collect();
        let begun = term::after(db, memory.term(), keys.known).await?;
        let term = begun.last().map_or(memory.term(), |one| one.term.0);
        notes.push(Note::Seal {
            term,
            sequence: segment.last,
            root: segment.tree.root(),
        });
        self.note(notes, keys, now).await;
        Ok(())
    }

    /// Writes down that the journal reached this place with this root, sealed or not.
    pub async fn reached(&self, sequence: Sequence, root: Hash, keys: Keys<'_>, now: Time) {
        let memory = self.memory(keys.known).await.unwrap_or_default();
        let newest = memory
            .roots()
            .last()
            .map_or(Sequence(0), |one| one.sequence);
        let is_soon = memory.head_at().is_some_and(|at| now.since(at) < HEADS);
        if sequence > newest && !is_soon {
            let term = memory.term();
            let note = Note::Head {
                term,
                sequence,
                root,
            };
            self.note(vec![note], keys, now).await;
        }
    }

    /// Whether how long entries are kept is what was seen last, or was set since.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn holds(
        &self,
        db: &Db,
        retention: &Retention,
        keys: Keys<'_>,
        now: Time,
    ) -> Result<bool, Unavailable> {
        if self.0.path.get().is_none() {
            return Ok(true);
        }
        let memory = self.memory(keys.known).await.unwrap_or_default();
        let memory = self.hear_of_terms(memory, db, keys, now).await?;
        let (version, digest) = (retention.version, retention.digest);
        match memory.retention() {
            Some((seen, _)) if version < seen => Ok(false),
            Some((seen, before)) if version == seen => Ok(digest == before),
            None if version == 0 => Ok(true),
            Some(_) | None => {
                let note = Note::Retention { version, digest };
                self.note(vec![note], keys, now).await;
                Ok(true)
            }
        }
    }

    /// How many times it was set how long entries are kept, as far as was seen.
    pub async fn retention(&self, known: &[VerifyingKey]) -> i64 {
        let memory = self.memory(known).await.unwrap_or_default();
        memory.retention().map_or(0, |(version, _)| version)
    }

    /// What was seen, to hold a journal against.
    pub async fn claims(&self, known: &[VerifyingKey]) -> Vec<Claim> {
        let memory = self.memory(known).await.unwrap_or_default();
        let claim = |root: Root| Claim::Seen {
            sequence: root.sequence,
            root: root.hash,
            is_seal: root.is_seal,
        };
        memory.roots().into_iter().map(claim).collect()
    }
}

fn breach(first: Sequence, request: symbolon_token::node::NodeId) -> Note {
    Note::Breach { first, request }
}

/// What is gone of it: looked for from the newest line on, which is there but after a break.
async fn find(
    memory: &Memory,
    db: &Db,
    known: &[VerifyingKey],
) -> Result<Option<Gone>, Unavailable> {
    let roots = memory.roots();
    let mut seals = roots.iter().rev().filter(|root| root.is_seal);
    let Some(newest) = seals.next() else {
        return Ok(None);
    };
    if is_there(newest, db, known).await? {
        return Ok(None);
    }
    let mut gone = Gone {
        held: Sequence(0),
        lost: newest.sequence,
    };
    for root in seals {
        if is_there(root, db, known).await? {
            gone.held = root.sequence;
            break;
        }
    }
    Ok(Some(gone))
}

async fn is_there(root: &Root, db: &Db, known: &[VerifyingKey]) -> Result<bool, Unavailable> {
    let found = rows::holding(db, (root.sequence, root.sequence)).await?;
    let is_it = |one: &Segment| {
        one.last == root.sequence && one.tree.root() == root.hash && one.is_signed(known)
    };
    Ok(found.iter().any(is_it))
}

fn warn(path: &Path, error: &io::Error) {
    let path = path.display();
    tracing::warn!(%path, %error, "the journal's witness cannot be read or written");
}
