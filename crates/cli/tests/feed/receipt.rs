//! A revocation that waits for those who follow, and its receipt: with real followers, and with one
//! that is cut off.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use symbolon_jose::jwt::{self, Expected, Names, Purpose};
use symbolon_jose::{Algorithm, JwkSet, KeySet};
use symbolon_verify::follow::Following;
use symbolon_verify::{Demand, Refusal};
use tokio::task::yield_now;

use crate::harness::Connection;
use crate::kill::kill;
use crate::present::{LAG, until_dead};
use crate::proxy::Network;
use crate::stage::{AUDIENCE, BOUNDS, LIMIT, RECOVERY, Stage};

/// Revokes what the service holds, and waits for everybody; what was answered, held against the receipt.
pub(crate) fn revoke_and_wait(
    stage: &Stage,
    (address, admin): (&str, &str),
    timeout_ms: u32,
) -> Value {
    let asked = json!({
        "cause": {"client": "svc"}, "reason": "leaked", "wait": "all", "timeout_ms": timeout_ms,
    });
    let mut connection = Connection::to(address);
    let answer = connection
        .post_json("/v1/revocations", admin, &asked)
        .unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let done = answer.json();
    let set = connection.get("/jwks");
    let set = JwkSet::parse(set.body.as_bytes()).unwrap();
    let keys = KeySet::from_jwks(&set, &[Algorithm::Es256]).unwrap();
    let now = done["at"].as_i64().unwrap() / 1000;
    let expected = Expected::new(
        Purpose::RevocationReceipt,
        &stage.issuer,
        Names::Unchecked,
        now,
    );
    let receipt = done["receipt"].as_str().unwrap();
    let claims = jwt::verify::<Value>(receipt, &keys, &expected).unwrap();
    let claims = claims.into_claims();
    for member in ["sequence", "enforced_by", "unreachable"] {
        assert_eq!(claims[member], done[member]);
    }
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_waits_names_its_real_followers() {
    let stage = Stage::start();
    let (one, other) = (stage.followed().await, stage.followed().await);
    let (admin, token) = (stage.admin(), stage.token());
    for following in [&one, &other] {
        let said = following.guard().bearer(&token, &Demand::any()).await;
        assert!(said.is_ok(), "{:?}", said.err());
    }
    let done = revoke_and_wait(&stage, (&stage.serve.address, &admin), 10_000);
    // It is answered, so it is refused: nobody need wait any longer.
    for following in [&one, &other] {
        let said = following.guard().bearer(&token, &Demand::any()).await;
        assert!(matches!(said, Err(Refusal::Dead(_))), "{:?}", said.err());
    }
    assert_eq!(done["unreachable"], json!([]));
    let enforcers = done["enforced_by"].as_array().unwrap();
    assert_eq!(enforcers.len(), 2, "{done}");
    for enforcer in enforcers {
        assert_eq!(
            (&enforcer["client"], &enforcer["audience"]),
            (&json!("api"), &json!(AUDIENCE))
        );
        assert!(enforcer["since"].as_i64().unwrap() >= done["at"].as_i64().unwrap());
    }
    assert_ne!(enforcers[0]["follower"], enforcers[1]["follower"]);
    other.leave().await;
    let done = revoke_and_wait(&stage, (&stage.serve.address, &admin), 10_000);
    assert_eq!(done["enforced_by"].as_array().unwrap().len(), 1, "{done}");
    assert_eq!(
        done["unreachable"],
        json!([]),
        "who has left is not waited for"
    );
}

/// It does what the receipt says: nothing passes from the time on that is named there, which was asked
/// for then.
pub(crate) async fn closes_in_time(
    following: &Following,
    token: &str,
    (asked_at, done): (Instant, &Value),
) {
    let guard = following.guard();
    let closes_at = done["unreachable"][0]["fails_closed_at"].as_i64().unwrap();
    let left = u64::try_from(closes_at - done["at"].as_i64().unwrap()).unwrap();
    let closes = asked_at + Duration::from_millis(left) + LAG;
    while guard.bearer(token, &Demand::any()).await.is_ok() {
        assert!(Instant::now() < closes, "{:?}; {done}", following.status());
        yield_now().await;
    }
    let said = guard.bearer(token, &Demand::any()).await;
    let is_closed = matches!(said, Err(Refusal::Unavailable { .. }));
    assert!(is_closed, "{:?}", said.err());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_cut_off_is_named_by_an_authority_that_began_anew_meanwhile() {
    let mut stage = Stage::start();
    let following = stage.followed().await;
    let token = stage.token();
    let said = following.guard().bearer(&token, &Demand::any()).await;
    assert!(said.is_ok(), "{:?}", said.err());
    stage.proxy.set(Network::Cut);
    kill(&mut stage);
    let (asked_at, admin) = (Instant::now(), stage.admin());
    let done = revoke_and_wait(&stage, (&stage.serve.address, &admin), 300);
    assert_eq!(done["enforced_by"], json!([]), "{done}");
    closes_in_time(&following, &token, (asked_at, &done)).await;
    stage.proxy.set(Network::Whole);
    until_dead(&following, &token, RECOVERY).await;
    let done = revoke_and_wait(&stage, (&stage.serve.address, &admin), 10_000);
    assert_eq!(done["enforced_by"].as_array().unwrap().len(), 1, "{done}");
    assert_eq!(done["unreachable"], json!([]), "it is there again");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_cut_off_is_named_with_the_time_at_which_it_refuses_everything() {
    let stage = Stage::start();
    let following = stage.followed().await;
    let (admin, token) = (stage.admin(), stage.token());
    let guard = following.guard();
    assert!(guard.bearer(&token, &Demand::any()).await.is_ok());
    stage.proxy.set(Network::Cut);
    let asked_at = Instant::now();
    let done = revoke_and_wait(&stage, (&stage.serve.address, &admin), 300);
    assert_eq!(done["enforced_by"], json!([]), "{done}");
    let unreachable = &done["unreachable"][0];
    let (seen_at, closes_at) = (
        &unreachable["last_seen_at"],
        &unreachable["fails_closed_at"],
    );
    let (seen_at, closes_at) = (seen_at.as_i64().unwrap(), closes_at.as_i64().unwrap());
    assert_eq!(
        closes_at - seen_at,
        i64::try_from(BOUNDS.dark.as_millis()).unwrap()
    );
    closes_in_time(&following, &token, (asked_at, &done)).await;
    // Nobody waits for it beyond that, however long he would.
    let waiting = Instant::now();
    let done = revoke_and_wait(&stage, (&stage.serve.address, &admin), 30_000);
    assert!(waiting.elapsed() < LIMIT / 2);
    assert_eq!(done["unreachable"][0]["fails_closed_at"], closes_at);
    stage.proxy.set(Network::Whole);
    until_dead(&following, &token, RECOVERY).await;
}
