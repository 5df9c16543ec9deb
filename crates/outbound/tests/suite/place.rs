//! Servers on loopback that answer as they were told, and callers that may reach them.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::ServerConfig;
use symbolon_outbound::{Addresses, ExtraRoots, Limits, Options, Outbound, Resolve};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_rustls::TlsAcceptor;

pub(crate) const LOOPBACK: &str = "127.0.0.0/8";
pub(crate) const OK: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngood";

/// A server, and what it was asked.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) asked: UnboundedReceiver<String>,
}

/// One that answers every connection with this; with nothing, it holds them.
pub(crate) async fn plain(answer: impl Into<String>) -> Server {
    serve(answer.into(), None).await
}

/// The same over TLS.
pub(crate) async fn secure(answer: &str, certificate: &Certificate) -> Server {
    serve(answer.to_owned(), Some(certificate.acceptor())).await
}

async fn serve(answer: String, tls: Option<TlsAcceptor>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, asked) = unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (answer, tell, tls) = (answer.clone(), tell.clone(), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => {
                        let _told = tell.send(converse(stream, &answer).await);
                    }
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            let _told = tell.send(converse(stream, &answer).await);
                        }
                    }
                }
            });
        }
    });
    Server { address, asked }
}

/// Reads a request whole, answers, and waits until the caller has gone.
async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) -> String {
    let mut request = Vec::new();
    while !is_whole(&request) {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            break;
        }
    }
    let _gone = stream.write_all(answer.as_bytes()).await;
    if answer.is_empty() {
        let _held = stream.read(&mut [0]).await;
    }
    let _gone = stream.shutdown().await;
    String::from_utf8_lossy(&request).into_owned()
}

/// A handshake of TLS counts as a whole request: who speaks plain HTTP answers it at once.
fn is_whole(request: &[u8]) -> bool {
    if request.first() == Some(&0x16) {
        return true;
    }
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let mut lines = head.lines().map(str::to_ascii_lowercase);
    let length = lines.find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// A certificate that vouches for itself, and its file.
pub(crate) struct Certificate {
    pair: CertifiedKey<KeyPair>,
    folder: TempDir,
}

impl Certificate {
    pub(crate) fn of(name: &str) -> Self {
        let pair = generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("ca.pem"), pair.cert.pem()).unwrap();
        Self { pair, folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = self.pair.signing_key.serialize_der().try_into().unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.pair.cert.der().clone()], key);
        Arc::new(config.unwrap()).into()
    }
}

/// Says in turn what it was told to say, and nothing afterwards.
pub(crate) struct Script(Mutex<VecDeque<Vec<IpAddr>>>);

impl Script {
    pub(crate) fn of(answers: &[&[&str]]) -> Arc<Self> {
        let read = |answer: &&[&str]| answer.iter().map(|one| one.parse().unwrap()).collect();
        Arc::new(Self(Mutex::new(answers.iter().map(read).collect())))
    }

    /// How many answers are left.
    pub(crate) fn left(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Resolve for Script {
    fn resolve<'a>(&'a self, _: &'a str) -> Addresses<'a> {
        let answer = self.0.lock().unwrap().pop_front();
        Box::pin(async move { answer.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }
}

/// A caller that may reach these networks, and asks this resolver.
pub(crate) fn options(private: &[&str], resolver: &Arc<Script>) -> Options {
    Options {
        private: private.iter().map(|one| one.parse().unwrap()).collect(),
        resolver: Arc::clone(resolver) as _,
        ..Options::default()
    }
}

pub(crate) fn caller(private: &[&str], resolver: &Arc<Script>) -> Outbound {
    Outbound::new(options(private, resolver))
}

/// A caller that may reach loopback.
pub(crate) fn neighbour() -> Outbound {
    caller(&[LOOPBACK], &Script::of(&[]))
}

/// The same, with less patience.
pub(crate) fn impatient(total: Duration, at_once: usize) -> Outbound {
    Outbound::new(Options {
        limits: Limits {
            total,
            at_once,
            ..Limits::default()
        },
        ..options(&[LOOPBACK], &Script::of(&[]))
    })
}

/// A caller that believes a certificate, too.
pub(crate) fn believer(certificate: &Certificate, resolver: &Arc<Script>) -> Outbound {
    Outbound::new(Options {
        extra_roots: ExtraRoots::read(&certificate.path()).unwrap(),
        ..options(&[LOOPBACK], resolver)
    })
}
