//! `kill -9` in the middle of load, again and again: what was acknowledged is there, and what works
//! once has worked once.

mod load;

use crate::harness::Site;
use load::Load;

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
