//! The three doors that a token meets: `/introspect`, `/revoke` and the demo resource. What is dead at
//! one is dead at all of them.

mod foreign;
mod twin;

use std::fmt::Write;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use symbolon_store::testing::each_engine;

use crate::arrange::{Reply, Site, migrations};

const AUDIENCE: &str = "https://auth.example/demo/resource";

const SECRET: &str = "a secret of the tests";

const CLIENT: &str = "client_id=service&client_secret=a+secret+of+the+tests";

/// The ways in which a resource may want its tokens.
fn formats() -> [Value; 3] {
    [
        json!({"token_format": "jwt"}),
        json!({"token_format": "jwt", "token_type": "JWT"}),
        json!({"token_format": "opaque"}),
    ]
}

/// The doors of one realm.
struct Doors<'s> {
    site: &'s Site,
    /// The path of its issuer.
    path: &'static str,
}

impl<'s> Doors<'s> {
    /// Those of the first realm, with a client and a resource of these settings.
    async fn open(site: &'s Site, settings: &Value) -> Self {
        Self::at(site, "", settings).await
    }

    /// Those of a realm made for it, which differs from the first in nothing but its issuer.
    async fn of_another_realm(site: &'s Site, settings: &Value) -> Self {
        let new = json!({"name": "tenant", "issuer": "https://auth.example/tenant"});
        let made = site.post("/v1/realms", &new).local().send().await;
        assert_eq!(made.status, StatusCode::CREATED, "{made}");
        Self::at(site, "/tenant", settings).await
    }

    async fn at(site: &'s Site, path: &'static str, settings: &Value) -> Self {
        let doors = Self { site, path };
        doors.resource(AUDIENCE, settings).await;
        let service = json!({
            "client_id": "service",
            "client_secret": SECRET,
            "grant_types": ["client_credentials"],
            "scope": "read",
        });
        doors.create("/v1/clients", &service).await;
        doors
    }

    async fn resource(&self, audience: &str, settings: &Value) {
        let mut new = settings.clone();
        new["audience"] = audience.into();
        self.create("/v1/resources", &new).await;
    }

    async fn create(&self, path: &str, new: &Value) -> Value {
        let path = format!("{}{path}", self.path);
        let made = self.site.post(&path, new).local().send().await;
        assert_eq!(made.status, StatusCode::CREATED, "{made}");
        made.json()
    }

    async fn token(&self) -> String {
        self.token_for(AUDIENCE).await
    }

    async fn token_for(&self, audience: &str) -> String {
        let form = format!("{CLIENT}&grant_type=client_credentials&resource={audience}");
        let reply = self.ask("/token", &form).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply}");
        reply.json()["access_token"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, door: &str, form: &str) -> Reply {
        let path = format!("{}{door}", self.path);
        self.site.ask(Method::POST, &path).form(form).send().await
    }

    async fn introspect(&self, token: &[u8]) -> Value {
        let form = format!("{CLIENT}&token={}", encoded(token));
        let reply = self.ask("/introspect", &form).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply}");
        reply.json()
    }

    async fn revoke(&self, token: &[u8]) {
        let form = format!("{CLIENT}&token={}", encoded(token));
        let reply = self.ask("/revoke", &form).await;
        assert_eq!((reply.status, reply.text()), (StatusCode::OK, ""));
    }

    async fn present(&self, token: &str) -> Reply {
        let path = format!("{}/demo/resource", self.path);
        self.site.get(&path).bearer(token).send().await
    }

    async fn is_alive(&self, token: &str) -> bool {
        let told = self.introspect(token.as_bytes()).await;
        let demo = self.present(token).await;
        assert_eq!(told["active"] == json!(true), demo.status == StatusCode::OK);
        demo.status == StatusCode::OK
    }

    /// Whatever is sent: each door answers as it does to the dead.
    async fn is_nothing(&self, token: &[u8], about: &str) {
        let told = self.introspect(token).await;
        assert_eq!(told, json!({"active": false}), "{about}");
        self.revoke(token).await;
        let printed = std::str::from_utf8(token).ok();
        let printed = printed.filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
        if let Some(token) = printed {
            self.is_refused(token, about).await;
        }
    }

    /// The demo resource accepts no such token.
    async fn is_refused(&self, token: &str, about: &str) {
        let reply = self.present(token).await;
        let told = (reply.status, reply.code());
        let dead = (StatusCode::UNAUTHORIZED, "invalid_token".to_owned());
        assert_eq!(told, dead, "{about}: {reply}");
        let challenge = reply.header("www-authenticate");
        let expected = "Bearer error=\"invalid_token\", resource_metadata=\"https://auth.example/";
        assert!(challenge.starts_with(expected), "{about}: {challenge}");
    }
}

fn encoded(token: &[u8]) -> String {
    token.iter().fold(String::new(), |mut text, byte| {
        write!(text, "%{byte:02x}").unwrap();
        text
    })
}

/// Changes one bit of each character, another one from place to place.
async fn flip_each(format: &str) {
    let (site, _folder) = Site::open().await;
    let doors = Doors::open(&site, &json!({"token_format": format})).await;
    let token = doors.token().await;
    for place in 0..token.len() {
        let mut flipped = token.clone().into_bytes();
        flipped[place] ^= 1 << (place % 7);
        doors.is_nothing(&flipped, &place.to_string()).await;
    }
    assert!(doors.is_alive(&token).await);
}

#[tokio::test]
async fn a_jwt_changed_in_any_character_is_dead_at_every_door() {
    flip_each("jwt").await;
}

#[tokio::test]
async fn an_opaque_token_changed_in_any_character_is_dead_at_every_door() {
    flip_each("opaque").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_dead_at_every_door_and_another_lives() {
    for format in formats() {
        each_engine(&migrations(), async |db| {
            let site = Site::over(db).await;
            let doors = Doors::open(&site, &format).await;
            let (token, other) = (doors.token().await, doors.token().await);
            assert!(doors.is_alive(&token).await);
            doors.revoke(token.as_bytes()).await;
            assert!(!doors.is_alive(&token).await, "{format}");
            assert!(doors.is_alive(&other).await, "{format}");
        })
        .await;
    }
}
