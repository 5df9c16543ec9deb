//! One request to a page: the call, the browser, who is signed in, and what was sent.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use symbolon_identity::WriteError;
use symbolon_identity::session::{self, Authenticated, IssueError, Issued, Session};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_oauth::Params;
use symbolon_oauth::authorize::{self, Place};
use symbolon_token::call::{Actor, Call};
use symbolon_web::Site;
use symbolon_web::error::Cause;

use super::answer::{Fault, Reply, cause, cause_of_write};
use super::browser::{Browser, Sent};
use crate::app::App;
use crate::call::Asked;

/// How old a form of ours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormAge {
    /// As it was given.
    Current,
    /// The same person has signed in again since, in another tab.
    Renewed,
}

/// A request to a page.
pub(super) struct Visit {
    pub(super) app: App,
    pub(super) asked: Asked,
    pub(super) browser: Browser,
    /// Who is signed in.
    pub(super) session: Option<Session>,
    /// What was sent: of a POST the body, else the query.
    pub(super) params: Params,
}

impl Visit {
    /// Where the page stands and whose it is.
    pub(super) fn site(&self) -> Site<'_> {
        let issuer = &self.asked.realm.issuer;
        Site {
            base: issuer.path(),
            name: issuer.authority(),
        }
    }

    /// The same for rules about requests.
    pub(super) fn place(&self) -> Place<'_> {
        Place {
            world: self.app.world(),
            realm: &self.asked.realm,
            call: &self.asked.call,
            session: self.session.as_ref(),
        }
    }

    /// The same for an endpoint of the protocol.
    pub(super) fn request(&self) -> symbolon_oauth::Request<'_> {
        symbolon_oauth::Request {
            world: self.app.world(),
            realm: &self.asked.realm,
            call: self.asked.call,
            authorization: None,
            params: &self.params,
        }
    }

    /// The call, by whoever is signed in.
    pub(super) fn call(&self) -> Call {
        match &self.session {
            Some(session) => self.asked.call.by(Actor::Subject(session.subject)),
            None => self.asked.call,
        }
    }

    /// A field that was sent, empty where it was not.
    pub(super) fn field(&self, name: &str) -> Result<&str, Fault> {
        let value = self.params.one(name);
        value
            .map(Option::unwrap_or_default)
            .map_err(|_| self.fault(Cause::InvalidRequest))
    }

    /// The token for a form.
    pub(super) fn csrf(&self, form: &str, request: &str, session: Option<&Session>) -> String {
        let place = (self.app.world(), &*self.asked.realm);
        self.browser.csrf(place, (form, request), session)
    }

    /// How old the form is that was sent, if we gave it to this browser, for this request.
    pub(super) async fn check(
        &self,
        form: &str,
        session: Option<&Session>,
    ) -> Result<FormAge, Fault> {
        if !self.browser.is_known {
            return Err(self.fault(Cause::NoCookie));
        }
        let place = (self.app.world(), &*self.asked.realm);
        let form = (form, self.field("request")?);
        match self
            .browser
            .judge(place, form, (self.field("csrf")?, session))
        {
            Sent::Current => Ok(FormAge::Current),
            Sent::Renewed => Ok(FormAge::Renewed),
            Sent::OtherPerson => Err(self.fault(Cause::OtherPerson)),
            Sent::Foreign => {
                self.journal_forgery().await;
                Err(self.fault(Cause::Csrf))
            }
        }
    }

    /// A forged form that would have acted for somebody is journaled; others are counted.
    async fn journal_forgery(&self) {
        let world = self.app.world();
        let Some(session) = &self.session else {
            return world.refusals.count();
        };
        let realm = self.asked.realm.node;
        let event = Event::refused(&self.call(), realm, Verb::Verify, Noun::Session, "csrf");
        let event = event.subject(session.subject).session(session.node);
        world.refuse(event).await;
    }

    /// An error page.
    pub(super) fn fault(&self, cause: Cause) -> Fault {
        Fault::new(&self.asked, cause)
    }

    /// The database did not answer, or what it holds cannot be read. The log says which.
    pub(super) fn failed(&self, error: impl Into<WriteError>) -> Fault {
        self.fault(cause_of_write(&error.into()))
    }

    /// The session of somebody who has proved himself, in place of the one before.
    pub(super) async fn begin(
        &self,
        proof: &Authenticated,
        before: Option<&Session>,
    ) -> Result<Issued, Fault> {
        let issued = session::issue(self.app.world(), &self.asked.call, proof, before).await;
        issued.map_err(|error| match error {
            IssueError::Write(error) => self.failed(error),
            IssueError::Lineage(error) => {
                tracing::error!(%error, "a session could not begin");
                self.fault(Cause::Internal)
            }
        })
    }

    /// An answer that also introduces the browser, where it is new.
    pub(super) fn reply(&self) -> Reply {
        Reply::new(self.browser.introduced(&self.asked.realm))
    }
}

impl FromRequest<App> for Visit {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        use axum::extract::FromRequestParts;

        let (mut parts, body) = request.into_parts();
        let asked = Asked::from_request_parts(&mut parts, app).await;
        let asked = asked.map_err(IntoResponse::into_response)?;
        let fault = |cause| Fault::new(&asked, cause).into_response();
        let params = if parts.method == Method::POST {
            let body = Bytes::from_request(Request::from_parts(parts.clone(), body), app).await;
            let body = body.map_err(IntoResponse::into_response)?;
            Params::parse(&body)
        } else {
            Params::parse(parts.uri.query().unwrap_or_default().as_bytes())
        };
        let params = params.map_err(|_| fault(Cause::InvalidRequest))?;
        let browser = Browser::read(app.world(), &asked.realm, &parts.headers);
        let session = signed_in(app, &asked, &browser).await;
        let session = session.map_err(fault)?;
        Ok(Self {
            app: app.clone(),
            asked,
            browser,
            session,
            params,
        })
    }
}

async fn signed_in(app: &App, asked: &Asked, browser: &Browser) -> Result<Option<Session>, Cause> {
    let Some(cookie) = &browser.session else {
        return Ok(None);
    };
    let (realm, now) = (asked.realm.node, asked.call.now);
    let found = session::verify(app.world(), realm, cookie.reveal(), now).await;
    found.map_err(|error| cause_of_write(&error.into()))
}

/// What people call a client, where one is named.
pub(super) async fn client_name(
    visit: &Visit,
    client_id: Option<&str>,
) -> Result<Option<String>, Fault> {
    let Some(client_id) = client_id else {
        return Ok(None);
    };
    let place = visit.place();
    let known = authorize::known(place.world, place.realm, client_id).await;
    let known = known.map_err(|error| visit.fault(cause(error)))?;
    Ok(Some(known.client.name().to_owned()))
}
