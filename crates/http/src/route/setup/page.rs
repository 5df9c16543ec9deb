//! The pages of the link: static, without script, for a person who has just started a server.

use axum::body::Body;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_FRAME_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use symbolon_authority::setup::LIFETIME;
use symbolon_identity::realm::Realm;

use crate::problem::Problem;
use crate::route::page::is_wanted;

/// What keeps a page to itself: nothing is loaded, nothing frames it, and its address, which is a
/// secret, is told to nobody.
const ALONE: [(HeaderName, &str); 4] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (REFERRER_POLICY, "no-referrer"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// The page with the button.
pub(super) fn button() -> Response<Body> {
    let minutes = LIFETIME.as_secs() / 60;
    let body = format!(
        "<p>This link works once, within {minutes} minutes of the server's start. It shows a token \
         that can do everything in the management API.</p>\
         <form method=\"post\"><button id=\"show-token\" name=\"show-token\" value=\"yes\">Show the \
         administrator's token</button></form>"
    );
    page(StatusCode::OK, "Set up Symbolon", &body)
}

/// The page with the token.
pub(super) fn token(token: &str, realm: &Realm) -> Response<Body> {
    let (token, issuer) = (escape(token), escape(realm.issuer.as_str()));
    let body = format!(
        "<p>Keep it now: it is not shown again.</p>\
         <p><code id=\"admin-token\">{token}</code></p>\
         <p>Try it: <code>curl -H 'Authorization: Bearer {token}' {issuer}/v1/clients</code></p>"
    );
    page(StatusCode::OK, "Your administrator's token", &body)
}

/// The link cannot be used: a page for browsers, a problem for programs.
pub(super) fn gone(headers: &HeaderMap) -> Result<Response<Body>, Problem> {
    let problem = Problem::link_gone();
    if !is_wanted(headers) {
        return Err(problem);
    }
    let body = format!("<p>{}.</p>", escape(problem.detail()));
    Ok(page(StatusCode::GONE, "This link cannot be used", &body))
}

fn page(status: StatusCode, heading: &str, body: &str) -> Response<Body> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{heading}</title></head>\
         <body><main><h1>{heading}</h1>{body}</main></body></html>\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    for (name, value) in ALONE {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, one| {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}
