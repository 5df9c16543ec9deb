//! `kill -9` in the middle of load, again and again: what was acknowledged is there, and what works
//! once has worked once.

mod load;
mod person;

use crate::harness::Site;
use load::Load;
use person::People;

/// How often each engine is killed.
const ROUNDS: usize = 50;

fn survives(site: &Site) {
    let load = Load::prepare(site);
    for round in 0..ROUNDS {
        // Early and late in the life of a batch, and at all places between.
        let acknowledgements = 3 + round * 13 % 47;
        let done = load.until_killed(site, acknowledgements);
        load.verify(site, &done);
    }
    let journal = site.command(&["journal", "verify"]);
    assert_eq!(journal.code, 0, "{}", journal.out);
}

#[test]
fn sqlite_loses_nothing_that_was_acknowledged() {
    survives(&Site::sqlite());
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_loses_nothing_that_was_acknowledged() {
    let site = Site::postgres().await;
    tokio::task::spawn_blocking(move || survives(&site))
        .await
        .unwrap();
}

fn people_survive(site: &Site) {
    let people = People::prepare(site);
    for round in 0..ROUNDS {
        let acknowledgements = 3 + round * 7 % 29;
        let done = people.until_killed(site, acknowledgements);
        People::verify(site, &done);
    }
}

#[test]
fn on_sqlite_no_code_or_refresh_token_works_twice() {
    people_survive(&Site::sqlite());
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_no_code_or_refresh_token_works_twice() {
    let site = Site::postgres().await;
    tokio::task::spawn_blocking(move || people_survive(&site))
        .await
        .unwrap();
}
