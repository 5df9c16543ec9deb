//! Steps 3 to 5: judge the addresses, connect to one of them, ask, read.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::address::{is_named, is_public};
use crate::target::Target;
use crate::{Answer, CallError, Outbound};

/// Who we say that we are.
const AGENT: HeaderValue = HeaderValue::from_static("symbolon");

/// How many addresses of a name are tried, one after the other.
const MAX_ADDRESSES: usize = 4;

/// The longest head of an answer, in bytes.
const MAX_HEAD: usize = 16 * 1024;

/// What is asked.
pub(crate) struct Content {
    pub(crate) method: Method,
    pub(crate) accept: &'static str,
    pub(crate) form: Option<&'static str>,
    pub(crate) body: Bytes,
}

pub(crate) async fn call(
    outbound: &Outbound,
    target: &Target,
    content: Content,
) -> Result<Answer, CallError> {
    let addresses = addresses(outbound, target).await?;
    let plain = connect(outbound, target, &addresses).await?;
    let Some(name) = &target.name else {
        return exchange(outbound, target, content, plain).await;
    };
    let tls = |source| CallError::Tls {
        host: target.host.clone(),
        source,
    };
    let connector = TlsConnector::from(outbound.trust.config().await?);
    let handshake = connector.connect(name.clone(), plain);
    let secure = timeout(outbound.limits.connect, handshake).await;
    let secure = secure.map_err(|_| slow(outbound, target))?.map_err(tls)?;
    exchange(outbound, target, content, secure).await
}

fn slow(outbound: &Outbound, target: &Target) -> CallError {
    CallError::Slow {
        host: target.host.clone(),
        limit: outbound.limits.connect,
    }
}

/// Step 3: the addresses that may be connected to.
async fn addresses(outbound: &Outbound, target: &Target) -> Result<Vec<IpAddr>, CallError> {
    let name = |source| CallError::Name {
        host: target.host.clone(),
        source,
    };
    let all = match target.literal {
        Some(address) => vec![address],
        None => outbound
            .resolver
            .resolve(&target.host)
            .await
            .map_err(name)?,
    };
    let Some(&first) = all.first() else {
        return Err(name(std::io::ErrorKind::NotFound.into()));
    };
    let may = |address: &IpAddr| {
        is_named(*address, &outbound.private) || (target.is_secure() && is_public(*address))
    };
    let mut open: Vec<_> = all.into_iter().filter(may).collect();
    open.truncate(MAX_ADDRESSES);
    if !open.is_empty() {
        return Ok(open);
    }
    let (host, address) = (target.host.clone(), first);
    Err(if target.is_secure() || !is_public(first) {
        CallError::Private { host, address }
    } else {
        CallError::Plain { host, address }
    })
}

/// The first of them that takes the connection.
async fn connect(
    outbound: &Outbound,
    target: &Target,
    addresses: &[IpAddr],
) -> Result<TcpStream, CallError> {
    let mut last = slow(outbound, target);
    for &address in addresses {
        let connecting = TcpStream::connect(SocketAddr::new(address, target.port));
        last = match timeout(outbound.limits.connect, connecting).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(source)) => CallError::Connect {
                host: target.host.clone(),
                address,
                source,
            },
            Err(_) => slow(outbound, target),
        };
    }
    Err(last)
}

/// Step 5.
async fn exchange<S>(
    outbound: &Outbound,
    target: &Target,
    content: Content,
    stream: S,
) -> Result<Answer, CallError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let http = |source| CallError::Http {
        host: target.host.clone(),
        source,
    };
    let request = request(target, content)?;
    let mut builder = http1::Builder::new();
    let shaken = builder
        .max_buf_size(MAX_HEAD)
        .handshake(TokioIo::new(stream));
    let (mut sender, connection) = shaken.await.map_err(http)?;
    // Held until the answer was read: who stops waiting ends the connection too.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request).await.map_err(http)?;
    read(outbound, target, response).await
}

fn request(target: &Target, content: Content) -> Result<Request<Full<Bytes>>, CallError> {
    let mut request = Request::new(Full::new(content.body));
    *request.method_mut() = content.method;
    *request.uri_mut() = target.path.parse().map_err(|_| CallError::Characters)?;
    let authority = HeaderValue::from_str(&target.authority);
    let authority = authority.map_err(|_| CallError::Characters)?;
    let headers = request.headers_mut();
    headers.insert(HOST, authority);
    headers.insert(USER_AGENT, AGENT);
    headers.insert(ACCEPT, HeaderValue::from_static(content.accept));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    if let Some(kind) = content.form {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    Ok(request)
}

async fn read(
    outbound: &Outbound,
    target: &Target,
    response: Response<Incoming>,
) -> Result<Answer, CallError> {
    let host = || target.host.clone();
    let limit = outbound.limits.answer;
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    if head.status.is_redirection() {
        return Err(CallError::Redirected {
            host: host(),
            status,
        });
    }
    let long = || CallError::Long {
        host: host(),
        limit,
    };
    let too_much = u64::try_from(limit).is_ok_and(|limit| body.size_hint().lower() > limit);
    if too_much {
        return Err(long());
    }
    let body = Limited::new(body, limit).collect().await;
    let body = body.map_err(|error| match error.downcast::<hyper::Error>() {
        Ok(source) => CallError::Http {
            host: host(),
            source: *source,
        },
        Err(other) => {
            debug_assert!(other.is::<LengthLimitError>(), "{other}");
            long()
        }
    })?;
    let kind = head.headers.get(CONTENT_TYPE);
    Ok(Answer {
        status,
        content_type: kind.and_then(|kind| Some(kind.to_str().ok()?.to_owned())),
        body: body.to_bytes(),
    })
}
