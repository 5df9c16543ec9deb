//! `GET` and `POST /sign-in/`.
//!
//! Identifier and password stand on one page. Whoever is signed in well enough already goes on: he
//! came back by another tab, or by the back button.

use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Response};
use symbolon_identity::session::{self, Authenticated};
use symbolon_oauth::authorize::{self, Asked, Authorization, Next};
use symbolon_signin::sign_in::{Attempt, SignInError, with_password};
use symbolon_token::secret::Secret;
use symbolon_web::error::Cause;
use symbolon_web::home;
use symbolon_web::sign_in::{Fault as Wrong, SignIn};

use super::answer::{Fault, Reply, cause};
use super::authorize::{go, opened};
use super::browser::session_cookie;
use super::visit::Visit;

/// The form's name in its token.
const FORM: &str = "sign-in";

/// Longest identifier that is shown again, in bytes: none is longer.
const MAX_IDENTIFIER: usize = 320;

pub(super) async fn show(visit: Visit) -> Result<Response<Body>, Fault> {
    let Some(authorization) = opened(&visit)? else {
        if visit.session.is_some() {
            return Ok(visit.reply().go_to(visit.site(), (home::PATH, "")));
        }
        return form(&visit, None, ("", None)).await;
    };
    if visit.session.is_none() {
        return form(&visit, Some(&authorization), ("", None)).await;
    }
    match authorize::go_on(visit.place(), authorization, Asked::NotYet).await {
        Next::SignIn(authorization) => form(&visit, Some(&authorization), ("", None)).await,
        next @ (Next::Consent(_) | Next::Reply(_)) => go(&visit, visit.reply(), next),
    }
}

pub(super) async fn submit(visit: Visit) -> Result<Response<Body>, Fault> {
    let authorization = opened(&visit)?;
    visit.check(FORM, None).await?;
    let identifier = visit.field("identifier")?;
    let password = visit.field("password")?;
    let typed = identifier.get(..MAX_IDENTIFIER).unwrap_or(identifier);
    if identifier.is_empty() || password.is_empty() {
        let wrong = (typed, Some(Wrong::Incomplete));
        return form(&visit, authorization.as_ref(), wrong).await;
    }
    let attempt = Attempt {
        identifier: identifier.to_owned(),
        password: Secret::from(password),
        browser: Some(visit.browser.digest(visit.app.world(), &visit.asked.realm)),
    };
    let (app, call, realm) = (&visit.app, &visit.asked.call, &visit.asked.realm);
    match with_password(app.world(), app.sign_in(), call, realm, &attempt).await {
        Ok(proof) => begin(visit, &proof, authorization).await,
        Err(error) => {
            let wrong = match &error {
                SignInError::Refused => Wrong::Wrong,
                SignInError::Full(_) => Wrong::Busy,
                SignInError::TooMany(_) => Wrong::TooMany,
                SignInError::Load(error) => {
                    tracing::warn!(%error, "nobody could sign in");
                    return Err(visit.fault(Cause::Unavailable));
                }
            };
            let mut page = form(&visit, authorization.as_ref(), (typed, Some(wrong))).await?;
            if let Some(wait) = error.retry_after() {
                let seconds = HeaderValue::from(wait.as_secs().max(1));
                page.headers_mut().insert(RETRY_AFTER, seconds);
            }
            Ok(page)
        }
    }
}

/// Somebody proved himself: the session begins, and he goes on.
async fn begin(
    mut visit: Visit,
    proof: &Authenticated,
    authorization: Option<Authorization>,
) -> Result<Response<Body>, Fault> {
    let (world, call) = (visit.app.world(), &visit.asked.call);
    let issued = session::issue(world, call, proof, visit.session.as_ref()).await;
    let issued = issued.map_err(|error| {
        tracing::warn!(%error, "a session could not begin");
        visit.fault(Cause::Unavailable)
    })?;
    let cookie = session_cookie(&visit.asked.realm, &issued.cookie);
    let reply: Reply = visit.reply().cookie(cookie);
    visit.session = Some(issued.session);
    match authorization {
        None => Ok(reply.go_to(visit.site(), (home::PATH, ""))),
        Some(authorization) => {
            let next = authorize::go_on(visit.place(), authorization, Asked::NotYet).await;
            go(&visit, reply, next)
        }
    }
}

async fn form(
    visit: &Visit,
    authorization: Option<&Authorization>,
    (typed, fault): (&str, Option<Wrong>),
) -> Result<Response<Body>, Fault> {
    let place = visit.place();
    let client = match authorization {
        None => None,
        Some(asked) => {
            let found = authorize::known(place.world, place.realm, &asked.client_id).await;
            Some(found.map_err(|error| visit.fault(cause(error)))?)
        }
    };
    let settings = client.as_ref().map(|known| &known.client);
    let name = settings.map(|client| {
        let named = client.settings.client_name.as_deref();
        named.unwrap_or(&client.client_id)
    });
    let hint = authorization.and_then(|asked| asked.login_hint.as_deref());
    let request = visit.field("request")?;
    let page = SignIn {
        site: visit.site(),
        client: name,
        identifier: if typed.is_empty() {
            hint.unwrap_or_default()
        } else {
            typed
        },
        request,
        csrf: &visit.csrf(FORM, request, None),
        fault,
    };
    Ok(visit.reply().page(page.page()))
}
