//! Tell verifiers what happens, as long as the server runs.
//!
//! 1. What happens is told at once, unless something was told a moment ago: then at that moment's end,
//!    with everything else that has happened by then ([`GAP`]).
//! 2. Every second whoever listens hears that nothing was kept from him.
//! 3. Every minute what ended a day ago is forgotten.
//! 4. The other processes on the same database hear how far those who follow this one are; where there
//!    are none, the next one is told who follows.
//! 5. What verifiers acknowledged at another process, because a balancer sent them there, is collected.
//! 6. A canary dies every few seconds, if somebody follows.

use std::time::Duration;

use symbolon_http::App;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

/// From one frame to the next, at least: sixty signatures a second for each channel at the most.
const GAP: Duration = Duration::from_millis(15);

/// How often followers hear a heartbeat (docs/feed.md).
const BEAT: Duration = Duration::from_secs(1);

/// How often what ended is forgotten.
const PRUNE: Duration = Duration::from_mins(1);

/// How often other processes are told of followers, at most: what a receipt of theirs may wait.
const SHARE: Duration = Duration::from_millis(50);

/// How often it is written that followers left, where nobody but the next process wants to know.
const LEAVE: Duration = Duration::from_secs(1);

/// How often to look whether verifiers were heard by another process; where none is, it is seldom looked.
const COLLECT: Duration = Duration::from_millis(25);

/// How long to wait when the database does not answer.
const RETRY: Duration = Duration::from_secs(1);

/// Stands in for a canary that never dies.
const NEVER: Duration = Duration::from_hours(24 * 365);

/// Tells, for ever. The canary dies this often, if it does.
pub(crate) async fn tell(app: App, canary: Option<Duration>) {
    let (mut beat, mut prune) = (every(BEAT), every(PRUNE));
    let mut dies = every(canary.unwrap_or(NEVER));
    let (mut next, mut is_stirred) = (Instant::now(), false);
    loop {
        let (feed, world) = (app.feed(), app.world());
        tokio::select! {
            () = world.changes.stir(), if !is_stirred => is_stirred = true,
            () = sleep_until(next), if is_stirred => {
                is_stirred = false;
                feed.cut(world, app.now()).await;
                next = Instant::now() + GAP;
            }
            _ = beat.tick() => feed.beat(world, app.now()),
            _ = prune.tick() => world.changes.prune(app.now()),
            _ = dies.tick(), if canary.is_some() => feed.canary(world, app.now()),
        }
    }
}

/// Tells other processes, for ever: step 4. Apart from telling, which waits for no commit.
pub(crate) async fn share(app: App) {
    let often = if app.world().db.is_exclusive() {
        LEAVE
    } else {
        SHARE
    };
    let (mut share, mut forget) = (every(often), every(PRUNE));
    loop {
        let (feed, world) = (app.feed(), app.world());
        tokio::select! {
            _ = share.tick() => {
                feed.share(world, app.now()).await;
            }
            _ = forget.tick() => feed.forget(world, app.now()).await,
        }
    }
}

/// Collects, for ever: step 5. Apart from telling, which waits for no database.
pub(crate) async fn collect(app: App) {
    if app.world().db.is_exclusive() {
        return;
    }
    let mut look = every(COLLECT);
    loop {
        look.tick().await;
        if let Err(error) = app.collect_acknowledgements().await {
            tracing::warn!(%error, "what verifiers acknowledged elsewhere was not collected");
            sleep_until(Instant::now() + RETRY).await;
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut every = interval(period);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    every
}
