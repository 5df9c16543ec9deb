//! `POST /revoke` (RFC 7009).

use axum::extract::State;
use axum::http::StatusCode;

use super::answer::Refused;
use super::form::Form;
use crate::app::App;

pub(super) async fn revoke(State(app): State<App>, form: Form) -> Result<StatusCode, Refused> {
    let done = symbolon_oauth::revoke::revoke(&form.request(&app)).await;
    done.map_err(|error| form.refused(error))?;
    Ok(StatusCode::OK)
}
