//! What the one door says of texts: alive, dead, foreign, and the story behind each.

use std::sync::Arc;
use std::time::Duration;

use symbolon_identity::access::{self, NewAccess, Refusal};
use symbolon_identity::client::{self, AuthenticatedClient, Created, NewClient, Proof};
use symbolon_identity::realm::Realm;
use symbolon_identity::resource::{self, NewResource, Resource, Settings};
use symbolon_identity::{With, World, client_secret};
use symbolon_journal::Verb;
use symbolon_lineage::Death;
use symbolon_store::testing::sqlite;
use symbolon_token::kind::{Format, Kind};
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

use super::{Token, find, find_alive, inspect, revoke};
use crate::testing::{NOON, call, migrations, realm, world};

const FORMATS: [Format; 2] = [Format::Jwt, Format::Opaque];
const LIFETIME: Duration = Duration::from_mins(10);

struct Stage {
    world: Arc<World>,
    realm: Realm,
    service: Created,
}

async fn stage() -> (Stage, impl Sized) {
    let (db, folder) = sqlite(&migrations()).await;
    let world = world(db).await;
    let realm = realm(&world).await;
    let new = NewClient::service("svc");
    let service = client::create(&world, &call(NOON), realm.node, new).await;
    let service = service.unwrap();
    let stage = Stage {
        world,
        realm,
        service,
    };
    (stage, folder)
}

impl Stage {
    async fn api(&self, format: Format) -> Arc<Resource> {
        let settings = Settings {
            token_format: format,
            ..Settings::default()
        };
        let new = NewResource {
            audience: format!("https://api.example/{format:?}"),
            is_default: false,
            settings,
        };
        let new = (new, With::default());
        let made = resource::create(&self.world, &call(NOON), &self.realm, new).await;
        Arc::new(made.unwrap())
    }

    async fn token(&self, format: Format) -> Secret {
        let known = client::known(&self.world, self.realm.node, "svc").await;
        let known = known.unwrap().unwrap();
        let text = &self.service.secret.as_ref().unwrap().text;
        let proof = client_secret::verify(&self.world, &known, text, NOON).unwrap();
        #[expect(
            clippy::disallowed_methods,
            reason = "the test stands in for client authentication"
        )]
        let client = AuthenticatedClient::attest(known, Proof::Secret(proof));
        let new = NewAccess {
            realm: &self.realm,
            client: &client,
            subject: client.client().subject.unwrap(),
            sub: "svc",
            resources: &[self.api(format).await],
            scope: Scope::parse("read").unwrap(),
            lifetime: LIFETIME,
            parents: &client.known().ancestors,
            family: None,
            userinfo_claims: &[],
        };
        let issued = access::issue(&self.world, &call(NOON), new).await;
        issued.unwrap().token
    }

    async fn found(&self, token: &str, now: Time) -> Result<Token, Refusal> {
        find(&self.world, &self.realm, token, now).await.unwrap()
    }

    async fn alive(&self, token: &Secret, now: Time) -> Result<Token, Refusal> {
        let found = find_alive(&self.world, &self.realm, token.reveal(), now).await;
        found.unwrap()
    }

    async fn story(&self, text: &str, now: Time) -> serde_json::Value {
        let story = inspect(&self.world, &self.realm, text, now).await.unwrap();
        serde_json::to_value(story).unwrap()
    }
}

#[tokio::test]
async fn a_revoked_token_is_found_and_not_alive() {
    let (stage, _folder) = stage().await;
    for format in FORMATS {
        let token = stage.token(format).await;
        let found = stage.found(token.reveal(), NOON).await.unwrap();
        assert_eq!(found.kind(), Kind::Access);
        assert!(stage.alive(&token, NOON).await.is_ok());
        for _ in 0..2 {
            revoke(&stage.world, &call(NOON), &found).await.unwrap();
        }
        let dead = stage.alive(&token, NOON).await.unwrap_err();
        assert_eq!(dead, Refusal::Dead(Death::Bit), "{format:?}");
        assert!(stage.found(token.reveal(), NOON).await.is_ok());
    }
}

#[tokio::test]
async fn other_texts_are_not_found() {
    let (stage, _folder) = stage().await;
    let secret = stage.service.secret.as_ref().unwrap().text.reveal();
    for text in ["", "a.b.c", "sym_at_x", secret] {
        let refused = stage.found(text, NOON).await.unwrap_err();
        assert_eq!(refused, Refusal::NotOurs, "{text}");
    }
}

#[tokio::test]
async fn a_living_tokens_story_names_all_that_it_descends_from() {
    let (stage, _folder) = stage().await;
    for format in FORMATS {
        let token = stage.token(format).await;
        let story = stage.story(token.reveal(), NOON).await;
        assert_eq!(story["is_ours"], true);
        assert_eq!(story["is_alive"], true);
        assert_eq!(story["format"], serde_json::to_value(format).unwrap());
        assert_eq!(story["client_id"], "svc");
        assert_eq!(story["expires_at"], NOON.plus(LIFETIME).0);
        let roles = story["ancestors"].as_array().unwrap().iter();
        let roles: Vec<_> = roles.map(|one| one["role"].as_str().unwrap()).collect();
        let mut expected = vec!["realm", "client", "subject", "client_secret"];
        if format == Format::Jwt {
            expected.push("signing_key");
            assert_eq!(story["header"]["typ"], "at+jwt");
            assert_eq!(story["claims"]["client_id"], "svc");
        }
        assert_eq!(roles, expected, "{format:?}");
        assert_eq!(story["journal"][0]["verb"], "issue");
    }
}

#[tokio::test]
async fn a_dead_tokens_story_says_why_and_what_happened() {
    let (stage, _folder) = stage().await;
    for format in FORMATS {
        let token = stage.token(format).await;
        let found = stage.found(token.reveal(), NOON).await.unwrap();
        revoke(&stage.world, &call(NOON), &found).await.unwrap();
        let story = stage.story(token.reveal(), NOON).await;
        assert_eq!(story["is_alive"], false);
        assert_eq!(story["reason"], "it was revoked");
        let verbs = story["journal"].as_array().unwrap().iter();
        let verbs: Vec<_> = verbs.map(|one| one["verb"].as_str().unwrap()).collect();
        assert_eq!(
            verbs,
            [Verb::Revoke.name(), Verb::Issue.name()],
            "{format:?}"
        );
    }
}

#[tokio::test]
async fn the_story_of_a_token_that_has_expired_or_whose_client_has_ended_is_told() {
    for format in FORMATS {
        let (stage, _folder) = stage().await;
        let token = stage.token(format).await;
        let story = stage.story(token.reveal(), NOON.plus(LIFETIME)).await;
        assert_eq!(story["is_ours"], true, "{format:?}");
        assert_eq!(story["reason"], "it has expired", "{format:?}");
        let (world, realm) = (&stage.world, stage.realm.node);
        client::end(world, &call(NOON), realm, "svc").await.unwrap();
        let story = stage.story(token.reveal(), NOON).await;
        assert_eq!(story["is_alive"], false);
        let client = &story["ancestors"][1];
        assert_eq!(
            (&client["role"], &client["state"]),
            (&"client".into(), &"ended".into())
        );
    }
}

#[tokio::test]
async fn a_strangers_jwt_is_told_of_and_not_vouched_for() {
    let (stage, _folder) = stage().await;
    let header = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ";
    let text = format!("{header}.eyJpc3MiOiJodHRwczovL3guZXhhbXBsZSJ9.c2ln");
    let story = stage.story(&text, NOON).await;
    assert_eq!(story["is_ours"], false);
    assert_eq!(story["is_alive"], false);
    assert_eq!(story["header"]["alg"], "RS256");
    assert_eq!(story["claims"]["iss"], "https://x.example");
    let story = stage.story("nothing of the kind", NOON).await;
    assert_eq!(story["header"], serde_json::Value::Null);
}
