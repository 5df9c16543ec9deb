//! jsonwebtoken: what it makes of our tokens, and its own for us.
//!
//! One JSON document comes on standard input: `tasks`, each with what it is to `do` and the keys for
//! that as JWK; private ones as PKCS#8 too (`pem`), for the crate reads no private JWK. One goes out:
//! `answers` in the same order, each with a `value` or with the reason why it `refused`.

use std::error::Error;
use std::io;

use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header, Validation, decode,
    decode_header, encode,
};
use serde_json::{Value, from_value, json};

type Answer = Result<Value, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let document: Value = serde_json::from_reader(io::stdin())?;
    let tasks = document["tasks"].as_array().ok_or("no tasks")?;
    let answers: Vec<Value> = tasks.iter().map(answer).collect();
    println!("{}", json!({ "answers": answers }));
    Ok(())
}

fn answer(task: &Value) -> Value {
    let verb = match text(task, "do") {
        Ok("sign") => sign,
        Ok("verify") => verify,
        Ok("verify_by_set") => verify_by_set,
        Ok("publish") => publish,
        Ok("thumbprint") => thumbprint,
        _ => return json!({ "refused": "not known here" }),
    };
    match verb(task) {
        Ok(value) => json!({ "value": value }),
        Err(error) => json!({ "refused": error.to_string() }),
    }
}

fn text<'a>(task: &'a Value, name: &str) -> Result<&'a str, String> {
    task[name].as_str().ok_or_else(|| format!("no {name}"))
}

fn algorithm(task: &Value) -> Result<Algorithm, Box<dyn Error>> {
    Ok(text(task, "alg")?.parse()?)
}

fn private(task: &Value, algorithm: Algorithm) -> Result<EncodingKey, Box<dyn Error>> {
    let pem = || text(task, "pem").map(str::as_bytes);
    Ok(match algorithm.family() {
        AlgorithmFamily::Hmac => {
            let secret = text(&task["key"], "k")?;
            let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
            EncodingKey::from_secret(&base64::Engine::decode(&engine, secret)?)
        }
        AlgorithmFamily::Rsa => EncodingKey::from_rsa_pem(pem()?)?,
        AlgorithmFamily::Ec => EncodingKey::from_ec_pem(pem()?)?,
        AlgorithmFamily::Ed => EncodingKey::from_ed_pem(pem()?)?,
    })
}

fn sign(task: &Value) -> Answer {
    let mut header = Header::new(algorithm(task)?);
    header.typ = task["header"]["typ"].as_str().map(str::to_owned);
    header.kid = task["header"]["kid"].as_str().map(str::to_owned);
    let key = private(task, header.alg)?;
    Ok(encode(&header, &task["claims"], &key)?.into())
}

fn verify(task: &Value) -> Answer {
    let key: Jwk = from_value(task["key"].clone())?;
    claims(task, &key)
}

fn verify_by_set(task: &Value) -> Answer {
    let set: JwkSet = from_value(task["set"].clone())?;
    let kid = decode_header(text(task, "token")?)?.kid.ok_or("no kid")?;
    claims(task, set.find(&kid).ok_or("no such key")?)
}

/// The claims of a token that holds, for whom it is said to be.
fn claims(task: &Value, key: &Jwk) -> Answer {
    let mut expected = Validation::new(algorithm(task)?);
    expected.set_issuer(&[text(task, "issuer")?]);
    expected.set_audience(&[text(task, "audience")?]);
    let token = decode::<Value>(
        text(task, "token")?,
        &DecodingKey::from_jwk(key)?,
        &expected,
    )?;
    Ok(token.claims)
}

fn publish(task: &Value) -> Answer {
    let keys = task["keys"].as_array().ok_or("no keys")?;
    let keys: Result<Vec<Jwk>, Box<dyn Error>> = keys.iter().map(public).collect();
    Ok(serde_json::to_value(JwkSet { keys: keys? })?)
}

fn public(one: &Value) -> Result<Jwk, Box<dyn Error>> {
    let algorithm = algorithm(one)?;
    let mut jwk = Jwk::from_encoding_key(&private(one, algorithm)?, algorithm)?;
    jwk.common.key_id = one["key"]["kid"].as_str().map(str::to_owned);
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(jwk)
}

fn thumbprint(task: &Value) -> Answer {
    let key: Jwk = from_value(task["key"].clone())?;
    Ok(key.thumbprint(ThumbprintHash::SHA256)?.into())
}
