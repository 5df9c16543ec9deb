//! Find one session, or list those of a person or a realm, oldest first.

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
    match found {
        Some(session) => verify::living(world, session, now).await,
        None => Ok(None),
    }
}

/// Whose session this is, unless it has ended; a suspended one has an owner too.
///
/// # Errors
/// [`LoadError`].
pub async fn owner(
    world: &World,
    realm: RealmNode,
    session: SessionNode,
) -> Result<Option<SubjectNode>, LoadError> {
    let found = rows::by_node(&world.db, realm, session).await?;
    Ok(found.map(|session| session.subject))
}

/// The next sessions of a person after one, at most so many, that run. Fewer are the last ones: rows
/// of sessions that are over are passed by.
///
/// # Errors
/// [`LoadError`].
pub async fn list(
    world: &World,
    whose: (RealmNode, SubjectNode),
    mut after: Option<SessionNode>,
    (limit, now): (u32, Time),
) -> Result<Vec<Session>, LoadError> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut running = Vec::new();
    loop {
        let found = rows::of_subject(&world.db, whose, after, (limit, now)).await?;
        let is_last = found.len() < wanted;
        after = found.last().map(|session| session.node).or(after);
        for session in found {
            running.extend(verify::living(world, session, now).await?);
        }
        if is_last || running.len() >= wanted {
            running.truncate(wanted);
            return Ok(running);
        }
    }
}

/// The next sessions of a realm after one, at most so many, that have not ended, and whether each may
/// be used.
///
/// # Errors
/// [`LoadError`].
pub async fn of_realm(
    world: &World,
    realm: RealmNode,
    after: Option<SessionNode>,
    (limit, now): (u32, Time),
) -> Result<Vec<(Session, bool)>, LoadError> {
    let found = rows::of_realm(&world.db, realm, after, (limit, now)).await?;
    let mut judged = Vec::with_capacity(found.len());
    for session in found {
        let lives = verify::living(world, session.clone(), now).await?.is_some();
        judged.push((session, lives));
    }
    Ok(judged)
}
