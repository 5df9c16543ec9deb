//! The network between verifiers and their authority: it passes on, one request at a time, and does
//! to it what it is told.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use symbolon_jose::danger::{unverified_claims, unverified_header};
use symbolon_jose::{Algorithm, SigningKey, jws};

/// What the network does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Network {
    /// It passes everything on.
    #[default]
    Whole,
    /// Nothing passes; what is open breaks.
    Cut,
    /// Each way of each text takes so long.
    Delayed(Duration),
    /// Two events of a stream change places.
    Reordered,
    /// Events come again, and every other answer is one of before.
    Replayed,
    /// Before each event comes one that another key signed, and so is every other answer.
    Forged,
    /// News are kept back: everything that is said was said before.
    KeptBack,
}

/// What was said before, each the oldest first.
#[derive(Default)]
struct Past {
    snapshots: Vec<String>,
    echoes: Vec<String>,
    polls: Vec<String>,
    heartbeats: Vec<String>,
    events: Vec<String>,
    answers: u64,
}

struct Shared {
    network: Mutex<Network>,
    /// Where requests go that hold this text; the first that fits, and the others of the same text in turn.
    upstreams: Mutex<Vec<(String, String)>>,
    turn: AtomicUsize,
    /// Where the last stream came from.
    told_by: Mutex<String>,
    /// Acknowledgements that were answered with 202.
    carried: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
    past: Mutex<Past>,
}

/// A proxy that listens until the tests end.
pub(crate) struct Proxy {
    pub(crate) address: String,
    shared: Arc<Shared>,
}

/// Lets time pass, for that is what is simulated.
fn pass(time: Duration) {
    let start = Instant::now();
    while let Some(left) = time.checked_sub(start.elapsed()) {
        thread::park_timeout(left);
    }
}

impl Proxy {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let shared = Arc::new(Shared {
            network: Mutex::default(),
            upstreams: Mutex::default(),
            turn: AtomicUsize::default(),
            told_by: Mutex::default(),
            carried: AtomicU64::default(),
            open: Mutex::default(),
            past: Mutex::default(),
        });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&own);
                thread::spawn(move || {
                    // Whoever is cut off ends with an error.
                    let _ended = shared.serve(&client);
                    let _closed = client.shutdown(Shutdown::Both);
                });
            }
        });
        Self { address, shared }
    }

    /// Everything goes there.
    pub(crate) fn lead(&self, address: &str) {
        self.lead_each(&[("", address)]);
    }

    /// Now there, now there: each request to the next of those that can be reached.
    pub(crate) fn lead_in_turn(&self, addresses: &[&str]) {
        let ways: Vec<_> = addresses.iter().map(|address| ("", *address)).collect();
        self.lead_each(&ways);
    }

    /// Where the last stream came from.
    pub(crate) fn told_by(&self) -> String {
        self.shared.told_by.lock().unwrap().clone()
    }

    /// How many acknowledgements came to another process than the one that tells the stream.
    pub(crate) fn carried(&self) -> u64 {
        self.shared.carried.load(Ordering::Relaxed)
    }

    /// What holds a text goes to its address.
    pub(crate) fn lead_each(&self, ways: &[(&str, &str)]) {
        let owned = |(text, address): &(&str, &str)| ((*text).to_owned(), (*address).to_owned());
        *self.shared.upstreams.lock().unwrap() = ways.iter().map(owned).collect();
    }

    pub(crate) fn set(&self, network: Network) {
        *self.shared.network.lock().unwrap() = network;
        if network == Network::Cut {
            for open in self.shared.open.lock().unwrap().drain(..) {
                let _closed = open.shutdown(Shutdown::Both);
            }
        }
    }
}

/// A message as it was read: its head with the blank line, and its body.
struct Message {
    head: String,
    body: String,
}

impl Message {
    fn read(from: &mut impl BufRead) -> io::Result<Self> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if from.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let mut own = Self {
            head,
            body: String::new(),
        };
        let length = own
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        from.read_exact(&mut body)?;
        own.body = String::from_utf8(body).unwrap();
        Ok(own)
    }

    fn header(&self, name: &str) -> Option<String> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut named = lines.filter(|(own, _)| own.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.trim().to_owned())
    }

    fn succeeded(&self) -> bool {
        self.head.starts_with("HTTP/1.1 200")
    }

    /// The same answer with another body.
    fn with(self, body: String) -> Self {
        let lines = self.head.lines().filter(|line| {
            let line = line.to_ascii_lowercase();
            !line.is_empty() && !line.starts_with("content-length:")
        });
        let length = format!("content-length: {}", body.len());
        let lines: Vec<_> = lines.chain([length.as_str(), "", ""]).collect();
        let head = lines.join("\r\n");
        Self { head, body }
    }

    fn write(&self, mut to: &TcpStream) -> io::Result<()> {
        to.write_all(format!("{}{}", self.head, self.body).as_bytes())
    }
}

impl Shared {
    fn network(&self) -> Network {
        *self.network.lock().unwrap()
    }

    fn delay(&self) -> Duration {
        match self.network() {
            Network::Delayed(delay) => delay,
            Network::Whole
            | Network::Cut
            | Network::Reordered
            | Network::Replayed
            | Network::Forged
            | Network::KeptBack => Duration::ZERO,
        }
    }

    fn passes(&self) -> io::Result<()> {
        if self.network() == Network::Cut {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }

    /// Requests of one connection, until it ends.
    fn serve(self: &Arc<Self>, client: &TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        self.open.lock().unwrap().push(client.try_clone()?);
        self.passes()?;
        let mut requests = BufReader::new(client.try_clone()?);
        loop {
            let request = Message::read(&mut requests)?;
            pass(self.delay());
            self.passes()?;
            let (upstream, address) = self.upstream(&request)?;
            request.write(&upstream)?;
            let mut answers = BufReader::new(upstream.try_clone()?);
            let answer = Message::read(&mut answers)?;
            let kind = answer.header("content-type").unwrap_or_default();
            if kind == "text/event-stream" {
                self.open.lock().unwrap().push(upstream);
                *self.told_by.lock().unwrap() = address;
                answer.write(client)?;
                return self.stream(answers, client);
            }
            let is_carried = answer.head.starts_with("HTTP/1.1 202");
            self.carried.fetch_add(is_carried.into(), Ordering::Relaxed);
            let answer = self.changed(&request, answer);
            pass(self.delay());
            self.passes()?;
            answer.write(client)?;
        }
    }

    /// Where a request goes. Whatever cannot be reached is passed over, as balancers do.
    fn upstream(&self, request: &Message) -> io::Result<(TcpStream, String)> {
        let upstreams = self.upstreams.lock().unwrap().clone();
        let fits = |text: &str| request.head.contains(text) || request.body.contains(text);
        let (first, _) = upstreams.iter().find(|(text, _)| fits(text)).unwrap();
        let all = upstreams.iter().filter(|(text, _)| text == first);
        let all: Vec<_> = all.map(|(_, address)| address.clone()).collect();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut reached = Err(io::ErrorKind::NotConnected.into());
        for at in 0..all.len() {
            let address = &all[(turn + at) % all.len()];
            reached = TcpStream::connect(address).map(|upstream| (upstream, address.clone()));
            if reached.is_ok() {
                break;
            }
        }
        let (upstream, address) = reached?;
        upstream.set_nodelay(true)?;
        Ok((upstream, address))
    }

    /// An answer that is no stream, as the network would have it.
    fn changed(&self, request: &Message, answer: Message) -> Message {
        if !answer.succeeded() {
            return answer;
        }
        let network = self.network();
        let mut past = self.past.lock().unwrap();
        past.answers += 1;
        let is_odd = past.answers % 2 == 1;
        let is = |name: &str| request.head.contains(&format!("/feed/{name}"));
        let said = if is("snapshot") {
            &mut past.snapshots
        } else if is("acknowledgements") {
            &mut past.echoes
        } else if is("poll") {
            &mut past.polls
        } else {
            return answer;
        };
        said.push(answer.body.clone());
        if network == Network::KeptBack || (network == Network::Replayed && is_odd) {
            let oldest = said[0].clone();
            return answer.with(oldest);
        }
        if network == Network::Forged && is_odd {
            let forged = if is("poll") {
                let mut poll: Value = serde_json::from_str(&answer.body).unwrap();
                for frame in poll["frames"].as_array_mut().unwrap() {
                    *frame = forge(frame.as_str().unwrap()).into();
                }
                poll.to_string()
            } else {
                forge(&answer.body)
            };
            return answer.with(forged);
        }
        answer
    }

    /// Events of a stream, until either side ends.
    fn stream(self: &Arc<Self>, mut from: impl BufRead, client: &TcpStream) -> io::Result<()> {
        let (sender, receiver) = mpsc::channel();
        let to = client.try_clone()?;
        let writing = thread::spawn(move || write_events(&receiver, &to));
        let mut held: Option<String> = None;
        let ended = loop {
            let event = match read_event(&mut from) {
                Ok(event) => event,
                Err(error) => break Err(error),
            };
            for event in self.events(event, &mut held) {
                let due = Instant::now() + self.delay();
                if sender.send((due, event)).is_err() {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
            }
        };
        drop(sender);
        let _gone = writing.join();
        ended
    }

    /// What becomes of an event.
    fn events(&self, event: String, held: &mut Option<String>) -> Vec<String> {
        let network = self.network();
        let mut past = self.past.lock().unwrap();
        if event.contains("event: heartbeat") {
            past.heartbeats.push(event.clone());
        }
        past.events.push(event.clone());
        if network == Network::KeptBack {
            return vec![past.heartbeats[0].clone()];
        }
        let mut events = Vec::new();
        if network == Network::Forged {
            let (before, text) = event.split_once("data: ").unwrap();
            let forged = forge(text.trim_end());
            events.push(format!("{before}data: {forged}\n\n"));
        }
        if network == Network::Reordered && held.is_none() {
            *held = Some(event);
        } else {
            events.push(event);
            events.extend(held.take());
        }
        if network == Network::Replayed {
            let long_ago = past.events.len().saturating_sub(20);
            events.extend(past.events[long_ago..].iter().cloned());
        }
        events
    }
}

/// The same text, later and with nothing to tell, signed by a key that only bears the name.
fn forge(text: &str) -> String {
    let header = unverified_header(text).unwrap();
    let mut claims: Value = unverified_claims(text).unwrap();
    for nothing in ["change", "known"] {
        if claims.get(nothing).is_some() {
            claims[nothing] = json!({});
        }
    }
    claims["at"] = (claims["at"].as_i64().unwrap() + 3_600_000).into();
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let key = key.with_kid(header.kid.unwrap());
    let claims = serde_json::to_vec(&claims).unwrap();
    jws::sign(&key, header.typ.as_deref(), &claims).unwrap()
}

/// The next event of a stream, without the chunks that carry it (RFC 9112 §7.1).
fn read_event(from: &mut impl BufRead) -> io::Result<String> {
    let mut event = String::new();
    while !event.ends_with("\n\n") {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // A chunk's length and end stand between events only; both end in CR LF, events' lines in LF.
        if line.ends_with("\r\n") {
            continue;
        }
        event.push_str(&line);
    }
    Ok(event)
}

/// Each when it is due, as a chunk.
fn write_events(events: &Receiver<(Instant, String)>, mut to: &TcpStream) {
    for (due, event) in events {
        pass(due.saturating_duration_since(Instant::now()));
        let chunk = format!("{:x}\r\n{event}\r\n", event.len());
        if to.write_all(chunk.as_bytes()).is_err() {
            return;
        }
    }
    let _ended = to.write_all(b"0\r\n\r\n");
}
