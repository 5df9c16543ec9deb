//! Clients are told that sessions have ended: soon after the end itself, and again later where they
//! did not answer.
//!
//! 1. The journal wakes this task when a session may have ended; else it looks every second, for
//!    what comes up again and for what another node left behind.
//! 2. As much is taken as has room on its way; a client that is slow holds up itself alone.

use std::sync::Arc;
use std::time::Duration;

use symbolon_identity::World;
use symbolon_identity::logout::{self, Due};
use symbolon_oauth::backchannel::{Deliver, Delivery, Outcome, Undelivered, deliver};
use symbolon_outbound::Outbound;
use symbolon_token::secret::Secret;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::clock;
use crate::node_lease::NodeLease;
use crate::open::own_call;

/// How often news is looked for that nobody woke us for.
const EVERY: Duration = Duration::from_secs(1);

/// Clients that are told at once: as many as calls may be on their way.
const AT_ONCE: u32 = 32;

/// The way to clients, over the network.
pub(crate) struct Post(pub(crate) Outbound);

impl Deliver for Post {
    fn deliver<'a>(&'a self, address: &'a str, token: &'a Secret) -> Delivery<'a> {
        Box::pin(async move {
            let form = [("logout_token", token.reveal())];
            match self.0.post_form(address, &form).await {
                // Some frameworks answer 204 where there is nothing to say.
                Ok(answer) if matches!(answer.status, 200 | 204) => Ok(()),
                Ok(answer) => Err(Undelivered {
                    word: format!("answered {}", answer.status),
                    sentence: format!("it answered {}", answer.status),
                }),
                Err(error) => Err(Undelivered {
                    word: error.word().to_owned(),
                    sentence: error.to_string(),
                }),
            }
        })
    }
}

/// Tells clients until it is dropped.
pub(crate) async fn tell(world: Arc<World>, lease: Arc<NodeLease>, port: Arc<dyn Deliver>) {
    let mut due = interval(EVERY);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut telling = JoinSet::new();
    let mut is_more = false;
    loop {
        tokio::select! {
            _ = due.tick() => {}
            () = world.news.heard() => {}
            Some(_) = telling.join_next() => if !is_more {
                continue;
            }
        }
        let room = AT_ONCE.saturating_sub(u32::try_from(telling.len()).unwrap_or(AT_ONCE));
        if room == 0 || !lease.holds(clock::now()) {
            continue;
        }
        match logout::due(&world, &own_call(&world), room).await {
            Ok(taken) => {
                is_more = u32::try_from(taken.len()) == Ok(room);
                for due in taken {
                    let (world, port) = (Arc::clone(&world), Arc::clone(&port));
                    telling.spawn(async move { tell_one(&world, &*port, due).await });
                }
            }
            Err(error) => tracing::warn!(%error, "it cannot be read which clients are to be told"),
        }
    }
}

async fn tell_one(world: &World, port: &dyn Deliver, due: Due) {
    let call = own_call(world);
    let (client, tries) = (due.client, due.tries + 1);
    match deliver(world, &call, port, &due).await {
        Ok(Outcome::Told) => tracing::debug!(client.id = %client, "a client knows of a sign-out"),
        Ok(Outcome::Dropped(why)) => {
            tracing::info!(client.id = %client, why, "a client is not told of a sign-out");
        }
        Ok(Outcome::Failed(why)) if tries >= logout::MAX_TRIES => {
            tracing::warn!(client.id = %client, %why, tries, "a client was not told of a sign-out");
        }
        Ok(Outcome::Failed(why)) => {
            tracing::info!(client.id = %client, %why, tries, "a client will be told of a sign-out");
        }
        Err(error) => tracing::warn!(client.id = %client, %error, "a client will be told later"),
    }
}
