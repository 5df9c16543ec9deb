//! How a page is answered: the page with its headers, a redirect, or the page that says why not.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use symbolon_identity::WriteError;
use symbolon_identity::realm::Realm;
use symbolon_oauth::authorize::{self, Mode};
use symbolon_oauth::{Params, sign_out};
use symbolon_token::call::RequestId;
use symbolon_web::error::{Cause, ErrorPage};
use symbolon_web::form_post::FormPost;
use symbolon_web::{Page, Site};
use url::form_urlencoded::Serializer;

use super::visit::Visit;
use crate::call::Asked;

/// An answer in the making: the cookies that it sets.
#[derive(Default)]
pub(in crate::route) struct Reply {
    cookies: Vec<String>,
}

impl Reply {
    pub(super) fn new(introduced: Option<String>) -> Self {
        Self {
            cookies: introduced.into_iter().collect(),
        }
    }

    /// The same, with one more cookie.
    pub(super) fn cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// A page.
    pub(in crate::route) fn page(self, page: Page) -> Response<Body> {
        let headers = page.headers();
        let mut response = Response::new(Body::from(page.html));
        *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or(StatusCode::OK);
        for (name, value) in headers {
            let name = HeaderName::from_static(name);
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        self.finish(response)
    }

    /// On to another address. A POST goes on as a GET.
    pub(super) fn see_other(self, location: &str) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SEE_OTHER;
        match HeaderValue::try_from(location) {
            Ok(location) => {
                response.headers_mut().insert(LOCATION, location);
            }
            // None of ours, and none that a client may register, for they are all ASCII.
            Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
        }
        response.headers_mut().insert(
            HeaderName::from_static("referrer-policy"),
            HeaderValue::from_static("no-referrer"),
        );
        self.finish(response)
    }

    /// On to another page of the realm, with a sealed request.
    pub(super) fn go_to(self, site: Site<'_>, (path, request): (&str, &str)) -> Response<Body> {
        let mut query = Serializer::new(String::new());
        if !request.is_empty() {
            query.append_pair("request", request);
        }
        let query = query.finish();
        let joint = if query.is_empty() { "" } else { "?" };
        self.see_other(&format!("{}{path}{joint}{query}", site.base))
    }

    /// Back to a client.
    pub(super) fn client(self, site: Site<'_>, reply: &authorize::Reply) -> Response<Body> {
        match reply.mode {
            Mode::Query => self.see_other(&reply.location()),
            Mode::FormPost => {
                let fields: Vec<(&str, &str)> = reply
                    .params
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                let form = FormPost {
                    site,
                    action: &reply.redirect_uri,
                    fields: &fields,
                };
                self.page(form.page())
            }
        }
    }

    fn finish(self, mut response: Response<Body>) -> Response<Body> {
        for cookie in self.cookies {
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
        }
        response
    }
}

/// The same answer, and when to come again (RFC 9110 §10.2.3), where that helps.
pub(super) fn later(mut response: Response<Body>, wait: Option<Duration>) -> Response<Body> {
    if let Some(wait) = wait {
        let seconds = HeaderValue::from(wait.as_secs().max(1));
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

/// Why it cannot go on.
pub(super) struct Fault {
    realm: Arc<Realm>,
    request_id: RequestId,
    cause: Cause,
}

impl Fault {
    pub(super) fn new(asked: &Asked, cause: Cause) -> Self {
        Self {
            realm: Arc::clone(&asked.realm),
            request_id: asked.call.request_id,
            cause,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response<Body> {
        let page = ErrorPage {
            site: Site {
                base: self.realm.issuer.path(),
                name: self.realm.issuer.authority(),
            },
            cause: self.cause,
            request_id: &self.request_id.to_string(),
            back: None,
        };
        let mut response = Reply::default().page(page.page());
        if matches!(self.cause, Cause::Busy | Cause::Unavailable) {
            let seconds = HeaderValue::from_static("2");
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

/// The cause on the page of a fault that has nowhere else to be told.
pub(super) fn cause(error: authorize::PageError) -> Cause {
    match error {
        authorize::PageError::UnknownClient => Cause::UnknownClient,
        authorize::PageError::RedirectUri => Cause::InvalidRedirectUri,
        authorize::PageError::Malformed => Cause::InvalidRequest,
        authorize::PageError::Expired => Cause::ExpiredPage,
        authorize::PageError::Unavailable => Cause::Unavailable,
        authorize::PageError::Internal => Cause::Internal,
    }
}

/// The same of a sign-out.
pub(super) fn cause_of_sign_out(error: sign_out::PageError) -> Cause {
    match error {
        sign_out::PageError::Malformed => Cause::InvalidRequest,
        sign_out::PageError::Hint => Cause::InvalidIdTokenHint,
        sign_out::PageError::OtherClient => Cause::OtherClientsHint,
        sign_out::PageError::Address => Cause::InvalidPostLogoutRedirectUri,
        sign_out::PageError::Expired => Cause::ExpiredPage,
        sign_out::PageError::Unavailable => Cause::Unavailable,
    }
}

/// What is told of a failed read or write: where asking again may help, that it may.
pub(super) fn cause_of_write(error: &WriteError) -> Cause {
    if error.is_temporary() {
        tracing::warn!(%error, "a page could not be answered now");
        Cause::Unavailable
    } else {
        tracing::error!(%error, "a page could not be answered");
        Cause::Internal
    }
}

/// The longest query that a POST goes on with, in bytes: the edge reads heads of 16 KiB.
const MAX_QUERY: usize = 12 * 1024;

/// A request that was posted goes on as a GET, so that the browser sends its cookies along.
pub(super) fn as_get(visit: &Visit, path: &str) -> Result<Response<Body>, Fault> {
    let query = as_query(&visit.params);
    if query.len() > MAX_QUERY {
        return Err(visit.fault(Cause::InvalidRequest));
    }
    let base = visit.site().base;
    Ok(Reply::default().see_other(&format!("{base}{path}?{query}")))
}

/// A form that was posted, as the query of an address: browsers send no `Lax` cookie with a POST from
/// elsewhere, so that it goes on as a GET.
fn as_query(params: &Params) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in params.iter() {
        query.append_pair(name, value);
    }
    query.finish()
}
