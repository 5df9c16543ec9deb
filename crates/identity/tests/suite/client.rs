//! Clients: created, changed, disabled, enabled, ended.

use symbolon_identity::client::{
    self, AuthMethod, ChangeError, CreateError, GrantType, NewClient, Settings,
};
use symbolon_identity::{World, WriteError};
use symbolon_journal::{Noun, Verb};
use symbolon_store::{Rows, Step};
use symbolon_token::node::RealmNode;

use crate::arrange::{NOON, Stage, call, each_world, stage};

fn public_app(client_id: &str) -> NewClient {
    let settings = Settings {
        token_endpoint_auth_method: AuthMethod::None,
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        ..Settings::default()
    };
    NewClient {
        client_id: Some(client_id.to_owned()),
        ..NewClient::with_settings(settings)
    }
}

async fn create(stage: &Stage, new: NewClient) -> Result<client::Created, CreateError> {
    client::create(&stage.world, &call(NOON), stage.realm.node, new).await
}

async fn is_known(world: &World, realm: RealmNode, client_id: &str) -> bool {
    let known = client::known(world, realm, client_id).await.unwrap();
    known.is_some_and(|known| known.is_enabled)
}

#[tokio::test]
async fn a_service_gets_an_id_a_subject_and_a_secret() {
    each_world(|stage| async move {
        let new = NewClient {
            client_id: None,
            ..NewClient::service("")
        };
        let created = create(&stage, new).await.unwrap();
        let client = created.client;
        assert_eq!(client.client_id, client.node.to_string());
        assert!(client.subject.is_some());
        assert!(created.secret.is_some());
        let found = client::by_id(&stage.world, stage.realm.node, &client.client_id).await;
        assert_eq!(found.unwrap(), Some(client));
        assert_eq!(stage.verbs(Noun::Client).await, [Verb::Create]);
        assert_eq!(stage.verbs(Noun::ClientSecret).await, [Verb::Create]);
    })
    .await;
}

#[tokio::test]
async fn a_public_client_gets_neither_subject_nor_secret() {
    let (stage, _folder) = stage().await;
    let created = create(&stage, public_app("app")).await.unwrap();
    assert!(created.client.subject.is_none() && created.secret.is_none());
}

#[tokio::test]
async fn a_client_id_is_one_clients_of_its_realm_and_free_when_it_ends() {
    each_world(|stage| async move {
        let first = stage.service("svc").await;
        let taken = create(&stage, public_app("svc")).await.err().unwrap();
        assert!(matches!(taken, CreateError::ClientIdTaken(id) if id == "svc"));
        let other = stage.other_realm("other").await;
        other.service("svc").await;
        let (world, realm) = (&stage.world, stage.realm.node);
        client::end(world, &call(NOON), realm, "svc").await.unwrap();
        assert!(!is_known(world, realm, "svc").await);
        let second = stage.service("svc").await;
        assert_ne!(second.client.node, first.client.node);
        assert!(is_known(world, other.realm.node, "svc").await);
    })
    .await;
}

#[tokio::test]
async fn names_that_nobody_could_type_or_mistake_are_refused() {
    let (stage, _folder) = stage().await;
    for client_id in ["", "a b", "a\0", "ä", &"x".repeat(201)] {
        let refused = create(&stage, NewClient::service(client_id)).await;
        assert!(
            matches!(refused, Err(CreateError::ClientId)),
            "{client_id:?}"
        );
        let known = client::known(&stage.world, stage.realm.node, client_id).await;
        assert!(known.unwrap().is_none(), "{client_id:?}");
    }
    let like_a_subject = create(&stage, NewClient::service("00000000001")).await;
    assert!(matches!(like_a_subject, Err(CreateError::LooksLikeSubject)));
}

#[tokio::test]
async fn a_client_that_may_act_for_itself_later_gets_its_subject_then() {
    each_world(|stage| async move {
        let mut new = public_app("app");
        new.settings.token_endpoint_auth_method = AuthMethod::ClientSecretPost;
        let before = create(&stage, new).await.unwrap().client;
        let mut settings = before.settings.clone();
        settings.grant_types.push(GrantType::ClientCredentials);
        let named = (stage.realm.node, "app");
        let changed = client::change(&stage.world, &call(NOON), named, settings.clone()).await;
        let changed = changed.unwrap();
        let known = client::known(&stage.world, stage.realm.node, "app").await;
        let known = known.unwrap().unwrap();
        assert_eq!(known.client, changed);
        assert_eq!(known.client.settings, settings);
        let service = known.client.subject.map(symbolon_token::node::NodeId::from);
        assert_eq!(service, known.ancestors.last().map(|one| one.node));
    })
    .await;
}

#[tokio::test]
async fn settings_that_do_not_fit_change_nothing() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let settings = Settings {
        token_endpoint_auth_method: AuthMethod::None,
        ..service.client.settings.clone()
    };
    let named = (stage.realm.node, "svc");
    let refused = client::change(&stage.world, &call(NOON), named, settings).await;
    assert!(matches!(refused, Err(ChangeError::Settings(_))));
    let found = client::by_id(&stage.world, stage.realm.node, "svc").await;
    assert_eq!(found.unwrap(), Some(service.client));
}

/// What an older version wrote has fewer members.
#[tokio::test]
async fn settings_of_an_older_version_can_be_changed() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let older = Step {
            sql: "UPDATE client SET settings = $1",
            params: vec![r#"{"grant_types":["client_credentials"]}"#.into()],
            expect: Rows::One,
        };
        let unit = symbolon_store::Unit::default().step(older);
        stage.world.db.commit(unit).await.unwrap();
        let settings = Settings {
            client_name: Some("Service".to_owned()),
            ..service.client.settings
        };
        let named = (stage.realm.node, "svc");
        let changed = client::change(&stage.world, &call(NOON), named, settings.clone()).await;
        assert_eq!(changed.unwrap().settings, settings);
    })
    .await;
}

#[tokio::test]
async fn a_disabled_client_is_known_as_such_until_it_is_enabled() {
    each_world(|stage| async move {
        stage.service("svc").await;
        let (world, realm) = (&stage.world, stage.realm.node);
        assert!(is_known(world, realm, "svc").await);
        client::disable(world, &call(NOON), realm, "svc")
            .await
            .unwrap();
        assert!(!is_known(world, realm, "svc").await);
        client::enable(world, &call(NOON), realm, "svc")
            .await
            .unwrap();
        assert!(is_known(world, realm, "svc").await);
        let verbs = [Verb::Create, Verb::Disable, Verb::Enable];
        assert_eq!(stage.verbs(Noun::Client).await, verbs);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_cannot_be_changed() {
    let (stage, _folder) = stage().await;
    stage.service("svc").await;
    let (world, realm) = (&stage.world, stage.realm.node);
    client::end(world, &call(NOON), realm, "svc").await.unwrap();
    let answers = [
        client::disable(world, &call(NOON), realm, "svc").await,
        client::enable(world, &call(NOON), realm, "svc").await,
        client::end(world, &call(NOON), realm, "svc").await,
        client::end(world, &call(NOON), realm, "nobody").await,
    ];
    for answer in answers {
        assert!(matches!(answer, Err(ChangeError::Unknown(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn the_origins_of_a_realm_are_those_of_its_living_clients() {
    let (stage, _folder) = stage().await;
    let (world, realm) = (&stage.world, stage.realm.node);
    for name in ["one", "two"] {
        let mut new = public_app(name);
        new.settings.origins = vec![format!("https://{name}.example")];
        create(&stage, new).await.unwrap();
    }
    let origins = client::origins(world, realm).await.unwrap();
    assert_eq!(origins.len(), 2);
    client::end(world, &call(NOON), realm, "one").await.unwrap();
    let origins = client::origins(world, realm).await.unwrap();
    assert_eq!(origins.iter().collect::<Vec<_>>(), ["https://two.example"]);
}

/// The step that joins a unit has found its row taken.
#[tokio::test]
async fn a_lost_race_of_what_the_caller_adds_is_not_a_taken_name() {
    let (stage, _folder) = stage().await;
    let new = NewClient {
        with: symbolon_identity::With::steps_of(|_| {
            vec![Step::one(
                "UPDATE head SET term = term WHERE id = 2",
                vec![],
            )]
        }),
        ..NewClient::service("svc")
    };
    let lost = create(&stage, new).await;
    assert!(matches!(lost, Err(CreateError::Write(WriteError::Busy))));
    assert!(!is_known(&stage.world, stage.realm.node, "svc").await);
}
