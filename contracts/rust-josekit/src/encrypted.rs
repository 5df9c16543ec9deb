//! Encrypted tokens.

use std::error::Error;

use josekit::jwe::{
    self, A128GCMKW, A128KW, A192GCMKW, A192KW, A256GCMKW, A256KW, Dir, ECDH_ES, ECDH_ES_A128KW,
    ECDH_ES_A192KW, ECDH_ES_A256KW, JweDecrypter, JweEncrypter, JweHeader, PBES2_HS256_A128KW,
    PBES2_HS384_A192KW, PBES2_HS512_A256KW, RSA_OAEP, RSA_OAEP_256,
};
use josekit::jwk::Jwk;
use serde_json::Value;

use crate::{Answer, key, text};

fn encrypter(alg: &str, key: &Jwk) -> Result<Box<dyn JweEncrypter>, Box<dyn Error>> {
    Ok(match alg {
        "RSA-OAEP" => Box::new(RSA_OAEP.encrypter_from_jwk(key)?),
        "RSA-OAEP-256" => Box::new(RSA_OAEP_256.encrypter_from_jwk(key)?),
        "ECDH-ES" => Box::new(ECDH_ES.encrypter_from_jwk(key)?),
        "ECDH-ES+A128KW" => Box::new(ECDH_ES_A128KW.encrypter_from_jwk(key)?),
        "ECDH-ES+A192KW" => Box::new(ECDH_ES_A192KW.encrypter_from_jwk(key)?),
        "ECDH-ES+A256KW" => Box::new(ECDH_ES_A256KW.encrypter_from_jwk(key)?),
        "A128KW" => Box::new(A128KW.encrypter_from_jwk(key)?),
        "A192KW" => Box::new(A192KW.encrypter_from_jwk(key)?),
        "A256KW" => Box::new(A256KW.encrypter_from_jwk(key)?),
        "A128GCMKW" => Box::new(A128GCMKW.encrypter_from_jwk(key)?),
        "A192GCMKW" => Box::new(A192GCMKW.encrypter_from_jwk(key)?),
        "A256GCMKW" => Box::new(A256GCMKW.encrypter_from_jwk(key)?),
        "dir" => Box::new(Dir.encrypter_from_jwk(key)?),
        "PBES2-HS256+A128KW" => Box::new(PBES2_HS256_A128KW.encrypter_from_jwk(key)?),
        "PBES2-HS384+A192KW" => Box::new(PBES2_HS384_A192KW.encrypter_from_jwk(key)?),
        "PBES2-HS512+A256KW" => Box::new(PBES2_HS512_A256KW.encrypter_from_jwk(key)?),
        _ => return Err("this algorithm is not known".into()),
    })
}

fn decrypter(alg: &str, key: &Jwk) -> Result<Box<dyn JweDecrypter>, Box<dyn Error>> {
    Ok(match alg {
        "RSA-OAEP-256" => Box::new(RSA_OAEP_256.decrypter_from_jwk(key)?),
        "ECDH-ES" => Box::new(ECDH_ES.decrypter_from_jwk(key)?),
        "ECDH-ES+A128KW" => Box::new(ECDH_ES_A128KW.decrypter_from_jwk(key)?),
        "ECDH-ES+A256KW" => Box::new(ECDH_ES_A256KW.decrypter_from_jwk(key)?),
        "A128KW" => Box::new(A128KW.decrypter_from_jwk(key)?),
        "A256KW" => Box::new(A256KW.decrypter_from_jwk(key)?),
        "A128GCMKW" => Box::new(A128GCMKW.decrypter_from_jwk(key)?),
        "A192GCMKW" => Box::new(A192GCMKW.decrypter_from_jwk(key)?),
        "A256GCMKW" => Box::new(A256GCMKW.decrypter_from_jwk(key)?),
        "dir" => Box::new(Dir.decrypter_from_jwk(key)?),
        _ => return Err("this algorithm is not known".into()),
    })
}

pub(crate) fn encrypt(task: &Value) -> Answer {
    let encrypter = encrypter(text(task, "alg")?, &key(task)?)?;
    let mut header = JweHeader::new();
    header.set_content_encryption(text(task, "enc")?);
    if let Some(typ) = task["header"]["typ"].as_str() {
        header.set_token_type(typ);
    }
    if let Some(cty) = task["header"]["cty"].as_str() {
        header.set_content_type(cty);
    }
    let content = text(task, "content")?.as_bytes();
    Ok(jwe::serialize_compact(content, &header, &*encrypter)?.into())
}

pub(crate) fn decrypt(task: &Value) -> Answer {
    let decrypter = decrypter(text(task, "alg")?, &key(task)?)?;
    let (content, header) = jwe::deserialize_compact(text(task, "token")?, &*decrypter)?;
    // The crate has no list of accepted ones.
    if header.content_encryption() != Some(text(task, "enc")?) {
        return Err("another content encryption".into());
    }
    Ok(String::from_utf8(content)?.into())
}
