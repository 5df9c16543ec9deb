//! Programs before which people sit, for those of `contracts/`.

use serde_json::{Map, Value, json};
use symbolon_jose::Algorithm;
use symbolon_jose::jwe::{Curve, DecryptionKey, KeyManagement};

use crate::arrange::{merged, pem};
use crate::authority::Authority;

impl Authority {
    /// By what they are for: `client_id`, how they prove themselves, `redirect_uri` and
    /// `post_logout_redirect_uri`. Nobody listens there: the browser of the test stops before.
    pub(crate) fn described_apps(&self) -> Value {
        let own = &self.dev["redirect_uris"][0];
        let public = json!({
            "client_id": self.dev("public_client_id"),
            "redirect_uri": own,
            "post_logout_redirect_uri": own,
        });
        let signed = json!({
            "id_token_signed_response_alg": "ES256",
            "userinfo_signed_response_alg": "ES256",
        });
        let by_algorithm = ["ES256", "EdDSA", "Ed25519", "PS256"]
            .map(|name| (name, json!({"id_token_signed_response_alg": name})));
        let special = [
            ("basic", json!({})),
            ("nonce", json!({"require_pkce": false})),
            ("first_party", json!({"first_party": true})),
        ];
        let mut apps: Map<String, Value> = special
            .into_iter()
            .chain(by_algorithm)
            .map(|(name, settings)| (name.to_owned(), self.secret_app(name, settings)))
            .collect();
        apps.insert("public".to_owned(), public);
        let (settings, addresses) = person_settings("signed", signed);
        let signed = self.signing_app(Algorithm::Es256, settings);
        apps.insert("signed".to_owned(), merged(signed, addresses));
        apps.insert("encrypted".to_owned(), self.encrypted_app());
        apps.into()
    }

    /// One that is told of people in secret.
    fn encrypted_app(&self) -> Value {
        let key = DecryptionKey::generate_on(Curve::P256, KeyManagement::EcdhEsA256Kw).unwrap();
        let key = key.with_kid("of-the-reader");
        let wish = json!({
            "jwks": {"keys": [key.to_jwk().unwrap()]},
            "id_token_encrypted_response_alg": "ECDH-ES+A256KW",
            "id_token_encrypted_response_enc": "A256GCM",
            "userinfo_signed_response_alg": "ES256",
            "userinfo_encrypted_response_alg": "ECDH-ES+A256KW",
            "userinfo_encrypted_response_enc": "A256GCM",
        });
        let private = json!({"decryption_key": pem(&key.to_pkcs8().unwrap())});
        merged(self.secret_app("encrypted", wish), private)
    }

    fn secret_app(&self, name: &str, settings: Value) -> Value {
        let (settings, addresses) = person_settings(name, settings);
        let (id, secret) = self.secret_client(settings);
        merged(json!({"client_id": id, "client_secret": secret}), addresses)
    }
}

/// The settings of a program that signs people in, and the addresses that its test needs.
fn person_settings(name: &str, settings: Value) -> (Value, Value) {
    let host = name.to_ascii_lowercase().replace('_', "-");
    let redirect = format!("https://{host}.example/callback");
    let after = format!("https://{host}.example/bye");
    let defaults = json!({
        "client_name": format!("The program {name}"),
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": [redirect],
        "post_logout_redirect_uris": [after],
    });
    let addresses = json!({"redirect_uri": redirect, "post_logout_redirect_uri": after});
    (merged(defaults, settings), addresses)
}
