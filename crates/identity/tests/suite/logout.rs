//! News of ended sessions: written with the end, taken by one, tried again, given up.

use std::time::Duration;

use symbolon_identity::client::{Client, NewClient, Settings};
use symbolon_identity::logout::{self, Due, MAX_TRIES};
use symbolon_identity::session::{self, Authenticated, Factor, Method, Session};
use symbolon_identity::subject::{self, Claims, NewSubject, Subject};
use symbolon_identity::{Applied, With};
use symbolon_journal::{Fact, Noun, Outcome, Verb};
use symbolon_token::time::Time;

use crate::arrange::{HOUR, MINUTE, NOON, Stage, at_once, call, each_world, stage, two_stages};

/// More than anything here has to tell.
const ALL: u32 = 100;

async fn person(stage: &Stage, username: &str) -> Subject {
    let new = NewSubject::person(username, Claims::default());
    let (realm, new) = (stage.realm.node, (new, With::default()));
    let made = subject::create(&stage.world, &call(NOON), realm, new).await;
    made.unwrap()
}

async fn ada(stage: &Stage) -> Subject {
    person(stage, "ada").await
}

async fn app(stage: &Stage, client_id: &str) -> Client {
    let settings = Settings {
        redirect_uris: vec![format!("https://{client_id}.example/back")],
        backchannel_logout_uri: Some(format!("https://{client_id}.example/out")),
        ..Settings::default()
    };
    let new = NewClient {
        client_id: Some(client_id.to_owned()),
        ..NewClient::with_settings(settings)
    };
    stage.create(new).await.client
}

/// A sign-in; in the browser of a former one, if there is one.
async fn sign_in(stage: &Stage, person: &Subject, former: Option<&Session>) -> Session {
    let lineages = &stage.world.lineages;
    let factor = Factor {
        method: Method::Password,
        authenticator: lineages.ancestor(stage.world.ids.next(NOON)),
    };
    let whose = (stage.realm.node, lineages.ancestor(person.node));
    #[expect(
        clippy::disallowed_methods,
        reason = "the test stands in for signing in"
    )]
    let proof = Authenticated::attest(whose, vec![factor], NOON);
    let issued = session::issue(&stage.world, &call(NOON), &proof, former).await;
    issued.unwrap().session
}

async fn join(stage: &Stage, session: &Session, client: &Client) -> Applied {
    let draft = logout::take_part(session.node, client.node);
    draft.commit(&stage.world).await.unwrap()
}

async fn end(stage: &Stage, session: &Session) {
    let ended = (session.node, "signed out");
    let done = session::revoke(&stage.world, &call(NOON), stage.realm.node, ended).await;
    done.unwrap();
}

async fn due(stage: &Stage, now: Time) -> Vec<Due> {
    logout::due(&stage.world, &call(now), ALL).await.unwrap()
}

/// A session that a client took part in, ended.
async fn news(stage: &Stage) -> (Session, Client) {
    let (ada, app) = (ada(stage).await, app(stage, "app").await);
    let session = sign_in(stage, &ada, None).await;
    assert_eq!(join(stage, &session, &app).await, Applied::Done);
    end(stage, &session).await;
    (session, app)
}

fn whom(all: &[Due]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = all
        .iter()
        .map(|due| (due.session.to_string(), due.client.to_string()))
        .collect();
    pairs.sort();
    pairs
}

fn pairs(all: &[(&Session, &Client)]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = all
        .iter()
        .map(|(session, client)| (session.node.to_string(), client.node.to_string()))
        .collect();
    pairs.sort();
    pairs
}

#[tokio::test]
async fn each_client_that_took_part_is_told_once() {
    each_world(async |stage: Stage| {
        let ada = ada(&stage).await;
        let (one, two) = (app(&stage, "one").await, app(&stage, "two").await);
        let _idle = app(&stage, "idle").await;
        let session = sign_in(&stage, &ada, None).await;
        let other = sign_in(&stage, &ada, None).await;
        for (session, client) in [
            (&session, &one),
            (&session, &one),
            (&session, &two),
            (&other, &one),
        ] {
            assert_eq!(join(&stage, session, client).await, Applied::Done);
        }
        assert_eq!(due(&stage, NOON).await, []);
        end(&stage, &session).await;
        let told = due(&stage, NOON).await;
        assert_eq!(whom(&told), pairs(&[(&session, &one), (&session, &two)]));
        for due in &told {
            let owner = (due.realm, due.subject, due.tries);
            assert_eq!(owner, (stage.realm.node, ada.node, 0));
            logout::done(&stage.world, &call(NOON), due).await.unwrap();
        }
        assert_eq!(due(&stage, NOON.plus(HOUR)).await, []);
        assert_eq!(stage.verbs(Noun::Logout).await, [Verb::Issue, Verb::Issue]);
    })
    .await;
}

#[tokio::test]
async fn nobody_joins_a_session_that_has_ended() {
    each_world(async |stage: Stage| {
        let (session, _) = news(&stage).await;
        let late = app(&stage, "late").await;
        let lost = join(&stage, &session, &late).await;
        assert_eq!(lost, Applied::Lost { step: 0 });
    })
    .await;
}

#[tokio::test]
async fn whoever_joins_while_a_session_ends_is_told_or_refused() {
    each_world(async |stage: Stage| {
        let ada = ada(&stage).await;
        let mut apps = Vec::new();
        for number in 0..16 {
            apps.push(app(&stage, &format!("app{number}")).await);
        }
        let session = sign_in(&stage, &ada, None).await;
        let joined = at_once(17, |number| {
            let (stage, session, apps) = (stage.clone(), session.clone(), apps.clone());
            async move {
                let Some(app) = apps.get(number) else {
                    end(&stage, &session).await;
                    return false;
                };
                join(&stage, &session, app).await == Applied::Done
            }
        })
        .await;
        let told = whom(&due(&stage, NOON).await);
        let inside: Vec<_> = apps
            .iter()
            .zip(joined)
            .filter(|(_, joined)| *joined)
            .collect();
        let inside: Vec<_> = inside.iter().map(|(app, _)| (&session, *app)).collect();
        assert_eq!(told, pairs(&inside));
    })
    .await;
}

#[tokio::test]
async fn of_64_that_look_at_once_one_takes_the_news() {
    each_world(async |stage: Stage| {
        news(&stage).await;
        let taken = at_once(64, |_| {
            let stage = stage.clone();
            async move { due(&stage, NOON).await.len() }
        })
        .await;
        assert_eq!(taken.iter().sum::<usize>(), 1);
    })
    .await;
}

#[tokio::test]
async fn of_two_nodes_one_tells() {
    let (first, second) = two_stages().await;
    let (session, app) = news(&first).await;
    for round in 0..20 {
        let (one, other) = (first.clone(), second.clone());
        let now = NOON.plus(round * 30 * 24 * HOUR);
        let (one, other) = tokio::join!(
            tokio::spawn(async move { due(&one, now).await }),
            tokio::spawn(async move { due(&other, now).await }),
        );
        let taken = [one.unwrap(), other.unwrap()].concat();
        assert_eq!(whom(&taken), pairs(&[(&session, &app)]));
    }
}

#[tokio::test]
async fn another_node_hears_of_an_end_too() {
    let (first, second) = two_stages().await;
    let (session, app) = news(&first).await;
    second.catch_up(NOON).await;
    second.world.news.heard().await;
    assert_eq!(whom(&due(&second, NOON).await), pairs(&[(&session, &app)]));
}

#[tokio::test]
async fn a_client_that_is_down_is_tried_again_ever_later_and_given_up_after_a_day() {
    let (stage, _folder) = stage().await;
    news(&stage).await;
    let (mut now, mut pause) = (NOON, Duration::from_secs(20));
    for tries in 0..MAX_TRIES {
        let taken = due(&stage, now).await;
        let [news] = &taken[..] else {
            unreachable!("{tries}: {taken:?}")
        };
        assert_eq!(news.tries, tries);
        let failed = logout::failed(&stage.world, &call(now), news, "private").await;
        failed.unwrap();
        let early = now.plus(pause).minus(Duration::from_millis(1));
        assert_eq!(due(&stage, early).await, [], "{tries}");
        now = now.plus(pause);
        pause *= 2;
    }
    assert_eq!(due(&stage, now.plus(30 * 24 * HOUR)).await, []);
    assert!(now.since(NOON) > 20 * HOUR && now.since(NOON) < 30 * HOUR);
    let [event] = &stage.journal(Noun::Logout).await[..] else {
        unreachable!("one entry says that it was given up")
    };
    assert_eq!((event.verb, event.outcome), (Verb::Issue, Outcome::Refused));
    for reason in ["unreachable", "private"] {
        assert!(event.facts.contains(&Fact::Reason(reason.to_owned())));
    }
}

#[tokio::test]
async fn a_node_that_dies_with_the_news_leaves_it_to_the_next() {
    let (stage, _folder) = stage().await;
    let (session, app) = news(&stage).await;
    assert_eq!(due(&stage, NOON).await.len(), 1);
    let again = due(&stage, NOON.plus(MINUTE)).await;
    assert_eq!(whom(&again), pairs(&[(&session, &app)]));
    assert_eq!(again[0].tries, 1);
}

#[tokio::test]
async fn somebody_elses_sign_in_ends_the_browsers_session_and_its_clients_hear_of_it() {
    let (stage, _folder) = stage().await;
    let (ada, app) = (ada(&stage).await, app(&stage, "app").await);
    let grace = person(&stage, "grace").await;
    let session = sign_in(&stage, &ada, None).await;
    join(&stage, &session, &app).await;
    let same = sign_in(&stage, &ada, Some(&session)).await;
    assert_eq!(same.node, session.node);
    assert_eq!(due(&stage, NOON).await, [], "the same person goes on");
    sign_in(&stage, &grace, Some(&same)).await;
    assert_eq!(whom(&due(&stage, NOON).await), pairs(&[(&session, &app)]));
}

#[tokio::test]
async fn who_is_disabled_has_all_clients_told_and_goes_on_when_enabled() {
    each_world(async |stage: Stage| {
        let (ada, app) = (ada(&stage).await, app(&stage, "app").await);
        let sessions = [
            sign_in(&stage, &ada, None).await,
            sign_in(&stage, &ada, None).await,
        ];
        for session in &sessions {
            join(&stage, session, &app).await;
        }
        let (world, realm) = (&stage.world, stage.realm.node);
        subject::disable(world, &call(NOON), realm, ada.node)
            .await
            .unwrap();
        let told = due(&stage, NOON).await;
        let both = pairs(&[(&sessions[0], &app), (&sessions[1], &app)]);
        assert_eq!(whom(&told), both);
        for due in &told {
            logout::done(world, &call(NOON), due).await.unwrap();
        }
        subject::enable(world, &call(NOON), realm, ada.node)
            .await
            .unwrap();
        let going = session::find(world, realm, sessions[0].node, NOON)
            .await
            .unwrap();
        assert!(going.is_some());
        // Whoever comes back is told again.
        assert_eq!(join(&stage, &sessions[0], &app).await, Applied::Done);
        end(&stage, &sessions[0]).await;
        assert_eq!(
            whom(&due(&stage, NOON).await),
            pairs(&[(&sessions[0], &app)])
        );
    })
    .await;
}

#[tokio::test]
async fn who_is_ended_has_all_sessions_ended_and_all_clients_told() {
    each_world(async |stage: Stage| {
        let (ada, app) = (ada(&stage).await, app(&stage, "app").await);
        let session = sign_in(&stage, &ada, None).await;
        join(&stage, &session, &app).await;
        let (world, realm) = (&stage.world, stage.realm.node);
        subject::end(world, &call(NOON), realm, ada.node)
            .await
            .unwrap();
        assert_eq!(whom(&due(&stage, NOON).await), pairs(&[(&session, &app)]));
        let lost = join(&stage, &session, &app).await;
        assert_eq!(lost, Applied::Lost { step: 0 });
    })
    .await;
}

#[tokio::test]
async fn what_is_announced_anew_while_it_is_told_stays() {
    let (stage, _folder) = stage().await;
    let (ada, app) = (ada(&stage).await, app(&stage, "app").await);
    let session = sign_in(&stage, &ada, None).await;
    join(&stage, &session, &app).await;
    let (world, realm) = (&stage.world, stage.realm.node);
    subject::disable(world, &call(NOON), realm, ada.node)
        .await
        .unwrap();
    let told = due(&stage, NOON).await;
    subject::enable(world, &call(NOON), realm, ada.node)
        .await
        .unwrap();
    join(&stage, &session, &app).await;
    end(&stage, &session).await;
    logout::done(world, &call(NOON), &told[0]).await.unwrap();
    assert_eq!(whom(&due(&stage, NOON).await), pairs(&[(&session, &app)]));
}

#[tokio::test]
async fn sessions_that_ended_long_ago_are_forgotten_with_their_clients() {
    each_world(async |stage: Stage| {
        let (ada, app) = (ada(&stage).await, app(&stage, "app").await);
        let session = sign_in(&stage, &ada, None).await;
        join(&stage, &session, &app).await;
        let later = session.ends_at.plus(3 * HOUR);
        session::sweep(&stage.world, later).await.unwrap();
        let left = "SELECT session FROM session_client";
        assert_eq!(stage.world.db.rows(left, &[]).await.unwrap().len(), 0);
    })
    .await;
}
