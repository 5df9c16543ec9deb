//! Calls that leave this server: to clients that are told of a sign-out, for documents that others
//! publish. Whoever registers an address must not thereby reach what only this server reaches, nor
//! hold it up (OWASP: server-side request forgery; RFC 8725 §3.10; OpenID Connect Back-Channel
//! Logout §4).
//!
//! 1. The address is https, without user and password. Plain http goes only to networks that the
//!    operator named.
//! 2. At most so many calls are on their way at once; the time that one waits counts as its own.
//! 3. Its name is resolved here, once, and every address judged: private ones and their kind are
//!    left out unless the operator named their network. The connection goes to an address that was
//!    judged, so a name that means something else a moment later changes nothing.
//! 4. The certificate and the name hold, by the system's roots and those that the operator added.
//! 5. One request over HTTP/1.1, one answer; no redirect is followed, no more is read than the limit,
//!    and all of it ends in time.

mod address;
mod call;
mod error;
mod resolve;
mod target;
mod trust;

pub use address::is_public;
pub use error::{CallError, TrustError};
pub use resolve::{Addresses, Resolve, System};
pub use trust::ExtraRoots;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::{Method, StatusCode};
use ipnet::IpNet;
use tokio::sync::Semaphore;
use url::form_urlencoded::Serializer;

use call::Content;
use target::Target;
use trust::Trust;

/// Where calls may go, and how far.
#[derive(Clone)]
pub struct Options {
    /// Networks that may be called although they are private, and by plain http.
    pub private: Vec<IpNet>,
    /// Certificate authorities that are believed beside the system's.
    pub extra_roots: ExtraRoots,
    /// What one call may cost.
    pub limits: Limits,
    /// What names mean.
    pub resolver: Arc<dyn Resolve>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            private: Vec::new(),
            extra_roots: ExtraRoots::default(),
            limits: Limits::default(),
            resolver: Arc::new(System),
        }
    }
}

/// What one call may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long one address may take to connect, and then the handshake.
    pub connect: Duration,
    /// How long everything may take, from the wait for a place to the last byte.
    pub total: Duration,
    /// The longest answer, in bytes.
    pub answer: usize,
    /// How many calls are on their way at once.
    pub at_once: usize,
}

/// Ten seconds are less than a piece of news waits before it is tried again; 64 KiB are many times
/// a set of keys; 32 calls hold 32 sockets and little memory.
impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            total: Duration::from_secs(10),
            answer: 64 * 1024,
            at_once: 32,
        }
    }
}

/// What came back, whatever it means. A redirect never does: it is [`CallError::Redirected`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The content type, as it was written.
    pub content_type: Option<String>,
    /// All of the body.
    pub body: Bytes,
}

impl Answer {
    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        StatusCode::from_u16(self.status).is_ok_and(|status| status.is_success())
    }
}

/// Who makes the calls.
pub struct Outbound {
    private: Vec<IpNet>,
    limits: Limits,
    resolver: Arc<dyn Resolve>,
    trust: Trust,
    places: Semaphore,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Outbound")
    }
}

impl Outbound {
    /// Nothing is called and nothing read yet: the system's roots are when they are first needed.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            private: options.private,
            limits: options.limits,
            resolver: options.resolver,
            trust: Trust::new(options.extra_roots),
            places: Semaphore::new(options.limits.at_once),
        }
    }

    /// Sends a form by POST.
    ///
    /// # Errors
    /// [`CallError`]. Whether the other side acted on it is then not known, unless the error says
    /// that there was no connection.
    pub async fn post_form(&self, url: &str, form: &[(&str, &str)]) -> Result<Answer, CallError> {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let content = Content {
            method: Method::POST,
            accept: "*/*",
            form: Some("application/x-www-form-urlencoded"),
            body: body.into(),
        };
        self.call(url, content).await
    }

    /// Fetches a document.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn get(&self, url: &str, accept: &'static str) -> Result<Answer, CallError> {
        let content = Content {
            method: Method::GET,
            accept,
            form: None,
            body: Bytes::new(),
        };
        self.call(url, content).await
    }

    /// Steps 1 to 5.
    async fn call(&self, url: &str, content: Content) -> Result<Answer, CallError> {
        let target = Target::parse(url)?;
        let all = async {
            let _place = self.places.acquire().await;
            call::call(self, &target, content).await
        };
        let ended = tokio::time::timeout(self.limits.total, all).await;
        ended.unwrap_or_else(|_| {
            Err(CallError::Slow {
                host: target.host.clone(),
                limit: self.limits.total,
            })
        })
    }
}
