//! What a token costs beyond the bare signature: `cargo run --release --example cost -p symbolon-jose`.
//!
//! Prints microseconds per operation for a typical access token of some 300 bytes of claims: the best
//! of many short rounds, so that other work on the machine counts least.
//!
//! With an algorithm's name, it only verifies a fixed number of tokens, for valgrind to count the
//! instructions, which do not depend on other work at all: the difference of `bare` and `whole` in
//! `callgrind_annotate --inclusive=yes`, after
//! `valgrind --tool=callgrind target/release/examples/cost HS256`.

use std::env;
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use symbolon_jose::jwt::{self, Expected, Purpose, Signer};
use symbolon_jose::{Algorithm, KeySet, SigningKey, SymmetricKey, base64url, symmetric};

const NOW: i64 = 1_800_000_000;
/// Rounds of each measurement.
const ROUNDS: u32 = 300;
/// How long a round may take, in microseconds: less than a time slice.
const ROUND: f64 = 300.0;
/// Tokens verified where instructions are counted.
const COUNTED: u32 = 100;

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
fn measure(call: &dyn Fn()) -> f64 {
    let round = |calls: u32| {
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

/// What is done with one algorithm's key and token.
struct Case {
    sign_bare: Box<dyn Fn()>,
    sign: Box<dyn Fn()>,
    verify_bare: Box<dyn Fn()>,
    verify: Box<dyn Fn()>,
}

impl Case {
    fn of(algorithm: Algorithm) -> Result<Self, Box<dyn Error>> {
        if algorithm == Algorithm::Hs256 {
            Self::secret(algorithm)
        } else {
            Self::pair(algorithm)
        }
    }

    fn pair(algorithm: Algorithm) -> Result<Self, Box<dyn Error>> {
        let key = Arc::new(SigningKey::generate(algorithm)?.with_kid("2026-11-es"));
        let signer = Signer::new(Arc::clone(&key), Purpose::AccessToken)?;
        let public = key.public();
        let trusted = KeySet::new([public.clone()])?;
        let sent = claims("3b1f8d0e-7a44-4a55-9d0b-0c2f6a1f9f11");
        let token = signer.sign(&sent)?;
        let (message, signature) = token.rsplit_once('.').unwrap_or_default();
        let (message, signature) = (message.to_owned(), base64url::decode(signature)?);
        let text = message.clone();
        let issuer = "https://id.example/realms/main";
        Ok(Self {
            sign_bare: Box::new(move || drop(black_box(key.sign(text.as_bytes())))),
            sign: Box::new(move || drop(black_box(signer.sign(&sent)))),
            verify_bare: Box::new(move || {
                black_box(public.verify(message.as_bytes(), &signature));
            }),
            verify: Box::new(move || {
                let audience = "https://api.example";
                let expected = Expected::new(Purpose::AccessToken, issuer, audience, NOW);
                drop(black_box(jwt::verify::<Claims>(
                    &token, &trusted, &expected,
                )));
            }),
        })
    }

    fn secret(algorithm: Algorithm) -> Result<Self, Box<dyn Error>> {
        let key = Arc::new(SymmetricKey::new(algorithm, &[7; 64])?);
        let bare = hmac::Key::new(hmac::HMAC_SHA256, &[7; 64]);
        let mut sent = claims("app");
        sent.iss = "app".into();
        let token = symmetric::sign(&key, &sent)?;
        let (message, tag) = token.rsplit_once('.').unwrap_or_default();
        let (message, tag) = (message.to_owned(), base64url::decode(tag)?);
        let (text, signing) = (message.clone(), Arc::clone(&key));
        let bare_signing = bare.clone();
        Ok(Self {
            sign_bare: Box::new(move || {
                black_box(hmac::sign(&bare_signing, text.as_bytes()));
            }),
            sign: Box::new(move || drop(black_box(symmetric::sign(&signing, &sent)))),
            verify_bare: Box::new(move || {
                let _ = black_box(hmac::verify(&bare, message.as_bytes(), &tag));
            }),
            verify: Box::new(move || {
                let (purpose, audience) = (Purpose::ClientAssertion, "https://api.example");
                let expected = Expected::new(purpose, "app", audience, NOW);
                drop(black_box(symmetric::verify::<Claims>(
                    &token, &key, &expected,
                )));
            }),
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = env::args().nth(1) {
        let case = Case::of(name.parse()?)?;
        bare(&case.verify_bare);
        whole(&case.verify);
        return Ok(());
    }
    println!("µs          sign bare  sign JWT   verify bare  verify JWT   difference");
    for algorithm in Algorithm::ASYMMETRIC.into_iter().chain([Algorithm::Hs256]) {
        let case = Case::of(algorithm)?;
        let (bare, verify) = (measure(&case.verify_bare), measure(&case.verify));
        println!(
            "{:10} {:10.2} {:9.2} {bare:13.2} {verify:11.2} {:12.2}",
            algorithm.name(),
            measure(&case.sign_bare),
            measure(&case.sign),
            verify - bare
        );
    }
    Ok(())
}

#[inline(never)]
fn bare(call: &dyn Fn()) {
    // Otherwise the two were one function.
    black_box("bare");
    (0..COUNTED).for_each(|_| call());
}

#[inline(never)]
fn whole(call: &dyn Fn()) {
    black_box("whole");
    (0..COUNTED).for_each(|_| call());
}
