//! Verify a cookie: is it a session's that runs, of somebody who may still sign in?

use symbolon_lineage::node::State;
use symbolon_token::kind::Kind;
use symbolon_token::node::RealmNode;
use symbolon_token::opaque;
use symbolon_token::time::Time;

use super::{SEEN_EVERY, Session, rows};
use crate::{Draft, LoadError, World, descent};

/// The session of a cookie, if it runs and nothing that it descends from is dead. Anything else is as
/// good as no cookie.
///
/// # Errors
/// [`LoadError`].
pub async fn verify(
    world: &World,
    realm: RealmNode,
    cookie: &str,
    now: Time,
) -> Result<Option<Session>, LoadError> {
    if opaque::kind(cookie) != Ok(Kind::Session) {
        return Ok(None);
    }
    let peppers = &world.material.peppers;
    for found in peppers.digests(realm, Kind::Session, cookie) {
        if let Some(session) = rows::by_digest(&world.db, realm, found.digest).await? {
            return living(world, session, now).await;
        }
    }
    Ok(None)
}

/// The session, if it may be used.
pub(super) async fn living(
    world: &World,
    session: Session,
    now: Time,
) -> Result<Option<Session>, LoadError> {
    let descent = (session.realm, &session.lineage);
    let descends = descent::judge(world, descent, now).await?.is_ok();
    let stands = world.lineages.standing(session.node.0).state == State::Live;
    let lives = session.is_running(now) && stands && descends;
    Ok(lives.then_some(session))
}

/// What notes that a session was used, where that is due.
pub fn seen(session: &Session, now: Time) -> Draft {
    let due = session.seen_at.plus(SEEN_EVERY) <= now;
    Draft::steps(due.then(|| rows::seen(session.node, now)))
}
