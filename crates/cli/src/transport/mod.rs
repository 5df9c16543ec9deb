//! How commands reach the management API: over the local socket of a running server, or inside this
//! process where none runs. The routes are the same either way.
//!
//! 1. If the socket answers, it is used.
//! 2. Else the installation is opened here and the router called directly. A database that another
//!    process holds without answering is in use, and that is the fault's sentence.

mod answer;
mod base;
mod inside;
mod socket;

use std::fmt::Write;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Method, Request};
use serde_json::Value;
use tokio::time::interval;

pub(crate) use answer::Answer;

use crate::exit::{Fault, StartError};
use crate::place::Installation;
use base::Base;
use inside::Inside;
use socket::Socket;

/// The most that is read of an answer, in bytes: a page of a thousand journal records has 400 KiB.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// How often a server is asked how far it has come.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// The way to the API.
enum Way {
    Socket(Socket),
    Inside(Box<Inside>),
}

/// A caller of the management API, for one realm.
pub(crate) struct Transport {
    way: Way,
    base: Base,
}

impl Transport {
    /// Finds the way, and the realm.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn open(place: &Installation, realm: Option<&str>) -> Result<Self, Fault> {
        let way = match &place.socket {
            Some(path) => Socket::connect(path).await,
            None => None,
        };
        let way = match way {
            Some(socket) => Way::Socket(socket),
            None => Way::Inside(Box::new(Inside::open(place).await?)),
        };
        let base = Base::first(place.issuer.as_ref());
        let mut transport = Self { way, base };
        if let Some(name) = realm {
            transport.base = base::named(&mut transport, name).await?;
        }
        Ok(transport)
    }

    /// Asks, and expects to be answered with success.
    ///
    /// # Errors
    /// [`Fault`], in the server's words.
    pub(crate) async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Fault> {
        self.send(method, path, body).await?.value()
    }

    /// Asks.
    ///
    /// # Errors
    /// [`Fault`] where nobody answers.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Fault> {
        let request = self.request(method, path, body)?;
        match &mut self.way {
            Way::Socket(socket) => socket.send(request).await,
            Way::Inside(inside) => inside.send(request).await,
        }
    }

    /// Lets what runs in the background go on: a server does so by itself, and here it is done.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn work(&mut self) -> Result<(), Fault> {
        let has_worked = match &mut self.way {
            Way::Socket(_) => false,
            Way::Inside(inside) => inside.work().await?,
        };
        if !has_worked {
            let mut rest = interval(ASK_AGAIN);
            rest.reset();
            rest.tick().await;
        }
        Ok(())
    }

    /// Ends it: what was opened here is closed.
    pub(crate) async fn close(self) {
        match self.way {
            Way::Socket(_) => {}
            Way::Inside(inside) => inside.close().await,
        }
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Request<Body>, Fault> {
        let uri = format!("{}{path}", self.base.path);
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header(HOST, self.base.authority.as_str());
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        request.body(body).map_err(|error| {
            let sentence = format!("this cannot be asked for: {error}");
            Fault::Start(StartError::Sentence(sentence))
        })
    }
}

/// A part of a path or query, so that no name of others breaks out of its place.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_breaks_out_of_its_place() {
        assert_eq!(escaped("a-b_c.d~1"), "a-b_c.d~1");
        assert_eq!(escaped("../x?y#z é"), "..%2Fx%3Fy%23z%20%C3%A9");
    }
}
