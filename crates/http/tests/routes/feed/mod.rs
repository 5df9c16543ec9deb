//! The feed: who may follow, what is told, what hostile followers get.

mod acknowledge;
mod carried;
mod enforcement;
mod hostile;
mod poll;
mod snapshot;
mod stream;
mod veiled;

use axum::http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use symbolon_jose::jws::{self, Typ};
use symbolon_jose::{Algorithm, JwkSet, KeySet};
use symbolon_token::feed::{FRAME_TYP, Frame, SNAPSHOT_TYP, Snapshot};

use crate::arrange::{Reply, Site};
use crate::page::{API, make};

/// What this realm's management API is called.
const MANAGEMENT: &str = "https://auth.example/v1";

/// Another resource, whose owner is another.
const OTHER: &str = "https://other.example";

/// A realm with two resources: `api` runs the first, `stranger` the second; `guard` may introspect
/// everything.
async fn site() -> (Site, impl Sized) {
    let (site, folder) = Site::open().await;
    arrange(&site).await;
    (site, folder)
}

async fn arrange(site: &Site) {
    for (client_id, all) in [("api", false), ("stranger", false), ("guard", true)] {
        let new = json!({
            "client_id": client_id,
            "client_secret": "a secret of the tests",
            "grant_types": ["client_credentials"],
            "scope": "feed read",
            "introspect_all": all,
        });
        make(site, "/v1/clients", &new).await;
    }
    let owner = |name: &str| {
        let path = format!("/v1/clients/{name}");
        async move { site.get(&path).local().send().await.json()["id"].clone() }
    };
    for (audience, name) in [(API, "api"), (OTHER, "stranger")] {
        let scopes = json!([{"name": "read"}]);
        let new = json!({"audience": audience, "scopes": scopes, "owner": owner(name).await});
        make(site, "/v1/resources", &new).await;
    }
}

/// A client's token for the feed.
async fn token(site: &Site, client_id: &str) -> String {
    token_for(site, client_id, ("feed", MANAGEMENT)).await
}

async fn token_for(site: &Site, client_id: &str, (scope, resource): (&str, &str)) -> String {
    let form = format!(
        "grant_type=client_credentials&client_id={client_id}\
         &client_secret=a+secret+of+the+tests&scope={scope}&resource={resource}"
    );
    let reply = site.ask(Method::POST, "/token").form(&form).send().await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

/// What a text says, if the realm's feed key signed it.
async fn signed<T: DeserializeOwned>(site: &Site, text: &str, typ: &'static str) -> T {
    let published = site.get("/feed/jwks").send().await;
    let set = JwkSet::parse(published.text()).unwrap();
    let keys = KeySet::from_jwks(&set, &[Algorithm::Ed25519]).unwrap();
    let types = [typ];
    let verified = jws::verify(text, &keys, Typ::AnyOf(&types)).unwrap();
    serde_json::from_slice(verified.payload()).unwrap()
}

async fn get(site: &Site, path: &str, token: &str) -> Reply {
    site.get(path).bearer(token).send().await
}

async fn snapshot(site: &Site, token: &str) -> Snapshot {
    let reply = get(site, &format!("/feed/snapshot?audience={API}"), token).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    signed(site, reply.text(), SNAPSHOT_TYP).await
}

async fn poll(site: &Site, token: &str, (stream, after): (impl ToString, u64)) -> Vec<Frame> {
    let stream = stream.to_string();
    let path = format!("/feed/poll?audience={API}&stream={stream}&after={after}");
    let reply = get(site, &path, token).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    let mut frames = Vec::new();
    for text in reply.json()["frames"].as_array().unwrap() {
        frames.push(signed(site, text.as_str().unwrap(), FRAME_TYP).await);
    }
    frames
}

/// One token dies by itself; the task that cuts frames does so.
async fn dies(site: &Site) -> Value {
    let dead = token_for(site, "api", ("read", API)).await;
    let asked = json!({"cause": {"token": dead}, "reason": "leaked"});
    let reply = site.post("/v1/revocations", &asked).local().send().await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    cut(site).await;
    reply.json()
}

async fn cut(site: &Site) {
    site.app.feed().cut(&site.world, site.now()).await;
}
