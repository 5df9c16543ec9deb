//! Access tokens: issued, verified, expired, revoked.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use symbolon_identity::access::{self, Refusal};
use symbolon_identity::resource::{Settings, TokenType};
use symbolon_jose::Algorithm;
use symbolon_jose::danger::{unverified_claims, unverified_header};
use symbolon_journal::{Noun, Verb};
use symbolon_lineage::Death;
use symbolon_store::{Rows, Step, Unit};
use symbolon_token::kind::Format;
use symbolon_token::node::NodeId;
use symbolon_token::secret::Secret;

use crate::arrange::{API, MINUTE, NOON, Stage, call, each_world, settings, stage};

fn claims(token: &Secret) -> Value {
    unverified_claims(token.reveal()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_each_algorithm_and_type_lives() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    for algorithm in Algorithm::ASYMMETRIC {
        for token_type in [TokenType::AccessToken, TokenType::Plain] {
            let settings = Settings {
                token_algorithm: algorithm,
                token_type,
                ..Settings::default()
            };
            let audience = format!("{API}/{algorithm}/{token_type:?}");
            let api = stage.resource(&audience, settings).await;
            let token = stage.token(&service, &api, NOON).await;
            let header = unverified_header(token.reveal()).unwrap();
            assert_eq!(header.alg_name, algorithm.name());
            let access = stage.verify(&token, NOON).await.unwrap();
            assert_eq!(access.audience, [audience]);
        }
    }
}

#[tokio::test]
async fn a_jwt_says_what_it_was_issued_for() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let api = stage.jwt_api().await;
        let token = stage.token(&service, &api, NOON).await;
        let mut claims = claims(&token);
        let members: BTreeSet<_> = claims.as_object().unwrap().keys().cloned().collect();
        let expected = [
            "aud",
            "client_id",
            "exp",
            "iat",
            "iss",
            "jti",
            "lin",
            "scope",
            "status",
            "sub",
        ];
        assert_eq!(members, expected.map(str::to_owned).into());
        let ours = claims.as_object_mut().unwrap();
        assert_eq!(ours.remove("jti").unwrap().as_str().unwrap().len(), 32);
        ours.remove("lin");
        let place = &ours.remove("status").unwrap()["status_list"];
        assert_eq!(place["uri"], "https://main.example/status/500001");
        let said = json!({
            "iss": "https://main.example", "sub": "svc", "client_id": "svc", "aud": API,
            "scope": "read write", "iat": 1_800_000_000, "exp": 1_800_000_600,
        });
        assert_eq!(claims, said);
    })
    .await;
}

#[tokio::test]
async fn both_formats_lead_to_the_same_answer() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        let client = stage.recognise(&service, NOON).await;
        let mut answers = Vec::new();
        for format in [Format::Jwt, Format::Opaque] {
            let both = [
                stage.api(format).await,
                stage.jwt_api_named("two", format).await,
            ];
            let token = stage.issue(&client, &both, NOON).await.unwrap();
            let mut access = (*stage.verify(&token, NOON).await.unwrap()).clone();
            assert_eq!(access.format, format);
            assert_eq!(access.signing_key.is_some(), format == Format::Jwt);
            assert_eq!(access.audience.len(), 2);
            access.audience.clear();
            answers.push((access.client, access.subject, access.sub, access.scope));
        }
        assert_eq!(answers[0], answers[1]);
    })
    .await;
}

#[tokio::test]
async fn a_token_dies_with_its_last_second_and_is_still_known() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        for format in [Format::Jwt, Format::Opaque] {
            let api = stage.api(format).await;
            let token = stage.token(&service, &api, NOON).await;
            let end = NOON.plus(10 * MINUTE);
            stage.catch_up(end).await;
            assert!(stage.lives(&token, end.minus(MINUTE)).await, "{format:?}");
            assert_eq!(stage.verify(&token, end).await, Err(Refusal::Expired));
            let later = end.plus(5 * MINUTE);
            let told = access::authentic(&stage.world, &stage.realm, token.reveal(), later).await;
            assert_eq!(told.unwrap().expires_at, end, "{format:?}");
            stage.catch_up(NOON).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_from_the_future_is_refused() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let api = stage.jwt_api().await;
    let token = stage.token(&service, &api, NOON.plus(2 * MINUTE)).await;
    assert_eq!(stage.verify(&token, NOON).await, Err(Refusal::NotOurs));
    assert!(stage.lives(&token, NOON.plus(MINUTE)).await);
}

#[tokio::test]
async fn a_revoked_token_is_dead_at_once_and_no_other() {
    each_world(|stage| async move {
        let service = stage.service("svc").await;
        for format in [Format::Jwt, Format::Opaque] {
            let api = stage.api(format).await;
            let token = stage.token(&service, &api, NOON).await;
            let other = stage.token(&service, &api, NOON).await;
            let access = stage.verify(&token, NOON).await.unwrap();
            for _ in 0..2 {
                let revoked = access::revoke(&stage.world, &call(NOON), &access).await;
                revoked.unwrap();
            }
            let dead = Err(Refusal::Dead(Death::Bit));
            assert_eq!(stage.verify(&token, NOON).await, dead, "{format:?}");
            assert!(stage.lives(&other, NOON).await, "{format:?}");
        }
        let issue = Verb::Issue;
        let verbs = [issue, issue, Verb::Revoke, issue, issue, Verb::Revoke];
        assert_eq!(stage.verbs(Noun::Access).await, verbs);
    })
    .await;
}

#[tokio::test]
async fn an_issued_token_is_journaled_with_all_that_it_descends_from() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let api = stage.jwt_api().await;
    let token = stage.token(&service, &api, NOON).await;
    let access = stage.verify(&token, NOON).await.unwrap();
    let events = stage.journal(Noun::Access).await;
    let event = &events[0];
    let said: BTreeSet<NodeId> = symbolon_journal::Role::ALL
        .into_iter()
        .filter_map(|role| event.node(role))
        .chain([event.realm.0])
        .collect();
    let ancestors = access.lineage.ancestors().iter().map(|one| one.node);
    let expected: BTreeSet<NodeId> = ancestors.chain([api.node.0]).collect();
    assert_eq!(said, expected);
    assert!(event.entry().bytes.len() <= 88, "{event:?}");
}

#[tokio::test]
async fn tokens_that_nobody_may_have_are_not_issued() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let client = stage.recognise(&service, NOON).await;
    let nothing = stage.issue(&client, &[], NOON).await;
    assert!(matches!(nothing, Err(access::IssueError::NoResource)));
    let foreign = stage.other_realm("other").await.jwt_api().await;
    let foreign = stage.issue(&client, &[foreign], NOON).await;
    assert!(matches!(foreign, Err(access::IssueError::OtherRealm)));
}

#[tokio::test]
async fn neither_a_token_nor_its_digest_rests_in_the_database() {
    let (stage, _folder) = stage().await;
    let service = stage.service("svc").await;
    let api = stage.api(Format::Opaque).await;
    let token = stage.token(&service, &api, NOON).await;
    let plain = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.reveal().as_bytes());
    let rows = stage.world.db.rows("SELECT digest FROM access", &[]).await;
    let rows = rows.unwrap();
    assert_eq!(rows.len(), 1);
    let stored = rows[0].bytes(0).unwrap();
    assert_ne!(stored, plain.as_ref());
    assert!(
        !token
            .reveal()
            .as_bytes()
            .windows(8)
            .any(|part| stored.starts_with(part))
    );
}

/// Somebody who can write the database still cannot lend a token to another realm.
#[tokio::test]
async fn a_row_moved_to_another_realm_is_no_token_there() {
    let (stage, _folder) = stage().await;
    let other = stage.other_realm("other").await;
    let service = stage.service("svc").await;
    let api = stage.api(Format::Opaque).await;
    let token = stage.token(&service, &api, NOON).await;
    let moved = Step {
        sql: "UPDATE access SET realm = $1",
        params: vec![other.realm.node.0.number().into()],
        expect: Rows::One,
    };
    stage
        .world
        .db
        .commit(Unit::default().step(moved))
        .await
        .unwrap();
    assert_eq!(other.verify(&token, NOON).await, Err(Refusal::NotOurs));
}

#[tokio::test]
async fn an_operators_token_manages_its_realm() {
    each_world(|stage| async move {
        let lifetime = 30 * MINUTE;
        let realm = &stage.realm;
        for _ in 0..2 {
            let issued =
                access::issue_management(&stage.world, &call(NOON), realm, (None, lifetime)).await;
            let token = issued.unwrap().token;
            let access = stage.verify(&token, NOON).await.unwrap();
            assert_eq!(access.audience, [realm.management_audience()]);
            assert!(access.scope.contains("clients:write"));
        }
    })
    .await;
}

impl Stage {
    async fn jwt_api_named(
        &self,
        name: &str,
        format: Format,
    ) -> Arc<symbolon_identity::resource::Resource> {
        let audience = format!("{API}/{name}/{format:?}");
        self.resource(&audience, settings(format)).await
    }
}
