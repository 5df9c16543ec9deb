//! `GET /`: who is signed in here.

use axum::body::Body;
use axum::http::Response;
use symbolon_web::home::Home;
use symbolon_web::sign_in;

use super::answer::Fault;
use super::consent::person;
use super::visit::Visit;

pub(super) async fn show(visit: Visit) -> Result<Response<Body>, Fault> {
    if visit.session.is_none() {
        return Ok(visit.reply().go_to(visit.site(), (sign_in::PATH, "")));
    }
    let page = Home {
        site: visit.site(),
        person: &person(&visit).await?,
    };
    Ok(visit.reply().page(page.page()))
}
