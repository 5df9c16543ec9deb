//! A running server, and a client that writes and reads bytes.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::routing::{get, post};
use axum::{Extension, Router};
use symbolon_http::server::{Drained, Limits, Listen, Peer, Server};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Short enough to wait for.
pub(crate) const SOON: Duration = Duration::from_millis(80);

/// A server on a free port. It drains when `stop` is called, and is left running when dropped.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Drained>,
}

/// Plain text on loopback, nobody's proxy, default limits.
pub(crate) fn listen() -> Listen {
    Listen {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        tls: None,
        proxies: Vec::new(),
        limits: Limits::default(),
    }
}

/// The same with other limits.
pub(crate) fn limited(limits: Limits) -> Listen {
    Listen { limits, ..listen() }
}

/// `/` says hello, `/length` the length of its body, `/peer` who is calling.
pub(crate) fn routes() -> Router {
    let length = |body: Bytes| async move { body.len().to_string() };
    let peer = |Extension(peer): Extension<Peer>| async move {
        format!("{} {} {:?}", peer.address, peer.secure, peer.via)
    };
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/length", post(length))
        .route("/peer", get(peer))
}

impl Site {
    pub(crate) async fn start(listen: &Listen) -> Self {
        Self::serve(listen, routes()).await
    }

    pub(crate) async fn serve(listen: &Listen, routes: Router) -> Self {
        let server = Server::bind(listen).await.unwrap();
        let address = server.local_address();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            let shutdown = async {
                if stopped.await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            server.run(routes, shutdown).await.unwrap()
        });
        Self {
            address,
            stop,
            running,
        }
    }

    pub(crate) async fn connect(&self) -> Client<TcpStream> {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    /// Begins to drain; await the handle for its end.
    pub(crate) fn stop(self) -> JoinHandle<Drained> {
        self.stop.send(()).unwrap();
        self.running
    }
}

/// One end of a connection.
pub(crate) struct Client<T>(pub(crate) T);

impl<T: AsyncRead + AsyncWrite + Unpin> Client<T> {
    pub(crate) async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Everything until the server closes, which must not be by a reset.
    pub(crate) async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes).await.unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// One reply with a `Content-Length`, without its `date`.
    pub(crate) async fn reply(&mut self) -> String {
        let mut text = String::new();
        while !text.ends_with("\r\n\r\n") {
            text.push(char::from(self.0.read_u8().await.unwrap()));
        }
        let length = header(&text, "content-length").unwrap_or("0");
        let mut body = vec![0; length.parse().unwrap()];
        self.0.read_exact(&mut body).await.unwrap();
        text.push_str(&String::from_utf8(body).unwrap());
        undated(&text)
    }

    /// Sends a request and reads its reply.
    pub(crate) async fn ask(&mut self, text: &str) -> String {
        self.send(text).await;
        self.reply().await
    }
}

/// A header's value.
pub(crate) fn header<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines()
        .filter_map(|line| line.split_once(": "))
        .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
}

/// A reply without the one header that changes from second to second.
pub(crate) fn undated(text: &str) -> String {
    text.split_inclusive("\r\n")
        .filter(|line| !line.starts_with("date: "))
        .collect()
}

/// A request without a body.
pub(crate) const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// Its reply.
pub(crate) const HELLO: &str = "HTTP/1.1 200 OK\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 5\r\n\r\nhello";
