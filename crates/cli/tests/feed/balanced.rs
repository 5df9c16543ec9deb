//! Two authorities on one PostgreSQL behind a balancer that sends each request to the next of them: what one
//! says by a stream, the other hears acknowledged.

use serde_json::{Value, json};
use symbolon_verify::follow::Following;
use symbolon_verify::{Demand, Refusal};

use crate::harness::{Serve, Site};
use crate::present::{busy, until_dead};
use crate::receipt::revoke_and_wait;
use crate::stage::{AUDIENCE, BOUNDS, RECOVERY, Stage};
use crate::two::second;

/// Revokes at this process and waits for everybody: that is the one who follows, and it refuses.
async fn revoked_at(stage: &Stage, address: &str, following: &Following) -> Value {
    let (admin, token) = (stage.admin(), stage.token());
    let guard = following.guard();
    let said = guard.bearer(&token, &Demand::any()).await;
    assert!(said.is_ok(), "{:?}; {:?}", said.err(), following.status());
    let done = revoke_and_wait(stage, (address, &admin), 10_000);
    let said = guard.bearer(&token, &Demand::any()).await;
    let is_dead = matches!(said, Err(Refusal::Dead(_)));
    assert!(is_dead, "{:?}; {done}", said.err());
    assert_eq!(done["unreachable"], json!([]), "{done}");
    let enforcers = done["enforced_by"].as_array().unwrap();
    assert_eq!(enforcers.len(), 1, "{done}");
    assert_eq!(
        (&enforcers[0]["client"], &enforcers[0]["audience"]),
        (&json!("api"), &json!(AUDIENCE))
    );
    enforcers[0]["follower"].clone()
}

/// For longer than what was heard once would stay FRESH.
async fn stays_fresh(stage: &Stage, following: &Following) {
    let tally = busy(stage, &[following], BOUNDS.dark).await;
    let seldom = (tally.unavailable, tally.stale, tally.dark);
    assert_eq!(seldom, (0, 0, 0), "{tally:?}; {:?}", following.status());
    assert!(tally.admitted > 0 && tally.refused_dead > 0, "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_balancer_without_affinity_a_verifier_is_fresh_and_stays_so() {
    let url = symbolon_store::testing::postgres_url().await;
    let database = format!("postgres = \"{url}\"");
    let mut stage = Stage::start_in(Site::new(&database), &database, &[]);
    let mut other: Serve = second(&stage.site);
    let addresses = [stage.serve.address.clone(), other.address.clone()];
    let [one, two] = &addresses;
    stage.proxy.lead_in_turn(&[one, two]);
    let following = stage.followed().await;
    stays_fresh(&stage, &following).await;
    let name = revoked_at(&stage, one, &following).await;
    assert_eq!(revoked_at(&stage, two, &following).await, name);
    let counted = following.status().counted;
    assert_eq!((counted.snapshots, counted.streams), (1, 1), "{counted:?}");
    assert!(stage.proxy.carried() > 0, "{counted:?}");
    // The one that tells the stream dies; the other is asked from now on, by everybody.
    if stage.proxy.told_by() == *one {
        std::mem::swap(&mut stage.serve, &mut other);
    }
    assert_eq!(stage.proxy.told_by(), other.address);
    other.process.kill();
    let token = stage.token();
    stage.revoke(&token);
    let known = until_dead(&following, &token, RECOVERY).await;
    println!("known in {known:?}: {:?}", following.status());
    assert!(following.ready(RECOVERY).await, "{:?}", following.status());
    let survivor = stage.serve.address.clone();
    assert_eq!(revoked_at(&stage, &survivor, &following).await, name);
    stays_fresh(&stage, &following).await;
    // Another process in its place, to which the balancer goes back.
    let again = second(&stage.site);
    stage.proxy.lead_in_turn(&[&survivor, &again.address]);
    let carried = stage.proxy.carried();
    stays_fresh(&stage, &following).await;
    for address in [&survivor, &again.address] {
        assert_eq!(revoked_at(&stage, address, &following).await, name);
    }
    assert!(stage.proxy.carried() > carried);
    following.leave().await;
    let done = revoke_and_wait(&stage, (&again.address, &stage.admin()), 10_000);
    assert_eq!(
        (&done["enforced_by"], &done["unreachable"]),
        (&json!([]), &json!([]))
    );
}
