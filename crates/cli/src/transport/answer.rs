//! An answer of the API: its value, or the problem in the server's own words.

use axum::http::StatusCode;
use serde_json::Value;

use crate::exit::Fault;

/// An answer.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The body; null where there is none.
    pub(crate) body: Value,
}

impl Answer {
    /// Reads a body.
    ///
    /// # Errors
    /// [`Fault`] where a success is no JSON.
    pub(super) fn read(status: StatusCode, bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.is_empty() {
            let body = Value::Null;
            return Ok(Self { status, body });
        }
        match serde_json::from_slice(bytes) {
            Ok(body) => Ok(Self { status, body }),
            Err(_) if !status.is_success() => Ok(Self {
                status,
                body: Value::Null,
            }),
            Err(error) => Err(Fault::Unavailable(format!(
                "the server's answer cannot be read: {error}"
            ))),
        }
    }

    /// The value of a success.
    ///
    /// # Errors
    /// [`Fault`]: refused below 500, unavailable from there.
    pub(crate) fn value(self) -> Result<Value, Fault> {
        if self.status.is_success() {
            return Ok(self.body);
        }
        let told = |member| self.body.get(member).and_then(Value::as_str);
        let reason = self.status.canonical_reason().unwrap_or("no reason given");
        let detail = told("detail")
            .or(told("error_description"))
            .unwrap_or(reason);
        let sentence = match told("request_id") {
            Some(request) => format!("{detail} (request {request})"),
            None => detail.to_owned(),
        };
        if self.status.is_server_error() {
            Err(Fault::Unavailable(sentence))
        } else {
            Err(Fault::Refused(sentence))
        }
    }
}
