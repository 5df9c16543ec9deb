//! Envoy's `ext_authz` over gRPC: one call, `envoy.service.auth.v3.Authorization/Check`, over HTTP/2.
//!
//! A message is a byte (compressed?), its length in four bytes, and protobuf; the status of the call
//! stands in trailers. That is all of gRPC that one call with one message each way needs, so the server
//! edge serves it like every other request, with the same limits.

mod message;

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use prost::Message;

use super::super::answer::{Answer, Reply};
use crate::ask::Ask;
use crate::refusal::{Reason, Refusal};
use message::{
    CheckRequest, CheckResponse, DeniedHttpResponse, HeaderOption, HeaderText, HttpRequest,
    HttpResponse, HttpStatus, OkHttpResponse, RpcStatus,
};

/// The path of the call.
pub const PATH: &str = "/envoy.service.auth.v3.Authorization/Check";

/// Before each message.
const FRAME_HEAD: usize = 5;

static GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

/// Statuses of calls and decisions (`google.rpc.Code`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Ok = 0,
    InvalidArgument = 3,
    PermissionDenied = 7,
    Unimplemented = 12,
    Unavailable = 14,
    Unauthenticated = 16,
}

/// What was asked about.
pub(super) struct Checked {
    http: HttpRequest,
    headers: Option<HeaderMap>,
}

impl Checked {
    /// # Errors
    /// [`Reason::NoQuestion`] where method, host or path are missing, or a header cannot be one.
    pub(super) fn ask(&self) -> Result<Ask<'_>, Reason> {
        let HttpRequest {
            method, path, host, ..
        } = &self.http;
        let is_whole = !method.is_empty() && !path.is_empty() && !host.is_empty();
        match &self.headers {
            Some(headers) if is_whole => Ok(Ask {
                method,
                host,
                path,
                headers,
            }),
            Some(_) | None => Err(Reason::NoQuestion),
        }
    }
}

/// Reads the one message of a call.
///
/// # Errors
/// The status that the call ends with.
pub(super) fn read(head: &HeaderMap, body: &Bytes) -> Result<Checked, Code> {
    let kind = head.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !kind.is_some_and(|kind| kind.starts_with(b"application/grpc")) {
        return Err(Code::InvalidArgument);
    }
    let (frame, message) = body
        .split_first_chunk::<FRAME_HEAD>()
        .ok_or(Code::InvalidArgument)?;
    let [compressed, length @ ..] = *frame;
    if compressed != 0 {
        return Err(Code::Unimplemented);
    }
    if usize::try_from(u32::from_be_bytes(length)) != Ok(message.len()) {
        return Err(Code::InvalidArgument);
    }
    let request = CheckRequest::decode(message).map_err(|_| Code::InvalidArgument)?;
    let http = request
        .attributes
        .and_then(|attributes| attributes.request)
        .and_then(|request| request.http);
    let mut http = http.ok_or(Code::InvalidArgument)?;
    let headers = headers(&mut http);
    Ok(Checked { http, headers })
}

/// The client's headers; `None` where one of them cannot be a header.
fn headers(http: &mut HttpRequest) -> Option<HeaderMap> {
    let raw = std::mem::take(&mut http.header_map).unwrap_or_default();
    let raw = raw.headers.into_iter().map(|one| {
        let HeaderText {
            key,
            value,
            raw_value,
        } = one;
        let value = if raw_value.is_empty() {
            Bytes::from(value)
        } else {
            raw_value
        };
        (key, value)
    });
    let joined = std::mem::take(&mut http.headers).into_iter();
    let joined = joined.map(|(name, value)| (name, Bytes::from(value)));
    let mut headers = HeaderMap::with_capacity(16);
    for (name, value) in raw.chain(joined) {
        // HTTP/2's own are said beside.
        if name.starts_with(':') {
            continue;
        }
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let value = HeaderValue::from_maybe_shared(value).ok()?;
        headers.try_append(name, value).ok()?;
    }
    Some(headers)
}

/// It may pass, with these headers in the client's place.
pub(super) fn admitted(headers: &HeaderMap, removes_credential: bool) -> Answer {
    let remove = removes_credential.then(|| AUTHORIZATION.as_str().to_owned());
    called(&CheckResponse {
        status: Some(RpcStatus {
            code: Code::Ok as i32,
        }),
        http_response: Some(HttpResponse::OkResponse(OkHttpResponse {
            headers: options(headers),
            headers_to_remove: remove.into_iter().collect(),
        })),
    })
}

/// It may not.
pub(super) fn refused(refusal: Refusal<'_>) -> Answer {
    let status = refusal.reason.status();
    let code = match status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::BAD_REQUEST => Code::InvalidArgument,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        _ => Code::PermissionDenied,
    };
    called(&CheckResponse {
        status: Some(RpcStatus { code: code as i32 }),
        http_response: Some(HttpResponse::DeniedResponse(DeniedHttpResponse {
            status: Some(HttpStatus {
                code: status.as_u16().into(),
            }),
            headers: options(&refusal.headers()),
            body: refusal.reason.document().to_owned(),
        })),
    })
}

fn options(headers: &HeaderMap) -> Vec<HeaderOption> {
    let all = headers.iter().map(|(name, value)| HeaderOption {
        header: Some(HeaderText {
            key: name.as_str().to_owned(),
            // Ours are printable ASCII.
            value: value.to_str().unwrap_or_default().to_owned(),
            raw_value: Bytes::new(),
        }),
        append: Some(false),
        keep_empty_value: true,
    });
    all.collect()
}

/// A call that has an answer.
fn called(message: &CheckResponse) -> Answer {
    let length = message.encoded_len();
    let mut body = BytesMut::with_capacity(FRAME_HEAD + length);
    body.put_u8(0);
    body.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    let Ok(()) = message.encode(&mut body) else {
        return failed(Code::Unavailable);
    };
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert(&GRPC_STATUS, HeaderValue::from(Code::Ok as u16));
    let mut answer = Response::new(Reply {
        body: body.freeze(),
        trailers: Some(trailers),
    });
    let kind = HeaderValue::from_static("application/grpc");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

/// A call that has none: its status stands in the head (trailers only).
pub(super) fn failed(code: Code) -> Answer {
    let mut answer = Response::new(Reply::default());
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(&GRPC_STATUS, HeaderValue::from(code as u16));
    answer
}

#[cfg(test)]
mod tests;
