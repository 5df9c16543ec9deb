//! `/feed/stream`, over a socket as a plain client reads it.

use std::time::Duration;

use symbolon_http::router;
use symbolon_http::server::{Drained, Limits, Listen, Server};
use symbolon_token::feed::{HEARTBEAT_TYP, Heartbeat, StreamName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

/// A server on a free port.
struct Serving {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Drained>,
}

async fn serve(site: &Site) -> Serving {
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
struct Events {
    stream: TcpStream,
    read: String,
}

#[derive(Debug, PartialEq, Eq)]
struct Event {
    id: String,
    name: String,
    data: String,
}

impl Events {
    async fn open(serving: &Serving, token: &str, place: &str) -> Self {
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
    async fn next(&mut self) -> Option<Event> {
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
