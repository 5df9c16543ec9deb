//! Keys that were published: they find ours in our sets, we find theirs in theirs, and both name a key
//! by the same thumbprint.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use symbolon_jose::jwt;
use symbolon_jose::{Algorithm, JwkSet, KeySet};

use crate::library::{JOSE, JOSEKIT, JOSERFC, JSONWEBTOKEN, Library, PYJWT, Question, THUMBPRINT};
use crate::{key, ours, signed};

/// One algorithm of each key, by the older name of Ed25519: every library has that.
const PUBLISHED: &[&str] = &["EdDSA", "ES256", "ES384", "ES512", "PS256"];

/// The keys in the file.
const KEYS: &[&str] = &["rsa", "p256", "p384", "p521", "ed25519", "x25519"];

fn ours_to_theirs(known: &[&'static str]) -> Vec<Question> {
    let keys = PUBLISHED.iter().map(|alg| ours::verifying_key(alg));
    let set = serde_json::to_value(KeySet::new(keys).unwrap().to_jwks()).unwrap();
    let verify = |alg: &str, token: String| {
        json!({
            "do": "verify_by_set", "alg": alg, "set": set, "token": token,
            "issuer": ours::issuer(alg), "audience": ours::AUDIENCE,
        })
    };
    let mut questions = Vec::new();
    for alg in known {
        let token = ours::sign(alg);
        let claim = format!("{alg} of ours verifies by our set");
        let task = verify(alg, token.clone());
        questions.push(Question::gives(&claim, task, ours::claims(alg)));
        let claim = format!("{alg} of ours is refused when changed");
        let changed = ours::tampered(&token).into_iter();
        questions.extend(changed.map(|token| Question::refused(&claim, verify(alg, token))));
    }
    questions
}

/// Their set names our keys as we do, and what they signed verifies by it.
fn theirs_to_ours(library: &Library, known: &[&'static str]) {
    let keys: Vec<Value> = known
        .iter()
        .map(|alg| json!({ "alg": alg, "key": key::signing(alg), "pem": key::pem(alg) }))
        .collect();
    let set = library.value(&json!({ "do": "publish", "keys": keys }));
    let set = JwkSet::parse(set.to_string()).unwrap();
    let thumbprints = |jwks: &[symbolon_jose::Jwk]| -> BTreeMap<String, String> {
        let named = jwks.iter().map(|jwk| {
            let kid = jwk.kid().unwrap_or_default();
            (kid.to_owned(), jwk.thumbprint())
        });
        named.collect()
    };
    let own: Vec<_> = known
        .iter()
        .map(|alg| ours::verifying_key(alg).to_jwk())
        .collect();
    assert_eq!((set.skipped(), set.keys().len()), (0, known.len()));
    assert_eq!(thumbprints(set.keys()), thumbprints(&own));
    assert!(set.keys().iter().all(|jwk| !jwk.is_secret()));
    let algorithms: Vec<Algorithm> = known.iter().map(|alg| alg.parse().unwrap()).collect();
    let trusted = KeySet::from_jwks(&set, &algorithms).unwrap();
    let questions = known.iter().copied().map(|alg| {
        let (claim, trusted) = (
            format!("{alg} of theirs verifies by their set"),
            trusted.clone(),
        );
        Question::judged(&claim, signed::sign(alg), move |value| {
            let token = value.as_str().ok_or("no token")?;
            let verified = jwt::verify::<Value>(token, &trusted, &ours::expected(alg));
            assert_eq!(verified.unwrap().claims(), &ours::claims(alg));
            Ok(())
        })
    });
    library.ask(questions.collect());
}

fn thumbprints(library: &Library) -> Vec<Question> {
    let names = KEYS.iter().filter(|name| match **name {
        "x25519" => library.knows(crate::library::JWE),
        _ => true,
    });
    names
        .map(|name| {
            let public = key::public(&key::private(name));
            let thumbprint = key::jwk(&public).thumbprint();
            let task = json!({ "do": "thumbprint", "key": public });
            if library.knows(THUMBPRINT) {
                let claim = format!("the thumbprint of {name} is the same");
                Question::gives(&claim, task, thumbprint.into())
            } else {
                Question::refused("thumbprints stand among what is lacking", task)
            }
        })
        .collect()
}

fn both_ways(library: &Library) {
    let known: Vec<&str> = PUBLISHED
        .iter()
        .copied()
        .filter(|alg| library.knows(alg))
        .collect();
    let mut questions = ours_to_theirs(&known);
    questions.extend(thumbprints(library));
    library.ask(questions);
    theirs_to_ours(library, &known);
}

#[test]
fn jose_of_node_and_we_read_each_others_sets() {
    both_ways(&JOSE);
}

#[test]
fn joserfc_of_python_and_we_read_each_others_sets() {
    both_ways(&JOSERFC);
}

#[test]
fn pyjwt_of_python_and_we_read_each_others_sets() {
    both_ways(&PYJWT);
}

#[test]
fn the_crate_jsonwebtoken_and_we_read_each_others_sets() {
    both_ways(&JSONWEBTOKEN);
}

#[test]
fn the_crate_josekit_and_we_read_each_others_sets() {
    both_ways(&JOSEKIT);
}
