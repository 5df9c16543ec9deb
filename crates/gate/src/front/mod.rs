//! The proxies, and how each asks and wants to be answered.
//!
//! | front | asks | is told |
//! |---|---|---|
//! | nginx `auth_request` | `X-Forwarded-Method`, `-Host`, `-Uri`, and the client's headers | 200, 401 or 403: it takes all else for a fault |
//! | Caddy, Traefik, HAProxy | the same | any status, whose answer the client gets |
//! | Envoy `ext_authz` over HTTP | the request itself below `/gate/envoy` | any status below 500 |
//! | Envoy `ext_authz` over gRPC | `CheckRequest` | `CheckResponse` |

mod envoy;
mod forward;
mod grpc;

use std::net::IpAddr;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use symbolon_token::time::Time;

use crate::answer::{Answer, Reply};
use crate::ask::Ask;
use crate::assertion::{Claims, Sign};
use crate::decide::{alive, before, fits};
use crate::decision::Decision;
use crate::header::Said;
use crate::judge::{Identity, Judge};
use crate::refusal::{Reason, Refusal};
use crate::route::Route;
use crate::setting::{Credential, Gate};

pub use grpc::PATH as GRPC_PATH;

/// A proxy's way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// nginx `auth_request`.
    Nginx,
    /// Caddy and Traefik forward-auth, HAProxy by its script.
    Forward,
    /// Envoy `ext_authz` over HTTP.
    Envoy,
    /// Envoy `ext_authz` over gRPC.
    EnvoyGrpc,
}

impl Front {
    /// Every front.
    pub const ALL: [Self; 4] = [Self::Nginx, Self::Forward, Self::Envoy, Self::EnvoyGrpc];

    /// The word in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Forward => "forward",
            Self::Envoy => "envoy",
            Self::EnvoyGrpc => "envoy_grpc",
        }
    }

    /// The front at a path.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/gate/nginx" => Some(Self::Nginx),
            "/gate/forward" => Some(Self::Forward),
            GRPC_PATH => Some(Self::EnvoyGrpc),
            _ if envoy::inner(path).is_some() => Some(Self::Envoy),
            _ => None,
        }
    }
}

/// A proxy's request.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// How it asks.
    pub front: Front,
    /// Who opened the connection; no forwarding header counts.
    pub from: IpAddr,
    /// When.
    pub now: Time,
    /// Its head.
    pub head: &'a Parts,
    /// Its body.
    pub body: &'a Bytes,
}

/// A request that may pass.
struct Pass<'g> {
    route: &'g Route,
    /// The identity headers.
    headers: HeaderMap,
    with_token: bool,
}

/// Answers a proxy. What was decided stands in the answer's extensions: [`Decision`].
pub async fn answer(
    gate: &Gate,
    (judge, signer): (&impl Judge, &impl Sign),
    question: Question<'_>,
) -> Answer {
    let Question {
        front,
        from,
        now,
        head,
        body,
    } = question;
    if !gate.admits(from) {
        tracing::warn!(from = %from, "somebody who is no proxy of gate.proxies asked");
        return refuse(front, Reason::NoProxy.into());
    }
    let ports = (judge, signer);
    match front {
        Front::Nginx | Front::Forward => {
            let ask = forward::ask(head);
            answered(front, gate, ports, (ask, now)).await
        }
        Front::Envoy => answered(front, gate, ports, (envoy::ask(head), now)).await,
        Front::EnvoyGrpc => {
            let checked = match grpc::read(&head.headers, body) {
                Ok(checked) => checked,
                Err(status) => {
                    let decision = Decision::refused(front, Reason::NoQuestion.into());
                    return beside(grpc::failed(status), decision);
                }
            };
            answered(front, gate, ports, (checked.ask(), now)).await
        }
    }
}

/// Steps 3 to 6.
async fn answered(
    front: Front,
    gate: &Gate,
    ports: (&impl Judge, &impl Sign),
    (ask, now): (Result<Ask<'_>, Reason>, Time),
) -> Answer {
    let passed = match ask {
        Ok(ask) => passed(gate, ports, &ask, now).await.map(|pass| (pass, ask)),
        Err(reason) => Err(reason.into()),
    };
    match passed {
        Ok((pass, ask)) => {
            let decision = Decision::passed(front, pass.route.public, pass.with_token);
            beside(admit(front, pass, &ask), decision)
        }
        Err(refusal) => {
            tracing::debug!(reason = refusal.reason.code(), "the gate refused a request");
            refuse(front, refusal)
        }
    }
}

/// Steps 3 to 5.
async fn passed<'g>(
    gate: &'g Gate,
    (judge, signer): (&impl Judge, &impl Sign),
    ask: &Ask<'_>,
    now: Time,
) -> Result<Pass<'g>, Refusal<'g>> {
    let passage = before(gate, ask)?;
    let route = passage.route;
    let refused = |reason| Refusal::at(route, reason);
    let mut said = Said {
        identity: None,
        audience: &route.audience_value,
        assertion: None,
    };
    if let Some(token) = passage.token {
        let verdict = judge.judge(token, &route.audience).await;
        let identity = alive(verdict).map_err(refused)?;
        if let Err(unfit) = fits(route, &identity) {
            judge.unfit(token, unfit).await;
            return Err(refused(unfit.into()));
        }
        let assertion = assert(gate, signer, (route, &identity), now).await;
        said.assertion = assertion.map_err(refused)?;
        said.identity = Some(identity);
    }
    let with_token = said.identity.is_some();
    let mut headers = HeaderMap::with_capacity(16);
    gate.names.write(said, &mut headers).map_err(refused)?;
    Ok(Pass {
        route,
        headers,
        with_token,
    })
}

/// The assertion, where the operator wants them and the route says whom for.
async fn assert(
    gate: &Gate,
    signer: &impl Sign,
    (route, identity): (&Route, &Identity),
    now: Time,
) -> Result<Option<String>, Reason> {
    let (Some(wanted), Some(host)) = (&gate.assertion, &route.host) else {
        return Ok(None);
    };
    let about = (&*wanted.issuer, &**host);
    let claims = Claims::new(about, identity, (now, wanted.lifetime), &*gate.random);
    match signer.sign(&claims).await {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            tracing::error!(%error, "a request was refused for want of its assertion");
            Err(Reason::Unknown)
        }
    }
}

/// Step 6: it may pass.
fn admit(front: Front, pass: Pass<'_>, ask: &Ask<'_>) -> Answer {
    let Pass {
        route, mut headers, ..
    } = pass;
    let removes = route.credential == Credential::Remove;
    match front {
        Front::Nginx | Front::Forward => {}
        Front::Envoy => return envoy::admitted(headers, removes),
        Front::EnvoyGrpc => return grpc::admitted(&headers, removes),
    }
    // What the proxy is not given back, it does not pass on.
    let kept = ask.headers.get(AUTHORIZATION).filter(|_| !removes);
    let nothing = HeaderValue::from_static("");
    headers.insert(AUTHORIZATION, kept.cloned().unwrap_or(nothing));
    admitted(headers)
}

fn admitted(headers: HeaderMap) -> Answer {
    let mut answer = Response::new(Reply::default());
    *answer.headers_mut() = headers;
    answer
}

/// Step 6: it may not.
fn refuse(front: Front, refusal: Refusal<'_>) -> Answer {
    let reason = refusal.reason;
    let answer = match front {
        Front::Nginx => refused(refusal, reason.status_or_forbidden()),
        Front::Forward | Front::Envoy => refused(refusal, reason.status()),
        Front::EnvoyGrpc => grpc::refused(refusal),
    };
    beside(answer, Decision::refused(front, refusal))
}

fn beside(mut answer: Answer, decision: Decision) -> Answer {
    answer.extensions_mut().insert(decision);
    answer
}

fn refused(refusal: Refusal<'_>, status: StatusCode) -> Answer {
    let mut answer = Response::new(Reply {
        body: Bytes::from_static(refusal.reason.document().as_bytes()),
        trailers: None,
    });
    *answer.status_mut() = status;
    *answer.headers_mut() = refusal.headers();
    answer
}
