//! What is encrypted for whom it is meant: ID tokens, userinfo, introspection, access tokens
//! (OpenID Connect Core §10.2, RFC 9068 §2, RFC 9701).

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::ACCEPT;
use serde_json::{Value, json};
use symbolon_identity::jwks_uri::{Fetch, Fetching};
use symbolon_jose::jwe::{
    self, ContentEncryption, Curve, DecryptionKey, Expected as Outside, KeyManagement, Typ,
};
use symbolon_jose::jwt::{self, Expected, Purpose};
use symbolon_jose::{Algorithm, JwkSet, KeySet, base64url};

use super::{API, post, told};
use crate::arrange::{Reply, Site};
use crate::page::{Browser, client, lives, make, proof, site};

const ISSUER: &str = "https://auth.example";
const CBC: ContentEncryption = ContentEncryption::A128CbcHs256;
const GCM: ContentEncryption = ContentEncryption::A256Gcm;

/// A recipient's key and the set that it hands over.
fn own(management: KeyManagement) -> (DecryptionKey, Value) {
    let key = if management == KeyManagement::RsaOaep256 {
        DecryptionKey::generate(management)
    } else {
        DecryptionKey::generate_on(Curve::P256, management)
    };
    let key = key.unwrap().with_kid("enc-1");
    let set = json!({ "keys": [key.to_jwk().unwrap()] });
    (key, set)
}

async fn realm_keys(site: &Site) -> KeySet {
    let published = site.get("/jwks").send().await;
    let set = JwkSet::parse(published.text()).unwrap();
    KeySet::from_jwks(&set, &Algorithm::ASYMMETRIC).unwrap()
}

async fn read(
    site: &Site,
    token: &str,
    key: &DecryptionKey,
    (purpose, audience, enc): (Purpose, &str, ContentEncryption),
) -> Value {
    let keys = realm_keys(site).await;
    let expected = Expected::new(purpose, ISSUER, audience, site.now().seconds());
    let read = jwt::decrypt_and_verify::<Value>(token, key, &keys, &expected, &[enc]);
    read.unwrap().into_claims()
}

#[tokio::test]
async fn an_id_token_is_encrypted_to_its_client() {
    for management in KeyManagement::ASYMMETRIC {
        let (site, ada, _folder) = site().await;
        let (key, jwks) = own(management);
        let wish = json!({
            "first_party": true, "jwks": jwks, "id_token_signed_response_alg": "ES256",
            "id_token_encrypted_response_alg": management,
        });
        client(&site, "sealed", &wish).await;
        let mut browser = Browser::of(&site, &ada).await;
        let given = browser.tokens("sealed", &[("scope", "openid")]).await;
        let token = given["id_token"].as_str().unwrap();
        let what = (Purpose::IdToken, "sealed", CBC);
        let claims = read(&site, token, &key, what).await;
        assert_eq!(
            [&claims["sub"], &claims["aud"]],
            [&json!(ada), &json!("sealed")]
        );
    }
}

#[tokio::test]
async fn userinfo_is_encrypted_signed_or_not() {
    let (site, ada, _folder) = site().await;
    let (key, jwks) = own(KeyManagement::EcdhEs);
    let alone = json!({
        "first_party": true, "jwks": jwks,
        "userinfo_encrypted_response_alg": "ECDH-ES", "userinfo_encrypted_response_enc": "A256GCM",
    });
    let mut both = alone.clone();
    both["userinfo_signed_response_alg"] = json!("ES256");
    client(&site, "alone", &alone).await;
    client(&site, "both", &both).await;
    let mut browser = Browser::of(&site, &ada).await;
    let mut userinfo = async |client_id: &str| {
        let given = browser.tokens(client_id, &[("scope", "openid")]).await;
        let access = given["access_token"].as_str().unwrap();
        let reply = site.get("/userinfo").bearer(access).send().await;
        assert_eq!(reply.header("content-type"), "application/jwt");
        reply.text().to_owned()
    };
    let text = userinfo("alone").await;
    let accepted = [GCM];
    let outside = Outside::new(&accepted, Typ::AnyOf(&["JWT"]), Typ::AbsentOr(&[]));
    let decrypted = jwe::decrypt(&text, &key, &outside).unwrap();
    let claims: Value = serde_json::from_slice(decrypted.plaintext()).unwrap();
    assert_eq!(claims, json!({ "sub": ada }));
    let text = userinfo("both").await;
    let claims = read(&site, &text, &key, (Purpose::Userinfo, "both", GCM)).await;
    assert_eq!(claims, json!({"iss": ISSUER, "aud": "both", "sub": ada}));
}

/// A resource whose tokens are encrypted, and a token for it.
async fn sealed_token(
    management: KeyManagement,
    enc: ContentEncryption,
) -> (Site, impl Sized, DecryptionKey, String) {
    let (site, folder) = Site::open().await;
    let (key, jwks) = own(management);
    let api = json!({
        "audience": API, "is_default": true, "jwks": jwks,
        "token_encryption_alg": management, "token_encryption_enc": enc,
    });
    make(&site, "/v1/resources", &api).await;
    let service = json!({"grant_types": ["client_credentials"], "redirect_uris": []});
    client(&site, "service", &service).await;
    let form = format!("{}&grant_type=client_credentials", proof("service"));
    let given = post(&site, "/token", &form).send().await;
    assert_eq!(given.status, StatusCode::OK, "{given}");
    let token = given.json()["access_token"].as_str().unwrap().to_owned();
    (site, folder, key, token)
}

async fn is_active(site: &Site, token: &str) -> bool {
    lives(site, "service", &json!(token)).await
}

#[tokio::test]
async fn an_access_token_is_read_by_its_resource_and_by_the_authority_alone() {
    for (management, enc) in [
        (KeyManagement::RsaOaep256, CBC),
        (KeyManagement::EcdhEsA128Kw, ContentEncryption::A128Gcm),
        (KeyManagement::EcdhEsA256Kw, ContentEncryption::A256CbcHs512),
    ] {
        let (site, _folder, key, token) = sealed_token(management, enc).await;
        let what = (Purpose::AccessToken, API, enc);
        let claims = read(&site, &token, &key, what).await;
        assert_eq!(claims["client_id"], "service");
        assert!(is_active(&site, &token).await);
        let asked = json!({ "token": token });
        let story = site.post("/v1/tokens/inspect", &asked).local().send().await;
        let story = story.json();
        assert_eq!(story["is_alive"], true, "{story}");
        assert_eq!(story["header"]["enc"], enc.name());
        assert_eq!(story["claims"], Value::Null);
        let form = format!("{}&token={token}", proof("service"));
        let revoked = post(&site, "/revoke", &form).send().await;
        assert_eq!(revoked.status, StatusCode::OK, "{revoked}");
        assert!(!is_active(&site, &token).await);
    }
}

#[tokio::test]
async fn an_encrypted_access_token_changed_anywhere_is_inactive() {
    let (site, _folder, _, token) = sealed_token(KeyManagement::EcdhEsA128Kw, GCM).await;
    let starts = token.match_indices('.').map(|(at, _)| at + 1);
    for at in std::iter::once(0).chain(starts) {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(!is_active(&site, &changed).await, "{changed}");
    }
    // A header that still is one.
    let (header, rest) = token.split_once('.').unwrap();
    let header = String::from_utf8(base64url::decode(header).unwrap()).unwrap();
    for (from, to) in [
        ("enc-1", "enc-2"),
        ("at+jwt", "AT+JWT"),
        ("A128KW", "A256KW"),
    ] {
        let changed = header.replacen(from, to, 1);
        assert_ne!(changed, header);
        let changed = format!("{}.{rest}", base64url::encode(changed));
        assert!(!is_active(&site, &changed).await, "{from}");
    }
}

#[tokio::test]
async fn an_introspection_answer_is_a_jwt_for_who_asks_for_one() {
    let (site, ada, _folder) = site().await;
    let (key, jwks) = own(KeyManagement::EcdhEsA256Kw);
    client(&site, "plain", &json!({"introspect_all": true})).await;
    let sealed = json!({
        "introspect_all": true, "jwks": jwks, "introspection_signed_response_alg": "ES256",
        "introspection_encrypted_response_alg": "ECDH-ES+A256KW",
    });
    client(&site, "sealed", &sealed).await;
    let mut browser = Browser::of(&site, &ada).await;
    let given = browser.tokens("own", &[("scope", "read")]).await;
    let access = given["access_token"].as_str().unwrap().to_owned();
    let ask = async |client_id: &str, token: &str, accept: &str| -> Reply {
        let form = format!("{}&token={token}", proof(client_id));
        let asked = post(&site, "/introspect", &form);
        asked.header(ACCEPT.as_str(), accept).send().await
    };
    let jwt = "application/token-introspection+jwt";
    let json = ask("plain", &access, "application/json, */*").await;
    assert_eq!(json.header("content-type"), "application/json");
    for (token, is_active) in [(access.as_str(), true), ("x", false)] {
        let signed = ask(
            "plain",
            token,
            "text/html, Application/Token-Introspection+JWT;q=1",
        )
        .await;
        assert_eq!(signed.header("content-type"), jwt);
        let keys = realm_keys(&site).await;
        let now = site.now().seconds();
        let expected = Expected::new(Purpose::Introspection, ISSUER, "plain", now);
        let verified = jwt::verify::<Value>(signed.text(), &keys, &expected).unwrap();
        assert_eq!(verified.key().unwrap().algorithm(), Algorithm::Rs256);
        let told = verified.claims();
        assert_eq!(told["token_introspection"]["active"], is_active);
        assert_eq!(told["iat"], now);
        if is_active {
            assert_eq!(told["token_introspection"], json.json());
        }
    }
    let sealed = ask("sealed", &access, jwt).await;
    let what = (Purpose::Introspection, "sealed", CBC);
    let told = read(&site, sealed.text(), &key, what).await;
    assert_eq!(told["token_introspection"], json.json());
    let form = format!("token={access}");
    let nobody = post(&site, "/introspect", &form).header(ACCEPT.as_str(), jwt);
    let nobody = nobody.send().await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    insta::assert_snapshot!("a_jwt_for_nobody", super::told(nobody));
}

#[tokio::test]
async fn what_cannot_be_encrypted_is_refused_when_it_is_set() {
    let (site, _folder) = Site::open().await;
    let (_, jwks) = own(KeyManagement::EcdhEs);
    let app = "https://app.example/back";
    for (name, path, new) in [
        (
            "enc_without_alg",
            "/v1/clients",
            json!({"redirect_uris": [app], "id_token_encrypted_response_enc": "A256GCM"}),
        ),
        (
            "a_shared_key",
            "/v1/clients",
            json!({"redirect_uris": [app], "jwks": jwks, "userinfo_encrypted_response_alg": "dir"}),
        ),
        (
            "no_key",
            "/v1/clients",
            json!({"redirect_uris": [app], "id_token_encrypted_response_alg": "ECDH-ES"}),
        ),
        (
            "a_key_of_another_type",
            "/v1/clients",
            json!({"redirect_uris": [app], "jwks": jwks, "id_token_encrypted_response_alg": "RSA-OAEP-256"}),
        ),
        (
            "rsa1_5",
            "/v1/clients",
            json!({"redirect_uris": [app], "jwks": jwks, "id_token_encrypted_response_alg": "RSA1_5"}),
        ),
        (
            "a_token_that_could_not_be_opened_again",
            "/v1/resources",
            json!({"audience": API, "jwks": jwks, "token_encryption_alg": "ECDH-ES"}),
        ),
        (
            "an_opaque_token",
            "/v1/resources",
            json!({
                "audience": API, "jwks": own(KeyManagement::EcdhEsA128Kw).1,
                "token_format": "opaque", "token_encryption_alg": "ECDH-ES+A128KW",
            }),
        ),
    ] {
        let refused = site.post(path, &new).local().send().await;
        insta::assert_snapshot!(name, told(refused));
    }
}

/// Publishes what it was given, whatever it is asked for.
struct Published(Result<Vec<u8>, String>);

impl Fetch for Published {
    fn fetch<'a>(&'a self, _: &'a str) -> Fetching<'a> {
        Box::pin(async { self.0.clone() })
    }
}

#[tokio::test]
async fn a_resource_whose_published_keys_are_no_good_is_told_so() {
    let (key, jwks) = own(KeyManagement::EcdhEsA128Kw);
    let text = jwks.to_string().into_bytes();
    for (name, answer) in [
        ("keys_that_are_published", Ok(text)),
        ("keys_that_fit_nothing", Ok(b"{\"keys\":[]}".to_vec())),
        (
            "keys_that_are_away",
            Err("192.168.0.1 is private".to_owned()),
        ),
    ] {
        let (site, _folder) = Site::open().await;
        let port = Arc::new(Published(answer));
        site.world.jwks_uris.connect(port);
        let api = json!({
            "audience": API, "is_default": true, "jwks_uri": "https://api.example/keys",
            "token_encryption_alg": "ECDH-ES+A128KW", "token_encryption_enc": "A256GCM",
        });
        make(&site, "/v1/resources", &api).await;
        let service = json!({"grant_types": ["client_credentials"], "redirect_uris": []});
        client(&site, "service", &service).await;
        let form = format!("{}&grant_type=client_credentials", proof("service"));
        let given = post(&site, "/token", &form).send().await;
        if given.status == StatusCode::OK {
            let given = given.json();
            let token = given["access_token"].as_str().unwrap();
            let what = (Purpose::AccessToken, API, GCM);
            assert_eq!(read(&site, token, &key, what).await["aud"], API);
        } else {
            insta::assert_snapshot!(name, told(given));
        }
    }
}

#[tokio::test]
async fn a_token_for_several_is_encrypted_for_all_or_none() {
    let (site, _folder, _, _) = sealed_token(KeyManagement::EcdhEsA128Kw, GCM).await;
    let plain = json!({"audience": "https://plain.example"});
    make(&site, "/v1/resources", &plain).await;
    let (api, plain) = (
        "resource=https://api.example",
        "resource=https://plain.example",
    );
    for both in [format!("{api}&{plain}"), format!("{plain}&{api}")] {
        let form = format!("{}&grant_type=client_credentials&{both}", proof("service"));
        let refused = post(&site, "/token", &form).send().await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{refused}");
        assert_eq!(refused.json()["error"], "invalid_target");
    }
}

#[tokio::test]
async fn a_key_with_an_endless_name_fits_nobody() {
    let (site, _folder) = Site::open().await;
    let (key, _) = own(KeyManagement::EcdhEsA128Kw);
    let key = key.with_kid("x".repeat(9000));
    let api = json!({
        "audience": API, "jwks": {"keys": [key.to_jwk().unwrap()]},
        "token_encryption_alg": "ECDH-ES+A128KW",
    });
    let refused = site.post("/v1/resources", &api).local().send().await;
    assert_eq!(refused.code(), "invalid_encryption");
}

#[tokio::test]
async fn a_jwt_that_is_refused_by_its_weight_is_not_sent() {
    let (site, _folder) = Site::open().await;
    client(&site, "plain", &json!({})).await;
    let form = format!("{}&token=x", proof("plain"));
    let accept = "application/token-introspection+jwt; q=0.0, application/json";
    let asked = post(&site, "/introspect", &form).header(ACCEPT.as_str(), accept);
    assert_eq!(
        asked.send().await.header("content-type"),
        "application/json"
    );
}
