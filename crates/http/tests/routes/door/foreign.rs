//! Tokens that belong elsewhere: to another realm, key, purpose or audience.

use axum::http::StatusCode;
use serde_json::{Value, json};
use symbolon_identity::signing_key;
use symbolon_jose::danger::{unverified_claims, unverified_header};
use symbolon_jose::jwt::{self, Purpose};
use symbolon_jose::{Algorithm, SigningKey};
use symbolon_store::testing::each_engine;

use super::{AUDIENCE, Doors, formats};
use crate::arrange::{NOON, Site, migrations};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_realm_is_dead_at_every_door_and_lives_in_its_own() {
    for format in formats() {
        each_engine(&migrations(), async |db| {
            let site = Site::over(db).await;
            let first = Doors::open(&site, &format).await;
            let second = Doors::of_another_realm(&site, &format).await;
            let (ours, theirs) = (first.token().await, second.token().await);
            first.is_nothing(theirs.as_bytes(), "theirs").await;
            second.is_nothing(ours.as_bytes(), "ours").await;
            assert!(first.is_alive(&ours).await, "{format}");
            assert!(second.is_alive(&theirs).await, "{format}");
        })
        .await;
    }
}

/// The same header and claims, signed by a key that somebody made at home.
fn counterfeit(token: &str) -> String {
    let header = unverified_header(token).unwrap();
    let algorithm = Algorithm::from_name(&header.alg_name).unwrap();
    let key = SigningKey::generate(algorithm).unwrap();
    let purpose = match header.typ.as_deref() {
        Some("JWT") => Purpose::AccessTokenPlain,
        _ => Purpose::AccessToken,
    };
    let claims: Value = unverified_claims(token).unwrap();
    let made = jwt::sign(&key.with_kid(header.kid.unwrap()), purpose, &claims).unwrap();
    assert_eq!(unverified_header(&made), unverified_header(token));
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_signed_by_another_key_is_dead_at_every_door() {
    for typ in ["at+jwt", "JWT"] {
        for algorithm in ["ES256", "Ed25519", "RS256"] {
            each_engine(&migrations(), async |db| {
                let site = Site::over(db).await;
                let settings = json!({"token_type": typ, "token_algorithm": algorithm});
                let doors = Doors::open(&site, &settings).await;
                let token = doors.token().await;
                doors.is_nothing(counterfeit(&token).as_bytes(), typ).await;
                assert!(doors.is_alive(&token).await, "{typ} {algorithm}");
            })
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_another_audience_is_refused_at_the_demo_resource() {
    for format in formats() {
        each_engine(&migrations(), async |db| {
            let site = Site::over(db).await;
            let doors = Doors::open(&site, &format).await;
            let elsewhere = "https://elsewhere.example";
            doors.resource(elsewhere, &format).await;
            let token = doors.token_for(elsewhere).await;
            doors.is_refused(&token, elsewhere).await;
            let told = doors.introspect(token.as_bytes()).await;
            assert_eq!(
                (&told["active"], &told["aud"]),
                (&json!(true), &json!(elsewhere))
            );
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_assertion_is_refused_at_the_demo_resource_and_good_at_the_token_endpoint() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let doors = Doors::open(&site, &json!({})).await;
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let signer = json!({
            "client_id": "signer",
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [key.public().to_jwk()]},
        });
        doors.create("/v1/clients", &signer).await;
        let assertion = |audience: &str| {
            let claims = json!({
                "iss": "signer",
                "sub": "signer",
                "client_id": "signer",
                "aud": audience,
                "jti": audience,
                "iat": NOON.seconds(),
                "exp": NOON.seconds() + 60,
            });
            jwt::sign(&key, Purpose::ClientAssertion, &claims).unwrap()
        };
        let (to_authority, to_demo) = (assertion("https://auth.example"), assertion(AUDIENCE));
        doors.is_refused(&to_authority, "for the authority").await;
        doors.is_refused(&to_demo, "for the demo resource").await;
        let form = format!(
            "grant_type=client_credentials&resource={AUDIENCE}&client_assertion={to_authority}\
             &client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let reply = doors.ask("/token", &form).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_secret_is_refused_at_the_demo_resource() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let doors = Doors::open(&site, &json!({"token_format": "opaque"})).await;
        for method in ["client_secret_basic", "client_secret_jwt"] {
            let new = json!({
                "client_id": method,
                "grant_types": ["client_credentials"],
                "token_endpoint_auth_method": method,
            });
            let made = doors.create("/v1/clients", &new).await;
            let secret = made["client_secret"].as_str().unwrap();
            assert!(secret.starts_with("sym_cs_"), "{method}");
            doors.is_refused(secret, method).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_realms_key_signed_for_another_purpose_is_refused_at_the_demo_resource() {
    for typ in ["at+jwt", "JWT"] {
        each_engine(&migrations(), async |db| {
            let site = Site::over(db).await;
            let doors = Doors::open(&site, &json!({"token_type": typ})).await;
            let token = doors.token().await;
            let ring = signing_key::ring(&site.world, site.realm.node).await;
            let active = ring.unwrap().signer(Algorithm::Es256, NOON).unwrap();
            let sign = |purpose: Purpose, claims: &Value| {
                let signer = active.signer(Purpose::AccessToken).unwrap();
                jwt::sign(signer.key(), purpose, claims).unwrap()
            };
            let claims: Value = unverified_claims(&token).unwrap();
            let foreign = Purpose::ALL
                .iter()
                .filter(|one| !["at+jwt", "JWT"].contains(&one.typ()));
            for purpose in foreign {
                let same = sign(*purpose, &claims);
                doors.is_refused(&same, purpose.typ()).await;
            }
            let mut of_an_id_token = claims.clone();
            let members = of_an_id_token.as_object_mut().unwrap();
            for member in ["client_id", "scope", "lin"] {
                members.remove(member);
            }
            doors
                .is_refused(&sign(Purpose::IdToken, &of_an_id_token), "ID token")
                .await;
            of_an_id_token["nonce"] = "n".into();
            doors
                .is_refused(&sign(Purpose::IdToken, &of_an_id_token), "with a nonce")
                .await;
            assert!(doors.is_alive(&token).await, "{typ}");
        })
        .await;
    }
}
