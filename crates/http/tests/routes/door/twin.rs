//! ECDSA's twin: where r and s sign, r and n − s do too (FIPS 186-5 §6.4). Whoever bears a token can
//! compute its twin without any key, so both are one token: they live together and die together. An
//! opaque token has no signature, and so no twin.

use serde_json::json;
use symbolon_jose::base64url;
use symbolon_store::testing::each_engine;

use super::Doors;
use crate::arrange::{Site, migrations};

/// The order of each curve (SP 800-186 §3.2.1), by its algorithm.
const ORDERS: [(&str, &str); 3] = [
    (
        "ES256",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    ),
    (
        "ES384",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
         581a0db248b0a77aecec196accc52973",
    ),
    (
        "ES512",
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
         fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.chars().map(|one| one.to_digit(16).unwrap()).collect();
    let pairs = digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]);
    pairs.map(|byte| u8::try_from(byte).unwrap()).collect()
}

/// `n − s`, both of the same length, the greatest byte first.
fn difference(n: &[u8], s: &[u8]) -> Vec<u8> {
    let (mut out, mut borrow) = (vec![0; n.len()], false);
    for at in (0..n.len()).rev() {
        let (once, under) = n[at].overflowing_sub(s[at]);
        let (twice, again) = once.overflowing_sub(u8::from(borrow));
        (out[at], borrow) = (twice, under || again);
    }
    assert!(!borrow, "s is below n");
    out
}

fn twin(token: &str, n: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut signature = base64url::decode(signature).unwrap();
    let s = signature.split_off(signature.len() / 2);
    signature.extend(difference(&bytes(n), &s));
    format!("{signed}.{}", base64url::encode(signature))
}

/// Revokes one of the two, beside a token that nobody revoked.
async fn dies_with_its_twin(doors: &Doors<'_>, n: &str, revokes_twin: bool) {
    let (token, bystander) = (doors.token().await, doors.token().await);
    let twin = twin(&token, n);
    assert_ne!(twin, token);
    assert!(doors.is_alive(&twin).await && doors.is_alive(&token).await);
    let told = doors.introspect(twin.as_bytes()).await;
    assert_eq!(told, doors.introspect(token.as_bytes()).await);
    let revoked = if revokes_twin { &twin } else { &token };
    doors.revoke(revoked.as_bytes()).await;
    assert!(!doors.is_alive(&token).await, "twin: {revokes_twin}");
    assert!(!doors.is_alive(&twin).await, "twin: {revokes_twin}");
    assert!(doors.is_alive(&bystander).await, "twin: {revokes_twin}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_and_its_twin_live_and_die_together() {
    for typ in ["at+jwt", "JWT"] {
        for (algorithm, n) in ORDERS {
            each_engine(&migrations(), async |db| {
                println!("{typ} {algorithm}");
                let site = Site::over(db).await;
                let settings = json!({"token_type": typ, "token_algorithm": algorithm});
                let doors = Doors::open(&site, &settings).await;
                dies_with_its_twin(&doors, n, true).await;
                dies_with_its_twin(&doors, n, false).await;
            })
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_seen_only_after_its_token_was_revoked_is_dead() {
    each_engine(&migrations(), async |db| {
        let site = Site::over(db).await;
        let doors = Doors::open(&site, &json!({})).await;
        let token = doors.token().await;
        doors.revoke(token.as_bytes()).await;
        let twin = twin(&token, ORDERS[0].1);
        doors.is_nothing(twin.as_bytes(), "twin").await;
    })
    .await;
}
