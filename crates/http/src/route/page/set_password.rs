//! `/set-password/{link}`: a person sets a password by a one-time link; looking at it spends nothing.
//! `/set-password/`: somebody signed in changes theirs, and types the current one once more.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Request};
use axum::http::Response;
use axum::response::IntoResponse;
use symbolon_identity::session::Authenticated;
use symbolon_identity::subject::{self, Subject};
use symbolon_signin::password::{self, ChangeError, NewPassword, Part, SetError, Weakness};
use symbolon_signin::password_link::{self, RedeemError};
use symbolon_token::node::SubjectNode;
use symbolon_token::secret::Secret;
use symbolon_web::error::Cause;
use symbolon_web::password::{Fault as Wrong, PasswordSet, Proof, SetPassword};
use symbolon_web::sign_in;

use super::answer::{Fault, Reply, cause_of_write, later};
use super::browser::session_cookie;
use super::visit::Visit;
use crate::app::App;

/// The form's name in its token.
const FORM: &str = "set-password";

/// The page after it. No link has this text: links have a prefix.
pub(super) const DONE: &str = "/set-password/done";

/// A request to a link's page.
pub(super) struct LinkVisit {
    visit: Visit,
    link: String,
}

impl axum::extract::FromRequest<App> for LinkVisit {
    type Rejection = axum::response::Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let link = Path::<String>::from_request_parts(&mut parts, app).await;
        let visit = Visit::from_request(Request::from_parts(parts, body), app).await?;
        match link {
            Ok(Path(link)) => Ok(Self { visit, link }),
            Err(_) => Err(visit.fault(Cause::LinkGone).into_response()),
        }
    }
}

pub(super) async fn look(LinkVisit { visit, link }: LinkVisit) -> Result<Response<Body>, Fault> {
    let person = owner(&visit, &link).await?;
    Ok(form(&visit, &person, (Proof::Link(&link), None)))
}

pub(super) async fn redeem(LinkVisit { visit, link }: LinkVisit) -> Result<Response<Body>, Fault> {
    let person = owner(&visit, &link).await?;
    visit.check(FORM, None).await?;
    let again = |wrong| Ok(form(&visit, &person, (Proof::Link(&link), Some(wrong))));
    let new = match typed(&visit)? {
        Ok(new) => new,
        Err(wrong) => return again(wrong),
    };
    let (app, call, realm) = (&visit.app, &visit.asked.call, &visit.asked.realm);
    let done = password_link::redeem(app.world(), app.sign_in(), call, realm, (&link, &new)).await;
    match done {
        Ok(_) => Ok(went_well(&visit, visit.reply())),
        Err(RedeemError::Gone) => Err(visit.fault(Cause::LinkGone)),
        Err(RedeemError::Set(error)) => {
            again(wrong(&visit, &error)?).map(|page| later(page, wait(&error)))
        }
    }
}

pub(super) async fn show(visit: Visit) -> Result<Response<Body>, Fault> {
    let Some(own) = &visit.session else {
        return Ok(visit.reply().go_to(visit.site(), (sign_in::PATH, "")));
    };
    let person = person(&visit, own.subject).await?;
    Ok(form(&visit, &person, (Proof::Current, None)))
}

pub(super) async fn change(visit: Visit) -> Result<Response<Body>, Fault> {
    let Some(own) = &visit.session else {
        return Ok(visit.reply().go_to(visit.site(), (sign_in::PATH, "")));
    };
    visit.check(FORM, None).await?;
    let person = person(&visit, own.subject).await?;
    let again = |wrong| Ok(form(&visit, &person, (Proof::Current, Some(wrong))));
    let current = Secret::from(visit.field("current")?);
    let new = match typed(&visit)? {
        Ok(_) if current.is_empty() => return again(Wrong::Incomplete),
        Ok(new) => new,
        Err(wrong) => return again(wrong),
    };
    let (app, call, realm) = (&visit.app, visit.call(), &visit.asked.realm);
    let (world, whose) = (app.world(), (&**realm, &person));
    match password::change(world, app.sign_in(), &call, whose, (&current, &new)).await {
        Ok(proof) => begin_again(&visit, &proof).await,
        Err(ChangeError::TooMany(many)) => {
            again(Wrong::TooMany).map(|page| later(page, Some(many.retry_after)))
        }
        Err(ChangeError::Wrong) => again(Wrong::WrongCurrent),
        Err(ChangeError::Set(error)) => {
            again(wrong(&visit, &error)?).map(|page| later(page, wait(&error)))
        }
    }
}

/// The session ended with the password that it was begun by; another one begins.
async fn begin_again(visit: &Visit, proof: &Authenticated) -> Result<Response<Body>, Fault> {
    let issued = visit.begin(proof, None).await?;
    let cookie = session_cookie(&visit.asked.realm, &issued.cookie);
    Ok(went_well(visit, visit.reply().cookie(cookie)))
}

/// Whose link it is, while it can be used.
async fn owner(visit: &Visit, link: &str) -> Result<Subject, Fault> {
    let (world, call) = (visit.app.world(), &visit.asked.call);
    let found = password_link::find(world, &visit.asked.realm, link, call.now).await;
    let found = found.map_err(|error| visit.failed(error))?;
    let found = found.ok_or_else(|| visit.fault(Cause::LinkGone))?;
    person(visit, found.subject).await
}

async fn person(visit: &Visit, node: SubjectNode) -> Result<Subject, Fault> {
    let (world, realm) = (visit.app.world(), visit.asked.realm.node);
    let found = subject::find(world, realm, node).await;
    let found = found.map_err(|error| visit.failed(error))?;
    found.ok_or_else(|| visit.fault(Cause::LinkGone))
}

/// The new password, typed twice alike.
fn typed(visit: &Visit) -> Result<Result<NewPassword, Wrong>, Fault> {
    let (text, repeat) = (visit.field("password")?, visit.field("repeat")?);
    Ok(if text.is_empty() || repeat.is_empty() {
        Err(Wrong::Incomplete)
    } else if text != repeat {
        Err(Wrong::Mismatch)
    } else {
        Ok(NewPassword {
            text: Secret::from(text),
            part: Part::Alone,
        })
    })
}

/// What the person is told of a password that was not taken.
fn wrong(visit: &Visit, error: &SetError) -> Result<Wrong, Fault> {
    match error {
        SetError::Weak(Weakness::Short { .. }) => Ok(Wrong::TooShort),
        SetError::Weak(Weakness::Long) => Ok(Wrong::TooLong),
        SetError::Weak(Weakness::Own) => Ok(Wrong::Personal),
        SetError::Weak(Weakness::Repeated | Weakness::Sequential | Weakness::Common) => {
            Ok(Wrong::Common)
        }
        SetError::Full(_) => Ok(Wrong::Busy),
        SetError::NotAPerson | SetError::Ended => Err(visit.fault(Cause::LinkGone)),
        SetError::Write(error) => Err(visit.fault(cause_of_write(error))),
    }
}

/// When to come again, where the server has too much to do.
fn wait(error: &SetError) -> Option<Duration> {
    match error {
        SetError::Full(full) => Some(full.retry_after),
        SetError::Weak(_) | SetError::NotAPerson | SetError::Ended | SetError::Write(_) => None,
    }
}

fn form(
    visit: &Visit,
    person: &Subject,
    (proof, fault): (Proof<'_>, Option<Wrong>),
) -> Response<Body> {
    let page = SetPassword {
        site: visit.site(),
        identifier: person.username.as_deref().unwrap_or(&person.name),
        proof,
        least: Part::Alone.least(),
        csrf: &visit.csrf(FORM, "", None),
        fault,
    };
    visit.reply().page(page.page())
}

/// To the page that says so: a reload posts nothing again.
fn went_well(visit: &Visit, reply: Reply) -> Response<Body> {
    reply.go_to(visit.site(), (DONE, ""))
}

pub(super) async fn is_set(visit: Visit) -> Response<Body> {
    let page = PasswordSet { site: visit.site() };
    visit.reply().page(page.page())
}
