//! `/feed/snapshot`, and who may follow what.

use axum::http::StatusCode;

use super::*;

#[tokio::test]
async fn a_client_follows_the_audiences_for_which_it_may_introspect() {
    let (site, _folder) = site().await;
    let path = |audience| format!("/feed/snapshot?audience={audience}");
    for (client, audience, status) in [
        ("api", API, StatusCode::OK),
        ("api", OTHER, StatusCode::NOT_FOUND),
        ("api", "https://nobody.example", StatusCode::NOT_FOUND),
        ("api", MANAGEMENT, StatusCode::NOT_FOUND),
        ("stranger", API, StatusCode::NOT_FOUND),
        ("guard", API, StatusCode::OK),
        ("guard", OTHER, StatusCode::OK),
    ] {
        let token = token(&site, client).await;
        let reply = get(&site, &path(audience), &token).await;
        assert_eq!(reply.status, status, "{client} {audience} {reply}");
    }
    let operator = site.get(&path(API)).local().send().await;
    assert_eq!(operator.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_follows_without_the_scope() {
    let (site, _folder) = site().await;
    let path = format!("/feed/snapshot?audience={API}");
    assert_eq!(
        site.get(&path).send().await.status,
        StatusCode::UNAUTHORIZED
    );
    let other = token_for(&site, "api", ("read", API)).await;
    let elsewhere = get(&site, &path, &other).await;
    assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED);
    let operator = site.token("keys:read", MANAGEMENT).await;
    let reply = get(&site, &path, &operator).await;
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::FORBIDDEN, "insufficient_scope".into())
    );
}

#[tokio::test]
async fn a_snapshot_says_what_a_token_needs_to_be_judged() {
    let (site, _folder) = site().await;
    let token = token(&site, "api").await;
    dies(&site).await;
    let reply = get(&site, &format!("/feed/snapshot?audience={API}"), &token).await;
    assert_eq!(reply.header("content-type"), "application/jwt");
    assert_eq!(reply.header("cache-control"), "no-store");
    let snapshot: Snapshot = signed(&site, reply.text(), SNAPSHOT_TYP).await;
    assert_eq!(
        (&*snapshot.iss, &*snapshot.aud),
        ("https://auth.example", API)
    );
    assert_eq!(
        (snapshot.realm, snapshot.at),
        (site.realm.node.0, site.now())
    );
    let keys = site.get("/v1/keys").local().send().await.json();
    let kids = keys["items"].as_array().unwrap().len();
    assert_eq!(snapshot.known.keys.unwrap().len(), kids);
    let bits: Vec<_> = snapshot.known.bits.into_iter().collect();
    let [(bucket, dead)] = bits.as_slice() else {
        panic!("{bits:?}");
    };
    let leased = snapshot.known.leases[bucket];
    assert!(dead.as_slice().iter().all(|index| *index < leased));
}

#[tokio::test]
async fn after_a_rotation_of_the_root_key_its_old_feed_key_is_published() {
    let (site, _folder) = Site::open().await;
    let keys = site.get("/feed/jwks").send().await;
    assert_eq!(keys.header("cache-control"), "public, max-age=300");
    let keys = keys.json();
    let one = &keys["keys"][0];
    assert_eq!(
        (&one["kid"], &one["crv"]),
        (&json!("feed-1"), &json!("Ed25519"))
    );
    assert_eq!((&one["alg"], one.get("d")), (&json!("Ed25519"), None));
}
