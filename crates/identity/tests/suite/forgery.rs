//! Changed and forged tokens: every bit counts, and a stolen signing key is not enough.

use serde_json::{Value, json};
use symbolon_identity::access::{AccessClaims, Refusal, Status};
use symbolon_identity::resource::Settings;
use symbolon_identity::signing_key::ring;
use symbolon_jose::Algorithm;
use symbolon_jose::danger::unverified_claims;
use symbolon_jose::jwt::Purpose;
use symbolon_lineage::Death;
use symbolon_token::kind::Format;
use symbolon_token::node::SigningKeyNode;
use symbolon_token::secret::Secret;
use symbolon_token::status::StatusRef;
use symbolon_token::token_id::TokenId;

use crate::arrange::{API, NOON, Stage, stage};

/// Every text that differs from this one by a single bit.
fn flipped(text: &str) -> impl Iterator<Item = String> {
    (0..text.len() * 8).filter_map(move |bit| {
        let mut bytes = text.as_bytes().to_vec();
        *bytes.get_mut(bit / 8)? ^= 1 << (bit % 8);
        String::from_utf8(bytes).ok()
    })
}

async fn no_flip_lives(stage: &Stage, token: &Secret) {
    assert!(stage.lives(token, NOON).await);
    let mut tried = 0;
    for text in flipped(token.reveal()) {
        let verdict = stage.verify_text(&text, NOON).await;
        assert_eq!(verdict, Err(Refusal::NotOurs), "{text}");
        tried += 1;
    }
    assert_eq!(tried, token.len() * 7);
}

#[tokio::test]
async fn a_jwt_with_any_bit_changed_is_refused() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    for algorithm in [Algorithm::Es256, Algorithm::Ed25519, Algorithm::Rs256] {
        let settings = Settings {
            token_algorithm: algorithm,
            ..Settings::default()
        };
        let api = stage
            .resource(&format!("{API}/{algorithm}"), settings)
            .await;
        no_flip_lives(&stage, &stage.token(&service, &api, NOON).await).await;
    }
}

#[tokio::test]
async fn an_opaque_token_with_any_bit_changed_is_refused() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let api = stage.api(Format::Opaque).await;
    no_flip_lives(&stage, &stage.token(&service, &api, NOON).await).await;
}

/// A thief's tool: the realm's own key, without the key of the MAC.
async fn signed(stage: &Stage, claims: &impl serde::Serialize) -> (SigningKeyNode, Secret) {
    let keys = ring(&stage.world, stage.realm.node).await.unwrap();
    let key = keys.signer(Algorithm::Es256, NOON).unwrap();
    let text = key.sign(Purpose::AccessToken, claims).unwrap();
    (key.id(), Secret::new(text))
}

async fn genuine(stage: &Stage) -> Value {
    let service = stage.service("svc").await;
    let api = stage.jwt_api().await;
    let token = stage.token(&service, &api, NOON).await;
    unverified_claims(token.reveal()).unwrap()
}

#[tokio::test]
async fn what_a_stolen_key_signs_is_found_out() {
    let (stage, _folder) = stage().await;
    let genuine = genuine(&stage).await;
    let no_name = "A".repeat(32);
    let mut other_bit = genuine["status"].clone();
    other_bit["status_list"]["idx"] = json!(u32::MAX);
    for (claim, value) in [
        ("scope", json!("admin")),
        ("aud", json!("https://other.example")),
        ("sub", json!("somebody")),
        ("exp", json!(1_900_000_000)),
        ("iat", json!(1_799_999_999)),
        ("lin", json!("AQ")),
        ("jti", json!(no_name)),
        ("jti", json!("made-up")),
        ("status", other_bit),
    ] {
        let mut claims = genuine.clone();
        claims[claim] = value;
        let (key, token) = signed(&stage, &claims).await;
        let forged = Err(Refusal::Forged(key));
        assert_eq!(stage.verify(&token, NOON).await, forged, "{claim}");
    }
}

#[tokio::test]
async fn the_same_claims_signed_again_are_the_same_token() {
    let (stage, _folder) = stage().await;
    let genuine = genuine(&stage).await;
    let (_, token) = signed(&stage, &genuine).await;
    assert!(stage.lives(&token, NOON).await);
}

#[tokio::test]
async fn an_index_that_was_never_leased_is_no_tokens() {
    let (stage, _folder) = stage().await;
    let genuine = genuine(&stage).await;
    let mut claims: AccessClaims<'_> = serde_json::from_value(genuine).unwrap();
    let id: TokenId = claims.jti.parse().unwrap();
    let mut never = TokenId {
        status: StatusRef {
            index: u32::MAX,
            ..id.status
        },
        ..id
    };
    let mac = &stage.world.material.token_mac;
    never.mac = mac.mac(stage.realm.node, &claims.mac_message(&never));
    claims.jti = never.to_string();
    claims.status = Some(Status::new(&stage.realm.issuer, never.status));
    let (_, token) = signed(&stage, &claims).await;
    let dead = Err(Refusal::Dead(Death::NeverLeased));
    assert_eq!(stage.verify(&token, NOON).await, dead);
}

#[tokio::test]
async fn other_texts_are_no_tokens() {
    let (stage, _folder) = stage().await;
    let long = format!("sym_at_{}", "a".repeat(100_000));
    for text in [
        "", ".", "..", "a.b.c", "sym_", "sym_at_", "sym_cs_x", "\0", &long,
    ] {
        let verdict = stage.verify_text(text, NOON).await;
        assert_eq!(verdict, Err(Refusal::NotOurs), "{text:?}");
    }
    let secret = stage.service("svc").await.text;
    assert_eq!(stage.verify(&secret, NOON).await, Err(Refusal::NotOurs));
}
