//! Create a realm: its issuer, and its first signing key (ES256, active at once).

use symbolon_jose::Algorithm;
use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;
use thiserror::Error;

use super::{Issuer, IssuerError, Realm, rows};
use crate::signing_key::{self, EnsureError};
use crate::{With, World, WriteError};

/// Longest name, in bytes.
const MAX_NAME: usize = 60;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct NewRealm {
    /// The name that operators will use.
    pub name: String,
    /// The issuer URL.
    pub issuer: String,
}

/// Why there is no realm.
#[derive(Debug, Error)]
pub enum CreateError {
    /// The name has other characters, or none, or too many.
    #[error("a realm's name has 1 to {MAX_NAME} lower-case letters, digits and hyphens")]
    Name,
    /// The issuer cannot be one.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// The name or the issuer is another realm's.
    #[error("another realm has this name or this issuer")]
    Taken,
    /// Its first key was not made.
    #[error(transparent)]
    Key(#[from] EnsureError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Creates a realm beside the first one.
///
/// # Errors
/// [`CreateError`]; nothing was written.
pub async fn create(
    world: &World,
    call: &Call,
    (new, with): (NewRealm, With<Realm>),
) -> Result<Realm, CreateError> {
    let realm = decide(new, RealmNode(world.ids.next(call.now)), call)?;
    let first = world.realms.first();
    let manager = first.as_ref().map_or(realm.node, |first| first.node);
    let event = Event::done(call, manager, Verb::Create, Noun::Realm)
        .other_realm(realm.node)
        .name(realm.name.as_str())
        .request(call);
    let joined = with.steps(&realm);
    let own = joined.len();
    let unit = Unit::entry(event.entry())
        .steps(joined)
        .step(rows::insert(&realm, first.is_none()));
    let Unit { steps, entries } =
        signing_key::first(world, call, realm.node, Algorithm::Es256).await?;
    let unit = entries.into_iter().fold(unit.steps(steps), Unit::and_entry);
    match world.db.commit(unit).await {
        Ok(_) => {}
        Err(CommitError::Conflict { step }) if step < own => return Err(WriteError::Busy.into()),
        Err(CommitError::Conflict { .. }) => return Err(CreateError::Taken),
        Err(CommitError::Unavailable(error)) => return Err(WriteError::from(error).into()),
    }
    world.realms.learn(&world.db).await;
    Ok(realm)
}

/// Creates the first realm of a new installation, where there is none.
///
/// # Errors
/// [`CreateError`]; nothing was written.
pub async fn create_first(
    world: &World,
    call: &Call,
    new: NewRealm,
) -> Result<Option<Realm>, CreateError> {
    if world.realms.first().is_some() {
        return Ok(None);
    }
    match create(world, call, (new, With::default())).await {
        Ok(realm) => Ok(Some(realm)),
        Err(CreateError::Taken) => {
            // Another node was faster, and its realm is not known here yet.
            world.catch_up(call.now).await.map_err(WriteError::from)?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn decide(new: NewRealm, node: RealmNode, call: &Call) -> Result<Realm, CreateError> {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    if new.name.is_empty() || new.name.len() > MAX_NAME || !new.name.bytes().all(allowed) {
        return Err(CreateError::Name);
    }
    Ok(Realm {
        node,
        name: new.name,
        issuer: Issuer::parse(&new.issuer)?,
        created_at: call.now,
    })
}
