//! `/status`: who follows no feed reads there which tokens are dead.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::inflate::{decompress_to_vec, decompress_to_vec_zlib};
use serde_json::{Value, json};
use symbolon_jose::danger::unverified_claims;
use symbolon_jose::jwt::{self, Expected, Names, Purpose};
use symbolon_jose::{Algorithm, JwkSet, KeySet};

use super::{API, site, token};
use crate::arrange::{Reply, Site};

const ISSUER: &str = "https://auth.example";

/// Where a token's bit is: the path of its list, and which one.
pub(crate) fn place(token: &str) -> (String, usize) {
    let claims: Value = unverified_claims(token).unwrap();
    let place = &claims["status"]["status_list"];
    let path = place["uri"].as_str().unwrap().strip_prefix(ISSUER);
    let index = place["idx"].as_u64().unwrap().try_into().unwrap();
    (path.unwrap().to_owned(), index)
}

async fn list(site: &Site, path: &str) -> Reply {
    let list = site.get(path).send().await;
    assert_eq!(list.status, StatusCode::OK, "{list}");
    list
}

/// What a list says, to those who verify it.
async fn claims(site: &Site, list: &Reply) -> Value {
    let published = site.get("/jwks").send().await;
    let set = JwkSet::parse(published.text()).unwrap();
    let keys = KeySet::from_jwks(&set, &[Algorithm::Es256]).unwrap();
    let now = site.now().seconds();
    let expected = Expected::new(Purpose::StatusList, ISSUER, Names::Unchecked, now);
    let list = jwt::verify::<Value>(list.text(), &keys, &expected);
    list.unwrap().into_claims()
}

/// Which tokens of a list are invalid.
fn set(claims: &Value) -> Vec<usize> {
    let lst = claims["status_list"]["lst"].as_str().unwrap();
    let bits = decompress_to_vec_zlib(&URL_SAFE_NO_PAD.decode(lst).unwrap()).unwrap();
    assert_eq!(bits.len() % (128 * 1024), 0);
    (0..bits.len() * 8)
        .filter(|at| bits[at / 8] >> (at % 8) & 1 == 1)
        .collect()
}

/// Whether a list says that a token is invalid.
pub(crate) async fn is_set(site: &Site, (path, index): &(String, usize)) -> bool {
    let list = list(site, path).await;
    set(&claims(site, &list).await).contains(index)
}

async fn revoke(site: &Site, token: &str) {
    let asked = json!({ "token": token });
    let done = site.post("/v1/tokens/revoke", &asked).local().send().await;
    assert!(done.status.is_success(), "{done}");
}

#[tokio::test]
async fn a_token_names_its_bit_and_the_bit_is_set_when_it_is_revoked() {
    let (site, _folder) = site().await;
    let (one, other) = (token(&site, API).await, token(&site, API).await);
    let (path, index) = place(&one);
    assert_eq!(path, place(&other).0);
    let before = list(&site, &path).await;
    assert_eq!(before.header("content-type"), "application/statuslist+jwt");
    assert_eq!(before.header("cache-control"), "public, max-age=60");
    assert_eq!(before.header("content-encoding"), "");
    let said = claims(&site, &before).await;
    assert_eq!(said["sub"], json!(format!("{ISSUER}{path}")));
    let now = site.now().seconds();
    let times = (&said["iat"], &said["exp"], &said["ttl"]);
    assert_eq!(times, (&json!(now), &json!(now + 900), &json!(60)));
    assert_eq!(said["status_list"]["bits"], 1);
    assert!(set(&said).is_empty());

    revoke(&site, &one).await;
    let after = list(&site, &path).await;
    assert_eq!(set(&claims(&site, &after).await), [index]);
    assert_ne!(before.header("etag"), after.header("etag"));
}

#[tokio::test]
async fn a_list_is_signed_again_only_when_it_changes_or_half_its_life_is_over() {
    let (site, _folder) = site().await;
    let (path, _) = place(&token(&site, API).await);
    let first = list(&site, &path).await;
    let almost_half = Duration::from_millis(449_999);
    site.later(almost_half).await;
    assert_eq!(list(&site, &path).await.body, first.body);
    site.later(Duration::from_millis(1)).await;
    assert_ne!(list(&site, &path).await.body, first.body);
}

#[tokio::test]
async fn a_list_outlives_the_key_that_signed_it_under_another() {
    let (site, _folder) = site().await;
    let (path, _) = place(&token(&site, API).await);
    list(&site, &path).await;
    let keys = site.get("/v1/keys").local().send().await.json();
    let kid = keys["items"][0]["kid"].as_str().unwrap().to_owned();
    let stolen = site.post(&format!("/v1/keys/{kid}/revoke"), &json!({}));
    let stolen = stolen.local().send().await;
    assert!(stolen.status.is_success(), "{stolen}");
    claims(&site, &list(&site, &path).await).await;
}

#[tokio::test]
async fn who_has_it_gets_nothing_and_who_asks_for_gzip_gets_the_same_compressed() {
    let (site, _folder) = site().await;
    let (path, _) = place(&token(&site, API).await);
    let whole = list(&site, &path).await;
    let tag = whole.header("etag");
    let again = site.get(&path).header("if-none-match", tag).send().await;
    assert_eq!(
        (again.status, again.body),
        (StatusCode::NOT_MODIFIED, Bytes::new())
    );
    let zipped = site
        .get(&path)
        .header("accept-encoding", "gzip")
        .send()
        .await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert_ne!(zipped.header("etag"), tag);
    let body = &zipped.body[10..zipped.body.len() - 8];
    assert_eq!(decompress_to_vec(body).unwrap(), whole.body);
}

#[tokio::test]
async fn caches_tell_gzip_from_none_and_any_page_may_read() {
    let (site, _folder) = site().await;
    let (path, _) = place(&token(&site, API).await);
    for coding in ["gzip", "identity"] {
        let ask = site.get(&path).header("accept-encoding", coding);
        let reply = ask.header("origin", "https://x.example").send().await;
        let vary = reply.headers.get_all("vary").iter();
        let vary: Vec<_> = vary.map(|value| value.to_str().unwrap()).collect();
        assert_eq!(vary.join(", "), "accept-encoding, origin", "{reply}");
        assert_eq!(reply.header("access-control-allow-origin"), "*");
    }
    let ask = site.get("/status").header("origin", "https://x.example");
    let all = ask.send().await;
    assert_eq!(all.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn every_hour_in_which_a_token_may_end_has_a_list_and_no_other() {
    let (site, _folder) = site().await;
    let metadata = site
        .get("/.well-known/oauth-authorization-server")
        .send()
        .await;
    let endpoint = metadata.json()["status_list_aggregation_endpoint"].clone();
    assert_eq!(endpoint, json!(format!("{ISSUER}/status")));
    let lists = site.get("/status").send().await.json()["status_lists"].clone();
    let lists = lists.as_array().unwrap();
    assert_eq!(lists.len(), 25);
    for uri in lists {
        let path = uri.as_str().unwrap().strip_prefix(ISSUER).unwrap();
        let said = claims(&site, &list(&site, path).await).await;
        assert_eq!((&said["sub"], set(&said)), (uri, vec![]));
    }
    for path in ["/status/0", "/status/499999", "/status/500025", "/status/x"] {
        let reply = site.get(path).send().await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path} {reply}");
    }
}

#[tokio::test]
async fn how_a_list_was_at_another_time_is_not_told() {
    let (site, _folder) = Site::open().await;
    let reply = site.get("/status/500000?time=1686925000").send().await;
    assert_eq!(reply.status, StatusCode::NOT_IMPLEMENTED, "{reply}");
    assert_eq!(reply.json()["code"], "status_time_unsupported");
}
