//! Two authorities on one database, behind something that asks now one, now the other: acknowledgements
//! find the one that tells the stream, and echoes come by it.

use std::time::Duration;

use axum::http::StatusCode;
use symbolon_token::feed::{ECHO_TYP, Echo, StreamName};

use super::enforcement::{asked, two};
use super::stream::{Event, Events, Serving, serve};
use super::*;

const NONCE: &str = "AAECAwQFBgcICQoLDA0ODw";

/// One that listens at one process, under a name.
struct Listener {
    token: String,
    events: Events,
    stream: StreamName,
    n: u64,
}

impl Listener {
    async fn open(site: &Site, serving: &Serving, (client, name): (&str, &str)) -> Self {
        let token = token(site, client).await;
        let named = format!("&follower={name}");
        let mut events = Events::open(serving, &token, &named).await;
        let first = events.next().await.unwrap();
        let begins: Snapshot = signed(site, &first.data, SNAPSHOT_TYP).await;
        assert_eq!(events.next().await.unwrap().name, "heartbeat");
        Self {
            token,
            events,
            stream: begins.position.stream,
            n: begins.position.n,
        }
    }

    /// What it says of itself.
    fn said(&self, more: &Value) -> Value {
        let mut said = json!({
            "audience": API, "stream": self.stream, "n": self.n, "nonce": NONCE, "follower": "one",
            "dark_after_ms": 10_000,
        });
        let members = more.as_object().unwrap().clone();
        said.as_object_mut().unwrap().extend(members);
        said
    }

    async fn acknowledge(&self, at: &Site, more: &Value) -> StatusCode {
        let said = at.post("/feed/acknowledgements", &self.said(more));
        said.bearer(&self.token).send().await.status
    }

    async fn next(&mut self, name: &str) -> Event {
        let event = self.events.next().await.unwrap();
        assert_eq!(event.name, name);
        event
    }

    /// Its echo.
    async fn echo(&mut self, site: &Site) -> Echo {
        let event = self.next("echo").await;
        signed(site, &event.data, ECHO_TYP).await
    }
}

async fn collect(site: &Site) {
    site.app.collect_acknowledgements().await.unwrap();
}

async fn share(site: &Site) {
    site.app.feed().share(&site.world, site.now()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_is_carried_and_its_echo_comes_by_the_stream() {
    let (here, there) = two().await;
    let serving = serve(&here).await;
    let mut one = Listener::open(&here, &serving, ("api", "one")).await;
    assert_eq!(
        one.acknowledge(&there, &json!({})).await,
        StatusCode::ACCEPTED
    );
    assert_eq!(here.app.feed().size().1, 0);
    collect(&here).await;
    let echo = one.echo(&here).await;
    assert_eq!(
        (echo.nonce.to_string(), echo.position.n),
        (NONCE.to_owned(), 0)
    );
    assert_eq!(echo.position.stream, one.stream);
    assert_eq!(
        (here.app.feed().size().1, there.app.feed().size().1),
        (1, 0)
    );
    // It is taken once.
    collect(&here).await;
    here.app.feed().beat(&here.world, here.now());
    one.next("heartbeat").await;
    // Behind the frames of which it speaks.
    dies(&here).await;
    one.acknowledge(&there, &json!({})).await;
    collect(&here).await;
    one.next("frame").await;
    assert_eq!(one.echo(&here).await.position.n, 1);
    let metrics = there.get("/metrics").local().send().await;
    let line = "symbolon_feed_acknowledgements_carried_total 2\n";
    assert!(metrics.text().contains(line), "{}", metrics.text());
    // Where it is told, it is answered.
    assert_eq!(
        one.acknowledge(&here, &json!({"n": 1})).await,
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_hears_is_not_carried() {
    let (here, there) = two().await;
    let serving = serve(&here).await;
    let one = Listener::open(&here, &serving, ("api", "one")).await;
    for more in [
        json!({"stream": "AAAAAAAAAAAAAAAAAAAAAA"}),
        json!({"follower": "other"}),
        json!({"n": u64::MAX}),
    ] {
        let status = one.acknowledge(&there, &more).await;
        assert_eq!(status, StatusCode::GONE, "{more}");
    }
    let bad = one
        .acknowledge(&there, &json!({"follower": "a\u{7}"}))
        .await;
    assert_eq!(bad, StatusCode::BAD_REQUEST);
    // The process that told it says nothing of it any more.
    here.later(Duration::from_mins(1)).await;
    there.world.catch_up(there.now()).await.unwrap();
    assert_eq!(one.acknowledge(&there, &json!({})).await, StatusCode::GONE);
    share(&here).await;
    assert_eq!(
        one.acknowledge(&there, &json!({})).await,
        StatusCode::ACCEPTED
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_has_ended_is_no_place_to_carry_to() {
    let (here, there) = two().await;
    let serving = serve(&here).await;
    let mut one = Listener::open(&here, &serving, ("api", "one")).await;
    here.app.feed().leave();
    assert_eq!(one.events.next().await, None);
    share(&here).await;
    assert_eq!(one.acknowledge(&there, &json!({})).await, StatusCode::GONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_for_another_client_s_follower() {
    let (here, there) = two().await;
    let serving = serve(&here).await;
    let mut one = Listener::open(&here, &serving, ("api", "one")).await;
    let stranger = Listener {
        token: token(&there, "guard").await,
        ..Listener::open(&here, &serving, ("api", "two")).await
    };
    assert_eq!(
        stranger.acknowledge(&there, &json!({})).await,
        StatusCode::GONE
    );
    // Under the same name it has its own stream and hears its own echo.
    let mut guard = Listener::open(&here, &serving, ("guard", "one")).await;
    assert_eq!(
        guard.acknowledge(&there, &json!({})).await,
        StatusCode::ACCEPTED
    );
    collect(&here).await;
    guard.echo(&here).await;
    here.app.feed().beat(&here.world, here.now());
    one.next("heartbeat").await;
    // Who may not follow is not heard at all.
    let stranger = Listener {
        token: token(&there, "stranger").await,
        ..stranger
    };
    assert_eq!(
        stranger.acknowledge(&there, &json!({})).await,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_overtake_each_other_the_further_one_is_heard() {
    let (here, there) = two().await;
    let serving = serve(&here).await;
    let mut one = Listener::open(&here, &serving, ("api", "one")).await;
    dies(&here).await;
    one.next("frame").await;
    one.acknowledge(&there, &json!({"n": 1})).await;
    let late = json!({"n": 0, "nonce": "AAAAAAAAAAAAAAAAAAAAAA"});
    assert_eq!(one.acknowledge(&there, &late).await, StatusCode::ACCEPTED);
    collect(&here).await;
    assert_eq!(one.echo(&here).await.nonce.to_string(), NONCE);
}

fn names(done: &Value, member: &str) -> Vec<String> {
    let all = done[member].as_array().unwrap().iter();
    all.map(|one| one["follower"].as_str().unwrap().to_owned())
        .collect()
}

/// What the tasks of the process that it listens to and the follower itself do every few milliseconds, here
/// as fast as they can; it acknowledges at the other one.
async fn follows(listens: &Site, says: &Site, one: &mut Listener) {
    loop {
        listens.world.catch_up(listens.now()).await.unwrap();
        cut(listens).await;
        one.n += poll(listens, &one.token, (one.stream, one.n)).await.len() as u64;
        one.acknowledge(says, &json!({})).await;
        collect(listens).await;
        share(listens).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_revokes_at_either_process_hears_of_one_who_was_heard_at_the_other() {
    let (here, there) = two().await;
    let serving = serve(&here).await;
    let mut one = Listener::open(&here, &serving, ("api", "one")).await;
    one.acknowledge(&there, &json!({})).await;
    collect(&here).await;
    one.echo(&here).await;
    for revokes in [&there, &here] {
        let ask = revokes.post("/v1/revocations", &asked("all", 30_000));
        let done = tokio::select! {
            reply = ask.local().send() => reply.json(),
            () = follows(&here, &there, &mut one) => unreachable!(),
        };
        assert_eq!(names(&done, "enforced_by"), ["one"], "{done}");
        assert_eq!(done["unreachable"], json!([]));
    }
    // It leaves, at the process that it does not listen to.
    one.acknowledge(&there, &json!({"leaving": true})).await;
    collect(&here).await;
    share(&here).await;
    for site in [&here, &there] {
        let reply = site.post("/v1/revocations", &asked("all", 0)).local();
        let done = reply.send().await.json();
        assert_eq!(
            (&done["enforced_by"], &done["unreachable"]),
            (&json!([]), &json!([]))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_on_to_another_process_is_counted_where_it_is() {
    let (here, there) = two().await;
    let (near, far) = (serve(&here).await, serve(&there).await);
    let gone = Listener::open(&here, &near, ("api", "one")).await;
    gone.acknowledge(&here, &json!({})).await;
    here.later(Duration::from_secs(1)).await;
    let mut one = Listener::open(&there, &far, ("api", "one")).await;
    one.acknowledge(&there, &json!({})).await;
    // The first one tells others of what it heard last, which is older.
    share(&here).await;
    let ask = here.post("/v1/revocations", &asked("all", 30_000));
    let done = tokio::select! {
        reply = ask.local().send() => reply.json(),
        () = follows(&there, &there, &mut one) => unreachable!(),
    };
    assert_eq!(names(&done, "enforced_by"), ["one"], "{done}");
    assert_eq!(done["unreachable"], json!([]));
}
