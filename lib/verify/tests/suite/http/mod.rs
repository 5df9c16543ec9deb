//! Over HTTP, on loopback: from the metadata to a refusal, against a server that speaks the feed's wire; and
//! what a resource built on this crate answers.

mod resource;
mod server;
mod tls;

use std::time::Duration;

use symbolon_verify::follow::{Failure, Follow, Following, http};
use symbolon_verify::{Bounds, Death, Demand, Policy, Refusal};

use self::server::{CLIENT, SECRET, Server};
use crate::arrange::AUDIENCE;

/// Nothing here takes long; whatever takes this long has failed.
const LIMIT: Duration = Duration::from_secs(30);

fn follow(server: &Server) -> Following {
    let client = http::Client::new(CLIENT, SECRET);
    Follow::http(server.issuer(), AUDIENCE, client)
        .unwrap()
        .start()
}

/// Asks with every change of what is known until a token is dead.
async fn until_dead(following: &Following, token: &str) -> Death {
    let asking = async {
        loop {
            match following.guard().bearer(token, &Demand::any()).await {
                Err(Refusal::Dead(death)) => return death,
                Ok(_) | Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(LIMIT, asking).await.unwrap()
}

async fn learns_of_revocations(server: &Server) -> Following {
    let following = follow(server);
    assert!(following.ready(LIMIT).await, "{:?}", following.status());
    let (one, other) = (server.token(1), server.token(2));
    let guard = following.guard();
    assert!(guard.bearer(&one, &Demand::any()).await.is_ok());
    server.revoke(1);
    assert_eq!(until_dead(&following, &one).await, Death::Bit);
    assert!(guard.bearer(&other, &Demand::any()).await.is_ok());
    following
}

#[tokio::test]
async fn it_discovers_authenticates_itself_and_learns_of_revocations() {
    let server = Server::start(true).await;
    let following = learns_of_revocations(&server).await;
    let counted = following.status().counted;
    assert_eq!(
        (counted.snapshots, counted.streams, counted.refused),
        (1, 1, 0)
    );
    following.leave().await;
    assert!(server.was_left());
}

#[tokio::test]
async fn where_streams_do_not_pass_it_polls() {
    let server = Server::start(false).await;
    let following = learns_of_revocations(&server).await;
    assert_eq!(following.status().counted.streams, 0);
}

#[tokio::test]
async fn a_token_of_its_own_that_is_refused_is_replaced() {
    let server = Server::start(true).await;
    server.refuse_tokens_so_far();
    let following = follow(&server);
    assert!(following.ready(LIMIT).await, "{:?}", following.status());
    server.refuse_tokens_so_far();
    server.restart();
    server.revoke(3);
    assert_eq!(until_dead(&following, &server.token(3)).await, Death::Bit);
}

#[tokio::test]
async fn an_authority_is_asked_about_a_token_where_a_route_wants_that() {
    let server = Server::start(true).await;
    let client = http::Client::new(CLIENT, SECRET);
    // Never fresh: every token is asked about.
    let bounds = Bounds {
        fresh: Duration::ZERO,
        dark: LIMIT,
    };
    let follow = Follow::http(server.issuer(), AUDIENCE, client).unwrap();
    let following = follow.bounds(bounds).start();
    let guard = following.guard();
    let demand = Demand::any().policy(Policy::Introspect);
    let (active, inactive) = (server.token(4), server.token(5));
    server.disown(&inactive);
    assert!(guard.bearer(&active, &demand).await.is_ok());
    let refused = guard.bearer(&inactive, &demand).await;
    assert_eq!(refused.err(), Some(Refusal::Inactive));
}

#[test]
fn an_issuer_without_tls_is_refused() {
    for issuer in [
        "http://id.example",
        "ftp://id.example",
        "id.example",
        "https://",
    ] {
        let client = http::Client::new(CLIENT, SECRET);
        let refused = http::Http::new(issuer, AUDIENCE, client).err();
        assert!(matches!(refused, Some(Failure::Refused(_))), "{issuer}");
    }
}
