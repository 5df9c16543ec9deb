//! `GET` and `POST /sign-out/`, and the page after it.

use axum::body::Body;
use axum::http::Response;
use symbolon_identity::session::{self, RevokeError};
use symbolon_oauth::authorize::{self, PageError};
use symbolon_oauth::sign_out::SignOut as Wish;
use symbolon_web::error::Cause;
use symbolon_web::sign_out::{PATH, SignOut, SignedOut};

use super::answer::{Fault, cause, cause_of_sign_out};
use super::browser::forget_session;
use super::consent::person;
use super::visit::Visit;

/// The form's name in its token.
const FORM: &str = "sign-out";

/// The page after it.
const DONE: &str = "/sign-out/done";

pub(super) async fn show(visit: Visit) -> Result<Response<Body>, Fault> {
    let wish = wish(&visit).await?;
    if visit.session.is_none() {
        return Ok(gone(&visit, &wish));
    }
    let client = name(&visit, &wish).await?;
    let request = visit.field("request")?;
    let page = SignOut {
        site: visit.site(),
        person: &person(&visit).await?,
        client: client.as_deref(),
        back: None,
        request,
        csrf: &visit.csrf(FORM, request, visit.session.as_ref()),
    };
    Ok(visit.reply().page(page.page()))
}

pub(super) async fn submit(visit: Visit) -> Result<Response<Body>, Fault> {
    let wish = wish(&visit).await?;
    if visit.session.is_none() {
        return Ok(gone(&visit, &wish));
    }
    // Also where the same person has signed in again meanwhile: that is whom he wants out.
    visit.check(FORM, visit.session.as_ref()).await?;
    ended(&visit, &wish).await
}

pub(super) async fn done(visit: Visit) -> Response<Body> {
    let page = SignedOut {
        site: visit.site(),
        back: None,
    };
    visit.reply().page(page.page())
}

/// To the question.
pub(super) fn question(visit: &Visit, wish: &Wish) -> Result<Response<Body>, Fault> {
    let place = visit.place();
    let request = wish.seal(place.world, place.realm, place.call);
    let request = request.ok_or_else(|| visit.fault(Cause::InvalidRequest))?;
    Ok(visit.reply().go_to(visit.site(), (PATH, &request)))
}

/// The session ends, and the browser goes on.
pub(super) async fn ended(visit: &Visit, wish: &Wish) -> Result<Response<Body>, Fault> {
    if let Some(own) = &visit.session {
        let (world, realm) = (visit.app.world(), visit.asked.realm.node);
        let done = session::revoke(world, &visit.call(), realm, (own.node, "signed out")).await;
        match done {
            Ok(()) | Err(RevokeError::Unknown(_)) => {}
            Err(RevokeError::Write(error)) => return Err(visit.failed(error)),
        }
    }
    Ok(gone(visit, wish))
}

/// Nobody is signed in here any more.
pub(super) fn gone(visit: &Visit, wish: &Wish) -> Response<Body> {
    let reply = visit.reply().cookie(forget_session(&visit.asked.realm));
    match wish.after() {
        Some(after) => reply.see_other(&after),
        None => reply.go_to(visit.site(), (DONE, "")),
    }
}

/// What the client that asks is called. One that was disabled meanwhile keeps nobody signed in.
async fn name(visit: &Visit, wish: &Wish) -> Result<Option<String>, Fault> {
    let Some(client_id) = &wish.client_id else {
        return Ok(None);
    };
    let place = visit.place();
    match authorize::known(place.world, place.realm, client_id).await {
        Ok(known) => Ok(Some(known.client.name().to_owned())),
        Err(PageError::UnknownClient) => Ok(None),
        Err(error) => Err(visit.fault(cause(error))),
    }
}

/// What is asked: by a client, or by the person.
async fn wish(visit: &Visit) -> Result<Wish, Fault> {
    let text = visit.field("request")?;
    let place = visit.place();
    if text.is_empty() {
        return Ok(Wish::own(place.call.now));
    }
    let opened = Wish::open(place.world, place.realm, text, place.call.now).await;
    opened.map_err(|error| visit.fault(cause_of_sign_out(error)))
}
