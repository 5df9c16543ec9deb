//! Change a realm's issuer: for development, whose port may change from one start to the next.
//!
//! Every token names the issuer that it was born under, so JWTs of the old one are dead from then on,
//! and resources whose audience was built from it must be made anew.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use thiserror::Error;

use super::{Issuer, IssuerError, Realm, rows};
use crate::{World, WriteError};

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// The issuer cannot be one.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// Another realm has it.
    #[error("another realm has this issuer")]
    Taken,
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Gives a realm another issuer.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn change_issuer(
    world: &World,
    call: &Call,
    realm: &Realm,
    issuer: &str,
) -> Result<Realm, ChangeError> {
    let after = Realm {
        issuer: Issuer::parse(issuer)?,
        ..realm.clone()
    };
    let event = Event::done(call, realm.node, Verb::Change, Noun::Realm)
        .name(after.issuer.as_str())
        .request(call);
    let unit = Unit::entry(event.entry()).step(rows::put_issuer(realm, &after.issuer));
    match world.db.commit(unit).await {
        Ok(_) => {}
        Err(CommitError::Conflict { .. }) => return Err(ChangeError::Taken),
        Err(CommitError::Unavailable(error)) => return Err(WriteError::from(error).into()),
    }
    world.realms.learn(&world.db).await;
    Ok(after)
}
