//! Sessions: begun, gone on with, ended; and what a cookie is worth.

use std::time::Duration;

use symbolon_identity::session::{self, IDLE_LIFETIME, LIFETIME, RevokeError};
use symbolon_identity::subject;
use symbolon_journal::{Noun, Verb};
use symbolon_token::secret::Secret;

use crate::arrange::{HOUR, MINUTE, NOON, at_once, call, each_world, stage};

const MANY: usize = 64;

#[tokio::test]
async fn a_cookie_is_worth_its_session_in_its_realm_alone() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let issued = stage.sign_in(ada, None, NOON).await;
        let found = stage.session(&issued.cookie, NOON).await;
        assert_eq!(found.as_ref(), Some(&issued.session));
        assert_eq!(
            (issued.session.subject, issued.session.auth_time),
            (ada, NOON)
        );
        let other = stage.other_realm("other").await;
        assert_eq!(other.session(&issued.cookie, NOON).await, None);
        let text = issued.cookie.reveal();
        for wrong in ["", "x", &text[..text.len() - 1], &text.to_ascii_uppercase()] {
            assert_eq!(
                stage.session(&Secret::from(wrong), NOON).await,
                None,
                "{wrong}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn who_proves_himself_again_goes_on_under_another_cookie() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let first = stage.sign_in(ada, None, NOON).await;
        let later = NOON.plus(HOUR);
        let second = stage.sign_in(ada, Some(&first.session), later).await;
        assert_eq!(second.session.node, first.session.node);
        assert_eq!(second.session.auth_time, later);
        assert_eq!(stage.session(&first.cookie, later).await, None);
        assert!(stage.session(&second.cookie, later).await.is_some());
        assert_eq!(
            stage.verbs(Noun::Session).await,
            [Verb::Issue, Verb::Rotate]
        );
    })
    .await;
}

#[tokio::test]
async fn somebody_else_in_the_same_browser_ends_the_session_before() {
    each_world(|stage| async move {
        let (ada, eve) = (stage.person("ada").await, stage.person("eve").await);
        let first = stage.sign_in(ada, None, NOON).await;
        let second = stage.sign_in(eve, Some(&first.session), NOON).await;
        assert_ne!(second.session.node, first.session.node);
        assert_eq!(stage.session(&first.cookie, NOON).await, None);
        assert_eq!(
            stage.session(&second.cookie, NOON).await,
            Some(second.session)
        );
        let verbs = [Verb::Issue, Verb::End, Verb::Issue];
        assert_eq!(stage.verbs(Noun::Session).await, verbs);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_sign_ins_at_once_leave_no_cookie_of_before() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let first = stage.sign_in(ada, None, NOON).await;
        let cookies = at_once(MANY, |_| {
            let (own, former) = (stage.clone(), first.session.clone());
            async move {
                own.sign_in(ada, Some(&former), NOON.plus(MINUTE))
                    .await
                    .cookie
            }
        })
        .await;
        let now = NOON.plus(MINUTE);
        assert_eq!(stage.session(&first.cookie, now).await, None);
        for cookie in &cookies {
            assert!(stage.session(cookie, now).await.is_some());
        }
        let went_on = stage.verbs(Noun::Session).await;
        let went_on = went_on.iter().filter(|verb| **verb == Verb::Rotate).count();
        assert_eq!(went_on, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_that_end_one_session_one_does() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let issued = stage.sign_in(ada, None, NOON).await;
        let node = issued.session.node;
        let answers = at_once(MANY, |_| {
            let own = stage.clone();
            async move {
                let which = (node, "signed out");
                session::revoke(&own.world, &call(NOON), own.realm.node, which).await
            }
        })
        .await;
        let done = answers.iter().filter(|answer| answer.is_ok()).count();
        let unknown = |one: &&Result<(), _>| matches!(one, Err(RevokeError::Unknown(_)));
        assert_eq!(
            (done, answers.iter().filter(unknown).count()),
            (1, MANY - 1)
        );
        assert_eq!(stage.session(&issued.cookie, NOON).await, None);
    })
    .await;
}

#[tokio::test]
async fn it_ends_unused_after_a_day_and_used_after_a_week() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada").await;
    let app = stage.app("app").await;
    let idle = stage.sign_in(ada, None, NOON).await;
    let used = stage.sign_in(ada, None, NOON).await;
    let mut now = NOON;
    while now.plus(12 * HOUR) < NOON.plus(LIFETIME) {
        now = now.plus(12 * HOUR);
        let session = stage.session(&used.cookie, now).await.unwrap();
        // Whatever is done with it counts as its use.
        stage.code((&app, &session), "read", now).await.unwrap();
    }
    let last = NOON.plus(LIFETIME);
    assert_eq!(stage.session(&used.cookie, last).await, None);
    let second = Duration::from_secs(1);
    let day = NOON.plus(IDLE_LIFETIME);
    assert!(
        stage
            .session(&idle.cookie, day.minus(second))
            .await
            .is_some()
    );
    assert_eq!(stage.session(&idle.cookie, day).await, None);
}

#[tokio::test]
async fn it_rests_while_its_person_is_disabled_and_ends_with_him() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let issued = stage.sign_in(ada, None, NOON).await;
        let (world, realm, call) = (&stage.world, stage.realm.node, call(NOON));
        subject::disable(world, &call, realm, ada).await.unwrap();
        stage.catch_up(NOON).await;
        assert_eq!(stage.session(&issued.cookie, NOON).await, None);
        subject::end(world, &call, realm, ada).await.unwrap();
        stage.catch_up(NOON).await;
        assert_eq!(stage.session(&issued.cookie, NOON).await, None);
    })
    .await;
}

#[tokio::test]
async fn all_of_a_person_s_sessions_end_at_once_and_nobody_else_s() {
    each_world(|stage| async move {
        let (ada, eve) = (stage.person("ada").await, stage.person("eve").await);
        let mut own = Vec::new();
        for _ in 0..3 {
            own.push(stage.sign_in(ada, None, NOON).await.cookie);
        }
        let other = stage.sign_in(eve, None, NOON).await.cookie;
        let whose = (stage.realm.node, ada);
        let ended = session::revoke_all(&stage.world, &call(NOON), whose, "lost").await;
        assert_eq!(ended.unwrap(), 3);
        for cookie in &own {
            assert_eq!(stage.session(cookie, NOON).await, None);
        }
        assert!(stage.session(&other, NOON).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn two_clients_know_one_session_by_names_that_say_nothing() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada").await;
    let node = stage.sign_in(ada, None, NOON).await.session.node;
    let [one, two] = [stage.app("one").await, stage.app("two").await];
    let sid = |client: &symbolon_identity::KnownClient| {
        session::sid(&stage.world, stage.realm.node, node, client.client.node)
    };
    assert_eq!(sid(&one), sid(&one));
    assert_ne!(sid(&one), sid(&two));
    assert!(!sid(&one).contains(&node.to_string()));
}
