//! What can be asked.

mod feed;
mod management;
mod oauth;

pub(super) use feed::FEED;
pub(super) use management::{MANAGEMENT, REALMS};
pub(super) use oauth::OAUTH;

use utoipa::openapi::HttpMethod;

use crate::bearer::Right;

/// One operation.
pub(super) struct Operation {
    pub(super) method: HttpMethod,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// The scope that opens it; `None`: no bearer token.
    pub(super) scope: Option<&'static str>,
    pub(super) takes: Takes,
    /// Status, and the schema of the answer.
    pub(super) gives: (&'static str, Option<&'static str>),
    /// Parameters of the query without which it is refused, all of them texts.
    pub(super) requires: &'static [&'static str],
    /// The others: a name, and whether it is a number.
    pub(super) query: &'static [(&'static str, bool)],
}

/// What a request carries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// No body.
    Nothing,
    /// JSON of this schema.
    Json(&'static str),
    /// A form of this schema (RFC 6749 appendix B).
    Form(&'static str),
}

const fn get(path: &'static str, summary: &'static str, gives: &'static str) -> Operation {
    Operation {
        method: HttpMethod::Get,
        path,
        summary,
        scope: None,
        takes: Takes::Nothing,
        gives: ("200", Some(gives)),
        requires: &[],
        query: &[],
    }
}

/// A document that is no JSON.
const fn signed(path: &'static str, summary: &'static str) -> Operation {
    Operation {
        gives: ("200", None),
        ..get(path, summary, "")
    }
}

const fn post(
    path: &'static str,
    summary: &'static str,
    takes: Takes,
    gives: (&'static str, &'static str),
) -> Operation {
    Operation {
        method: HttpMethod::Post,
        takes,
        gives: (gives.0, Some(gives.1)),
        ..get(path, summary, gives.1)
    }
}

const fn put(
    path: &'static str,
    summary: &'static str,
    takes: &'static str,
    gives: &'static str,
) -> Operation {
    Operation {
        method: HttpMethod::Put,
        takes: Takes::Json(takes),
        ..get(path, summary, gives)
    }
}

const fn delete(path: &'static str, summary: &'static str) -> Operation {
    Operation {
        method: HttpMethod::Delete,
        gives: ("204", None),
        ..get(path, summary, "")
    }
}

impl Operation {
    const fn by<R: Right>(self) -> Self {
        Self {
            scope: Some(R::SCOPE),
            ..self
        }
    }

    const fn requires(self, requires: &'static [&'static str]) -> Self {
        Self { requires, ..self }
    }

    const fn query(self, query: &'static [(&'static str, bool)]) -> Self {
        Self { query, ..self }
    }

    const fn patch(self) -> Self {
        Self {
            method: HttpMethod::Patch,
            ..self
        }
    }
}
