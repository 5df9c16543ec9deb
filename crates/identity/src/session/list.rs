//! Find one session, or list those of a person, oldest first.

use symbolon_token::node::{RealmNode, SessionNode, SubjectNode};
use symbolon_token::time::Time;

use super::{Session, rows, verify};
use crate::{LoadError, World};

/// The session, if it runs.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    session: SessionNode,
    now: Time,
) -> Result<Option<Session>, LoadError> {
    let found = rows::by_node(&world.db, realm, session).await?;
    Ok(found.filter(|session| verify::lives(world, session, now)))
}

/// The next sessions of a person after one, at most so many, that run.
///
/// # Errors
/// [`LoadError`].
pub async fn list(
    world: &World,
    whose: (RealmNode, SubjectNode),
    after: Option<SessionNode>,
    (limit, now): (u32, Time),
) -> Result<Vec<Session>, LoadError> {
    let mut found = rows::of_subject(&world.db, whose, after, (limit, now)).await?;
    found.retain(|session| verify::lives(world, session, now));
    Ok(found)
}
