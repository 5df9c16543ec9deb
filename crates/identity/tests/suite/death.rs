//! Death by cause: what descends from it dies at that commit, on every node, and nothing else does.

use std::sync::Arc;

use symbolon_identity::access::Refusal;
use symbolon_identity::client;
use symbolon_identity::subject;
use symbolon_lineage::Death;
use symbolon_token::kind::Format;

use crate::arrange::{NOON, Service, Stage, call, each_world, stage, two_stages};
use crate::change::Cause;

const FORMATS: [Format; 2] = [Format::Jwt, Format::Opaque];

/// Causes that can strike a token of this format.
fn causes(format: Format) -> impl Iterator<Item = Cause> {
    let signed = format == Format::Jwt;
    Cause::ALL
        .into_iter()
        .filter(move |cause| signed || *cause != Cause::SigningKey)
}

fn name(cause: Cause, format: Format) -> String {
    format!("{cause:?}-{format:?}")
}

#[tokio::test]
async fn each_cause_kills_its_descendants_at_once_and_new_ones_live() {
    each_world(|stage| async move {
        for format in FORMATS {
            let api = stage.api(format).await;
            for cause in causes(format) {
                let service = stage.service(&name(cause, format)).await;
                let token = stage.token(&service, &api, NOON).await;
                let sibling = stage.token(&service, &api, NOON).await;
                cause.strike(&stage, &service, &token).await;
                assert!(!stage.lives(&token, NOON).await, "{cause:?} {format:?}");
                let spared = stage.lives(&sibling, NOON).await;
                assert_eq!(spared, !cause.is_shared(), "{cause:?} {format:?}");
                let fresh = stage.service(&format!("{cause:?}-{format:?}-2")).await;
                let fresh = stage.token(&fresh, &api, NOON).await;
                assert!(stage.lives(&fresh, NOON).await, "{cause:?} {format:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_cause_kills_what_does_not_descend_from_it() {
    each_world(|stage| async move {
        let elsewhere = stage.other_realm("elsewhere").await;
        let foreign_service = elsewhere.service("svc").await;
        let foreign_api = elsewhere.jwt_api().await;
        for format in FORMATS {
            let api = stage.api(format).await;
            for cause in causes(format) {
                let service = stage.service(&name(cause, format)).await;
                let token = stage.token(&service, &api, NOON).await;
                let other = stage.service(&format!("{cause:?}-{format:?}-other")).await;
                let other = stage.token(&other, &api, NOON).await;
                let second = stage.secret_of(&service).await;
                let second = stage.token(&second, &api, NOON).await;
                let foreign = elsewhere.token(&foreign_service, &foreign_api, NOON).await;
                cause.strike(&stage, &service, &token).await;
                assert!(elsewhere.lives(&foreign, NOON).await, "{cause:?}");
                let wide = matches!(cause, Cause::Realm | Cause::SigningKey);
                assert_eq!(stage.lives(&other, NOON).await, !wide, "{cause:?}");
                let narrow = matches!(cause, Cause::Token | Cause::Secret);
                assert_eq!(stage.lives(&second, NOON).await, narrow, "{cause:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn another_process_learns_of_each_death_when_it_catches_up() {
    let (first, second) = two_stages().await;
    for format in FORMATS {
        let api = first.api(format).await;
        for cause in causes(format) {
            let service = first.service(&name(cause, format)).await;
            let token = first.token(&service, &api, NOON).await;
            assert!(second.lives(&token, NOON).await, "{cause:?} {format:?}");
            cause.strike(&first, &service, &token).await;
            second.catch_up(NOON).await;
            assert!(!second.lives(&token, NOON).await, "{cause:?} {format:?}");
        }
    }
}

#[tokio::test]
async fn a_restarted_process_still_knows_each_death() {
    let (first, _) = two_stages().await;
    let mut dead = Vec::new();
    for format in FORMATS {
        let api = first.api(format).await;
        for cause in causes(format) {
            let service = first.service(&name(cause, format)).await;
            let token = first.token(&service, &api, NOON).await;
            cause.strike(&first, &service, &token).await;
            dead.push((cause, token));
        }
    }
    let restarted = first.beside(first.world.db.clone()).await;
    for (cause, token) in dead {
        assert!(!restarted.lives(&token, NOON).await, "{cause:?}");
    }
}

#[tokio::test]
async fn what_is_disabled_is_refused_until_it_is_enabled() {
    each_world(|stage| async move {
        let api = stage.jwt_api().await;
        let service = stage.service("svc").await;
        let token = stage.token(&service, &api, NOON).await;
        let (world, realm, call) = (&stage.world, stage.realm.node, &call(NOON));
        let (client, subject) = (service.client.node, service.client.subject.unwrap());
        let disabled = |node| Err(Refusal::Dead(Death::Disabled(node)));
        client::disable(world, call, realm, "svc").await.unwrap();
        assert_eq!(stage.verify(&token, NOON).await, disabled(client.0));
        client::enable(world, call, realm, "svc").await.unwrap();
        assert!(stage.lives(&token, NOON).await);
        subject::disable(world, call, realm, subject).await.unwrap();
        assert_eq!(stage.verify(&token, NOON).await, disabled(subject.0));
        subject::enable(world, call, realm, subject).await.unwrap();
        assert!(stage.lives(&token, NOON).await);
    })
    .await;
}

/// Recognises the client, lets the cause strike, and issues with what was recognised.
async fn late(stage: &Stage, service: &Service, cause: Cause, format: Format) -> bool {
    let api = stage.api(format).await;
    let token = stage.token(service, &api, NOON).await;
    let recognised = stage.recognise(service, NOON).await;
    cause.strike(stage, service, &token).await;
    let token = stage.issue(&recognised, &[Arc::clone(&api)], NOON).await;
    stage.lives(&token.unwrap(), NOON).await
}

#[tokio::test]
async fn what_dies_between_recognition_and_issue_still_bites() {
    for cause in [Cause::Client, Cause::Secret, Cause::Subject, Cause::Realm] {
        for format in FORMATS {
            let (stage, _folder) = stage().await;
            let service = stage.service("svc").await;
            let lives = late(&stage, &service, cause, format).await;
            assert!(!lives, "{cause:?} {format:?}");
        }
    }
}

#[tokio::test]
async fn a_namesake_of_an_ended_client_inherits_no_token() {
    each_world(|stage| async move {
        let api = stage.jwt_api().await;
        let service = stage.service("svc").await;
        let token = stage.token(&service, &api, NOON).await;
        let (world, realm) = (&stage.world, stage.realm.node);
        client::end(world, &call(NOON), realm, "svc").await.unwrap();
        let ended = Err(Refusal::Dead(Death::Revoked(service.client.node.0)));
        assert_eq!(stage.verify(&token, NOON).await, ended);
        stage.service("svc").await;
        let forgetful = stage.beside(world.db.clone()).await;
        assert_eq!(forgetful.verify(&token, NOON).await, ended);
    })
    .await;
}
