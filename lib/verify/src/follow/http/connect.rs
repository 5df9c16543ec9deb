//! Connections: TCP, and TLS by rustls with the system's certificate authorities and those that were
//! added. HTTP/1.1; kept alive, so that an acknowledgement a second costs no handshake.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How long a connection may take, and then its handshake.
const CONNECT: Duration = Duration::from_secs(3);

/// Makes connections.
#[derive(Clone)]
pub(super) struct Connector {
    extra: RootCertStore,
    config: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Connector {
    pub(super) fn new(extra: RootCertStore) -> Self {
        let config = Arc::default();
        Self { extra, config }
    }

    /// The system's authorities are read at the first connection that needs them.
    fn config(&self) -> io::Result<Arc<ClientConfig>> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let mut roots = self.extra.clone();
        let system = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(system.certs);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }

    async fn connect(self, uri: Uri) -> io::Result<TokioIo<Stream>> {
        let invalid = || io::Error::from(io::ErrorKind::InvalidInput);
        let host = uri.host().ok_or_else(invalid)?.trim_matches(['[', ']']);
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let slow = |_| io::Error::from(io::ErrorKind::TimedOut);
        let connecting = timeout(CONNECT, TcpStream::connect((host, port)));
        let plain = connecting.await.map_err(slow)??;
        plain.set_nodelay(true)?;
        if !secure {
            return Ok(TokioIo::new(Stream::Plain(plain)));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| invalid())?;
        let connector = TlsConnector::from(self.config()?);
        let shaking = timeout(CONNECT, connector.connect(name, plain));
        let stream = shaking.await.map_err(slow)??;
        Ok(TokioIo::new(Stream::Tls(Box::new(stream))))
    }
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<Stream>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}

/// A connection.
pub(super) enum Stream {
    /// To loopback.
    Plain(TcpStream),
    /// To everywhere else.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, buffer),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
