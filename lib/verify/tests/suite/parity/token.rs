//! The tokens of the parity file.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use symbolon_jose::jwt::Purpose;
use symbolon_token::status::Bucket;

use crate::arrange::{AUDIENCE, CLIENT, Draft, KEY, NOON, REALM, key};

fn saying(claims: Value) -> Draft {
    Draft {
        claims,
        ..Draft::default()
    }
}

fn of(ancestors: &[(i64, i64)]) -> Draft {
    Draft {
        ancestors: ancestors.to_vec(),
        ..Draft::default()
    }
}

fn damaged(token: &str) -> String {
    let mut parts: Vec<&str> = token.split('.').collect();
    parts.pop();
    let other = Draft {
        index: 8,
        ..Draft::default()
    }
    .sign();
    let signature = other.rsplit('.').next().unwrap();
    format!("{}.{signature}", parts.join("."))
}

pub(super) fn tokens() -> BTreeMap<String, String> {
    let tokens = [texts(), claims(), descents(), bindings()].concat();
    let named = |(name, token): (&str, String)| (name.to_owned(), token);
    tokens.into_iter().map(named).collect()
}

type Named = (&'static str, String);

/// By their text, their key and their type.
fn texts() -> Vec<Named> {
    let plain = Draft::default().sign();
    let typed = |purpose| {
        let draft = Draft {
            purpose,
            ..Draft::default()
        };
        draft.sign()
    };
    let by = |seed, kid| {
        let key = key(seed, kid);
        let draft = Draft {
            key,
            ..Draft::default()
        };
        draft.sign()
    };
    let unsigned = format!("{}.", plain.rsplit_once('.').unwrap().0);
    vec![
        ("damaged", damaged(&plain)),
        ("plain", plain),
        ("unsigned", unsigned),
        ("garbage", "not.a.token".to_owned()),
        ("of another key", by(9, "token-9")),
        ("of a stranger", by(9, "token-1")),
        ("typed JWT", typed(Purpose::AccessTokenPlain)),
        ("typed logout", typed(Purpose::LogoutToken)),
    ]
}

/// By what they claim.
fn claims() -> Vec<Named> {
    let iat = NOON.seconds();
    let other = "https://other.example";
    let claims = [
        ("of another issuer", json!({"iss": other})),
        ("for another audience", json!({"aud": other})),
        ("for two audiences", json!({"aud": [other, AUDIENCE]})),
        ("without client", json!({"client_id": null})),
        ("without descent", json!({"lin": null})),
        ("with broken descent", json!({"lin": "AQAA"})),
        ("with a foreign name", json!({"jti": "7c1f"})),
        ("not before a minute and a second", json!({"nbf": iat + 61})),
        ("signed in", json!({"acr": "phr", "auth_time": iat - 100})),
    ];
    claims
        .map(|(name, claims)| (name, saying(claims).sign()))
        .into()
}

/// By what they descend from, and by their place.
fn descents() -> Vec<Named> {
    let plain = Draft::default();
    let bucket = Some(Bucket(plain.bucket().0 + 1));
    let second = of(&[(REALM, 0), (CLIENT, 1), (KEY, 0)]);
    let veiled = Draft {
        veiled: vec![[5; 16], [6; 16]],
        ..of(&[(REALM, 0), (CLIENT, 0), (KEY, 0)])
    };
    let veiled_for_another = Draft {
        claims: json!({"aud": ["https://other.example", AUDIENCE]}),
        ..veiled.clone()
    };
    let later = Draft {
        iat: plain.iat + 120,
        exp: plain.iat + 720,
        ..Draft::default()
    };
    let elsewhere = Draft {
        bucket,
        ..Draft::default()
    };
    let indexed = |index| Draft {
        index,
        ..Draft::default()
    };
    let drafts = [
        ("in another bucket", elsewhere),
        ("of the client's second epoch", second),
        ("without realm", of(&[(CLIENT, 0), (KEY, 0)])),
        ("without key", of(&[(REALM, 0), (CLIENT, 0)])),
        ("never leased", indexed(1000)),
        ("last leased", indexed(999)),
        ("veiled", veiled),
        ("veiled for another audience", veiled_for_another),
        ("of later", later),
    ];
    drafts.map(|(name, draft)| (name, draft.sign())).into()
}

/// By whom they are bound to.
fn bindings() -> Vec<Named> {
    let bindings = [
        ("bound to a key", json!({"jkt": "thumb"})),
        ("bound to a certificate", json!({"x5t#S256": "cert"})),
        ("bound to both", json!({"jkt": "thumb", "x5t#S256": "cert"})),
        ("bound in an unknown way", json!({"kid": "a"})),
    ];
    let sign = |cnf: Value| saying(json!({ "cnf": cnf })).sign();
    bindings.map(|(name, cnf)| (name, sign(cnf))).into()
}
