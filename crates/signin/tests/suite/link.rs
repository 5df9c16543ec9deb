//! One-time links that set a password.

use std::time::Duration;

use symbolon_identity::With;
use symbolon_identity::subject::{self, Subject};
use symbolon_journal::{Noun, Outcome, Verb};
use symbolon_signin::password::{SetError, Weakness};
use symbolon_signin::password_link::{
    self, IssueError, LIFETIME, MAX_LIFETIME, RedeemError, find, redeem, sweep,
};
use symbolon_token::time::Time;

use crate::arrange::{NEXT, NOON, RIGHT, Stage, call, each_world, new, stage};

async fn redeemed(
    stage: &Stage,
    text: &str,
    new_text: &str,
    now: Time,
) -> Result<Subject, RedeemError> {
    let new = new(new_text);
    redeem(
        &stage.world,
        &stage.sign_in,
        &call(now),
        &stage.realm,
        (text, &new),
    )
    .await
}

async fn waits(stage: &Stage, text: &str, now: Time) -> bool {
    let found = find(&stage.world, &stage.realm, text, now).await;
    found.unwrap().is_some()
}

#[tokio::test]
async fn a_link_sets_the_first_password_once() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let link = stage.link(&ada).await;
        let link = link.reveal();
        assert!(link.starts_with("sym_pl_"));
        let found = find(&stage.world, &stage.realm, link, NOON)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.subject, found.expires_at),
            (ada.node, NOON.plus(LIFETIME))
        );
        assert!(waits(&stage, link, NOON).await);
        assert_eq!(redeemed(&stage, link, RIGHT, NOON).await.unwrap(), ada);
        assert!(!waits(&stage, link, NOON).await);
        let again = redeemed(&stage, link, NEXT, NOON).await;
        assert!(matches!(again, Err(RedeemError::Gone)));
        assert!(stage.enters("ada", RIGHT).await);
        let done = |verb| (verb, Outcome::Done);
        let verbs = stage.verbs(Noun::PasswordLink).await;
        assert_eq!(verbs, [done(Verb::Issue), done(Verb::Redeem)]);
        assert_eq!(stage.verbs(Noun::Password).await, [done(Verb::Create)]);
    })
    .await;
}

#[tokio::test]
async fn a_link_for_a_forgotten_password_kills_what_descends_from_it() {
    each_world(|stage| async move {
        let ada = stage.ada().await;
        let session = stage.proof("ada", RIGHT).await;
        let link = stage.link(&ada).await;
        assert!(stage.lives(&session));
        redeemed(&stage, link.reveal(), NEXT, NOON).await.unwrap();
        assert!(!stage.lives(&session));
        assert!(!stage.enters("ada", RIGHT).await);
        assert!(stage.enters("ada", NEXT).await);
    })
    .await;
}

#[tokio::test]
async fn a_weak_password_spends_nothing() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada").await;
    let link = stage.link(&ada).await;
    let weak = redeemed(&stage, link.reveal(), "short", NOON).await;
    let short = Weakness::Short { least: 15 };
    assert!(matches!(weak, Err(RedeemError::Set(SetError::Weak(why))) if why == short));
    assert!(redeemed(&stage, link.reveal(), RIGHT, NOON).await.is_ok());
}

#[tokio::test]
async fn a_link_ends_with_its_lifetime_and_is_forgotten_later() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let link = stage.link(&ada).await;
        let end = NOON.plus(LIFETIME);
        assert!(waits(&stage, link.reveal(), Time(end.0 - 1)).await);
        assert!(!waits(&stage, link.reveal(), end).await);
        let late = redeemed(&stage, link.reveal(), RIGHT, end).await;
        assert!(matches!(late, Err(RedeemError::Gone)));
        let count = async || {
            let all = "SELECT 1 FROM password_link";
            stage.world.db.rows(all, &[]).await.unwrap().len()
        };
        sweep(&stage.world, end).await.unwrap();
        assert_eq!(count().await, 1);
        let later = end.plus(Duration::from_hours(3));
        sweep(&stage.world, later).await.unwrap();
        assert_eq!(count().await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_newer_link_takes_the_place_of_the_older_one_of_the_same_person() {
    each_world(|stage| async move {
        let (ada, bob) = (stage.person("ada").await, stage.person("bob").await);
        let other = stage.link(&bob).await;
        let (older, newer) = (stage.link(&ada).await, stage.link(&ada).await);
        assert!(!waits(&stage, older.reveal(), NOON).await);
        assert!(waits(&stage, newer.reveal(), NOON).await);
        assert!(waits(&stage, other.reveal(), NOON).await);
    })
    .await;
}

#[tokio::test]
async fn the_link_of_somebody_who_ended_opens_nothing() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada").await;
    let link = stage.link(&ada).await;
    let (world, realm) = (&stage.world, stage.realm.node);
    subject::end(world, &call(NOON), realm, ada.node)
        .await
        .unwrap();
    let gone = redeemed(&stage, link.reveal(), RIGHT, NOON).await;
    assert!(matches!(gone, Err(RedeemError::Gone)));
}

#[tokio::test]
async fn other_texts_are_no_links() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada").await;
    let link = stage.link(&ada).await;
    let cut = &link.reveal()[..link.len() - 1];
    for text in ["", "x", cut] {
        assert!(!waits(&stage, text, NOON).await, "{text}");
        let refused = redeemed(&stage, text, RIGHT, NOON).await;
        assert!(matches!(refused, Err(RedeemError::Gone)), "{text}");
    }
}

#[tokio::test]
async fn a_link_lives_no_longer_than_a_week() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada").await;
    for lifetime in [Duration::ZERO, MAX_LIFETIME + Duration::from_secs(1)] {
        let whose = (&*stage.realm, &ada);
        let life = (lifetime, With::default());
        let issued = password_link::issue(&stage.world, &call(NOON), whose, life).await;
        assert!(matches!(issued, Err(IssueError::Lifetime)));
    }
}
