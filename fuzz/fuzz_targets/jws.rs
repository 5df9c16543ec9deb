//! A JWS of any text: no reader panics, none reads another's form, what verifies is what was signed,
//! and it verifies under no other key.
//!
//! The input is read as it is, and then, cut at its first line feed, as a header and a payload that
//! are honestly signed: chance alone would never get past a signature.

#![no_main]

use libfuzzer_sys::fuzz_target;
use symbolon_fuzz::{FOREIGN, SECOND, SECRET, TRUSTED};
use symbolon_jose::jws::json::{self, Signers};
use symbolon_jose::jws::{self, Typ};
use symbolon_jose::{KeySet, base64url, danger, symmetric};

const TYP: Typ<'static> = Typ::Unchecked;

/// What each reader says of a text; `payload` is for those that want it from elsewhere.
fn read(text: &str, payload: &[u8], keys: &KeySet) -> [Option<Vec<u8>>; 6] {
    let any = Signers::Any(keys);
    [
        jws::verify(text, keys, TYP)
            .ok()
            .map(jws::VerifiedJws::into_payload),
        jws::verify_detached(text, payload, keys, TYP)
            .ok()
            .map(|_| payload.to_vec()),
        jws::verify_unencoded(text, payload, keys, TYP)
            .ok()
            .map(|_| payload.to_vec()),
        json::verify(text, any, TYP)
            .ok()
            .map(json::VerifiedJson::into_payload),
        json::verify_detached(text, payload, any, TYP)
            .ok()
            .map(|_| payload.to_vec()),
        json::verify_unencoded(text, any, TYP)
            .ok()
            .map(json::VerifiedJson::into_payload),
    ]
}

fn look(text: &str, payload: &[u8]) {
    let ours = KeySet::new([TRUSTED.public(), SECOND.public()]).expect("their names differ");
    let foreign = KeySet::new([FOREIGN.public()]).expect("it is one");
    let said = read(text, payload, &ours);
    assert!(
        read(text, payload, &foreign).iter().all(Option::is_none),
        "under a foreign key"
    );
    // An empty payload in its place and one from elsewhere look the same in the compact form.
    let forms = said.iter().flatten().count();
    assert!(
        forms <= 1 || (forms == 2 && payload.is_empty()),
        "two forms at once"
    );
    if let [Some(payload), ..] = &said {
        let encoded = text.split('.').nth(1).expect("it has three parts");
        assert_eq!(
            base64url::encode(payload),
            encoded,
            "read is not what was signed"
        );
        assert!(
            danger::unverified_header(text).is_ok(),
            "verified, and not readable"
        );
    }
    let _ = symmetric::verify_jws(text, &SECRET, TYP);
    let _ = symmetric::verify_jws_json(text, &SECRET, TYP);
    let _ = danger::unverified_header(text);
}

/// The header and payload, signed by the trusted key in each form.
fn sign(header: &str, payload: &[u8]) -> [String; 6] {
    let header = base64url::encode(header);
    let encoded = base64url::encode(payload);
    let by = |message: &[u8]| base64url::encode(TRUSTED.sign(message).expect("it signs"));
    let signature = by(format!("{header}.{encoded}").as_bytes());
    let raw = by(&[header.as_bytes(), b".", payload].concat());
    let text = String::from_utf8_lossy(payload);
    let text = serde_json::Value::from(&*text).to_string();
    let object = |payload: &str, signature: &str| {
        format!(r#"{{{payload}"protected":"{header}","signature":"{signature}"}}"#)
    };
    [
        format!("{header}.{encoded}.{signature}"),
        format!("{header}..{signature}"),
        format!("{header}..{raw}"),
        object(&format!(r#""payload":"{encoded}","#), &signature),
        object("", &signature),
        object(&format!(r#""payload":{text},"#), &raw),
    ]
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    look(text, b"payload");
    let (header, payload) = text.split_once('\n').unwrap_or((text, ""));
    for token in sign(header, payload.as_bytes()) {
        look(&token, payload.as_bytes());
    }
});
