//! What an endpoint is asked: a form in the body (RFC 6749 appendix B), and perhaps an
//! `Authorization` header. The query is not looked at: secrets do not belong there.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use symbolon_oauth::{ErrorCode, OauthError, Params};

use super::answer::Refused;
use crate::app::App;
use crate::call::Asked;

/// The one type of body that endpoints read.
const FORM: &str = "application/x-www-form-urlencoded";

/// A request to an endpoint.
pub(super) struct Form {
    /// When, from where, for which realm.
    pub(super) asked: Asked,
    /// The parameters.
    pub(super) params: Params,
    /// The `Authorization` header.
    pub(super) authorization: Option<String>,
}

impl Form {
    /// The same, as the protocol takes it.
    pub(super) fn request<'a>(&'a self, app: &'a App) -> symbolon_oauth::Request<'a> {
        symbolon_oauth::Request {
            world: app.world(),
            realm: &self.asked.realm,
            call: self.asked.call,
            authorization: self.authorization.as_deref(),
            params: &self.params,
        }
    }

    /// An error, answered in the way that the client tried to prove itself.
    pub(super) fn refused(&self, error: OauthError) -> Refused {
        Refused {
            error,
            used_header: self.authorization.is_some(),
        }
    }
}

impl FromRequest<App> for Form {
    type Rejection = axum::response::Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        use axum::extract::FromRequestParts;
        use axum::response::IntoResponse;

        let (mut parts, body) = request.into_parts();
        let asked = Asked::from_request_parts(&mut parts, app).await;
        let asked = asked.map_err(IntoResponse::into_response)?;
        let read = read(&parts.headers).map_err(Refused::from);
        let authorization = read.map_err(IntoResponse::into_response)?;
        let body = Bytes::from_request(Request::from_parts(parts, body), app).await;
        let body = body.map_err(IntoResponse::into_response)?;
        let params = Params::parse(&body).map_err(Refused::from);
        Ok(Self {
            asked,
            params: params.map_err(IntoResponse::into_response)?,
            authorization,
        })
    }
}

/// Whether the body says that it is a form.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(|value| value.to_str());
    let Some(Ok(value)) = content_type else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(FORM)
}

/// Checks the type of the body, and reads the `Authorization` header.
fn read(headers: &HeaderMap) -> Result<Option<String>, OauthError> {
    if headers.contains_key(CONTENT_TYPE) && !is_form(headers) {
        let text = format!("the body must be {FORM}");
        return Err(OauthError::new(ErrorCode::InvalidRequest, text));
    }
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let first = values.next();
    if values.next().is_some() {
        let text = "there are two Authorization headers";
        return Err(OauthError::new(ErrorCode::InvalidRequest, text));
    }
    let text = first.map(|value| value.to_str()).transpose();
    let text = text.map_err(|_| {
        let text = "the Authorization header is not readable ASCII";
        OauthError::new(ErrorCode::InvalidClient, text)
    })?;
    Ok(text.map(str::to_owned))
}
