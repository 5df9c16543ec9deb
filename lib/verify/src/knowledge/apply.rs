//! Take in what the feed says.
//!
//! 1. The text is the authority's, of its kind, and of this channel.
//! 2. Its term is that of what is known. An older one is a replay; a newer one wants a snapshot.
//! 3. Its stream, number and hash continue what is known. What came before is passed over.
//! 4. An echo answers a nonce of ours, once. What is known counts as complete from the moment at which
//!    that nonce was sent, as soon as the echo's position is reached.

use symbolon_token::feed::{Change, Position};
use symbolon_token::time::Time;

use super::error::FeedError;
use super::known::Known;
use super::read::{FeedKeys, ReadEcho, ReadFrame, ReadHeartbeat, ReadSnapshot};
use super::{Awaited, Heard, Knowledge, MAX_WAITING};
use crate::moment::Monotonic;

/// What a frame did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It was known already.
    Old,
    /// It was new.
    New {
        /// Whether tokens that lived may be dead by it: acknowledge it at once.
        kills: bool,
        /// When the authority signed it.
        at: Time,
    },
}

/// What an echo proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echoed {
    /// That everything is known as of this moment.
    Fresh(Monotonic),
    /// That frames are still to come; it counts when they have. Fetch them if they do not.
    Behind,
}

fn kills(change: &Change) -> bool {
    let Change {
        nodes,
        blocks,
        bits,
        leases: _,
        floor,
        keys,
    } = change;
    !nodes.is_empty()
        || !blocks.dead.is_empty()
        || !bits.is_empty()
        || floor.is_some()
        || keys.is_some()
}

impl Knowledge {
    /// Takes a snapshot in: at once if nothing is known, else on trial until an echo confirms it.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn apply_snapshot(&mut self, text: &str, keys: &FeedKeys) -> Result<(), FeedError> {
        self.take_snapshot(keys.snapshot(text)?)
    }

    /// The same, of one that was read before: whoever holds this under a lock reads outside of it.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn take_snapshot(&mut self, read: ReadSnapshot) -> Result<(), FeedError> {
        self.is_own(&read.issuer, &read.audience)?;
        let mut known = read.known;
        if self.term().is_some_and(|term| known.term < term) {
            return Err(FeedError::OldTerm);
        }
        self.replaced = None;
        self.awaited.clear();
        if self.as_of.is_none() {
            self.replaced = self.known.replace(known);
        } else {
            // Whatever of the one before was acknowledged is enforced still.
            let before = self.trial.take();
            if let Some(before) = before.as_ref().filter(|one| one.term == known.term) {
                known.bury(before);
            }
            self.replaced = before;
            self.trial = Some(known);
        }
        self.generation += 1;
        Ok(())
    }

    /// Takes a frame in.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn apply_frame(&mut self, text: &str, keys: &FeedKeys) -> Result<Applied, FeedError> {
        self.take_frame(keys.frame(text)?)
    }

    /// The same, of one that was read before.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn take_frame(&mut self, read: ReadFrame) -> Result<Applied, FeedError> {
        let ReadFrame { frame, hash } = read;
        self.is_own(&frame.iss, &frame.aud)?;
        let known = self.trial.as_mut().or(self.known.as_mut());
        let known = known.ok_or(FeedError::Nothing)?;
        of_term(known, frame.term)?;
        if frame.stream != known.position.stream {
            return Err(FeedError::OtherStream);
        }
        let last = known.position.n;
        if frame.n <= last {
            let forked = frame.n == last && hash != known.position.head;
            return if forked {
                Err(FeedError::Fork)
            } else {
                Ok(Applied::Old)
            };
        }
        if frame.n > last.saturating_add(1) {
            let (known, found) = (last, frame.n);
            return Err(FeedError::Gap { known, found });
        }
        if frame.prev != known.position.head {
            return Err(FeedError::Fork);
        }
        let kills = kills(&frame.change);
        known.position.n = frame.n;
        known.position.head = hash;
        known.take(frame.change, frame.at);
        self.generation += u64::from(kills);
        self.arrive();
        Ok(Applied::New {
            kills,
            at: frame.at,
        })
    }

    /// Hears a heartbeat: it proves nothing about time, but shows whether frames are missing.
    ///
    /// # Errors
    /// [`FeedError`], [`FeedError::Gap`] above all.
    pub fn heartbeat(&mut self, text: &str, keys: &FeedKeys) -> Result<(), FeedError> {
        self.take_heartbeat(&keys.heartbeat(text)?)
    }

    /// The same, of one that was read before.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn take_heartbeat(&mut self, ReadHeartbeat(beat): &ReadHeartbeat) -> Result<(), FeedError> {
        self.is_own(&beat.iss, &beat.aud)?;
        let known = self.newest().ok_or(FeedError::Nothing)?;
        of_term(known, beat.term)?;
        if reached(known, &beat.position)? {
            return Ok(());
        }
        Err(FeedError::Gap {
            known: known.position.n,
            found: beat.position.n,
        })
    }

    /// Hears the echo of an acknowledgement.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn echo(&mut self, text: &str, keys: &FeedKeys) -> Result<Echoed, FeedError> {
        self.take_echo(&keys.echo(text)?)
    }

    /// The same, of one that was read before.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn take_echo(&mut self, ReadEcho(echo): &ReadEcho) -> Result<Echoed, FeedError> {
        self.is_own(&echo.iss, &echo.aud)?;
        let open = self
            .asked
            .iter()
            .position(|(nonce, _)| *nonce == echo.nonce);
        let asked = open.and_then(|at| self.asked.remove(at));
        let (_, sent_at) = asked.ok_or(FeedError::UnknownNonce)?;
        let known = self.newest().ok_or(FeedError::Nothing)?;
        of_term(known, echo.term)?;
        let reached = reached(known, &echo.position)?;
        self.hear(Heard {
            at: echo.at,
            sent_at,
        });
        if reached {
            self.confirm(sent_at);
            return Ok(Echoed::Fresh(sent_at));
        }
        if self.awaited.len() < MAX_WAITING {
            let Position { n, head, .. } = echo.position;
            self.awaited.push_back(Awaited { sent_at, n, head });
        }
        Ok(Echoed::Behind)
    }

    /// Whether a text belongs to this channel.
    fn is_own(&self, issuer: &str, audience: &str) -> Result<(), FeedError> {
        if (issuer, audience) == (&*self.issuer, &*self.audience) {
            Ok(())
        } else {
            Err(FeedError::Foreign)
        }
    }

    /// The newest word on the time counts; it never goes back behind an older one.
    fn hear(&mut self, new: Heard) {
        let at = self.heard.map_or(new.at, |old| new.at.max(old.at));
        if self.heard.is_none_or(|old| old.sent_at <= new.sent_at) {
            self.heard = Some(Heard { at, ..new });
        }
        // Not by what frames say: tokens expire by what echoes say, and must have before that.
        for known in self.known.iter_mut().chain(&mut self.trial) {
            known.forget(at);
        }
    }

    /// Echoes whose position is reached now.
    fn arrive(&mut self) {
        let Some(position) = self.position() else {
            return;
        };
        let reached = |one: &Awaited| {
            one.n < position.n || (one.n == position.n && one.head == position.head)
        };
        let newest = self.awaited.iter().filter(|one| reached(one));
        let newest = newest.map(|one| one.sent_at).max();
        self.awaited.retain(|one| one.n > position.n);
        if let Some(sent_at) = newest {
            self.confirm(sent_at);
        }
    }

    fn confirm(&mut self, as_of: Monotonic) {
        if let Some(trial) = self.trial.take() {
            self.replaced = self.known.replace(trial);
            self.generation += 1;
        }
        self.as_of = self.as_of.max(Some(as_of));
    }
}

/// Step 2.
fn of_term(known: &Known, term: i64) -> Result<(), FeedError> {
    match term.cmp(&known.term) {
        std::cmp::Ordering::Less => Err(FeedError::OldTerm),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(FeedError::NewTerm),
    }
}

/// Step 3: whether what is known has come as far as that.
fn reached(known: &Known, position: &Position) -> Result<bool, FeedError> {
    if position.stream != known.position.stream {
        return Err(FeedError::OtherStream);
    }
    if position.n == known.position.n && position.head != known.position.head {
        return Err(FeedError::Fork);
    }
    Ok(position.n <= known.position.n)
}
