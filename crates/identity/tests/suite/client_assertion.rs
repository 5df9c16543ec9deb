//! Client assertions: by secret and by key, each good once.

use serde_json::json;
use symbolon_identity::client::{AuthMethod, Client, NewClient, Proof, known};
use symbolon_identity::client_assertion::{
    self, AssertionError, Expectation, LEEWAY, MAX_LIFE, RedeemError, redeem, verify,
};
use symbolon_jose::jwt::{self, Purpose};
use symbolon_jose::{Algorithm, SigningKey, SymmetricKey, symmetric};
use symbolon_token::time::Time;

use crate::arrange::{HOUR, MINUTE, NOON, Stage, each_world, stage};

const ISSUER: &str = "https://main.example";
const ENDPOINT: &str = "https://main.example/token";

fn claims(client_id: &str, audience: &str) -> serde_json::Value {
    json!({
        "iss": client_id, "sub": client_id, "aud": audience, "jti": "one",
        "exp": NOON.seconds() + 60, "iat": NOON.seconds(),
    })
}

async fn proof(stage: &Stage, client: &Client, assertion: &str) -> Result<Proof, AssertionError> {
    let known = known(&stage.world, stage.realm.node, &client.client_id).await;
    let expectation = Expectation {
        issuer: ISSUER,
        token_endpoint: ENDPOINT,
    };
    let known = known.unwrap().unwrap();
    let verified = verify(&stage.world, &known, (assertion, expectation), NOON).await;
    verified.map(|(proof, _)| proof)
}

async fn by_key(stage: &Stage, key: &SigningKey) -> Client {
    let mut new = NewClient::service("key");
    new.settings.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
    new.settings.jwks = Some(json!({ "keys": [key.public().to_jwk()] }));
    stage.create(new).await.client
}

#[tokio::test]
async fn a_client_proves_itself_by_its_own_key() {
    each_world(|stage| async move {
        let key = SigningKey::generate(Algorithm::Es256)
            .unwrap()
            .with_kid("1");
        let client = by_key(&stage, &key).await;
        let sign = |claims| jwt::sign(&key, Purpose::ClientAssertion, &claims).unwrap();
        let good = proof(&stage, &client, &sign(claims("key", ISSUER))).await;
        assert_eq!(good.unwrap(), Proof::Key);
        let endpoint = sign(claims("key", ENDPOINT));
        assert!(matches!(
            proof(&stage, &client, &endpoint).await,
            Err(AssertionError::Token(_))
        ));
        let other = SigningKey::generate(Algorithm::Es256)
            .unwrap()
            .with_kid("1");
        let forged = jwt::sign(&other, Purpose::ClientAssertion, &claims("key", ISSUER)).unwrap();
        assert!(matches!(
            proof(&stage, &client, &forged).await,
            Err(AssertionError::Token(_))
        ));
    })
    .await;
}

#[tokio::test]
async fn a_client_proves_itself_by_its_sealed_secret() {
    each_world(|stage| async move {
        let mut new = NewClient::service("jwt");
        new.settings.token_endpoint_auth_method = AuthMethod::ClientSecretJwt;
        let created = stage.create(new).await;
        let secret = created.secret.unwrap();
        for algorithm in client_assertion::HS_ALGORITHMS {
            let key = SymmetricKey::new(algorithm, secret.text.reveal().as_bytes()).unwrap();
            let assertion = symmetric::sign(&key, &claims("jwt", ISSUER)).unwrap();
            let proof = proof(&stage, &created.client, &assertion).await.unwrap();
            assert!(matches!(proof, Proof::Secret(one) if one.node == secret.node.0));
        }
        let wrong = SymmetricKey::new(Algorithm::Hs256, &[7; 64]).unwrap();
        let forged = symmetric::sign(&wrong, &claims("jwt", ISSUER)).unwrap();
        let refused = proof(&stage, &created.client, &forged).await;
        assert!(matches!(refused, Err(AssertionError::Token(_))));
    })
    .await;
}

#[tokio::test]
async fn the_token_endpoint_is_an_audience_only_where_a_client_is_set_so() {
    let (stage, _folder) = stage().await;
    let key = SigningKey::generate(Algorithm::Ed25519)
        .unwrap()
        .with_kid("1");
    let client = by_key(&stage, &key).await;
    let mut settings = client.settings.clone();
    settings.assertion_audience_token_endpoint = true;
    let named = (stage.realm.node, "key");
    let call = crate::arrange::call(NOON);
    let client = symbolon_identity::client::change(&stage.world, &call, named, settings).await;
    let client = client.unwrap();
    for audience in [ISSUER, ENDPOINT] {
        let claims = claims("key", audience);
        let assertion = jwt::sign(&key, Purpose::ClientAssertion, &claims).unwrap();
        assert!(
            proof(&stage, &client, &assertion).await.is_ok(),
            "{audience}"
        );
    }
}

#[tokio::test]
async fn an_assertion_that_says_too_little_or_too_much_proves_nothing() {
    let (stage, _folder) = stage().await;
    let key = SigningKey::generate(Algorithm::Es256)
        .unwrap()
        .with_kid("1");
    let client = by_key(&stage, &key).await;
    let too_late = NOON.plus(MAX_LIFE + LEEWAY).seconds() + 1;
    for (claim, value) in [
        ("iss", json!("other")),
        ("sub", json!("other")),
        ("aud", json!("https://other.example")),
        ("exp", json!(NOON.seconds() - 31)),
        ("exp", json!(too_late)),
        ("exp", json!(null)),
        ("jti", json!(null)),
        ("iat", json!(NOON.seconds() + 3600)),
    ] {
        let mut claims = claims("key", ISSUER);
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(claim);
        } else {
            claims[claim] = value;
        }
        let assertion = jwt::sign(&key, Purpose::ClientAssertion, &claims).unwrap();
        assert!(
            proof(&stage, &client, &assertion).await.is_err(),
            "{claims}"
        );
    }
}

#[tokio::test]
async fn a_jti_is_good_once_for_each_client() {
    each_world(|stage| async move {
        let one = stage.service("one").await.client.node;
        let two = stage.service("two").await.client.node;
        let end = NOON.plus(MINUTE);
        let spend = |client, jti| redeem(&stage.world, client, jti, end);
        spend(one, "a").await.unwrap();
        spend(two, "a").await.unwrap();
        spend(one, "b").await.unwrap();
        assert!(matches!(spend(one, "a").await, Err(RedeemError::Spent)));
    })
    .await;
}

#[tokio::test]
async fn what_was_swept_is_spent_for_ever_and_what_was_not_is_good() {
    each_world(|stage| async move {
        let client = stage.service("svc").await.client.node;
        let spend = |jti, end: Time| redeem(&stage.world, client, jti, end);
        let end = NOON.plus(MINUTE);
        spend("a", end).await.unwrap();
        let later = end.plus(2 * HOUR);
        client_assertion::sweep(&stage.world, later).await.unwrap();
        assert!(matches!(spend("a", end).await, Err(RedeemError::Spent)));
        client_assertion::sweep(&stage.world, Time(later.0 + 1))
            .await
            .unwrap();
        let rows = stage
            .world
            .db
            .rows("SELECT client FROM client_assertion", &[])
            .await;
        assert_eq!(rows.unwrap(), []);
        for jti in ["a", "never seen"] {
            assert!(
                matches!(spend(jti, end).await, Err(RedeemError::Spent)),
                "{jti}"
            );
        }
        spend("a", end.plus(MINUTE)).await.unwrap();
    })
    .await;
}
