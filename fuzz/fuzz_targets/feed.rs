//! The feed as a follower reads it: no reader panics, what a stranger signed is refused, and whatever is
//! refused changes nothing that is known.
//!
//! Each line of the input is one text. Its first byte says which: `s` a snapshot, `f` a frame, `h` a
//! heartbeat, `e` an echo; in capitals the same by a stranger's key. The rest is its JSON, which is
//! honestly signed: chance alone would never get past a signature, nor hit a hash. So `"@"` in the place
//! of a stream, hash, position or number stands for the one that comes next. `!` is a text as it is.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use symbolon_fuzz::{FOREIGN, TRUSTED};
use symbolon_jose::{KeySet, SigningKey, jws};
use symbolon_token::feed::{
    Bytes, ECHO_TYP, FRAME_TYP, HEARTBEAT_TYP, Hash, Position, SNAPSHOT_TYP, StreamName,
};
use symbolon_verify::{FeedError, FeedKeys, Knowledge, Monotonic};

const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "https://api.example";

/// Texts of one input: what is known does not shrink, so more of them find nothing new.
const MOST: usize = 64;

fn keys() -> FeedKeys {
    let set = KeySet::new([TRUSTED.public()]).expect("it is one");
    let jwks = serde_json::to_string(&set.to_jwks()).expect("it serialises");
    FeedKeys::parse(jwks).expect("it is an Ed25519 key")
}

/// What must not change by a text that is refused.
fn stands(known: &Knowledge) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        known.position().map(|at| (at.stream, at.n, at.head)),
        (known.term(), known.as_of(), known.generation()),
        known.revoked_tokens(),
        known.keys().map(str::to_owned).collect::<Vec<_>>(),
    )
}

/// Puts what comes next in the places that ask for it.
fn repair(value: &mut Value, known: &Knowledge) {
    let here = known.position().unwrap_or(Position {
        stream: Bytes([1; 16]) as StreamName,
        n: 0,
        head: Bytes([2; 32]) as Hash,
    });
    let Some(members) = value.as_object_mut() else {
        return;
    };
    for (name, value) in members {
        if value != "@" {
            continue;
        }
        *value = match name.as_str() {
            "iss" => json!(ISSUER),
            "aud" => json!(AUDIENCE),
            "stream" => json!(here.stream),
            "n" => json!(here.n.saturating_add(1)),
            "prev" => json!(here.head),
            "position" => json!(here),
            _ => continue,
        };
    }
}

/// Takes a text in, as the kind that it claims to be.
fn take(known: &mut Knowledge, kind: u8, text: &str, keys: &FeedKeys) -> Result<(), FeedError> {
    match kind.to_ascii_lowercase() {
        b's' => known.apply_snapshot(text, keys),
        b'f' => known.apply_frame(text, keys).map(|_| ()),
        b'h' => known.heartbeat(text, keys),
        _ => known.echo(text, keys).map(|_| ()),
    }
}

fn check(known: &mut Knowledge, kind: u8, text: &str, keys: &FeedKeys) -> bool {
    let (before, at) = (stands(known), known.position());
    let taken = take(known, kind, text, keys).is_ok();
    if !taken {
        assert_eq!(stands(known), before, "refused, and yet taken in");
    } else if kind == b'f' {
        let (at, now) = at.zip(known.position()).expect("a frame follows something");
        let is_next = now.n == at.n.saturating_add(1) && now.head != at.head;
        assert!(is_next || now == at, "frames come one by one");
        assert_eq!(now.stream, at.stream);
    }
    taken
}

fn one(known: &mut Knowledge, keys: &FeedKeys, line: &[u8]) {
    let Some((kind, rest)) = line.split_first() else {
        return;
    };
    if *kind == b'!' {
        if let Ok(text) = std::str::from_utf8(rest) {
            for kind in *b"sfhe" {
                check(known, kind, text, keys);
            }
        }
        return;
    }
    let typ = match kind.to_ascii_lowercase() {
        b's' => SNAPSHOT_TYP,
        b'f' => FRAME_TYP,
        b'h' => HEARTBEAT_TYP,
        b'e' => ECHO_TYP,
        _ => return,
    };
    let Ok(mut value) = serde_json::from_slice::<Value>(rest) else {
        return;
    };
    repair(&mut value, known);
    let is_foreign = kind.is_ascii_uppercase();
    let key: &SigningKey = if is_foreign { &FOREIGN } else { &TRUSTED };
    let text = jws::sign(key, Some(typ), value.to_string().as_bytes()).expect("it signs");
    let taken = check(known, *kind, &text, keys);
    assert!(!(taken && is_foreign), "a stranger is believed");
    // A text of one type is none of another.
    for other in *b"sfhe" {
        if other != kind.to_ascii_lowercase() {
            assert!(!check(known, other, &text, keys), "taken for another type");
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let keys = keys();
    let mut known = Knowledge::new(ISSUER, AUDIENCE);
    for (at, line) in (1_u64..).zip(data.split(|byte| *byte == b'\n').take(MOST)) {
        let now = Monotonic(Duration::from_millis(at * 700));
        known.ask(Bytes([3; 16]), now);
        one(&mut known, &keys, line);
        let _ = (known.age(now), known.time(now));
    }
});
