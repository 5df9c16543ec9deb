//! Verify a cookie: is it a session's that runs, of somebody who may still sign in?

use symbolon_lineage::judge_descent;
use symbolon_lineage::node::State;
use symbolon_token::kind::Kind;
use symbolon_token::node::RealmNode;
use symbolon_token::opaque;
use symbolon_token::time::Time;

use super::{SEEN_EVERY, Session, rows};
use crate::{Draft, LoadError, World};

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
            return Ok(Some(session).filter(|session| lives(world, session, now)));
        }
    }
    Ok(None)
}

/// Whether a session may be used.
pub(super) fn lives(world: &World, session: &Session, now: Time) -> bool {
    let lineages = &world.lineages;
    let stands = lineages.standing(session.node.0).state == State::Live;
    let descends = judge_descent(lineages, session.realm, &session.lineage).is_ok();
    session.is_running(now) && stands && descends
}

/// What notes that a session was used, where that is due.
pub fn seen(session: &Session, now: Time) -> Draft {
    let due = session.seen_at.plus(SEEN_EVERY) <= now;
    Draft::steps(due.then(|| rows::seen(session.node, now)))
}
