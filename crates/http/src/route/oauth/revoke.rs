//! `POST /revoke` (RFC 7009). With the parameter `wait` it is answered once those who follow the feed
//! refuse the token too, or the time (`timeout_ms`) is over; and says how many do. Their names are for
//! operators (`/v1/revocations`).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use symbolon_oauth::{ErrorCode, OauthError};

use super::answer::Refused;
use super::form::Form;
use crate::app::App;
use crate::enforcement::{Wait, enforcement};

pub(super) async fn revoke(State(app): State<App>, form: Form) -> Result<Response, Refused> {
    let wanted = wanted(&form).map_err(|error| form.refused(error))?;
    let done = symbolon_oauth::revoke::revoke(&form.request(&app)).await;
    done.map_err(|error| form.refused(error))?;
    let Some(wanted) = wanted else {
        return Ok(StatusCode::OK.into_response());
    };
    let told = enforcement(&app, form.asked.realm.node, wanted).await;
    let told = told.map_err(|error| form.refused(error.into()))?;
    let count = json!({
        "enforced_by": told.enforced_by.len(),
        "unreachable": told.unreachable.len(),
    });
    Ok(Json(count).into_response())
}

/// Whom to wait for and how long, where the request says so.
fn wanted(form: &Form) -> Result<Option<(Wait, Option<u32>)>, OauthError> {
    let bad = |text| OauthError::new(ErrorCode::InvalidRequest, text);
    let Some(wait) = form.params.one("wait")? else {
        return Ok(None);
    };
    let wait = Wait::parse(wait).ok_or_else(|| bad("wait is one of all, quorum, none"))?;
    let timeout = form.params.one("timeout_ms")?.map(str::parse).transpose();
    let timeout = timeout.map_err(|_| bad("timeout_ms is a number of milliseconds"))?;
    Ok(Some((wait, timeout)))
}
