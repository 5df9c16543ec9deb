//! Signing in by name and password.

use symbolon_identity::session::Method;
use symbolon_identity::subject;
use symbolon_journal::{Fact, Noun, Outcome, Role, Verb};
use symbolon_signin::flow;
use symbolon_signin::password;
use symbolon_signin::pool::Limits;
use symbolon_signin::sign_in::SignInError;
use symbolon_token::secret::Digest;

use crate::arrange::{NOON, RIGHT, WRONG, at_once, call, each_world, stage};

#[tokio::test]
async fn the_right_password_says_who_it_is_and_by_what() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let password = stage.set(&ada, RIGHT).await;
        let proof = stage.sign_in(" ADA ", RIGHT).await.unwrap();
        assert_eq!(proof.realm(), stage.realm.node);
        assert_eq!(proof.subject(), ada.node);
        assert_eq!(proof.at(), NOON);
        let factors: Vec<_> = proof.factors().iter().map(|one| one.method).collect();
        assert_eq!(factors, [Method::Password]);
        let ancestors: Vec<_> = proof.ancestors().map(|ancestor| ancestor.node).collect();
        assert_eq!(ancestors, [ada.node.0, password.0]);
        assert_eq!(flow::acr(proof.factors()), flow::SINGLE);
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_enter_gets_one_answer() {
    each_world(|stage| async move {
        let ada = stage.ada().await;
        stage.person("without").await;
        let (world, realm) = (&stage.world, stage.realm.node);
        let mut answers = Vec::new();
        for (name, text) in [
            ("ada", WRONG),
            ("ada", ""),
            ("ada", &RIGHT.repeat(100)),
            ("without", RIGHT),
            ("nobody", RIGHT),
            ("", ""),
            (&"x".repeat(5000), RIGHT),
        ] {
            answers.push(stage.sign_in(name, text).await.err());
        }
        password::disable(world, &call(NOON), realm, ada.node)
            .await
            .unwrap();
        answers.push(stage.sign_in("ada", RIGHT).await.err());
        password::enable(world, &call(NOON), realm, ada.node)
            .await
            .unwrap();
        subject::disable(world, &call(NOON), realm, ada.node)
            .await
            .unwrap();
        answers.push(stage.sign_in("ada", RIGHT).await.err());
        subject::enable(world, &call(NOON), realm, ada.node)
            .await
            .unwrap();
        assert!(stage.enters("ada", RIGHT).await);
        password::end(world, &call(NOON), realm, ada.node)
            .await
            .unwrap();
        answers.push(stage.sign_in("ada", RIGHT).await.err());
        for answer in answers {
            let refused = matches!(answer, Some(SignInError::Refused));
            assert!(refused, "{answer:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_of_somebody_known_is_journaled_and_a_name_that_nobody_has_is_counted() {
    each_world(|stage| async move {
        let ada = stage.ada().await;
        stage.journal(Noun::Password).await;
        assert!(!stage.enters("ada", WRONG).await);
        assert!(!stage.enters("my-secret-in-the-wrong-field", RIGHT).await);
        let journal = stage.journal(Noun::Password).await;
        let verbs: Vec<_> = journal.iter().map(|one| (one.verb, one.outcome)).collect();
        let expected = [
            (Verb::Create, Outcome::Done),
            (Verb::Verify, Outcome::Refused),
        ];
        assert_eq!(verbs, expected);
        let refused = journal.last().unwrap();
        assert_eq!(refused.node(Role::Subject), Some(ada.node.0));
        let network = |fact: &Fact| matches!(fact, Fact::Network(_));
        assert!(refused.facts.iter().any(network));
        let seen = stage.world.refusals.seen();
        assert_eq!((seen.journaled, seen.counted), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn one_password_is_another_subjects_by_chance_alone() {
    let (stage, _folder) = stage().await;
    stage.ada().await;
    let bob = stage.person("bob").await;
    stage.set(&bob, RIGHT).await;
    let proof = stage.sign_in("bob", RIGHT).await.unwrap();
    assert_eq!(proof.subject(), bob.node);
}

/// The waits themselves are tested where they are counted.
#[tokio::test]
async fn failures_lock_nobody_out() {
    let (stage, _folder) = stage().await;
    stage.ada().await;
    let own = Some(Digest([7; 32]));
    stage.sign_in_from("ada", RIGHT, own).await.unwrap();
    for _ in 0..6 {
        assert!(!stage.enters("ada", WRONG).await);
    }
    stage.sign_in_from("ada", RIGHT, own).await.unwrap();
    stage.sign_in_from("ada", RIGHT, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_does_not_fit_into_the_pool_is_told_to_come_again() {
    let (stage, _folder) = stage().await;
    stage.ada().await;
    let small = stage.with_pool(Limits {
        threads: 1,
        queue: 1,
    });
    let answers = at_once(64, |_| {
        let stage = small.clone();
        async move { stage.sign_in("ada", RIGHT).await.map(|_| ()) }
    })
    .await;
    let entered = answers.iter().filter(|one| one.is_ok()).count();
    assert!(entered >= 1);
    let mut refused = answers.iter().filter_map(|one| one.as_ref().err());
    let full = |error: &SignInError| matches!(error, SignInError::Full(_));
    assert!(refused.all(|error| full(error) && error.retry_after().is_some()));
    assert!(entered < 64);
}
