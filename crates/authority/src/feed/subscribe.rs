//! Subscribe: hear the frames of a channel from some place on, as they are cut.

use std::sync::Arc;

use symbolon_identity::realm::Realm;
use symbolon_token::feed::StreamName;
use symbolon_token::time::Time;
use tokio::sync::watch;

use super::allow::Who;
use super::channel::Channel;
use super::follower::Name;
use super::seat::Seat;
use super::{Feed, FeedError};

/// What a follower hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// A snapshot: the frame after which it holds, and its signed text.
    Snapshot(u64, String),
    /// A frame: its number and signed text.
    Frame(u64, String),
    /// A heartbeat: the number of the last frame, and its signed text.
    Heartbeat(u64, String),
    /// The echo of an acknowledgement that came to another process: the number of the last frame, and
    /// its signed text.
    Echo(u64, String),
}

/// A place in a stream, from which on everything is heard.
pub struct Subscription {
    channel: Arc<Channel>,
    stream: StreamName,
    after: u64,
    beats: u64,
    moved: watch::Receiver<u64>,
    leaving: watch::Receiver<bool>,
    /// As whom it listens.
    ear: Option<(Name, u64)>,
    _seat: Seat,
}

impl Feed {
    /// Hears everything after frame `n` of this stream. Who may follow is judged before.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn subscribe(
        &self,
        (realm, audience): (&Realm, &str),
        who: &Who,
        (stream, after): (StreamName, u64),
        now: Time,
    ) -> Result<Subscription, FeedError> {
        let channel = self.find(realm.node, audience);
        let channel = channel.ok_or(FeedError::SnapshotNeeded)?;
        let seat = self.seats.take((realm.node, &who.client_id))?;
        channel.touch(now);
        let mut line = channel.line();
        line.after(stream, after)?;
        line.listeners += 1;
        let beats = line.beat.0;
        drop(line);
        let subscription = Subscription {
            stream,
            after,
            beats,
            moved: channel.moved.subscribe(),
            leaving: self.leaving.subscribe(),
            ear: None,
            channel,
            _seat: seat,
        };
        Ok(subscription)
    }
}

impl Subscription {
    /// Which stream.
    #[must_use]
    pub fn stream(&self) -> StreamName {
        self.stream
    }

    /// From now on echoes for this name are heard here.
    pub(super) fn listen_as(&mut self, name: Name) {
        let number = self.channel.line().ears.open(name.clone());
        self.ear = Some((name, number));
    }

    /// Where the stream stands now, signed.
    ///
    /// # Errors
    /// [`FeedError::Sign`].
    pub fn heartbeat(&self, now: Time) -> Result<Word, FeedError> {
        let text = self.channel.heartbeat(now)?;
        Ok(Word::Heartbeat(self.after, text))
    }

    /// What there is to hear at this moment, the oldest first; nothing at the stream's end, or where
    /// another listens under the same name by now.
    pub fn ready(&mut self) -> Option<Vec<Word>> {
        if *self.leaving.borrow() {
            return None;
        }
        let mut line = self.channel.line();
        let missed = line.after(self.stream, self.after).ok()?;
        let mut words: Vec<Word> = missed
            .into_iter()
            .map(|cut| Word::Frame(cut.n, cut.text))
            .collect();
        self.after = line.position.n;
        if line.beat.0 > self.beats && !line.beat.1.is_empty() {
            self.beats = line.beat.0;
            words.push(Word::Heartbeat(self.after, line.beat.1.clone()));
        }
        if let Some((name, number)) = &self.ear {
            // Behind the frames of which they speak.
            let echoes = line.ears.take(name, *number)?.into_iter();
            words.extend(echoes.map(|echo| Word::Echo(self.after, echo)));
        }
        Some(words)
    }

    /// Waits until there is something to hear; nothing at the stream's end, or when the server leaves.
    pub async fn next(&mut self) -> Option<Vec<Word>> {
        loop {
            self.moved.borrow_and_update();
            let ready = self.ready()?;
            if !ready.is_empty() {
                return Some(ready);
            }
            tokio::select! {
                moved = self.moved.changed() => moved.ok()?,
                _ = self.leaving.wait_for(|leaving| *leaving) => return None,
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut line = self.channel.line();
        line.listeners -= 1;
        if let Some((name, number)) = &self.ear {
            line.ears.close(name, *number);
        }
    }
}
