//! `POST /introspect` (RFC 7662).

use axum::extract::State;
use axum::response::Response;

use super::answer::{Refused, private};
use super::form::Form;
use crate::app::App;

pub(super) async fn introspect(State(app): State<App>, form: Form) -> Result<Response, Refused> {
    let reply = symbolon_oauth::introspect::introspect(&form.request(&app)).await;
    let reply = reply.map_err(|error| form.refused(error))?;
    Ok(private(&reply))
}
