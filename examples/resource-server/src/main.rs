//! A resource server behind `symbolon-verify`: it follows the authority's feed and refuses a token as soon
//! as whatever it descends from is revoked.
//!
//! ```sh
//! cargo run --release -- dev                                                          # in one terminal
//! cargo run -p symbolon-example-resource-server -- symbolon-dev/dev.json              # in another
//! ```
//!
//! It takes the place of the demo resource of `symbolon dev`: tokens of its demo client are meant for it.
//! Another authority's file has the same four members: `issuer`, `resource_url` (the audience),
//! `client_id` and `client_secret` of a client with the scope `feed`. A second argument says where to listen,
//! instead of at 127.0.0.1:8090.
//!
//! 1. Read where to follow, and as whom.
//! 2. Follow. Until the feed has come, nothing passes.
//! 3. Routes: one for any live token, one that demands a scope and asks the authority when its knowledge
//!    is stale, and the resource's own metadata.
//! 4. Serve until the end, and take leave.

use std::error::Error;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::{get, post};
use serde::Deserialize;
use symbolon_verify::follow::{Follow, Following, http};
use symbolon_verify::{Authorized, Demand, Demands, Metadata, Policy, Resource};
use tokio::net::TcpListener;

/// Where it listens unless told otherwise.
const LISTEN: &str = "127.0.0.1:8090";

/// The file that says where to follow, and as whom. It holds a secret, so it does not print.
#[derive(Deserialize)]
struct Settings {
    issuer: String,
    resource_url: String,
    client_id: String,
    client_secret: String,
}

/// What handlers share.
#[derive(Clone, FromRef)]
struct App {
    resource: Resource,
    metadata: Metadata,
}

/// What changes something must be allowed, and certain: where knowledge is stale, the authority is asked.
struct Change;

impl Demands for Change {
    fn demand() -> &'static Demand {
        static DEMAND: LazyLock<Demand> = LazyLock::new(|| write().policy(Policy::Introspect));
        &DEMAND
    }
}

#[expect(clippy::expect_used, reason = "the text is a scope")]
fn write() -> Demand {
    Demand::scope("demo:write").expect("the text is a scope")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("usage: resource-server FILE [ADDRESS:PORT]")?;
    let listen = arguments.next().unwrap_or_else(|| LISTEN.to_owned());
    let settings: Settings = serde_json::from_slice(&std::fs::read(path)?)?;
    let following = follow(&settings)?;
    let metadata = Metadata::new(&settings.resource_url, &settings.issuer)?.name("Orders");
    let resource = Resource::new(following.guard()).described(&metadata);
    let router = router(App { resource, metadata });
    let listener = TcpListener::bind(listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let served = axum::serve(listener, router).with_graceful_shutdown(async {
        // Without a way to hear of the end it goes on until it is killed.
        let _ = tokio::signal::ctrl_c().await;
    });
    served.await?;
    following.leave().await;
    Ok(())
}

/// Step 2.
fn follow(settings: &Settings) -> Result<Following, Box<dyn Error>> {
    let client = http::Client::new(settings.client_id.as_str(), settings.client_secret.as_str());
    let follow = Follow::http(&settings.issuer, &settings.resource_url, client)?;
    Ok(follow.start())
}

/// Step 3.
fn router(app: App) -> Router {
    Router::new()
        .route("/orders", get(read))
        .route("/orders", post(order))
        .route(app.metadata.path(), get(describe))
        .with_state(app)
}

async fn read(access: Authorized) -> String {
    format!("the orders of {}\n", access.sub)
}

async fn order(access: Authorized<Change>) -> String {
    format!("ordered by {} for {}\n", access.client_id, access.sub)
}

async fn describe(State(metadata): State<Metadata>) -> Metadata {
    metadata
}
