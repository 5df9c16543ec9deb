//! Revocations that wait for those who follow, and their receipts.

use std::time::Duration;

use axum::http::StatusCode;
use symbolon_jose::jwt::{self, Expected, Names, Purpose};
use symbolon_store::testing::{postgres_url, target};
use symbolon_store::{Db, Target};

use super::*;
use crate::arrange::migrations;

/// A follower that keeps up: what it is told, it acknowledges.
struct Follower<'s> {
    site: &'s Site,
    token: String,
    name: &'static str,
    stream: String,
}

impl<'s> Follower<'s> {
    async fn join(site: &'s Site, name: &'static str) -> Self {
        let token = token(site, "api").await;
        let position = snapshot(site, &token).await.position;
        let stream = position.stream.to_string();
        let one = Self {
            site,
            token,
            name,
            stream,
        };
        one.say(position.n).await;
        one
    }

    async fn say(&self, n: u64) {
        let said = json!({
            "audience": API, "stream": self.stream, "n": n, "follower": self.name,
            "nonce": "AAAAAAAAAAAAAAAAAAAAAA", "dark_after_ms": 10_000,
        });
        let ask = self.site.post("/feed/acknowledgements", &said);
        let reply = ask.bearer(&self.token).send().await;
        assert_eq!(reply.status, StatusCode::OK, "{reply}");
    }

    /// Waits for the frame after this one, and acknowledges it.
    async fn hear(&self, after: u64) {
        let (stream, site) = (&self.stream, self.site);
        let path = format!("/feed/poll?audience={API}&stream={stream}&after={after}&wait_ms=30000");
        let reply = get(site, &path, &self.token).await;
        let frames = reply.json()["frames"].as_array().unwrap().len();
        assert!(frames > 0, "{reply}");
        self.say(after + frames as u64).await;
    }
}

/// The two tasks that a server runs, once something has happened.
async fn tell(site: &Site) {
    site.world.changes.stir().await;
    cut(site).await;
}

pub(super) fn asked(wait: &str, timeout_ms: u32) -> Value {
    json!({
        "cause": {"client": "stranger"}, "reason": "leaked", "wait": wait, "timeout_ms": timeout_ms,
    })
}

fn one(name: &str, since: i64) -> Value {
    json!({"follower": name, "client": "api", "audience": API, "since": since})
}

#[tokio::test]
async fn a_revocation_that_waits_names_those_who_refuse_it_and_so_does_its_receipt() {
    let (site, _folder) = site().await;
    let follower = Follower::join(&site, "one").await;
    let ask = site.post("/v1/revocations", &asked("all", 30_000)).local();
    let (reply, (), ()) = tokio::join!(ask.send(), tell(&site), follower.hear(0));
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    let done = reply.json();
    assert_eq!(done["enforced_by"], json!([one("one", site.now().0)]));
    assert_eq!(done["unreachable"], json!([]));
    let published = site.get("/jwks").send().await;
    let set = JwkSet::parse(published.text()).unwrap();
    let keys = KeySet::from_jwks(&set, &[Algorithm::Es256]).unwrap();
    let (issuer, now) = ("https://auth.example", site.now().seconds());
    let expected = Expected::new(Purpose::RevocationReceipt, issuer, Names::Unchecked, now);
    let receipt = done["receipt"].as_str().unwrap();
    let claims = jwt::verify::<Value>(receipt, &keys, &expected);
    let claims = claims.unwrap().into_claims();
    for member in ["sequence", "enforced_by", "unreachable"] {
        assert_eq!(claims[member], done[member]);
    }
}

#[tokio::test]
async fn who_is_silent_is_named_with_the_time_at_which_it_refuses_everything() {
    let (site, _folder) = site().await;
    let _silent = Follower::join(&site, "silent").await;
    let reply = site.post("/v1/revocations", &asked("all", 1)).local();
    let done = reply.send().await.json();
    let seen = site.now();
    let expected = json!([{
        "follower": "silent", "client": "api", "audience": API, "last_seen_at": seen,
        "fails_closed_at": seen.plus(Duration::from_secs(10)),
    }]);
    assert_eq!(
        (&done["unreachable"], &done["enforced_by"]),
        (&expected, &json!([]))
    );
    site.later(Duration::from_secs(10)).await;
    // It refuses everything by now, so nobody need wait for it.
    let reply = site.post("/v1/revocations", &asked("all", 30_000)).local();
    let done = reply.send().await.json();
    assert_eq!(done["unreachable"], expected);
}

#[tokio::test]
async fn a_quorum_is_half_of_those_that_are_connected() {
    let (site, _folder) = site().await;
    let one = Follower::join(&site, "one").await;
    let _other = Follower::join(&site, "other").await;
    let ask = site
        .post("/v1/revocations", &asked("quorum", 30_000))
        .local();
    let (reply, (), ()) = tokio::join!(ask.send(), tell(&site), one.hear(0));
    let done = reply.json();
    assert_eq!(done["enforced_by"].as_array().unwrap().len(), 1, "{done}");
    assert_eq!(done["unreachable"].as_array().unwrap().len(), 1, "{done}");
}

#[tokio::test]
async fn a_retry_with_the_same_key_gets_the_same_answer() {
    let (site, _folder) = site().await;
    let follower = Follower::join(&site, "one").await;
    let ask = || {
        let ask = site.post("/v1/revocations", &asked("all", 30_000)).local();
        ask.header("idempotency-key", "k1").send()
    };
    let (first, (), ()) = tokio::join!(ask(), tell(&site), follower.hear(0));
    site.later(Duration::from_mins(1)).await;
    let again = ask().await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(first.json()["enforced_by"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_oauth_endpoint_may_wait_too_and_names_nobody() {
    let (site, _folder) = site().await;
    let follower = Follower::join(&site, "one").await;
    let dead = token_for(&site, "api", ("read", API)).await;
    let form = |wait| {
        format!(
            "token={dead}&client_id=api&client_secret=a+secret+of+the+tests&wait={wait}\
             &timeout_ms=30000"
        )
    };
    cut(&site).await;
    let n = snapshot(&site, &follower.token).await.position.n;
    let (all, most) = (form("all"), form("most"));
    let ask = site.ask(Method::POST, "/revoke").form(&all);
    let (reply, (), ()) = tokio::join!(ask.send(), tell(&site), follower.hear(n));
    assert_eq!(reply.json(), json!({"enforced_by": 1, "unreachable": 0}));
    let refused = site.ask(Method::POST, "/revoke").form(&most).send().await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

/// Two authorities on one database: the second knows what the first has made.
pub(super) async fn two() -> (Site, Site) {
    let target: Target = target(&postgres_url().await);
    let open = || async { Db::open(&target, &migrations()).await.unwrap() };
    let first = Site::over(open().await).await;
    arrange(&first).await;
    let second = Site::beside(&first, open().await).await;
    (first, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_at_one_authority_is_told_by_the_other_whose_followers_count() {
    let (here, there) = two().await;
    let follower = Follower::join(&there, "there").await;
    let near = Follower::join(&here, "here").await;
    there.app.feed().share(&there.world, there.now()).await;
    let ask = here.post("/v1/revocations", &asked("all", 30_000)).local();
    // What a server's tasks and its follower do every few milliseconds, here as fast as they can.
    let follows = async {
        let mut n = 0;
        loop {
            there.world.catch_up(there.now()).await.unwrap();
            cut(&there).await;
            n += poll(&there, &follower.token, (&follower.stream, n))
                .await
                .len() as u64;
            follower.say(n).await;
            there.app.feed().share(&there.world, there.now()).await;
        }
    };
    let asks = async { tokio::join!(ask.send(), tell(&here), near.hear(0)).0 };
    let reply = tokio::select! {
        reply = asks => reply,
        () = follows => unreachable!(),
    };
    let done = reply.json();
    let names = done["enforced_by"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|one| one["follower"].as_str().unwrap()).collect();
    assert_eq!(
        (names, &done["unreachable"]),
        (vec!["here", "there"], &json!([]))
    );
}
