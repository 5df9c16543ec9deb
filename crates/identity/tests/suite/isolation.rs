//! Realms are apart: what one issued means nothing in another.

use symbolon_identity::access::Refusal;
use symbolon_identity::client;
use symbolon_identity::client_secret;
use symbolon_identity::resource;
use symbolon_identity::subject;
use symbolon_token::kind::Format;

use crate::arrange::{API, NOON, call, each_world};

#[tokio::test]
async fn a_token_of_one_realm_means_nothing_in_another() {
    each_world(|stage| async move {
        let other = stage.other_realm("other").await;
        // Everything alike: names, audience, clients.
        for here in [&stage, &other] {
            here.service("svc").await;
        }
        let service = stage.service("second").await;
        for format in [Format::Jwt, Format::Opaque] {
            let api = stage.api(format).await;
            other.api(format).await;
            let token = stage.token(&service, &api, NOON).await;
            for _ in 0..2 {
                assert!(stage.lives(&token, NOON).await, "{format:?}");
                let refused = other.verify(&token, NOON).await;
                assert_eq!(refused, Err(Refusal::NotOurs), "{format:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_and_its_secret_mean_nothing_in_another_realm() {
    each_world(|stage| async move {
        let other = stage.other_realm("other").await;
        let service = stage.service("svc").await;
        let unknown = client::known(&other.world, other.realm.node, "svc").await;
        assert!(unknown.unwrap().is_none());
        other.service("svc").await;
        let namesake = client::known(&other.world, other.realm.node, "svc").await;
        let namesake = namesake.unwrap().unwrap();
        assert_ne!(namesake.client.node, service.client.node);
        let proof = client_secret::verify(&other.world, &namesake, &service.text, NOON);
        assert_eq!(proof, None);
    })
    .await;
}

#[tokio::test]
async fn what_is_ended_in_one_realm_lives_in_another() {
    each_world(|stage| async move {
        let other = stage.other_realm("other").await;
        let service = other.service("svc").await;
        stage.service("svc").await;
        let api = other.jwt_api().await;
        let token = other.token(&service, &api, NOON).await;
        let (world, realm) = (&stage.world, stage.realm.node);
        client::end(world, &call(NOON), realm, "svc").await.unwrap();
        assert!(other.lives(&token, NOON).await);
        let subject = service.client.subject.unwrap();
        let foreign = subject::end(world, &call(NOON), realm, subject).await;
        assert!(matches!(foreign, Err(subject::ChangeError::Unknown(_))));
        let foreign = resource::end(world, &call(NOON), realm, api.node).await;
        assert!(matches!(foreign, Err(resource::ChangeError::Unknown(_))));
        let found = resource::by_audience(world, &stage.realm, API).await;
        assert!(found.unwrap().is_none());
        assert!(other.lives(&token, NOON).await);
    })
    .await;
}
