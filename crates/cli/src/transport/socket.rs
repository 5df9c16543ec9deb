//! The API of a running server, over its local socket.

use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use http_body_util::{BodyExt, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

use super::{Answer, MAX_ANSWER};
use crate::exit::Fault;

/// A connection to a running server.
pub(super) struct Socket(SendRequest<Body>);

impl Socket {
    /// Connects, if a server answers there.
    pub(super) async fn connect(path: &Path) -> Option<Self> {
        let stream = UnixStream::connect(path).await.ok()?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the connection to the local socket broke");
            }
        });
        Some(Self(sender))
    }

    /// Asks.
    ///
    /// # Errors
    /// [`Fault`] where the server goes away meanwhile.
    pub(super) async fn send(&mut self, request: Request<Body>) -> Result<Answer, Fault> {
        let gone = |error: &dyn std::fmt::Display| {
            Fault::Unavailable(format!("the server went away while it was asked: {error}"))
        };
        self.0.ready().await.map_err(|error| gone(&error))?;
        let response = self.0.send_request(request).await;
        let (parts, body) = response.map_err(|error| gone(&error))?.into_parts();
        let whole = Limited::new(body, MAX_ANSWER).collect().await;
        let bytes = whole.map_err(|error| gone(&error))?.to_bytes();
        Answer::read(parts.status, &bytes)
    }
}
