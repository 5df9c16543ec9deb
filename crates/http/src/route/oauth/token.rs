//! `POST /token` (RFC 6749 §3.2).

use axum::extract::State;
use axum::response::Response;

use super::answer::{Refused, private};
use super::form::Form;
use crate::app::App;

pub(super) async fn token(State(app): State<App>, form: Form) -> Result<Response, Refused> {
    let reply = symbolon_oauth::token::token(&form.request(&app)).await;
    let reply = reply.map_err(|error| form.refused(error))?;
    app.metrics().issued(&reply.access_token);
    Ok(private(&reply))
}
