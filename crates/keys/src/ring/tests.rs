use std::sync::LazyLock;

use serde_json::json;
use symbolon_jose::jwt::{self, Expected, Purpose};
use symbolon_jose::{JwkSet, KeySource};

use super::*;
use crate::random::SystemRandom;
use crate::root::RootKeys;
use crate::signing_key::sample::{DAY, NOON, id, later, realm};
use crate::signing_key::{Successor, create, generate};

const POLICY: Policy = Policy::production();

static SEALS: LazyLock<Seals> = LazyLock::new(|| Seals::new(&RootKeys::generate(&SystemRandom)));

/// A key of this algorithm, active since noon.
fn made(number: i64, algorithm: Algorithm) -> SigningKeyRow {
    let first: Successor = create::decide(&[], realm(), algorithm, NOON).unwrap();
    let pair = generate(algorithm).unwrap();
    let made = first.make(id(number), &pair, &SEALS, &SystemRandom);
    made.unwrap().row
}

fn ring(rows: &[SigningKeyRow]) -> KeyRing {
    KeyRing::open(realm(), rows, &SEALS, &POLICY).unwrap()
}

fn published(ring: &KeyRing, now: Time) -> Vec<String> {
    let set = JwkSet::parse(&ring.jwks(now).json).unwrap();
    let kids = set.keys().iter().filter_map(|key| key.kid());
    kids.map(str::to_owned).collect()
}

#[test]
fn what_the_ring_signs_its_verifiers_believe() {
    let algorithms = [
        Algorithm::Es256,
        Algorithm::Ed25519,
        Algorithm::EdDsa,
        Algorithm::Ps256,
    ];
    let rows: Vec<_> = (1..)
        .zip(algorithms)
        .map(|(number, algorithm)| made(number, algorithm))
        .collect();
    let ring = ring(&rows);
    let claims = json!({
        "iss": "https://id.example", "sub": "a", "aud": "b", "client_id": "a", "jti": "1",
        "iat": NOON.seconds(), "exp": NOON.seconds() + 60,
    });
    for algorithm in algorithms {
        let key = ring.signer(algorithm, NOON).unwrap();
        let token = key.sign(Purpose::AccessToken, &claims).unwrap();
        let expected = Expected::new(
            Purpose::AccessToken,
            "https://id.example",
            "b",
            NOON.seconds(),
        );
        let keys = ring.verifiers(NOON);
        let verified = jwt::verify::<serde_json::Value>(&token, &keys, &expected).unwrap();
        assert_eq!(verified.claims()["sub"], "a");
        assert_eq!(key.algorithm(), algorithm);
    }
    assert_eq!(ring.algorithms(NOON).len(), 4);
    assert!(ring.signer(Algorithm::Rs256, NOON).is_none());
}

#[test]
fn every_published_key_has_its_id_use_and_algorithm() {
    let ring = ring(&[made(1, Algorithm::EdDsa), made(2, Algorithm::Ed25519)]);
    let published = ring.jwks(NOON);
    let set: serde_json::Value = serde_json::from_slice(&published.json).unwrap();
    let keys = set["keys"].as_array().unwrap();
    let named: Vec<_> = keys
        .iter()
        .map(|key| json!([key["kid"], key["use"], key["alg"], key["d"]]))
        .collect();
    let (one, two) = (id(1).to_string(), id(2).to_string());
    assert_eq!(
        named,
        [
            json!([one, "sig", "EdDSA", null]),
            json!([two, "sig", "Ed25519", null])
        ]
    );
    assert_eq!(published.max_age, POLICY.max_age);
    assert_eq!(published.etag.len(), 34);
}

#[test]
fn a_key_is_published_from_its_announcement_until_it_is_gone() {
    let (begins, gone) = (later(DAY), later(3 * DAY));
    let rows = [
        made(1, Algorithm::Es256).ends(begins, gone),
        SigningKeyRow {
            generation: 2,
            ..made(2, Algorithm::Es256).active_at(begins)
        },
    ];
    let ring = ring(&rows);
    let kids = [id(1).to_string(), id(2).to_string()];
    let signer = |now| ring.signer(Algorithm::Es256, now).unwrap().id();
    assert_eq!(published(&ring, NOON), kids);
    assert_eq!(signer(NOON), id(1));
    assert_eq!(published(&ring, begins), kids);
    assert_eq!(signer(begins), id(2));
    assert!(ring.find(id(1), begins).is_some());
    assert_eq!(published(&ring, gone), kids[1..]);
    assert!(ring.find(id(1), gone).is_none());
    let verifiers = ring.verifiers(gone);
    assert!(verifiers.find(Some(&kids[0]), Algorithm::Es256).is_none());
}

#[test]
fn the_key_set_is_computed_once_for_each_change() {
    let ends = later(60);
    let ring = ring(&[
        made(1, Algorithm::Es256).ends(NOON, ends),
        made(2, Algorithm::Ed25519),
    ]);
    let before = ring.jwks(NOON);
    assert!(Arc::ptr_eq(&before, &ring.jwks(later(59))));
    let after = ring.jwks(ends);
    assert!(Arc::ptr_eq(&after, &ring.jwks(later(DAY))));
    assert_ne!(before.etag, after.etag);
    assert_eq!(ring.jwks(NOON), before);
}

#[test]
fn a_reload_forgets_a_revoked_key_and_keeps_what_is_open() {
    let mut rows = vec![made(1, Algorithm::Es256), made(2, Algorithm::Ed25519)];
    let ring = ring(&rows);
    let open = ring.signer(Algorithm::Ed25519, NOON).unwrap();
    rows[0] = rows[0].clone().revoked_at(NOON);
    ring.reload(&rows, &SEALS).unwrap();
    assert!(ring.signer(Algorithm::Es256, NOON).is_none());
    assert!(ring.find(id(1), NOON).is_none());
    assert_eq!(published(&ring, NOON), [id(2).to_string()]);
    let again = ring.signer(Algorithm::Ed25519, NOON).unwrap();
    assert!(Arc::ptr_eq(&open, &again));
}

#[test]
fn a_row_changed_by_hand_is_refused_by_name() {
    let row = made(1, Algorithm::Es256);
    let other = made(1, Algorithm::Es256);
    let refused = |row: SigningKeyRow| {
        let error = KeyRing::open(realm(), &[row], &SEALS, &POLICY).err();
        error.unwrap().to_string()
    };
    let kid = id(1);
    let public = SigningKeyRow {
        public_jwk: other.public_jwk,
        ..row.clone()
    };
    let sentence = "is not that of its private half";
    assert_eq!(
        refused(public),
        format!("the public half of the signing key {kid} {sentence}")
    );
    for moved in [
        SigningKeyRow {
            id: id(2),
            ..row.clone()
        },
        row.clone().of(Algorithm::Es384),
        row.clone().of(Algorithm::Ed25519),
    ] {
        assert!(refused(moved).contains("cannot be opened"));
    }
}

#[test]
fn a_key_that_is_gone_still_tells_whom_its_tokens_told_of() {
    let mut gone = made(1, Algorithm::Es256);
    gone.life.retires_at = Some(later(60));
    gone.life.gone_at = Some(later(120));
    gone.sealed_private.clear();
    let mut revoked = made(2, Algorithm::Es256);
    revoked.life.revoked_at = Some(NOON);
    let ring = ring(&[gone, revoked]);
    assert_eq!(published(&ring, later(DAY)), Vec::<String>::new());
    let remembered = ring.remembered();
    let kids: Vec<_> = remembered.keys().iter().map(|key| key.kid()).collect();
    assert_eq!(kids, [Some(id(1).to_string().as_str())]);
}
