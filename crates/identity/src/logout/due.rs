//! News that is due: taken by one node at a time, tried again later each time, given up at last.

use std::time::Duration;

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, RealmNode, SessionNode, SubjectNode};

use super::rows;
use crate::{LoadError, World, WriteError};

/// How often a client is tried: over about a day.
pub const MAX_TRIES: u32 = 12;

/// How long the first try may take before another one; each takes twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(20);

/// One client that has yet to be told that a session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// What ended.
    pub session: SessionNode,
    /// Whom to tell.
    pub client: ClientNode,
    /// The realm of both.
    pub realm: RealmNode,
    /// Whose session it was.
    pub subject: SubjectNode,
    /// How often it was tried before.
    pub tries: u32,
}

/// Takes some news that is due, at most so many. What is taken and neither done nor failed comes up
/// again by itself.
///
/// # Errors
/// [`LoadError`].
pub async fn due(world: &World, call: &Call, limit: u32) -> Result<Vec<Due>, LoadError> {
    let mut taken = Vec::new();
    for due in rows::due(&world.db, call.now, limit).await? {
        let pause = FIRST_PAUSE.saturating_mul(1 << due.tries.min(MAX_TRIES));
        let unit = Unit::default().step(rows::take(&due, call.now.plus(pause)));
        match world.db.commit(unit).await {
            Ok(_) => taken.push(due),
            Err(CommitError::Conflict { .. }) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Ok(taken)
}

/// The client was told.
///
/// # Errors
/// [`WriteError`]: it is told again.
pub async fn done(world: &World, call: &Call, due: &Due) -> Result<(), WriteError> {
    let event = Event::done(call, due.realm, Verb::Issue, Noun::Logout);
    let event = event
        .client(due.client)
        .subject(due.subject)
        .session(due.session);
    let unit = Unit::entry(event.entry()).step(rows::done(due));
    world.db.commit(unit).await?;
    Ok(())
}

/// The client is not told, because it cannot or will not be: it is gone, or has no address any more.
///
/// # Errors
/// [`WriteError`]: it comes up again.
pub async fn dropped(
    world: &World,
    call: &Call,
    due: &Due,
    why: &'static str,
) -> Result<(), WriteError> {
    let event = Event::refused(call, due.realm, Verb::Issue, Noun::Logout, why);
    let event = event
        .client(due.client)
        .subject(due.subject)
        .session(due.session);
    let unit = Unit::entry(event.entry()).step(rows::done(due));
    world.db.commit(unit).await?;
    Ok(())
}

/// The client was not told. After the last try it is given up, and the journal says so.
///
/// # Errors
/// [`WriteError`].
pub async fn failed(world: &World, call: &Call, due: &Due, why: &str) -> Result<(), WriteError> {
    if due.tries + 1 < MAX_TRIES {
        return Ok(());
    }
    let event = Event::refused(call, due.realm, Verb::Issue, Noun::Logout, "unreachable");
    let event = event
        .client(due.client)
        .subject(due.subject)
        .session(due.session);
    let unit = Unit::entry(event.reason(why).entry()).step(rows::done(due));
    world.db.commit(unit).await?;
    Ok(())
}
