//! Wycheproof's JOSE files, every case: what they accept is accepted, all else refused, but for the
//! deviations listed with their reasons. Encrypted tokens are judged in `jwe/wycheproof.rs`.

use serde_json::Value;
use symbolon_jose::jws::{self, Typ};
use symbolon_jose::{
    Algorithm, Jwk, JwkSet, KeyError, KeySet, SymmetricKey, VerifyingKey, danger, symmetric,
};
use wycheproof_ng_kdf_jose::json_web::TestName;

/// Where we differ on purpose: file, case, our verdict, reason.
const DEVIATIONS: &[(TestName, u64, Verdict, &str)] = &[
    (TestName::JsonWebSignature, 346, Verdict::Refused, WRONG_ALG),
    (
        TestName::JsonWebSignature,
        347,
        Verdict::Refused,
        NO_SUCH_ALG,
    ),
    (TestName::JsonWebSignature, 350, Verdict::Refused, WRONG_ALG),
    (
        TestName::JsonWebSignature,
        351,
        Verdict::Refused,
        NO_SUCH_ALG,
    ),
    (
        TestName::JsonWebSignature,
        367,
        Verdict::Accepted,
        PADDING_LOST,
    ),
    (
        TestName::JsonWebSignature,
        370,
        Verdict::Accepted,
        PADDING_LOST,
    ),
    (
        TestName::JsonWebSignature,
        372,
        Verdict::Refused,
        FOREIGN_CHARACTER,
    ),
    (
        TestName::JsonWebSignature,
        373,
        Verdict::Refused,
        FOREIGN_CHARACTER,
    ),
    (TestName::JsonWebKey, 4, Verdict::Accepted, TWIN_UNREADABLE),
];

const WRONG_ALG: &str = "the JWK is for PS256, the JWS by PS384: a key keeps to its alg";
const NO_SUCH_ALG: &str = "the JWK's alg is ES521, which is not registered; ES512 was meant";
const PADDING_LOST: &str = "the file lost the padding that the case is about: the text is case 357";
const FOREIGN_CHARACTER: &str = "a question mark is no base64url (RFC 7515 section 2)";
const TWIN_UNREADABLE: &str = "the second key of the name has stray bits in k, so it is skipped as \
    unusable (RFC 7517 section 5), and the name is no longer ambiguous";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accepted,
    Refused,
}

fn verdict(accepted: bool) -> Verdict {
    if accepted {
        Verdict::Accepted
    } else {
        Verdict::Refused
    }
}

/// As a careful caller does it: the algorithm is the key's, stated before the token is looked at.
fn judge(key: &Value, jws: &Value) -> Verdict {
    // One is an object, in the JSON serialisation: to the reader of compact tokens, a text.
    let token = jws.as_str().map_or_else(|| jws.to_string(), str::to_owned);
    let token = token.as_str();
    let set = if key.get("keys").is_some() {
        JwkSet::parse(key.to_string())
    } else {
        Jwk::parse(key.to_string()).map(|key| JwkSet::new(vec![key]))
    };
    let Ok(set) = set else {
        return Verdict::Refused;
    };
    let stated: Vec<_> = set
        .keys()
        .iter()
        .filter_map(|key| Algorithm::from_name(key.alg()?))
        .collect();
    if set.keys().iter().all(|key| key.kty() == "oct") {
        return verdict(by_secret(token, &set).is_some());
    }
    let Ok(keys) = KeySet::from_jwks(&set, &stated) else {
        return Verdict::Refused;
    };
    verdict(jws::verify(token, &keys, Typ::Unchecked).is_ok())
}

fn by_secret(token: &str, set: &JwkSet) -> Option<()> {
    let named = danger::unverified_header(token).ok()?.kid;
    let mut fitting = set
        .keys()
        .iter()
        .filter(|key| key.kid() == named.as_deref());
    let key = fitting.next().filter(|_| fitting.next().is_none())?;
    let key = SymmetricKey::from_jwk(key, Algorithm::from_name(key.alg()?)?).ok()?;
    symmetric::verify_jws(token, &key, Typ::Unchecked)
        .ok()
        .map(|_| ())
}

/// Runs a file; returns how many cases ran and how many were left for JWE.
fn run(name: TestName) -> (usize, usize) {
    let file: Value = serde_json::from_str(name.json_data()).unwrap();
    let (mut ran, mut later, mut wrong) = (0, 0, Vec::new());
    for group in file["testGroups"].as_array().unwrap() {
        let key = group.get("public").unwrap_or(&group["private"]);
        for case in group["tests"].as_array().unwrap() {
            let Some(jws) = case.get("jws") else {
                later += 1;
                continue;
            };
            ran += 1;
            let id = case["tcId"].as_u64().unwrap();
            let theirs = verdict(case["result"] == "valid");
            let listed = DEVIATIONS.iter().find(|one| (one.0, one.1) == (name, id));
            let ours = judge(key, jws);
            if ours != listed.map_or(theirs, |one| one.2)
                || listed.is_some_and(|one| one.2 == theirs)
            {
                wrong.push(format!(
                    "{id} {}: theirs {theirs:?}, ours {ours:?}",
                    case["comment"]
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "unlisted or needless deviations:\n{}",
        wrong.join("\n")
    );
    (ran, later)
}

#[test]
fn json_web_signature_is_judged_as_wycheproof_judges() {
    assert_eq!(run(TestName::JsonWebSignature), (401, 0));
}

#[test]
fn json_web_key_is_judged_as_wycheproof_judges() {
    assert_eq!(run(TestName::JsonWebKey), (26, 0));
}

#[test]
fn json_web_crypto_is_judged_as_wycheproof_judges() {
    assert_eq!(run(TestName::JsonWebCrypto), (49, 34));
}

#[test]
fn a_modulus_of_the_faulty_generator_is_known_by_its_mark() {
    let file: Value = serde_json::from_str(TestName::JsonWebKey.json_data()).unwrap();
    let mut groups = file["testGroups"].as_array().unwrap().iter();
    let group = groups
        .find(|group| group["comment"] == "jws_rsa_roca_key")
        .unwrap();
    let jwk = Jwk::parse(group["public"]["keys"][0].to_string()).unwrap();
    let refused = VerifyingKey::from_jwk(&jwk, Algorithm::Rs256).unwrap_err();
    assert_eq!(refused, KeyError::RsaWeak);
}

#[test]
fn every_deviation_gives_its_reason() {
    assert!(DEVIATIONS.iter().all(|one| one.3.len() > 20));
}

fn case(name: TestName, id: u64) -> (Value, Value) {
    let file: Value = serde_json::from_str(name.json_data()).unwrap();
    let groups = file["testGroups"].as_array().unwrap().iter();
    let found = groups.flat_map(|group| {
        let key = group.get("public").unwrap_or(&group["private"]).clone();
        let cases = group["tests"].as_array().unwrap().clone();
        cases.into_iter().map(move |case| (key.clone(), case))
    });
    let mut found = found.filter(|(_, case)| case["tcId"] == id);
    found.next().unwrap()
}

#[test]
fn where_the_padding_was_lost_the_text_is_that_of_a_valid_case() {
    let name = TestName::JsonWebSignature;
    let (_, valid) = case(name, 357);
    for deviation in DEVIATIONS.iter().filter(|one| one.3 == PADDING_LOST) {
        let (_, case) = case(name, deviation.1);
        assert_eq!(case["jws"], valid["jws"], "{}", deviation.1);
        // With the padding that it is about, it is refused.
        let (key, _) = self::case(name, 357);
        for padded in [
            format!("{}=", valid["jws"].as_str().unwrap()),
            valid["jws"].as_str().unwrap().replace(".c1", "==.c1"),
        ] {
            assert_eq!(judge(&key, &Value::from(padded)), Verdict::Refused);
        }
    }
}

/// Refused by the reader of compact tokens, as the file wants it; whoever asks for JSON gets it.
#[test]
fn the_one_text_in_the_json_serialisation_is_read_where_json_is_asked_for() {
    let (key, case) = case(TestName::JsonWebCrypto, 17);
    assert_eq!(judge(&key, &case["jws"]), Verdict::Refused);
    let key = key.get("keys").map_or(&key, |keys| &keys[0]);
    let key = Jwk::parse(key.to_string()).unwrap();
    let key = SymmetricKey::from_jwk(&key, Algorithm::Hs256).unwrap();
    let text = case["jws"].to_string();
    let verified = symmetric::verify_jws_json(&text, &key, Typ::Unchecked).unwrap();
    assert_eq!(verified.payload(), b"foo");
}
