//! What a token costs beyond the bare signature: `cargo run --release --example cost -p symbolon-jose`.
//!
//! Prints microseconds per operation for a typical access token of some 300 bytes of claims: the best
//! of many short rounds, so that other work on the machine counts least.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use symbolon_jose::jwt::{self, Expected, Purpose, Signer};
use symbolon_jose::{Algorithm, KeySet, SigningKey, SymmetricKey, symmetric};

const NOW: i64 = 1_800_000_000;
/// Rounds of each measurement.
const ROUNDS: u32 = 300;
/// How long a round may take, in microseconds: less than a time slice.
const ROUND: f64 = 300.0;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    client_id: String,
    scope: String,
    jti: String,
    lin: String,
    iat: i64,
    exp: i64,
}

fn claims(subject: &str) -> Claims {
    Claims {
        iss: "https://id.example/realms/main".into(),
        sub: subject.into(),
        aud: "https://api.example".into(),
        client_id: "sym-app".into(),
        scope: "orders.read orders.write profile offline_access".into(),
        jti: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX".into(),
        lin: "AQAAAAAAAAAB".repeat(7),
        iat: NOW,
        exp: NOW + 300,
    }
}

/// Microseconds per call.
fn measure(mut call: impl FnMut()) -> f64 {
    let mut round = |calls: u32| {
        let start = Instant::now();
        (0..calls).for_each(|_| call());
        start.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
    };
    let once = (0..10).map(|_| round(1)).fold(f64::INFINITY, f64::min);
    let calls = (1..=1024)
        .rev()
        .find(|calls| f64::from(*calls) * once <= ROUND)
        .unwrap_or(1);
    (0..ROUNDS)
        .map(|_| round(calls))
        .fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("µs          sign bare  sign JWT   verify bare  verify JWT   difference");
    for algorithm in Algorithm::ASYMMETRIC {
        let key = Arc::new(SigningKey::generate(algorithm)?.with_kid("2026-11-es"));
        let signer = Signer::new(Arc::clone(&key), Purpose::AccessToken)?;
        let trusted = KeySet::new([key.public()])?;
        let sent = claims("3b1f8d0e-7a44-4a55-9d0b-0c2f6a1f9f11");
        let token = signer.sign(&sent)?;
        let (message, signature) = token.rsplit_once('.').unwrap_or_default();
        let signature = symbolon_jose::base64url::decode(signature)?;
        let bare_sign = measure(|| drop(black_box(key.sign(message.as_bytes()))));
        let sign = measure(|| drop(black_box(signer.sign(&sent))));
        let public = key.public();
        let bare = measure(|| {
            black_box(public.verify(message.as_bytes(), &signature));
        });
        let verify = measure(|| {
            let expected = Expected::new(
                Purpose::AccessToken,
                "https://id.example/realms/main",
                "https://api.example",
                NOW,
            );
            drop(black_box(jwt::verify::<Claims>(
                &token, &trusted, &expected,
            )));
        });
        println!(
            "{:10} {bare_sign:10.2} {sign:9.2} {bare:13.2} {verify:11.2} {:12.2}",
            algorithm.name(),
            verify - bare
        );
    }
    secret()
}

fn secret() -> Result<(), Box<dyn Error>> {
    let key = SymmetricKey::new(Algorithm::Hs256, &[7; 64])?;
    let mut sent = claims("app");
    sent.iss = "app".into();
    let token = symmetric::sign(&key, &sent)?;
    let (message, _) = token.rsplit_once('.').unwrap_or_default();
    let bare = measure(|| drop(black_box(key.sign(message.as_bytes()))));
    let sign = measure(|| drop(black_box(symmetric::sign(&key, &sent))));
    let verify = measure(|| {
        let expected = Expected::new(Purpose::ClientAssertion, "app", "https://api.example", NOW);
        drop(black_box(symmetric::verify::<Claims>(
            &token, &key, &expected,
        )));
    });
    println!(
        "HS256      {bare:10.2} {sign:9.2} {bare:13.2} {verify:11.2} {:12.2}",
        verify - bare
    );
    Ok(())
}
