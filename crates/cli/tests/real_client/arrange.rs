//! Clients and resources, made over the management API as an operator makes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use symbolon_jose::{Algorithm, SigningKey};

use crate::authority::Authority;
use crate::exchange::{Ask, Reply};

/// The scope of every resource made here.
pub(crate) const SCOPE: &str = "contract:read contract:write";

/// A secret that needs form-encoding in every way there is.
pub(crate) const SECRET: &str = "p@ss word%+:";

/// A client's id and secret.
pub(crate) type Credentials = (String, String);

/// Both by reference.
pub(crate) fn pair((id, secret): &Credentials) -> (&str, &str) {
    (id, secret)
}

impl Authority {
    /// The demo service.
    pub(crate) fn service(&self) -> Credentials {
        let own = |name: &str| self.dev(name).to_owned();
        (own("client_id"), own("client_secret"))
    }

    /// Makes something by the management API.
    pub(crate) fn create(&self, path: &str, body: &Value) -> Value {
        let ask = Ask::json(path, body).bearer(self.dev("admin_token"));
        let reply = self.ask(&ask);
        assert_eq!(reply.status, 201, "{body} {reply:?}\n{}", self.log());
        reply.json()
    }

    /// A client with these settings, for client credentials in [`SCOPE`] unless they say otherwise.
    pub(crate) fn client(&self, settings: Value) -> Value {
        let defaults = json!({"grant_types": ["client_credentials"], "scope": SCOPE});
        self.create("/v1/clients", &merged(defaults, settings))
    }

    /// A client that proves itself by a secret.
    pub(crate) fn secret_client(&self, settings: Value) -> Credentials {
        let client = self.client(settings);
        let own = |name: &str| client[name].as_str().unwrap().to_owned();
        (own("client_id"), own("client_secret"))
    }

    /// A resource with these settings, whose audience is made of its name.
    pub(crate) fn resource(&self, name: &str, settings: Value) -> String {
        let audience = format!("https://{}.example", name.to_ascii_lowercase());
        let scopes = SCOPE.split(' ').map(|scope| json!({"name": scope}));
        let defaults = json!({"audience": audience, "scopes": scopes.collect::<Vec<_>>()});
        self.create("/v1/resources", &merged(defaults, settings));
        audience
    }

    /// A realm whose issuer is a path below the first one's.
    pub(crate) fn realm(&self, name: &str) -> String {
        let issuer = format!("{}/{name}", self.issuer());
        self.create("/v1/realms", &json!({"name": name, "issuer": issuer}));
        issuer
    }

    /// What the token endpoint answers to client credentials, with these parameters.
    pub(crate) fn grant(&self, client: &Credentials, params: &[(&str, &str)]) -> Reply {
        let grant = [("grant_type", "client_credentials")];
        let params = [&grant, params].concat();
        self.ask(&Ask::form("/token", &params).basic(pair(client)))
    }

    /// An access token, with these parameters.
    pub(crate) fn token(&self, client: &Credentials, params: &[(&str, &str)]) -> String {
        let reply = self.grant(client, params);
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// What introspection says to a client.
    pub(crate) fn introspect(&self, client: &Credentials, token: &str) -> Value {
        let ask = Ask::form("/introspect", &[("token", token)]).basic(pair(client));
        self.ask(&ask).json()
    }

    /// Everything that the programs of `contracts/` are told.
    pub(crate) fn describe(&self) -> Value {
        json!({
            "issuer": self.issuer(),
            "admin_token": self.dev("admin_token"),
            "with_path": self.realm("second"),
            "clients": self.described_clients(),
            "resources": self.described_resources(),
            "demo": self.dev("resource_url"),
            "person": {"username": self.dev("username"), "password": self.dev("password")},
            "apps": self.described_apps(),
        })
    }

    fn described_clients(&self) -> Value {
        let secret = |settings: Value| {
            let (id, secret) = self.secret_client(settings);
            json!({"client_id": id, "client_secret": secret})
        };
        let (id, service) = self.service();
        let signs_secretly = json!({"token_endpoint_auth_method": "client_secret_jwt"});
        let for_endpoint = json!({"assertion_audience_token_endpoint": true});
        json!({
            "service": {"client_id": id, "client_secret": service},
            "basic": secret(json!({"client_id": "basic:app/1+%", "client_secret": SECRET})),
            "plain_basic": secret(json!({"client_id": "plain_basic", "client_secret": SECRET})),
            "post": secret(json!({
                "client_secret": SECRET,
                "token_endpoint_auth_method": "client_secret_post",
            })),
            "secret_jwt": secret(signs_secretly.clone()),
            "endpoint_audience": secret(merged(signs_secretly, for_endpoint)),
            "es256": self.signing_client(Algorithm::Es256),
            "rs256": self.signing_client(Algorithm::Rs256),
            "eddsa": self.signing_client(Algorithm::EdDsa),
        })
    }

    /// A client with a key pair. Its public key names no algorithm: it serves each that fits.
    fn signing_client(&self, algorithm: Algorithm) -> Value {
        self.signing_app(algorithm, json!({}))
    }

    /// The same, with settings of its own.
    pub(crate) fn signing_app(&self, algorithm: Algorithm, settings: Value) -> Value {
        let kid = "of-the-client";
        let key = SigningKey::generate(algorithm).unwrap().with_kid(kid);
        let mut public = serde_json::to_value(key.public().to_jwk()).unwrap();
        public.as_object_mut().unwrap().remove("alg");
        let by_key = json!({
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [public]},
        });
        let client = self.client(merged(by_key, settings));
        let private = pem(&key.to_pkcs8().unwrap());
        json!({"client_id": client["client_id"], "private_key": private, "kid": kid})
    }

    fn described_resources(&self) -> Value {
        let algorithms = ["ES256", "Ed25519", "EdDSA", "RS256", "PS256"];
        let named = algorithms.map(|name| (name, json!({"token_algorithm": name})));
        let others = [
            ("twin", json!({})),
            ("plain", json!({"token_type": "JWT"})),
            ("opaque", json!({"token_format": "opaque"})),
        ];
        let all = named.into_iter().chain(others);
        all.map(|(name, settings)| (name.to_owned(), self.resource(name, settings).into()))
            .collect::<Map<_, _>>()
            .into()
    }
}

/// A private key as programs read it (RFC 7468 §10).
pub(crate) fn pem(pkcs8: &[u8]) -> String {
    let text = STANDARD.encode(pkcs8);
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

/// The members of both; the second's where both have one.
pub(crate) fn merged(defaults: Value, settings: Value) -> Value {
    let (Value::Object(mut all), Value::Object(own)) = (defaults, settings) else {
        panic!("settings are objects");
    };
    all.extend(own);
    all.into()
}
