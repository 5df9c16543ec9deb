//! Codes: redeemed once, whatever the clock does and whatever was swept.

use std::time::Duration;

use symbolon_identity::Draft;
use symbolon_identity::code::{self, LIFETIME, Presented, RedeemError};
use symbolon_journal::Noun;
use symbolon_token::kind::Kind;
use symbolon_token::opaque;
use symbolon_token::time::Time;

use crate::arrange::{HOUR, MINUTE, NOON, Stage, call, each_world, stage};
use crate::person::BACK;

async fn redeem(
    stage: &Stage,
    client: &symbolon_identity::KnownClient,
    text: &str,
    now: Time,
) -> Result<(), RedeemError> {
    let presented = Presented {
        client: client.client.node,
        redirect_uri: Some(BACK),
        verifier: None,
    };
    let (world, realm, call) = (&stage.world, stage.realm.node, call(now));
    let code = code::verify(world, &call, realm, (text, presented)).await?;
    code::redeem(world, &call, (realm, &code), Draft::default()).await
}

#[tokio::test]
async fn a_code_that_was_swept_is_not_redeemed_by_a_clock_set_back() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let app = stage.app("app").await;
        let session = stage.sign_in(ada, None, NOON).await.session;
        let spent = stage.code((&app, &session), "read", NOON).await.unwrap();
        let unspent = stage.code((&app, &session), "read", NOON).await.unwrap();
        redeem(&stage, &app, spent.reveal(), NOON).await.unwrap();
        code::sweep(&stage.world, NOON.plus(3 * HOUR))
            .await
            .unwrap();
        for text in [&spent, &unspent] {
            let again = redeem(&stage, &app, text.reveal(), NOON).await;
            assert!(again.is_err(), "it works again");
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_is_its_realm_s_and_no_other_kind_of_text() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada").await;
    let app = stage.app("app").await;
    let session = stage.sign_in(ada, None, NOON).await.session;
    let code = stage.code((&app, &session), "read", NOON).await.unwrap();
    let body = opaque::body(Kind::Code, code.reveal()).unwrap();
    let other = stage.other_realm("other").await;
    let own = other.app("app").await;
    let foreign = redeem(&other, &own, code.reveal(), NOON).await;
    assert!(matches!(foreign, Err(RedeemError::Unknown)));
    for bit in 0..body.len() * 8 {
        let mut changed = body.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let text = opaque::with_body(Kind::Code, &changed);
        let refused = redeem(&stage, &app, text.reveal(), NOON).await;
        assert!(matches!(refused, Err(RedeemError::Unknown)), "bit {bit}");
    }
    redeem(&stage, &app, code.reveal(), NOON).await.unwrap();
}

#[tokio::test]
async fn it_lives_for_a_minute_to_the_millisecond() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada").await;
    let app = stage.app("app").await;
    let session = stage.sign_in(ada, None, NOON).await.session;
    assert_eq!(LIFETIME, MINUTE);
    let one = stage.code((&app, &session), "read", NOON).await.unwrap();
    let last = NOON.plus(MINUTE).minus(Duration::from_millis(1));
    redeem(&stage, &app, one.reveal(), last).await.unwrap();
    let two = stage.code((&app, &session), "read", NOON).await.unwrap();
    let late = redeem(&stage, &app, two.reveal(), NOON.plus(MINUTE)).await;
    assert!(matches!(late, Err(RedeemError::Expired)));
}

#[tokio::test]
async fn a_replay_of_a_code_ends_its_family_once() {
    each_world(|stage| async move {
        let ada = stage.person("ada").await;
        let app = stage.app("app").await;
        let session = stage.sign_in(ada, None, NOON).await.session;
        let code = stage.code((&app, &session), "read", NOON).await.unwrap();
        redeem(&stage, &app, code.reveal(), NOON).await.unwrap();
        for _ in 0..3 {
            let again = redeem(&stage, &app, code.reveal(), NOON).await;
            assert!(matches!(again, Err(RedeemError::Replayed)));
        }
        let late = redeem(&stage, &app, code.reveal(), NOON.plus(HOUR)).await;
        assert!(matches!(late, Err(RedeemError::Replayed)));
        assert_eq!(stage.verbs(Noun::Refresh).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_anything_is_written() {
    let (stage, _folder) = stage().await;
    let ada = stage.person("ada").await;
    let app = stage.app("app").await;
    let session = stage.sign_in(ada, None, NOON).await.session;
    let long = (0..50).map(|at| format!("scope-{at:050}"));
    let long = long.collect::<Vec<_>>().join(" ");
    let refused = stage.code((&app, &session), &long, NOON).await;
    assert!(matches!(refused, Err(code::IssueError::TooLong)));
    assert_eq!(stage.verbs(Noun::Grant).await, []);
    assert_eq!(stage.verbs(Noun::Code).await, []);
}
