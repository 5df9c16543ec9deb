//! The authority over HTTP.
//!
//! 1. The issuer's metadata say where its endpoints are; the feed is under the issuer.
//! 2. The client gets itself a token of scope `feed` by its credentials (RFC 6749 §4.4), renews it before it
//!    ends, and at once if it is refused.
//! 3. Everything else is a request with that token.

mod call;
mod connect;
mod discover;
mod event;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use hyper::body::Incoming;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use symbolon_token::feed::{Acknowledgement, Position, Report};
use symbolon_token::secret::Secret;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::form_urlencoded::{self, Serializer};

use self::call::{Ask, Caller};
use self::connect::Connector;
use self::discover::{Endpoints, discover, is_callable};
use super::source::{Events, Failure, Fetched, Polled, Source, Wanted};
use crate::knowledge::{MAX_FRAME, MAX_SNAPSHOT};

/// The longest answer that is no part of the feed, in bytes.
const MAX_WORD: usize = 256 * 1024;

/// The longest answer to a poll, in bytes.
const MAX_POLL: usize = 2 * MAX_FRAME;

/// Of a token's life so much is used before it is renewed.
const USED: f64 = 0.7;

/// How long a token is used whose answer does not say.
const LIFE: u64 = 60;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// As whom the feed is followed: a client with the scope `feed`. It does not print.
pub struct Client {
    id: String,
    secret: Secret,
    roots: RootCertStore,
}

/// A file of certificates that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text holds no certificates in PEM")]
pub struct NoCertificates;

impl Client {
    /// A client that authenticates itself by its secret (`client_secret_basic`).
    #[must_use]
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            roots: RootCertStore::empty(),
        }
    }

    /// Believes these certificate authorities (PEM) beside the system's.
    ///
    /// # Errors
    /// [`NoCertificates`].
    pub fn trusting(mut self, pem: &[u8]) -> Result<Self, NoCertificates> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let read = read.map_err(|_| NoCertificates)?;
        match self.roots.add_parsable_certificates(read) {
            (0, _) => Err(NoCertificates),
            (_, _) => Ok(self),
        }
    }

    /// The value of `Authorization` (RFC 6749 §2.3.1).
    fn basic(&self) -> Result<HeaderValue, Failure> {
        let part =
            |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let pair = format!("{}:{}", part(&self.id), part(self.secret.reveal()));
        let value = format!("Basic {}", STANDARD.encode(pair));
        secret_value(&value)
    }
}

fn secret_value(text: &str) -> Result<HeaderValue, Failure> {
    let value = HeaderValue::from_str(text);
    let mut value = value.map_err(|_| Failure::Refused("credentials that no header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// An access token of our own, and until when it is used.
struct Token {
    header: HeaderValue,
    renew_at: Instant,
}

/// The authority of one issuer, over HTTP.
pub struct Http {
    issuer: String,
    audience: String,
    client: Client,
    caller: Caller,
    endpoints: Mutex<Option<Endpoints>>,
    token: Mutex<Option<Token>>,
}

impl Http {
    /// Nothing is called yet.
    ///
    /// # Errors
    /// [`Failure::Refused`] for an issuer that is no https address (http passes on loopback).
    pub fn new(issuer: &str, audience: &str, client: Client) -> Result<Self, Failure> {
        if !is_callable(issuer) {
            return Err(Failure::Refused("an issuer is an https address"));
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            caller: Caller::new(Connector::new(client.roots.clone())),
            client,
            endpoints: Mutex::default(),
            token: Mutex::default(),
        })
    }

    /// Step 1.
    async fn endpoints(&self) -> Result<Endpoints, Failure> {
        let mut known = self.endpoints.lock().await;
        if let Some(endpoints) = &*known {
            return Ok(endpoints.clone());
        }
        let endpoints = discover(&self.caller, &self.issuer).await?;
        *known = Some(endpoints.clone());
        Ok(endpoints)
    }

    /// Step 2.
    async fn token(&self) -> Result<HeaderValue, Failure> {
        #[derive(Deserialize)]
        struct Issued {
            access_token: String,
            expires_in: Option<u64>,
        }
        let mut known = self.token.lock().await;
        let now = Instant::now();
        if let Some(token) = known.as_ref().filter(|token| now < token.renew_at) {
            return Ok(token.header.clone());
        }
        let address = self.endpoints().await?.token_endpoint;
        let form = form(&[("grant_type", "client_credentials"), ("scope", "feed")]);
        let mut ask = Ask::post("the token", address, form).typed(FORM);
        ask.headers.insert(AUTHORIZATION, self.client.basic()?);
        let text = self.caller.text(&ask).await?;
        let issued: Issued =
            serde_json::from_str(&text).map_err(|_| Failure::Answer("the token"))?;
        let life = Duration::from_secs(issued.expires_in.unwrap_or(LIFE));
        let own = Secret::from(issued.access_token);
        let header = secret_value(&format!("Bearer {}", own.reveal()))?;
        *known = Some(Token {
            header: header.clone(),
            renew_at: now + life.mul_f64(USED),
        });
        Ok(header)
    }

    /// A token that is refused is used no longer. Whether another one may do better.
    async fn is_spent(&self, failure: &Failure, refused: &HeaderValue) -> bool {
        if !matches!(failure, Failure::Status { status: 401, .. }) {
            return false;
        }
        let mut known = self.token.lock().await;
        if known.as_ref().is_some_and(|token| token.header == *refused) {
            *known = None;
        }
        true
    }

    /// Step 3, and once more where the token was revoked meanwhile: news of its own end must not hold up
    /// the news behind it.
    async fn asked(&self, mut ask: Ask) -> Result<String, Failure> {
        let own = self.token().await?;
        ask.headers.insert(AUTHORIZATION, own.clone());
        match self.caller.text(&ask).await {
            Err(failure) if self.is_spent(&failure, &own).await => {
                ask.headers.insert(AUTHORIZATION, self.token().await?);
                self.caller.text(&ask).await
            }
            answered => answered,
        }
    }

    /// The same, for a stream.
    async fn opened(&self, mut ask: Ask) -> Result<Incoming, Failure> {
        let own = self.token().await?;
        ask.headers.insert(AUTHORIZATION, own.clone());
        match self.caller.body(&ask).await {
            Err(failure) if self.is_spent(&failure, &own).await => {
                ask.headers.insert(AUTHORIZATION, self.token().await?);
                self.caller.body(&ask).await
            }
            answered => answered,
        }
    }

    /// An address of the feed without a query.
    fn under(&self, name: &str) -> String {
        format!("{}/feed/{name}", self.issuer.trim_end_matches('/'))
    }

    /// An address of the feed, for the audience.
    fn feed(&self, name: &str, query: &[(&str, &str)]) -> String {
        let query = query.iter().copied();
        let query = Serializer::new(String::new())
            .append_pair("audience", &self.audience)
            .extend_pairs(query)
            .finish();
        format!("{}?{query}", self.under(name))
    }

    async fn streamed(&self, wanted: Wanted<'_>) -> Result<Box<dyn Events>, Failure> {
        let what = "the stream";
        let named = ("follower", wanted.follower);
        let address = match wanted.after {
            Some(after) => {
                let (stream, n) = (after.stream.to_string(), after.n.to_string());
                let place = [
                    ("stream", &*stream),
                    ("after", &*n),
                    ("fallback", "snapshot"),
                ];
                self.feed("stream", &[&place[..], &[named]].concat())
            }
            None => self.feed("stream", &[named]),
        };
        let ask = Ask::get(what, address, MAX_FRAME).accepting("text/event-stream");
        let body = self.opened(ask).await?;
        Ok(Box::new(event::Stream::new(body)))
    }

    async fn poll_after(&self, after: Position, wait: Duration) -> Result<Polled, Failure> {
        #[derive(Deserialize)]
        struct Answer {
            frames: Vec<String>,
            heartbeat: String,
        }
        let (stream, n) = (after.stream.to_string(), after.n.to_string());
        let millis = wait.as_millis().to_string();
        let query = [("stream", &*stream), ("after", &*n), ("wait_ms", &*millis)];
        let ask = Ask::get("a poll", self.feed("poll", &query), MAX_POLL);
        let text = self.asked(Ask { wait, ..ask }).await?;
        let answer: Answer = serde_json::from_str(&text).map_err(|_| Failure::Answer("a poll"))?;
        Ok(Polled {
            frames: answer.frames,
            heartbeat: answer.heartbeat,
        })
    }

    async fn introspected(&self, token: &str) -> Result<bool, Failure> {
        #[derive(Deserialize)]
        struct Answer {
            active: bool,
        }
        let what = "the introspection";
        let address = self.endpoints().await?.introspection_endpoint;
        let address = address.ok_or(Failure::Refused("the issuer has no introspection"))?;
        let form = form(&[("token", token), ("token_type_hint", "access_token")]);
        let mut ask = Ask::post(what, address, form).typed(FORM);
        ask.headers.insert(AUTHORIZATION, self.client.basic()?);
        let text = self.caller.text(&ask).await?;
        let answer: Answer = serde_json::from_str(&text).map_err(|_| Failure::Answer(what))?;
        Ok(answer.active)
    }
}

fn form(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut form = Serializer::new(String::new());
    form.extend_pairs(pairs).finish().into_bytes()
}

impl Source for Http {
    fn keys(&self) -> Fetched<'_, String> {
        Box::pin(async {
            let address = self.endpoints().await?.jwks_uri;
            self.caller
                .text(&Ask::get("the keys", address, MAX_WORD))
                .await
        })
    }

    fn feed_keys(&self) -> Fetched<'_, String> {
        Box::pin(async {
            let ask = Ask::get("the feed's keys", self.under("jwks"), MAX_WORD);
            self.caller.text(&ask).await
        })
    }

    fn snapshot(&self) -> Fetched<'_, String> {
        let ask = Ask::get("the snapshot", self.feed("snapshot", &[]), MAX_SNAPSHOT);
        Box::pin(self.asked(ask.accepting("application/jwt")))
    }

    fn stream<'a>(&'a self, wanted: Wanted<'a>) -> Fetched<'a, Box<dyn Events>> {
        Box::pin(self.streamed(wanted))
    }

    fn poll(&self, after: Position, wait: Duration) -> Fetched<'_, Polled> {
        Box::pin(self.poll_after(after, wait))
    }

    fn acknowledge<'a>(
        &'a self,
        acknowledgement: &'a Acknowledgement,
    ) -> Fetched<'a, Option<String>> {
        let address = self.under("acknowledgements");
        Box::pin(async move {
            let body = serde_json::to_vec(acknowledgement).unwrap_or_default();
            let ask = Ask::post("the acknowledgement", address, body).typed(JSON);
            let echo = self.asked(ask.accepting("application/jwt")).await?;
            // 202: it was carried to another process, and there is nothing to say yet.
            Ok(Some(echo).filter(|echo| !echo.is_empty()))
        })
    }

    fn report<'a>(&'a self, report: &'a Report) -> Fetched<'a, ()> {
        let address = self.under("reports");
        Box::pin(async move {
            let body = serde_json::to_vec(report).unwrap_or_default();
            let ask = Ask::post("the report", address, body).typed(JSON);
            self.asked(ask).await.map(|_| ())
        })
    }

    fn introspect<'a>(&'a self, token: &'a str) -> Fetched<'a, bool> {
        Box::pin(self.introspected(token))
    }
}
