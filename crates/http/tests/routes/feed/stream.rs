//! `/feed/stream`, over a socket as a plain client reads it.

use std::time::Duration;

use symbolon_http::router;
use symbolon_http::server::{Drained, Limits, Listen, Server};
use symbolon_token::feed::{HEARTBEAT_TYP, Heartbeat, Position, StreamName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

/// A server on a free port.
pub(super) struct Serving {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Drained>,
}

pub(super) async fn serve(site: &Site) -> Serving {
    let listen = Listen {
        address: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        tls: None,
        proxies: Vec::new(),
        limits: Limits::default(),
    };
    let server = Server::bind(&listen).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let (address, routes) = (server.local_address(), router(site.app.clone()));
    let shutdown = async move {
        let _ = stopped.await;
    };
    let running = tokio::spawn(async move { server.run(routes, shutdown).await.unwrap() });
    Serving {
        address,
        stop,
        running,
    }
}

/// A client that reads events.
pub(super) struct Events {
    stream: TcpStream,
    read: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) data: String,
}

impl Events {
    pub(super) async fn open(serving: &Serving, token: &str, place: &str) -> Self {
        let mut stream = TcpStream::connect(serving.address).await.unwrap();
        let head = format!(
            "GET /feed/stream?audience={API}{place} HTTP/1.1\r\nHost: auth.example\r\n\
             Authorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        Self {
            stream,
            read: String::new(),
        }
    }

    /// The next event; none at the stream's end.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((before, after)) = self.read.split_once("\n\n") {
                let (text, rest) = (before.to_owned(), after.to_owned());
                self.read = rest;
                let field = |name: &str| {
                    let line = text.lines().find_map(|line| line.strip_prefix(name));
                    line.unwrap_or_else(|| unreachable!("{name} in {text}"))
                        .to_owned()
                };
                return Some(Event {
                    id: field("id: "),
                    name: field("event: "),
                    data: field("data: "),
                });
            }
            let mut bytes = [0; 4096];
            let count = self.stream.read(&mut bytes).await.unwrap();
            let text = std::str::from_utf8(&bytes[..count]).unwrap();
            if count == 0 || text.ends_with("\r\n0\r\n\r\n") || text == "0\r\n\r\n" {
                return None;
            }
            self.read.push_str(text);
        }
    }
}

fn place(stream: StreamName, after: u64) -> String {
    format!("&stream={stream}&after={after}")
}

#[tokio::test]
async fn frames_come_as_they_are_cut_and_a_heartbeat_at_once() {
    let (site, _folder) = site().await;
    let (serving, token) = (serve(&site).await, token(&site, "api").await);
    let stream = snapshot(&site, &token).await.position.stream;
    let mut events = Events::open(&serving, &token, &place(stream, 0)).await;
    let first = events.next().await.unwrap();
    assert_eq!(
        (&*first.name, first.id),
        ("heartbeat", format!("{stream}:0"))
    );
    let heartbeat: Heartbeat = signed(&site, &first.data, HEARTBEAT_TYP).await;
    assert_eq!((heartbeat.position.n, heartbeat.at), (0, site.now()));
    dies(&site).await;
    let frame = events.next().await.unwrap();
    assert_eq!((&*frame.name, frame.id), ("frame", format!("{stream}:1")));
    let frame: Frame = signed(&site, &frame.data, FRAME_TYP).await;
    assert_eq!((frame.n, frame.stream), (1, stream));
    site.app.feed().beat(&site.world, site.now());
    assert_eq!(events.next().await.unwrap().name, "heartbeat");
}

#[tokio::test]
async fn a_client_that_comes_back_says_by_itself_where_it_was() {
    let (site, _folder) = site().await;
    let (serving, token) = (serve(&site).await, token(&site, "api").await);
    let stream = snapshot(&site, &token).await.position.stream;
    dies(&site).await;
    dies(&site).await;
    let again = format!("&stream={stream}&after=0 HTTP/1.1\r\nLast-Event-ID: {stream}:1\r\nX: ");
    let mut events = Events::open(&serving, &token, &again).await;
    assert_eq!(events.next().await.unwrap().id, format!("{stream}:2"));
}

#[tokio::test]
async fn a_stream_of_nowhere_begins_with_a_snapshot_and_what_comes_after_it() {
    let (site, _folder) = site().await;
    let (serving, token) = (serve(&site).await, token(&site, "api").await);
    // The channel has come some way already.
    snapshot(&site, &token).await;
    dies(&site).await;
    let mut events = Events::open(&serving, &token, "&follower=one").await;
    let first = events.next().await.unwrap();
    let begins: Snapshot = signed(&site, &first.data, SNAPSHOT_TYP).await;
    let Position { stream, n, .. } = begins.position;
    assert_eq!(
        (&*first.name, first.id),
        ("snapshot", format!("{stream}:1"))
    );
    assert_eq!((n, begins.known.bits.len()), (1, 1));
    assert_eq!(events.next().await.unwrap().name, "heartbeat");
    dies(&site).await;
    assert_eq!(events.next().await.unwrap().id, format!("{stream}:2"));
}

#[tokio::test]
async fn a_stream_that_does_not_go_on_begins_with_a_snapshot_where_it_is_asked_to() {
    let (site, _folder) = site().await;
    let (serving, token) = (serve(&site).await, token(&site, "api").await);
    let stream = snapshot(&site, &token).await.position.stream;
    let elsewhere = place(symbolon_token::feed::Bytes([9; 16]), 7);
    let refused = get(
        &site,
        &format!("/feed/stream?audience={API}{elsewhere}"),
        &token,
    )
    .await;
    assert_eq!(refused.status, StatusCode::GONE);
    for (from, name) in [(elsewhere, "snapshot"), (place(stream, 0), "heartbeat")] {
        let asked = format!("{from}&fallback=snapshot");
        let mut events = Events::open(&serving, &token, &asked).await;
        let first = events.next().await.unwrap();
        assert_eq!((&*first.name, first.id), (name, format!("{stream}:0")));
    }
}

#[tokio::test]
async fn half_a_place_and_a_name_that_is_none_are_refused() {
    let (site, _folder) = site().await;
    let token = token(&site, "api").await;
    for (query, status) in [
        ("&stream=AAAAAAAAAAAAAAAAAAAAAA", StatusCode::GONE),
        ("&after=1", StatusCode::GONE),
        ("&follower=", StatusCode::BAD_REQUEST),
        ("&follower=a%07", StatusCode::BAD_REQUEST),
        ("&fallback=nothing", StatusCode::BAD_REQUEST),
    ] {
        let path = format!("/feed/stream?audience={API}{query}");
        assert_eq!(get(&site, &path, &token).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let (site, _folder) = site().await;
    let (serving, token) = (serve(&site).await, token(&site, "api").await);
    let stream = snapshot(&site, &token).await.position.stream;
    let mut events = Events::open(&serving, &token, &place(stream, 0)).await;
    events.next().await.unwrap();
    site.later(Duration::from_mins(10)).await;
    site.app.feed().beat(&site.world, site.now());
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_stream_ends_when_its_client_is_revoked() {
    let (site, _folder) = site().await;
    let (serving, token) = (serve(&site).await, token(&site, "api").await);
    let stream = snapshot(&site, &token).await.position.stream;
    let mut events = Events::open(&serving, &token, &place(stream, 0)).await;
    events.next().await.unwrap();
    let asked = json!({"cause": {"client": "api"}, "reason": "leaked"});
    site.post("/v1/revocations", &asked).local().send().await;
    cut(&site).await;
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn an_open_stream_does_not_hold_a_server_that_leaves() {
    let (site, _folder) = site().await;
    let (serving, token) = (serve(&site).await, token(&site, "api").await);
    let stream = snapshot(&site, &token).await.position.stream;
    let mut events = Events::open(&serving, &token, &place(stream, 0)).await;
    events.next().await.unwrap();
    site.app.feed().leave();
    serving.stop.send(()).unwrap();
    assert_eq!(serving.running.await.unwrap(), Drained { cut: 0 });
    assert_eq!(events.next().await, None);
}
