//! A JWE of any text: no reader panics, nothing decrypts that was not made here, what was made here
//! comes back whole and by its own reader alone, and a header is held to its word.
//!
//! The input is read as it is. Then its first character chooses a recipient, and what follows is cut
//! at its first line feed: once into what an honest sender adds and its content, and once into a
//! header of any text and a content that are truly sealed together, for chance alone would never get
//! past a tag.

#![no_main]

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};
use symbolon_fuzz::{CONTENT_SECRET, PASSWORD, RECIPIENT, TRUSTED};
use symbolon_jose::jwe::{
    self, ContentEncryption, ContentKey, DecryptionKey, Expected, Protected, Typ,
};
use symbolon_jose::jwt::{self, Names, Nesting, Purpose};
use symbolon_jose::{base64url, danger};

const NOW: i64 = 1_800_000_000;

/// What a compressed content may inflate to, in bytes.
const INFLATED: usize = 64 * 1024;

/// How often a password is hashed at most: a run is to be short.
const ITERATIONS: u64 = 100;

const ENC: [ContentEncryption; 6] = ContentEncryption::ALL;

fn anything() -> Expected<'static> {
    Expected::new(&ENC, Typ::Unchecked, Typ::Unchecked).inflate_up_to(INFLATED)
}

fn content_key(enc: ContentEncryption) -> ContentKey {
    ContentKey::new(enc, &CONTENT_SECRET.repeat(4)[..enc.key_len()]).expect("it has its length")
}

/// What each reader says of a text, by this key.
fn read(text: &str, key: &DecryptionKey) -> [Option<Vec<u8>>; 2] {
    let content = |read: Result<jwe::Decrypted, _>| read.ok().map(|one| one.plaintext().to_vec());
    [
        content(jwe::decrypt(text, key, &anything())),
        content(jwe::json::decrypt(text, key, &anything())),
    ]
}

/// Nobody made it: no reader believes it.
fn refuse(text: &str) {
    let _ = danger::unauthenticated_header(text);
    for key in RECIPIENT.iter() {
        assert_eq!(read(text, key), [None, None], "by {}", key.management());
    }
    for enc in ENC {
        let opened = jwe::open(text, &content_key(enc), &anything());
        assert!(opened.is_err(), "opened by the key for {enc}");
    }
    if orders_little_work(text) {
        let decrypted = jwe::decrypt(text, &*PASSWORD, &anything());
        assert!(decrypted.is_err(), "by a password");
    }
}

fn orders_little_work(text: &str) -> bool {
    let header = text.split('.').next().unwrap_or_default();
    let header = base64url::decode(header).unwrap_or_default();
    let Ok(said) = serde_json::from_slice::<Value>(&header) else {
        return false;
    };
    said["p2c"].as_u64().is_none_or(|count| count <= ITERATIONS)
}

/// An honest sender's token, in every form: its recipient alone reads it, by its form's reader alone.
fn come_back(own: &DecryptionKey, enc: ContentEncryption, (added, content): (&str, &[u8])) {
    let key = own.encryption_key().expect("it encrypts too");
    let protected = Protected::new().typ(added).parties(added.as_bytes(), b"e1");
    let protected = protected
        .member("added", &added)
        .expect("it is no name of ours");
    if let Ok(token) = jwe::encrypt(&key, enc, &protected, content) {
        assert_eq!(read(&token, own), [Some(content.to_vec()), None]);
        change(&token, own);
        let header = danger::unauthenticated_header(&token).expect("it was decrypted");
        assert_eq!(header.typ.as_deref(), Some(added));
        let others = RECIPIENT
            .iter()
            .filter(|one| one.management() != own.management());
        for other in others {
            assert_eq!(read(&token, other), [None, None], "by another's key");
        }
    }
    let aad = Some(added.as_bytes());
    if let Ok(message) = jwe::json::encrypt(&[&key], enc, &protected, aad, content) {
        assert_eq!(read(&message, own), [None, Some(content.to_vec())]);
        let read = jwe::json::decrypt(&message, own, &anything()).expect("it was just read");
        assert_eq!(read.aad(), aad);
        assert_eq!(read.protected::<String>("added").as_deref(), Some(added));
    }
    if let Ok(token) = jwe::encrypt_with(&key, &content_key(enc), &protected, content) {
        assert_eq!(read(&token, own), [Some(content.to_vec()), None]);
        let opened = jwe::open(&token, &content_key(enc), &anything()).expect("by its own key");
        assert_eq!(opened.plaintext(), content);
    }
}

/// The token with one character changed, somewhere: it is read by nobody.
fn change(token: &str, own: &DecryptionKey) {
    let mut bytes = token.as_bytes().to_vec();
    let sum: usize = bytes.iter().copied().map(usize::from).sum();
    let at = sum % bytes.len();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(bytes).expect("letters are text");
    assert_eq!(read(&changed, own), [None, None], "changed at {at}");
}

/// Claims of any text, signed and encrypted: both layers together say what the inner one says.
fn nest(
    own: &DecryptionKey,
    enc: ContentEncryption,
    purpose: Purpose,
    claims: &Map<String, Value>,
) {
    let key = own.encryption_key().expect("it encrypts too");
    let expected = jwt::Expected::new(purpose, Names::Unchecked, Names::Unchecked, NOW);
    let nesting = Nesting::new(&key, enc);
    let Ok(token) = jwt::sign_and_encrypt(&TRUSTED, purpose, claims, &nesting) else {
        return;
    };
    let signed = jwt::sign(&TRUSTED, purpose, claims).expect("it was just signed");
    let trusted = TRUSTED.public();
    let inner = jwt::verify::<Value>(&signed, &trusted, &expected).ok();
    let both = jwt::decrypt_and_verify::<Value>(&token, own, &trusted, &expected, &ENC).ok();
    let claims = |verified: Option<jwt::Verified<Value>>| verified.map(jwt::Verified::into_claims);
    assert_eq!(claims(inner), claims(both), "the layers disagree");
}

/// The content under a header of any text, sealed by the direct key.
fn seal(header: &str, content: &[u8]) -> String {
    let header = base64url::encode(header);
    let key = UnboundKey::new(&AES_128_GCM, &CONTENT_SECRET).expect("it has its length");
    let mut text = content.to_vec();
    let nonce = Nonce::assume_unique_for_key([1; 12]);
    let tag = LessSafeKey::new(key)
        .seal_in_place_separate_tag(nonce, Aad::from(header.as_bytes()), &mut text)
        .expect("it seals");
    let [iv, text, tag] = [&[1; 12], text.as_slice(), tag.as_ref()].map(base64url::encode);
    format!("{header}..{iv}.{text}.{tag}")
}

/// What is sealed is authentic, so the header alone decides whether it is read.
fn hold_to_its_word(header: &str, content: &[u8]) {
    let token = seal(header, content);
    let decrypted = jwe::decrypt(&token, &RECIPIENT[0], &anything()).ok();
    let opened = jwe::open(
        &token,
        &content_key(ContentEncryption::A128Gcm),
        &anything(),
    )
    .ok();
    assert!(
        decrypted.is_none() || opened.is_none(),
        "direct and wrapped at once"
    );
    let Some(read) = decrypted.or(opened) else {
        return;
    };
    let said: Value = serde_json::from_str(header).expect("it was read");
    assert_eq!(
        (&said["alg"], &said["enc"]),
        (&json!(read.management().name()), &json!("A128GCM"))
    );
    assert!(said.get("crit").is_none(), "an extension was passed over");
    if !read.management().is_direct() {
        assert_eq!(said["ek_hash"], base64url::encode(digest(&SHA256, &[])));
    }
    match said.get("zip") {
        None => assert_eq!(read.plaintext(), content),
        Some(zip) => assert!(zip == "DEF" && read.plaintext().len() <= INFLATED),
    }
}

/// A signed token under a header of any text: no claim is believed that stands there otherwise.
fn repeat(header: &str) {
    let claims = json!({
        "iss": "https://id.example", "sub": "alice", "aud": "https://api.example",
        "client_id": "app", "jti": "7c1f", "iat": NOW, "exp": NOW + 300,
    });
    let purpose = Purpose::AccessToken;
    let signed = jwt::sign(&TRUSTED, purpose, &claims).expect("it signs");
    let token = seal(header, signed.as_bytes());
    let expected = jwt::Expected::new(purpose, Names::Unchecked, Names::Unchecked, NOW);
    let (own, trusted) = (&RECIPIENT[0], TRUSTED.public());
    let verified = jwt::decrypt_and_verify::<Value>(&token, own, &trusted, &expected, &ENC);
    if let Ok(verified) = verified {
        assert_eq!(verified.claims(), &claims);
        let said: Map<String, Value> = serde_json::from_str(header).expect("it was read");
        for (name, value) in &said {
            assert!(
                claims.get(name).is_none_or(|claim| claim == value),
                "{name}"
            );
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    refuse(text);
    let Some(first) = text.chars().next() else {
        return;
    };
    let (header, content) = text[first.len_utf8()..]
        .split_once('\n')
        .unwrap_or_default();
    hold_to_its_word(header, content.as_bytes());
    repeat(header);
    let choice = usize::try_from(u32::from(first)).unwrap_or_default();
    let own = &RECIPIENT[choice % RECIPIENT.len()];
    let enc = ENC[choice / RECIPIENT.len() % ENC.len()];
    come_back(own, enc, (header, content.as_bytes()));
    if let Ok(claims) = serde_json::from_str(content) {
        nest(own, enc, Purpose::ALL[choice % Purpose::ALL.len()], &claims);
    }
});
