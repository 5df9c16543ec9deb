//! A POST that is done once, however often it is sent with the same `Idempotency-Key`.
//!
//! 1. Who asks has the right, the body can be read, the key is one.
//! 2. An answer that was given to this key is given again.
//! 3. Else the deed is done, and its answer written in the same unit ([`Once::deed`]); or after it,
//!    where doing it again changes nothing ([`Once::again`]). Where the answer says what only the
//!    commit knows, the unit takes a claim to it ([`Once::settled`]).
//! 4. Of many at once, those that lose find the winner's answer.
//!
//! Refusals are not kept: what was mended may be sent with the same key.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use symbolon_authority::idempotency::{self, Answer, Attempt, MAX_KEY, RecallError};
use symbolon_identity::With;
use symbolon_token::time::Time;

use super::answer::response;
use super::read::{Document, bytes, parse};
use crate::app::App;
use crate::bearer::{Allowed, Right};
use crate::problem::Problem;

/// The header's name.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A POST by somebody who has this right.
pub(crate) struct Post<R, T> {
    /// Who asks, when, of which realm.
    pub(crate) allowed: Allowed<R>,
    /// What is asked for.
    pub(crate) body: T,
    /// How it is done once.
    pub(crate) once: Once,
}

/// How a deed is done once.
pub(crate) struct Once {
    app: App,
    attempt: Option<Attempt>,
    now: Time,
}

/// What is known of a deed that is done.
pub(crate) enum Known<M> {
    /// What it gave, just now.
    Now(M),
    /// What its unit claimed, the last time that it was asked for.
    Before(Vec<u8>),
}

/// A POST that needs no body. One that is there is ignored.
pub(crate) struct Nothing;

impl<R: Right, T: Document> FromRequest<App> for Post<R, T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let allowed = Allowed::from_request_parts(&mut parts, app).await?;
        let bytes = bytes(&parts.headers, body).await?;
        let attempt = attempt(&parts, &allowed, &bytes)?;
        Ok(Self {
            body: parse(&bytes)?,
            once: Once {
                app: app.clone(),
                attempt,
                now: allowed.call.now,
            },
            allowed,
        })
    }
}

impl<R: Right> FromRequest<App> for Post<R, Nothing> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, _) = request.into_parts();
        let allowed = Allowed::from_request_parts(&mut parts, app).await?;
        let attempt = attempt(&parts, &allowed, &[])?;
        Ok(Self {
            body: Nothing,
            once: Once {
                app: app.clone(),
                attempt,
                now: allowed.call.now,
            },
            allowed,
        })
    }
}

/// The request with its key, if it has one.
fn attempt<R>(
    parts: &Parts,
    allowed: &Allowed<R>,
    body: &[u8],
) -> Result<Option<Attempt>, Problem> {
    let mut keys = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else {
        return Ok(None);
    };
    let text = key.to_str().ok().filter(|_| keys.next().is_none());
    let fits = |text: &&str| (1..=MAX_KEY).contains(&text.len());
    let key = text.filter(fits).ok_or_else(|| {
        let detail = format!("an Idempotency-Key has 1 to {MAX_KEY} printable ASCII characters");
        Problem::bad("invalid_idempotency_key", detail)
    })?;
    let (realm, actor) = (allowed.realm.node, allowed.call.actor);
    let path = parts.uri.path().as_bytes();
    let what = [parts.method.as_str().as_bytes(), path, body];
    Ok(Some(Attempt::new(realm, actor, key, &what)))
}

impl Once {
    /// Does a deed whose unit takes the answer along; `answer` makes it of what the deed made.
    ///
    /// # Errors
    /// The deed's, where the key has no answer.
    pub(crate) async fn deed<T, E: Into<Problem>, F>(
        self,
        answer: impl Fn(&T) -> Answer + Clone + Send + Sync + 'static,
        deed: impl FnOnce(With<T>) -> F,
    ) -> Result<Response<Body>, Problem>
    where
        F: Future<Output = Result<T, E>>,
    {
        let answer = self.answered(answer, deed).await;
        answer.map(|answer| response(&answer))
    }

    /// The same, for an answer to which the caller adds a header.
    ///
    /// # Errors
    /// The deed's, where the key has no answer.
    pub(crate) async fn answered<T, E: Into<Problem>, F>(
        self,
        answer: impl Fn(&T) -> Answer + Clone + Send + Sync + 'static,
        deed: impl FnOnce(With<T>) -> F,
    ) -> Result<Answer, Problem>
    where
        F: Future<Output = Result<T, E>>,
    {
        if let Some(known) = self.find().await? {
            return Ok(known);
        }
        match deed(self.with(answer.clone())).await {
            Ok(made) => Ok(answer(&made)),
            Err(error) => self.find().await?.ok_or_else(|| error.into()),
        }
    }

    /// Does a deed that changes nothing when it is done again; its answer is kept after it.
    ///
    /// # Errors
    /// The deed's, where the key has no answer.
    pub(crate) async fn again<E: Into<Problem>>(
        self,
        answer: Answer,
        deed: impl Future<Output = Result<(), E>>,
    ) -> Result<Response<Body>, Problem> {
        if let Some(known) = self.recall().await? {
            return Ok(known);
        }
        deed.await.map_err(Into::into)?;
        if let Some(attempt) = &self.attempt {
            let world = self.app.world();
            let kept = idempotency::keep_apart(world, attempt, &answer, self.now).await;
            if let Err(error) = kept {
                tracing::debug!(%error, "the answer to a repeatable request was not kept");
            }
        }
        Ok(response(&answer))
    }

    /// Does a deed whose answer says what only the commit knows: its unit takes `claim` along, and
    /// the answer is made of what the deed gave; or, where nobody heard that, of the claim.
    ///
    /// # Errors
    /// The deed's, where the key has no answer; those of making it.
    pub(crate) async fn settled<T, M, E: Into<Problem>, F>(
        self,
        claim: impl Fn(&T) -> Vec<u8> + Send + Sync + 'static,
        deed: impl FnOnce(With<T>) -> F,
        answer: impl AsyncFnOnce(Known<M>) -> Result<Answer, Problem>,
    ) -> Result<Response<Body>, Problem>
    where
        F: Future<Output = Result<M, E>>,
    {
        let known = match self.find().await? {
            Some(known) => known,
            None => match deed(self.with(move |made| Answer::claim(claim(made)))).await {
                Ok(made) => return self.settle(answer(Known::Now(made)).await?).await,
                Err(error) => self.find().await?.ok_or_else(|| error.into())?,
            },
        };
        if known.is_claim() {
            return self.settle(answer(Known::Before(known.body)).await?).await;
        }
        Ok(response(&known))
    }

    /// The deed is done: an answer that cannot be kept is made anew at the retry.
    async fn settle(&self, answer: Answer) -> Result<Response<Body>, Problem> {
        let Some(attempt) = &self.attempt else {
            return Ok(response(&answer));
        };
        let settled = idempotency::settle(self.app.world(), attempt, answer, self.now).await;
        settled.map(|answer| response(&answer)).map_err(refused)
    }

    fn with<T>(&self, answer: impl Fn(&T) -> Answer + Send + Sync + 'static) -> With<T> {
        let Some(attempt) = self.attempt else {
            return With::default();
        };
        let (app, now) = (self.app.clone(), self.now);
        With::steps_of(move |made| {
            vec![idempotency::keep(app.world(), &attempt, &answer(made), now)]
        })
    }

    async fn recall(&self) -> Result<Option<Response<Body>>, Problem> {
        Ok(self.find().await?.as_ref().map(response))
    }

    async fn find(&self) -> Result<Option<Answer>, Problem> {
        let Some(attempt) = &self.attempt else {
            return Ok(None);
        };
        let known = idempotency::recall(self.app.world(), attempt).await;
        known.map_err(refused)
    }
}

fn refused(error: RecallError) -> Problem {
    match error {
        RecallError::OtherRequest => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Problem::new(status, "idempotency_key_reused", error.to_string())
        }
        RecallError::Load(error) => error.into(),
    }
}
