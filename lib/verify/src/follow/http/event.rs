//! Read server-sent events (WHATWG HTML §9.2), as far as the feed has them: `event`, `data`, a blank line.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::follow::source::{Event, Events, Failure, Fetched};
use crate::knowledge::{MAX_FRAME, MAX_SNAPSHOT};

/// Room for what comes that is kept after a snapshot, in bytes: frames are short.
const KEPT: usize = 64 * 1024;

/// The name of the event that may be long.
const SNAPSHOT: &str = "snapshot";

/// A stream that is open. Bytes that have come stay when its wait is dropped.
pub(super) struct Stream {
    body: Incoming,
    lines: Lines,
}

impl Stream {
    pub(super) fn new(body: Incoming) -> Self {
        let lines = Lines::default();
        Self { body, lines }
    }
}

impl Events for Stream {
    fn next(&mut self) -> Fetched<'_, Option<Event>> {
        Box::pin(async {
            let mut has_come = false;
            loop {
                if let Some(event) = self.lines.event()? {
                    return Ok(Some(event));
                }
                if has_come && self.lines.name == SNAPSHOT {
                    return Ok(Some(Event::Part));
                }
                match self.body.frame().await {
                    None => return Ok(None),
                    Some(Ok(frame)) => {
                        self.lines.push(&frame.into_data().unwrap_or_default());
                        has_come = true;
                    }
                    Some(Err(error)) => return Err(Failure::Unreachable(error.to_string())),
                }
            }
        })
    }
}

/// Bytes that have come, and the event that they begin.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    /// Up to where they were read.
    read: usize,
    /// Up to where no line ends.
    looked: usize,
    name: String,
    data: String,
}

impl Lines {
    fn push(&mut self, bytes: &Bytes) {
        self.bytes.drain(..self.read);
        self.looked -= self.read;
        self.read = 0;
        if self.bytes.is_empty() {
            self.bytes.shrink_to(KEPT);
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole event that has come.
    fn event(&mut self) -> Result<Option<Event>, Failure> {
        let what = "the stream";
        while let Some(line) = self.line() {
            let line = String::from_utf8(line).map_err(|_| Failure::Answer(what))?;
            if line.is_empty() {
                let (name, data) = (take(&mut self.name), take(&mut self.data));
                match name.as_str() {
                    "frame" => return Ok(Some(Event::Frame(data))),
                    SNAPSHOT => return Ok(Some(Event::Snapshot(data))),
                    "echo" => return Ok(Some(Event::Echo(data))),
                    "heartbeat" => return Ok(Some(Event::Heartbeat(data))),
                    // What a later version tells is not for us; comments keep connections open.
                    _ => continue,
                }
            }
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => value.clone_into(&mut self.name),
                "data" => self.data.push_str(value),
                _ => {}
            }
        }
        let limit = if self.name == SNAPSHOT {
            MAX_SNAPSHOT
        } else {
            MAX_FRAME
        };
        if self.bytes.len() + self.data.len() > limit {
            return Err(Failure::Answer(what));
        }
        Ok(None)
    }

    /// The next line that has ended.
    fn line(&mut self) -> Option<Vec<u8>> {
        let rest = self.bytes.get(self.looked..)?;
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
            self.looked = self.bytes.len();
            return None;
        };
        let end = self.looked + length;
        let line = self.bytes.get(self.read..end)?.to_vec();
        self.read = end + 1;
        self.looked = self.read;
        Some(line.strip_suffix(b"\r").map(<[u8]>::to_vec).unwrap_or(line))
    }
}

fn take(text: &mut String) -> String {
    std::mem::take(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = ": hello\n\nid: s:0\nevent: snapshot\ndata: s.n.p\n\nid: s:1\nevent: frame\n\
                        data: a.b.c\n\nevent: later\ndata: x\n\nevent: heartbeat\r\ndata:d.e.f\r\n\r\n\
                        event: echo\ndata: e.c.h\n\n";

    fn events(parts: &[&[u8]]) -> Vec<Event> {
        let (mut lines, mut events) = (Lines::default(), Vec::new());
        for part in parts {
            lines.push(&Bytes::copy_from_slice(part));
            while let Some(event) = lines.event().unwrap() {
                events.push(event);
            }
        }
        events
    }

    fn expected() -> Vec<Event> {
        let text = |text: &str| text.to_owned();
        vec![
            Event::Snapshot(text("s.n.p")),
            Event::Frame(text("a.b.c")),
            Event::Heartbeat(text("d.e.f")),
            Event::Echo(text("e.c.h")),
        ]
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut lines = Lines::default();
        let part = Bytes::from(vec![b'x'; MAX_FRAME / 2 + 1]);
        lines.push(&part);
        assert_eq!(lines.event(), Ok(None));
        lines.push(&part);
        assert!(lines.event().is_err());
    }

    #[test]
    fn a_snapshot_may_be_longer() {
        let mut lines = Lines::default();
        lines.push(&Bytes::from_static(b"event: snapshot\ndata: "));
        let part = Bytes::from(vec![b'x'; MAX_FRAME / 2 + 1]);
        for _ in 0..3 {
            lines.push(&part);
            assert_eq!(lines.event(), Ok(None));
        }
    }

    proptest! {
        #[test]
        fn events_read_alike_however_they_are_cut(cuts in prop::collection::vec(0..TEXT.len(), 0..8)) {
            let mut cuts = [cuts, vec![0, TEXT.len()]].concat();
            cuts.sort_unstable();
            let parts: Vec<_> = cuts.windows(2).map(|two| &TEXT.as_bytes()[two[0]..two[1]]).collect();
            prop_assert_eq!(events(&parts), expected());
        }
    }
}
