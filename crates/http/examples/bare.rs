//! What the edge costs when the application does nothing, or nothing but sign: the ceilings that
//! `cargo xtask bench` holds every row against.
//!
//! `bare [WHAT] [ADDRESS]` answers `GET /`, until Ctrl-C, with
//! - `edge`: a small JSON, through this crate's edge (where nothing is said);
//! - `axum`: the same through `axum::serve`, to compare;
//! - `Ed25519`, `ES256`, `RS256` …: what the token endpoint answers, with a JWT signed anew for each
//!   request by a key that is made at the start. No client, no database, no journal.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use axum::http::{HeaderName, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use symbolon_http::server::{Limits, Listen, Server};
use symbolon_jose::jwt::{Purpose, Signer};
use symbolon_jose::{Algorithm, SigningKey};

const ADDRESS: &str = "127.0.0.1:8181";

/// The headers of an answer that holds a token.
const NOT_KEPT: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];

/// Some 300 bytes, as a real access token has.
#[derive(Serialize)]
struct Claims {
    iss: &'static str,
    sub: &'static str,
    aud: &'static str,
    exp: i64,
    iat: i64,
    jti: &'static str,
    client_id: &'static str,
    scope: &'static str,
    lin: &'static str,
}

const CLAIMS: Claims = Claims {
    iss: "http://127.0.0.1:8181",
    sub: "demo-service",
    aud: "http://127.0.0.1:8181/demo/resource",
    exp: 1_800_000_600,
    iat: 1_800_000_000,
    jti: "AAbd9wAAAAEAAQIDBAUGBwgJCgsMDQ4P",
    client_id: "demo-service",
    scope: "demo:read demo:write",
    lin: "AQABAgMEBQYHAAECAwQFBgcIAQIDBAUGBwgJAgMEBQYHCAkKAwQFBgcICQoL",
};

#[derive(Serialize)]
struct TokenReply {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: &'static str,
}

/// A constant.
fn nothing() -> Router {
    let reply = || async { ([(CONTENT_TYPE, "application/json")], r#"{"active":true}"#) };
    Router::new().route("/", get(reply))
}

/// A signature and its envelope.
fn signing(algorithm: Algorithm) -> Result<Router, Box<dyn Error>> {
    let key = SigningKey::generate(algorithm)?.with_kid("AQIDBAUGBwg");
    let signer = Arc::new(Signer::new(Arc::new(key), Purpose::AccessToken)?);
    let reply = move || {
        let signer = Arc::clone(&signer);
        async move {
            let token = signer.sign(&CLAIMS);
            let access_token = token.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
            let reply = TokenReply {
                access_token,
                token_type: "Bearer",
                expires_in: 600,
                scope: CLAIMS.scope,
            };
            Ok::<_, StatusCode>((NOT_KEPT, Json(reply)))
        }
    };
    Ok(Router::new().route("/", get(reply)))
}

async fn stop() {
    // Without a signal handler the server runs until it is killed.
    let _heard = tokio::signal::ctrl_c().await;
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_else(|| "edge".to_owned());
    let address: SocketAddr = arguments.next().as_deref().unwrap_or(ADDRESS).parse()?;
    if what == "axum" {
        let listener = tokio::net::TcpListener::bind(address).await?;
        axum::serve(listener, nothing())
            .with_graceful_shutdown(stop())
            .await?;
        return Ok(());
    }
    let router = match what.as_str() {
        "edge" => nothing(),
        algorithm => signing(algorithm.parse()?)?,
    };
    let listen = Listen {
        address,
        tls: None,
        proxies: Vec::new(),
        limits: Limits::default(),
    };
    let server = Server::bind(&listen).await?;
    println!("listening on {}", server.local_address());
    let drained = server.run(router, stop()).await?;
    println!("{} connections were cut", drained.cut);
    Ok(())
}
