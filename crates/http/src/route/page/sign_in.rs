//! `GET` and `POST /sign-in/`.
//!
//! Identifier and password stand on one page. Whoever is signed in well enough already goes on: he
//! came back by another tab, or by the back button.

use axum::body::Body;
use axum::http::Response;
use symbolon_identity::session::Authenticated;
use symbolon_oauth::authorize::{self, Asked, Authorization, Next};
use symbolon_signin::sign_in::{Attempt, SignInError, with_password};
use symbolon_token::secret::Secret;
use symbolon_web::home;
use symbolon_web::sign_in::{Fault as Wrong, SignIn};

use super::answer::{Fault, Reply, later};
use super::authorize::{go, opened};
use super::browser::session_cookie;
use super::visit::{Visit, client_name};

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
        next @ (Next::Consent(_) | Next::Reply(_) | Next::Page(_)) => {
            go(&visit, visit.reply(), next)
        }
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
    let (app, call, realm) = (&visit.app, &visit.asked.call, &visit.asked.realm);
    let attempt = attempt(&visit, identifier, password);
    match with_password(app.world(), app.sign_in(), call, realm, &attempt).await {
        Ok(proof) => begin(visit, &proof, authorization).await,
        Err(error) => refused(&visit, authorization.as_ref(), (typed, error)).await,
    }
}

fn attempt(visit: &Visit, identifier: &str, password: &str) -> Attempt {
    Attempt {
        identifier: identifier.to_owned(),
        password: Secret::from(password),
        browser: Some(visit.browser.digest(visit.app.world(), &visit.asked.realm)),
    }
}

/// Nobody proved himself: the form again, and when to come back.
async fn refused(
    visit: &Visit,
    authorization: Option<&Authorization>,
    (typed, error): (&str, SignInError),
) -> Result<Response<Body>, Fault> {
    let wait = error.retry_after();
    let wrong = match error {
        SignInError::Refused => Wrong::Wrong,
        SignInError::Full(_) => Wrong::Busy,
        SignInError::TooMany(_) => Wrong::TooMany,
        SignInError::Load(error) => return Err(visit.failed(error)),
    };
    let page = form(visit, authorization, (typed, Some(wrong))).await?;
    Ok(later(page, wait))
}

/// Somebody proved himself: the session begins, and he goes on.
async fn begin(
    mut visit: Visit,
    proof: &Authenticated,
    authorization: Option<Authorization>,
) -> Result<Response<Body>, Fault> {
    let issued = visit.begin(proof, visit.session.as_ref()).await?;
    let cookie = session_cookie(&visit.asked.realm, &issued.cookie);
    let reply: Reply = visit.reply().cookie(cookie);
    let proved_at = issued.session.auth_time;
    visit.session = Some(issued.session);
    match authorization.map(|asked| asked.proved(proved_at)) {
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
    let client_id = authorization.map(|asked| asked.client_id.as_str());
    let client = client_name(visit, client_id).await?;
    let hint = authorization.and_then(|asked| asked.login_hint.as_deref());
    let request = visit.field("request")?;
    let identifier = if typed.is_empty() {
        hint.unwrap_or_default()
    } else {
        typed
    };
    let page = SignIn {
        site: visit.site(),
        client: client.as_deref(),
        identifier,
        request,
        csrf: &visit.csrf(FORM, request, None),
        fault,
    };
    Ok(visit.reply().page(page.page()))
}
