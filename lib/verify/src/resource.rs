//! A protected resource over HTTP: a [tower] layer that lets nothing pass without a token that its route
//! demands, and answers the rest as RFC 6750, RFC 9470 and RFC 9728 say.
//!
//! 1. The token stands in `Authorization`, by the scheme `Bearer` or `DPoP`, and nowhere else: tokens in
//!    addresses end up in logs (RFC 9700 §4.3.2).
//! 2. Whoever verifies DPoP proofs or ends TLS says what the request proved ([`Sender`]).
//! 3. The guard admits it, or not.
//! 4. What was admitted is an extension of the request: [`Admitted`].
//!
//! [tower]: https://docs.rs/tower

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

use crate::answer::{Answer, Challenge};
use crate::demand::Demand;
use crate::guard::Guard;
use crate::metadata::Metadata;
use crate::refusal::Refusal;
use crate::sender::{Proven, Scheme};
use crate::verifier::{Admitted, Presented};

/// What a request proved about its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// The thumbprint of the key of a DPoP proof that holds for this request and token (RFC 9449 §4.3).
    pub jkt: Option<String>,
    /// The SHA-256 of the client's certificate, in base64url (RFC 8705 §3.1).
    pub x5t_s256: Option<String>,
}

/// Finds out what a request proves about its sender.
///
/// Without one, nothing is proved, and sender-bound tokens are refused.
pub trait Sender: Send + Sync {
    /// What this request proves, for this token.
    fn proof(&self, request: &Parts, token: &str) -> Proof;
}

impl<F: Fn(&Parts, &str) -> Proof + Send + Sync> Sender for F {
    fn proof(&self, request: &Parts, token: &str) -> Proof {
        self(request, token)
    }
}

/// A protected resource. Cloning shares it.
#[derive(Clone)]
pub struct Resource {
    guard: Guard,
    metadata: Option<Arc<str>>,
    sender: Option<Arc<dyn Sender>>,
}

impl Resource {
    /// Behind a guard.
    #[must_use]
    pub fn new(guard: Guard) -> Self {
        Self {
            guard,
            metadata: None,
            sender: None,
        }
    }

    /// Names its metadata in challenges (RFC 9728 §5.1). To serve them is the router's.
    #[must_use]
    pub fn described(mut self, metadata: &Metadata) -> Self {
        self.metadata = Some(metadata.url().into());
        self
    }

    /// Lets sender-bound tokens pass where this proves their sender.
    #[must_use]
    pub fn sender(mut self, sender: impl Sender + 'static) -> Self {
        self.sender = Some(Arc::new(sender));
        self
    }

    /// A layer for routes with this demand.
    #[must_use]
    pub fn demands(&self, demand: Demand) -> Demanding {
        self.guard.verifier().expect(&demand);
        Demanding {
            resource: self.clone(),
            demand: Arc::new(demand),
        }
    }

    /// Its guard.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Steps 1 to 3.
    ///
    /// # Errors
    /// The [`Answer`] to give.
    pub async fn admit(&self, request: &Parts, demand: &Demand) -> Result<Admitted, Answer> {
        let seen_at = self.guard.now();
        let answered = |scheme, refusal: &Refusal| {
            let resource_metadata = self.metadata.as_deref();
            let challenge = Challenge {
                scheme,
                resource_metadata,
            };
            challenge.answer(refusal, demand)
        };
        let (scheme, token) =
            presented(&request.headers).map_err(|refusal| answered(Scheme::Bearer, &refusal))?;
        let proof = self
            .sender
            .as_ref()
            .map(|sender| sender.proof(request, token));
        let proof = proof.unwrap_or_default();
        let presented = Presented {
            token,
            scheme,
            proven: Proven {
                jkt: proof.jkt.as_deref(),
                x5t_s256: proof.x5t_s256.as_deref(),
            },
            seen_at,
        };
        let admitted = self.guard.admit(&presented, demand).await;
        admitted.map_err(|refusal| answered(scheme, &refusal))
    }
}

/// Step 1.
fn presented(headers: &HeaderMap) -> Result<(Scheme, &str), Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(Refusal::Missing)?;
    if values.next().is_some() {
        return Err(Refusal::Request);
    }
    let text = value.to_str().map_err(|_| Refusal::Request)?;
    let (name, token) = text.split_once(' ').ok_or(Refusal::Request)?;
    let scheme = if name.eq_ignore_ascii_case("bearer") {
        Scheme::Bearer
    } else if name.eq_ignore_ascii_case("dpop") {
        Scheme::DPoP
    } else {
        // Another scheme is no token of ours.
        return Err(Refusal::Missing);
    };
    let token = token.trim_start_matches(' ');
    if token.is_empty() || token.contains(' ') {
        return Err(Refusal::Request);
    }
    Ok((scheme, token))
}

impl Answer {
    /// As a response with an empty body.
    #[must_use]
    pub fn to_response<B: Default>(&self) -> Response<B> {
        let mut response = Response::new(B::default());
        let status = StatusCode::from_u16(self.status);
        *response.status_mut() = status.unwrap_or(StatusCode::UNAUTHORIZED);
        let challenge = self.challenge.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(challenge)) = challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The layer.
#[derive(Clone)]
pub struct Demanding {
    resource: Resource,
    demand: Arc<Demand>,
}

impl<S> Layer<S> for Demanding {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        let layer = self.clone();
        Guarded { layer, inner }
    }
}

/// A guarded service.
#[derive(Clone)]
pub struct Guarded<S> {
    layer: Demanding,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for Guarded<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: Default + Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let layer = self.layer.clone();
        // The one that is ready is called; its clone may not be.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            match layer.resource.admit(&head, &layer.demand).await {
                Ok(admitted) => {
                    head.extensions.insert(admitted);
                    inner.call(Request::from_parts(head, body)).await
                }
                Err(answer) => Ok(answer.to_response()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> Result<(Scheme, String), Refusal> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
        }
        presented(&headers).map(|(scheme, token)| (scheme, token.to_owned()))
    }

    #[test]
    fn one_token_stands_in_the_header() {
        let token = "a.b.c".to_owned();
        assert_eq!(read(&["Bearer a.b.c"]), Ok((Scheme::Bearer, token.clone())));
        assert_eq!(
            read(&["bearer  a.b.c"]),
            Ok((Scheme::Bearer, token.clone()))
        );
        assert_eq!(read(&["DPoP a.b.c"]), Ok((Scheme::DPoP, token)));
        assert_eq!(read(&[]), Err(Refusal::Missing));
        assert_eq!(read(&["Basic YTpi"]), Err(Refusal::Missing));
        for values in [
            &["Bearer a", "Bearer b"][..],
            &["Bearer"],
            &["Bearer "],
            &["Bearer a b"],
        ] {
            assert_eq!(read(values), Err(Refusal::Request), "{values:?}");
        }
    }
}
