//! Grants: what a person allowed is remembered once, widened, and withdrawn.

use symbolon_identity::code::{self, Presented, RedeemError};
use symbolon_identity::{Draft, grant};
use symbolon_journal::{Noun, Verb};

use crate::arrange::{NOON, Stage, at_once, call, each_world};
use crate::person::BACK;

const MANY: usize = 64;

async fn redeem(stage: &Stage, client: &symbolon_identity::KnownClient, text: &str) -> bool {
    let presented = Presented {
        client: client.client.node,
        redirect_uri: Some(BACK),
        verifier: None,
    };
    let (world, realm, call) = (&stage.world, stage.realm.node, call(NOON));
    let verified = code::verify(world, &call, realm, (text, presented)).await;
    match verified {
        Ok(code) => {
            let spent = code::redeem(world, &call, (realm, &code), Draft::default()).await;
            spent.is_ok()
        }
        Err(RedeemError::Write(error)) => unreachable!("{error}"),
        Err(_) => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_codes_at_once_the_first_begins_the_one_grant() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let app = stage.app("app").await;
        let session = stage.sign_in(ada, None, NOON).await.session;
        let codes = at_once(MANY, |_| {
            let (own, app, session) = (stage.clone(), app.clone(), session.clone());
            async move { own.code((&app, &session), "read", NOON).await }
        })
        .await;
        for code in &codes {
            let text = code.as_ref().unwrap().reveal();
            assert!(redeem(&stage, &app, text).await);
        }
        let whose = (stage.realm.node, ada);
        let listed = grant::list(&stage.world, whose, None, 10).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(stage.verbs(Noun::Grant).await, [Verb::Create]);
    })
    .await;
}

#[tokio::test]
async fn what_more_is_allowed_widens_it_and_less_changes_nothing() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let app = stage.app("app").await;
        let session = stage.sign_in(ada, None, NOON).await.session;
        for scope in ["read", "write", "read", "read write"] {
            stage.code((&app, &session), scope, NOON).await.unwrap();
        }
        let realm = stage.realm.node;
        let found = grant::find(&stage.world, realm, ada, app.client.node).await;
        assert_eq!(found.unwrap().unwrap().scope.to_string(), "read write");
        assert_eq!(stage.verbs(Noun::Grant).await, [Verb::Create, Verb::Change]);
    })
    .await;
}

#[tokio::test]
async fn what_is_withdrawn_gives_nothing_and_is_begun_anew() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let app = stage.app("app").await;
        let session = stage.sign_in(ada, None, NOON).await.session;
        let code = stage.code((&app, &session), "read", NOON).await.unwrap();
        let (realm, client) = (stage.realm.node, app.client.node);
        let found = async || {
            let found = grant::find(&stage.world, realm, ada, client).await;
            found.unwrap().map(|grant| grant.node)
        };
        let first = found().await.unwrap();
        let withdraw =
            async || grant::revoke(&stage.world, &call(NOON), realm, (first, "withdrawn")).await;
        withdraw().await.unwrap();
        stage.catch_up(NOON).await;
        assert!(withdraw().await.is_err());
        assert_eq!(found().await, None);
        assert!(!redeem(&stage, &app, code.reveal()).await);
        let code = stage.code((&app, &session), "read", NOON).await.unwrap();
        assert!(redeem(&stage, &app, code.reveal()).await);
        assert_ne!(found().await, Some(first));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tabs_that_ask_for_different_scopes_at_once_widen_one_grant() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let app = stage.app("app").await;
        let session = stage.sign_in(ada, None, NOON).await.session;
        let codes = at_once(MANY, |at| {
            let (own, app, session) = (stage.clone(), app.clone(), session.clone());
            async move {
                let scope = format!("scope-{}", at % 8);
                own.code((&app, &session), &scope, NOON).await
            }
        })
        .await;
        let lost = codes.iter().filter(|code| code.is_err()).count();
        let whose = (stage.realm.node, ada);
        let listed = grant::list(&stage.world, whose, None, 10).await.unwrap();
        assert_eq!((lost, listed.len()), (0, 1));
        assert_eq!(listed[0].scope.iter().count(), 8);
    })
    .await;
}
