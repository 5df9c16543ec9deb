//! An authority of one page that speaks the feed's wire, as it is documented in docs/verify.md.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Query, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use symbolon_jose::KeySet;
use symbolon_token::feed::Acknowledgement;
use symbolon_token::status::Bucket;
use symbolon_token::time::Time;
use tokio::sync::watch;

use crate::arrange::{Channel, Draft, NOON, bit, feed_key, token_key};

pub(super) const CLIENT: &str = "orders api";
pub(super) const SECRET: &str = "a secret: with % and +";

pub(super) struct Server {
    issuer: String,
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    issuer: Mutex<String>,
    streams: bool,
    state: Mutex<Told>,
    news: watch::Sender<u64>,
}

struct Told {
    channel: Channel,
    history: Vec<(u64, String)>,
    /// Tokens of the follower's that count, from this number on.
    valid_from: u64,
    given: u64,
    left: bool,
    run: u8,
    /// A token that introspection calls inactive.
    disowned: Option<String>,
}

type Answer = Result<Response, StatusCode>;

impl Server {
    /// With streams or without.
    pub(super) async fn start(streams: bool) -> Self {
        Self::run(streams, None).await
    }

    /// Under an issuer that something before it answers for.
    pub(super) async fn start_as(issuer: String) -> Self {
        Self::run(true, Some(issuer)).await
    }

    async fn run(streams: bool, issuer: Option<String>) -> Self {
        let shared = Arc::new(Shared {
            issuer: Mutex::default(),
            streams,
            state: Mutex::new(Told {
                channel: Channel::new(1),
                history: Vec::new(),
                valid_from: 0,
                given: 0,
                left: false,
                run: 1,
                disowned: None,
            }),
            news: watch::Sender::new(0),
        });
        let router = Router::new()
            .route(
                "/.well-known/oauth-authorization-server/realms/main",
                get(metadata),
            )
            .route("/realms/main/jwks", get(keys))
            .route("/realms/main/token", post(token))
            .route("/realms/main/introspect", post(introspect))
            .route("/realms/main/feed/jwks", get(feed_keys))
            .route("/realms/main/feed/snapshot", get(snapshot))
            .route("/realms/main/feed/stream", get(streamed))
            .route("/realms/main/feed/poll", get(poll))
            .route("/realms/main/feed/acknowledgements", post(acknowledge))
            .with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = issuer.unwrap_or(format!("http://{address}/realms/main"));
        shared.issuer.lock().unwrap().clone_from(&issuer);
        shared
            .state
            .lock()
            .unwrap()
            .channel
            .issuer
            .clone_from(&issuer);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            issuer,
            address,
            shared,
        }
    }

    /// Where it listens, without TLS.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn token(&self, index: u32) -> String {
        let claims = json!({"iss": self.issuer});
        Draft {
            index,
            claims,
            ..Draft::default()
        }
        .sign()
    }

    pub(super) fn revoke(&self, index: u32) {
        let bucket = Bucket::of(Time(NOON.0 + 600_000));
        let mut state = self.shared.state.lock().unwrap();
        let frame = state.channel.frame(bit(bucket, index));
        let n = state.channel.n;
        state.history.push((n, frame));
        drop(state);
        self.shared.news.send_modify(|count| *count += 1);
    }

    pub(super) fn refuse_tokens_so_far(&self) {
        let mut state = self.shared.state.lock().unwrap();
        state.valid_from = state.given + 1;
    }

    pub(super) fn restart(&self) {
        let mut state = self.shared.state.lock().unwrap();
        state.run += 1;
        let known = state.channel.known.clone();
        state.channel = Channel {
            known,
            issuer: self.issuer.clone(),
            ..Channel::new(state.run)
        };
        state.history.clear();
        drop(state);
        self.shared.news.send_modify(|count| *count += 1);
    }

    pub(super) fn disown(&self, token: &str) {
        self.shared.state.lock().unwrap().disowned = Some(token.to_owned());
    }

    pub(super) fn was_left(&self) -> bool {
        self.shared.state.lock().unwrap().left
    }
}

impl Shared {
    fn admit(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let state = self.state.lock().unwrap();
        let bearer = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let number = bearer.and_then(|bearer| bearer.strip_prefix("Bearer own-")?.parse().ok());
        let valid = number.is_some_and(|number: u64| number >= state.valid_from);
        valid.then_some(()).ok_or(StatusCode::UNAUTHORIZED)
    }

    /// The frames after a position.
    fn after(&self, query: &HashMap<String, String>) -> Result<Vec<(u64, String)>, StatusCode> {
        let state = self.state.lock().unwrap();
        if query["stream"] != state.channel.stream.to_string() {
            return Err(StatusCode::GONE);
        }
        let after: u64 = query["after"].parse().unwrap();
        let later = state.history.iter().filter(|(n, _)| *n > after);
        Ok(later.cloned().collect())
    }
}

async fn metadata(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let issuer = shared.issuer.lock().unwrap().clone();
    Json(json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/jwks"),
        "token_endpoint": format!("{issuer}/token"),
        "introspection_endpoint": format!("{issuer}/introspect"),
    }))
}

async fn keys() -> Json<Value> {
    let set = KeySet::new([token_key().public()]).unwrap();
    Json(serde_json::to_value(set.to_jwks()).unwrap())
}

async fn feed_keys() -> Json<Value> {
    let set = KeySet::new([feed_key().public()]).unwrap();
    Json(serde_json::to_value(set.to_jwks()).unwrap())
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Answer {
    // "orders api" and "a secret: with % and +", each as a form writes it (RFC 6749 §2.3.1).
    let pair = "Basic b3JkZXJzK2FwaTphK3NlY3JldCUzQSt3aXRoKyUyNSthbmQrJTJC";
    let basic = headers
        .get(AUTHORIZATION)
        .is_some_and(|value| value == pair);
    if !basic || form["grant_type"] != "client_credentials" || form["scope"] != "feed" {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let mut state = shared.state.lock().unwrap();
    state.given += 1;
    let token = format!("own-{}", state.given);
    Ok(
        Json(json!({"access_token": token, "token_type": "Bearer", "expires_in": 600}))
            .into_response(),
    )
}

async fn introspect(
    State(shared): State<Arc<Shared>>,
    Form(form): Form<HashMap<String, String>>,
) -> Json<Value> {
    let state = shared.state.lock().unwrap();
    let active = state.disowned.as_ref() != Some(&form["token"]);
    Json(json!({ "active": active }))
}

fn jwt(text: String) -> Response {
    ([(CONTENT_TYPE, "application/jwt")], text).into_response()
}

async fn snapshot(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Answer {
    shared.admit(&headers)?;
    Ok(jwt(shared.state.lock().unwrap().channel.snapshot()))
}

async fn acknowledge(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Json(acknowledgement): Json<Acknowledgement>,
) -> Answer {
    shared.admit(&headers)?;
    let mut state = shared.state.lock().unwrap();
    state.left |= acknowledgement.leaving;
    if acknowledgement.stream != state.channel.stream {
        return Err(StatusCode::GONE);
    }
    Ok(jwt(state.channel.echo(acknowledgement.nonce)))
}

async fn poll(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    shared.admit(&headers)?;
    let mut news = shared.news.subscribe();
    let mut frames = shared.after(&query)?;
    if frames.is_empty() && query["wait_ms"] != "0" {
        let _ = news.changed().await;
        frames = shared.after(&query)?;
    }
    let frames: Vec<String> = frames.into_iter().map(|(_, frame)| frame).collect();
    let heartbeat = shared.state.lock().unwrap().channel.heartbeat();
    Ok(Json(json!({"frames": frames, "heartbeat": heartbeat})).into_response())
}

async fn streamed(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(mut query): Query<HashMap<String, String>>,
) -> Answer {
    shared.admit(&headers)?;
    if !shared.streams || query["follower"].is_empty() {
        return Err(StatusCode::BAD_GATEWAY);
    }
    let goes_on = query.contains_key("stream") && shared.after(&query).is_ok();
    let mut first = String::new();
    if !goes_on {
        // It was asked for: by naming no place, or by the fallback.
        if query.contains_key("stream") && query["fallback"] != "snapshot" {
            return Err(StatusCode::GONE);
        }
        let state = shared.state.lock().unwrap();
        let (stream, n) = (state.channel.stream.to_string(), state.channel.n);
        first = format!(
            "id: {stream}:{n}\nevent: snapshot\ndata: {}\n\n",
            state.channel.snapshot()
        );
        query.insert("stream".to_owned(), stream);
        query.insert("after".to_owned(), n.to_string());
    }
    let begins = stream::once(async move { Ok::<_, std::io::Error>(first) });
    let news = shared.news.subscribe();
    let events = stream::unfold(
        (shared, query, news),
        async |(shared, mut query, mut news)| {
            loop {
                let frames = shared.after(&query).ok()?;
                if let Some((n, _)) = frames.last() {
                    query.insert("after".to_owned(), n.to_string());
                    let text = frames.iter().map(|(n, frame)| {
                        format!(
                            "id: {}:{n}\nevent: frame\ndata: {frame}\n\n",
                            query["stream"]
                        )
                    });
                    let text: String = text.collect();
                    return Some((Ok::<_, std::io::Error>(text), (shared, query, news)));
                }
                news.changed().await.ok()?;
            }
        },
    );
    let body = axum::body::Body::from_stream(begins.chain(events));
    Ok(([(CONTENT_TYPE, "text/event-stream")], body).into_response())
}
