//! How long it takes from a revocation's commit until those who follow refuse: `cargo xtask bench --only
//! feed/` runs it beside an authority that is under load.
//!
//! ```text
//! cargo run --release -p symbolon-verify --features follow --example lag -- DEV_JSON FOLLOWERS REVOCATIONS
//! ```
//!
//! 1. So many followers begin to follow the demo resource of a development authority, or whatever else a
//!    file of this form names; where it has `revoke_at`, they follow one node, and that other is asked.
//! 2. A token is issued, and every follower admits it; then it is revoked.
//! 3. Each follower is asked again and again, until it refuses. What is counted begins when the revocation
//!    was answered, which is after its commit, and when it was asked for.
//!
//! Prints one JSON object, in microseconds.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use symbolon_verify::follow::{Follow, Following, http};
use symbolon_verify::{
    Clock, Demand, Guard, Moment, Outcome, Presented, Proven, Scheme, follow::System,
};

/// How long followers may take to become fresh.
const READY: Duration = Duration::from_secs(30);

/// How long a revocation may take to be known everywhere before it counts as lost.
const LOST: Duration = Duration::from_secs(10);

/// How often all of them are asked: what is measured is no finer than this.
const GLANCE: Duration = Duration::from_micros(300);

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Asks the authority, on one connection.
struct Authority {
    connection: BufReader<TcpStream>,
    basic: String,
    token_request: String,
}

impl Authority {
    fn post(&mut self, path: &str, form: &str) -> Fallible<String> {
        let (basic, length) = (&self.basic, form.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
        );
        self.connection.get_mut().write_all(request.as_bytes())?;
        let (mut head, mut length) = (String::new(), 0);
        while !head.ends_with("\r\n\r\n") {
            let start = head.len();
            self.connection.read_line(&mut head)?;
            let line = head.get(start..).unwrap_or_default().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.connection.read_exact(&mut body)?;
        if !head.starts_with("HTTP/1.1 200") {
            return Err(format!("{path}: {head}").into());
        }
        Ok(String::from_utf8(body)?)
    }

    fn token(&mut self) -> Fallible<String> {
        let request = self.token_request.clone();
        let answer = self.post("/token", &request)?;
        let answer: Value = serde_json::from_str(&answer)?;
        Ok(text(&answer, "access_token")?.to_owned())
    }
}

fn text<'a>(record: &'a Value, member: &str) -> Fallible<&'a str> {
    let text = record.get(member).and_then(Value::as_str);
    text.ok_or_else(|| format!("there is no {member}").into())
}

fn admits(guard: &Guard, token: &str, now: Moment) -> bool {
    let presented = Presented {
        token,
        scheme: Scheme::Bearer,
        proven: Proven::default(),
        seen_at: now.monotonic,
    };
    let said = guard.verifier().verify(&presented, &Demand::any(), now);
    matches!(said, Outcome::Admitted(_))
}

/// What was found of all followers and revocations, in microseconds.
#[derive(Default)]
struct Lags {
    answered: Vec<u128>,
    asked: Vec<u128>,
}

fn revoke(
    authority: &mut Authority,
    guards: &[Guard],
    token: &str,
    lags: &mut Lags,
) -> Fallible<()> {
    let asked_at = Instant::now();
    // Another thread looks meanwhile: news may be there before the answer is.
    let (refused, answered_at) = std::thread::scope(|scope| {
        let looking = scope.spawn(|| look(guards, token));
        let answered = authority.post("/revoke", &format!("token={token}"));
        let answered = answered
            .map(|_| Instant::now())
            .map_err(|error| error.to_string());
        (looking.join().unwrap_or_default(), answered)
    });
    let answered_at = answered_at?;
    if refused.len() < guards.len() {
        return Err("a revocation was not heard of".into());
    }
    for at in refused {
        lags.answered
            .push(at.saturating_duration_since(answered_at).as_micros());
        lags.asked
            .push(at.saturating_duration_since(asked_at).as_micros());
    }
    Ok(())
}

/// When each began to refuse it.
fn look(guards: &[Guard], token: &str) -> Vec<Instant> {
    let (start, mut refused) = (Instant::now(), Vec::with_capacity(guards.len()));
    let mut waiting: Vec<&Guard> = guards.iter().collect();
    while !waiting.is_empty() && start.elapsed() < LOST {
        waiting.retain(|guard| {
            let admits = admits(guard, token, System.now());
            if !admits {
                refused.push(Instant::now());
            }
            admits
        });
        std::thread::park_timeout(GLANCE);
    }
    refused
}

fn percentile(lags: &mut [u128], percent: usize) -> u128 {
    lags.sort_unstable();
    let at = (lags.len() * percent / 100).min(lags.len().saturating_sub(1));
    lags.get(at).copied().unwrap_or_default()
}

async fn follow(record: &Value, count: usize) -> Fallible<Vec<Following>> {
    let (id, secret) = (text(record, "client_id")?, text(record, "client_secret")?);
    let (issuer, audience) = (text(record, "issuer")?, text(record, "resource_url")?);
    let mut followings = Vec::with_capacity(count);
    for _ in 0..count {
        let follow = Follow::http(issuer, audience, http::Client::new(id, secret.to_owned()))?;
        followings.push(follow.start());
    }
    for following in &followings {
        if !following.ready(READY).await {
            return Err(format!("not ready: {:?}", following.status()).into());
        }
    }
    Ok(followings)
}

/// A token that every follower admits.
async fn admitted(authority: &mut Authority, guards: &[Guard]) -> Fallible<String> {
    let token = authority.token()?;
    for guard in guards {
        let said = guard.bearer(&token, &Demand::any()).await;
        said.map_err(|refusal| format!("a live token was refused: {refusal}"))?;
    }
    Ok(token)
}

async fn measure() -> Fallible<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, followers, revocations] = words.as_slice() else {
        return Err("usage: lag DEV_JSON FOLLOWERS REVOCATIONS".into());
    };
    let record: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let (id, secret) = (text(&record, "client_id")?, text(&record, "client_secret")?);
    let issuer = text(&record, "issuer")?.trim_start_matches("http://");
    let address = text(&record, "revoke_at").unwrap_or(issuer);
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut authority = Authority {
        connection: BufReader::new(stream),
        basic: STANDARD.encode(format!("{id}:{secret}")),
        token_request: format!(
            "grant_type=client_credentials&scope=demo%3Aread&resource={}",
            text(&record, "resource_url")?
        ),
    };
    let followings = follow(&record, followers.parse()?).await?;
    let guards: Vec<_> = followings.iter().map(Following::guard).collect();
    let mut lags = Lags::default();
    for _ in 0..revocations.parse::<usize>()? {
        let token = admitted(&mut authority, &guards).await?;
        revoke(&mut authority, &guards, &token, &mut lags)?;
    }
    let [p50, p99] = [50, 99].map(|percent| percentile(&mut lags.answered, percent));
    let [asked_p50, asked_p99] = [50, 99].map(|percent| percentile(&mut lags.asked, percent));
    println!(
        "{{\"p50\": {p50}, \"p99\": {p99}, \"asked_p50\": {asked_p50}, \"asked_p99\": {asked_p99}}}"
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    measure().await
}
