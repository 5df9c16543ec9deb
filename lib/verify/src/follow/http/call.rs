//! One request, one answer, within limits of size and time. Redirects are not followed.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

use super::connect::Connector;
use crate::follow::source::Failure;

/// Who we say that we are.
const AGENT: HeaderValue = HeaderValue::from_static("symbolon-verify");

/// How long an answer may take to begin, and how long a pause in it may be.
const SILENCE: Duration = Duration::from_secs(3);

/// Connections that are kept for the next request.
const IDLE: usize = 4;

/// What is asked.
pub(super) struct Ask {
    pub(super) what: &'static str,
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The longest answer, in bytes.
    pub(super) limit: usize,
    /// How much longer than usual the answer may take to begin.
    pub(super) wait: Duration,
}

impl Ask {
    pub(super) fn get(what: &'static str, url: String, limit: usize) -> Self {
        Self {
            what,
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            limit,
            wait: Duration::ZERO,
        }
    }

    pub(super) fn post(what: &'static str, url: String, body: Vec<u8>) -> Self {
        Self {
            method: Method::POST,
            body: body.into(),
            ..Self::get(what, url, super::MAX_WORD)
        }
    }

    pub(super) fn typed(mut self, kind: &'static str) -> Self {
        let kind = HeaderValue::from_static(kind);
        self.headers.insert(CONTENT_TYPE, kind);
        self
    }

    pub(super) fn accepting(mut self, kind: &'static str) -> Self {
        self.headers.insert(ACCEPT, HeaderValue::from_static(kind));
        self
    }
}

/// Makes requests.
pub(super) struct Caller(Client<Connector, Full<Bytes>>);

impl Caller {
    pub(super) fn new(connector: Connector) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(IDLE)
            .build(connector);
        Self(client)
    }

    /// The answer, when its head has come.
    async fn open(&self, ask: &Ask) -> Result<Response<Incoming>, Failure> {
        let mut request = Request::new(Full::new(ask.body.clone()));
        *request.method_mut() = ask.method.clone();
        *request.uri_mut() = ask
            .url
            .parse()
            .map_err(|_| Failure::Refused("no address"))?;
        *request.headers_mut() = ask.headers.clone();
        request.headers_mut().insert(USER_AGENT, AGENT);
        let answer = timeout(ask.wait + SILENCE + SILENCE, self.0.request(request));
        answer
            .await
            .map_err(|_| Failure::Slow)?
            .map_err(|error| unreachable(&error))
    }

    /// The body of an answer with status 2xx, as it comes.
    pub(super) async fn body(&self, ask: &Ask) -> Result<Incoming, Failure> {
        let answer = self.open(ask).await?;
        judged(ask.what, answer.status().as_u16())?;
        Ok(answer.into_body())
    }

    /// Status and body.
    async fn call(&self, ask: &Ask) -> Result<(u16, Vec<u8>), Failure> {
        let answer = self.open(ask).await?;
        let status = answer.status().as_u16();
        let mut body = answer.into_body();
        let long = |more: usize| more > ask.limit;
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if long(announced) {
            return Err(Failure::Answer(ask.what));
        }
        let mut bytes = Vec::with_capacity(announced);
        while let Some(part) = next(&mut body).await? {
            if long(bytes.len() + part.len()) {
                return Err(Failure::Answer(ask.what));
            }
            bytes.extend_from_slice(&part);
        }
        Ok((status, bytes))
    }

    /// The body of an answer with status 2xx; 410 asks for a snapshot.
    pub(super) async fn text(&self, ask: &Ask) -> Result<String, Failure> {
        let (status, body) = self.call(ask).await?;
        judged(ask.what, status)?;
        String::from_utf8(body).map_err(|_| Failure::Answer(ask.what))
    }
}

/// What a status means here.
fn judged(what: &'static str, status: u16) -> Result<(), Failure> {
    match status {
        200..=299 => Ok(()),
        410 => Err(Failure::SnapshotNeeded),
        _ => Err(Failure::Status { what, status }),
    }
}

/// The next bytes of a body that must not pause.
async fn next(body: &mut Incoming) -> Result<Option<Bytes>, Failure> {
    let frame = timeout(SILENCE, body.frame()).await;
    let frame = frame.map_err(|_| Failure::Slow)?;
    match frame {
        None => Ok(None),
        Some(Ok(frame)) => Ok(Some(frame.into_data().unwrap_or_default())),
        Some(Err(error)) => Err(Failure::Unreachable(error.to_string())),
    }
}

/// With its causes: "connection refused" is the one that helps.
fn unreachable(error: &Error) -> Failure {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    Failure::Unreachable(text)
}
