//! How requests travel: by ureq, over plain HTTP to loopback.
//!
//! The crate revokes only where the address is https (RFC 7009 §2). It is told so, and the scheme is
//! taken off here, as a proxy that ends TLS does.

use http::{Request, Response, Uri};
use oauth2::{HttpRequest, HttpResponse};
use serde_json::Value;
use ureq::{Agent, Body, Error};

use crate::Checked;

/// An HTTP client that gives refusals as answers and follows nothing.
pub struct Transport(Agent);

impl Default for Transport {
    fn default() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None);
        Self(config.build().into())
    }
}

impl Transport {
    /// In the form that the crate takes.
    pub fn call(&self) -> impl Fn(HttpRequest) -> Result<HttpResponse, Error> {
        |mut request| {
            *request.uri_mut() = as_it_is(request.uri())?;
            whole(self.0.run(request)?)
        }
    }

    /// Sends one request as it is.
    pub fn send(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        whole(self.0.run(request)?)
    }

    /// A document.
    pub fn json(&self, address: &str) -> Checked<Value> {
        let answer = whole(self.0.run(Request::get(address).body(())?)?)?;
        Ok(serde_json::from_slice(answer.body())?)
    }

    /// The status with which a resource answers a token.
    pub fn get(&self, address: &str, token: &str) -> Checked<u16> {
        let request = Request::get(address).header("authorization", format!("Bearer {token}"));
        Ok(self.0.run(request.body(())?)?.status().as_u16())
    }
}

/// The address with the scheme that the crate asks for.
pub fn as_if_https(address: &str) -> String {
    address.replacen("http:", "https:", 1)
}

fn as_it_is(uri: &Uri) -> Result<Uri, http::Error> {
    let address = uri.to_string().replacen("https:", "http:", 1);
    Ok(address.parse::<Uri>()?)
}

fn whole(answer: Response<Body>) -> Result<HttpResponse, Error> {
    let (parts, mut body) = answer.into_parts();
    Ok(Response::from_parts(parts, body.read_to_vec()?))
}
