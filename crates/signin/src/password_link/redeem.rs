//! Redeem a link: it is spent, and the password is set, in one unit.
//!
//! A password that is refused spends nothing: the person chooses another.

use symbolon_identity::realm::Realm;
use symbolon_identity::subject::{self, Subject};
use symbolon_identity::{Applied, Draft, LoadError, MAX_CONFLICTS, World, WriteError};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::call::{Actor, Call};
use thiserror::Error;

use super::{find, rows};
use crate::password::{NewPassword, SetError, draft, prepare};
use crate::sign_in::SignIn;

/// Where the spending stands in the draft.
const SPENDING: usize = 0;

/// Why no password was set.
#[derive(Debug, Error)]
pub enum RedeemError {
    /// It was used before, has expired, was replaced by a newer one, or never was.
    #[error("this link was used already, or has expired")]
    Gone,
    /// The password cannot be set; the link still waits.
    #[error(transparent)]
    Set(#[from] SetError),
}

impl From<LoadError> for RedeemError {
    fn from(error: LoadError) -> Self {
        Self::Set(error.into())
    }
}

/// Sets the password of the link's person, who is given back.
///
/// # Errors
/// [`RedeemError`]; nothing was written.
pub async fn redeem(
    world: &World,
    sign_in: &SignIn,
    call: &Call,
    realm: &Realm,
    (text, new): (&str, &NewPassword),
) -> Result<Subject, RedeemError> {
    let link = find(world, realm, text, call.now).await?;
    let link = link.ok_or(RedeemError::Gone)?;
    let person = subject::find(world, realm.node, link.subject).await?;
    let person = person.ok_or(RedeemError::Gone)?;
    let call = &call.by(Actor::Subject(person.node));
    let prepared = prepare(world, sign_in, call, (realm, &person), new).await?;
    for _ in 0..MAX_CONFLICTS {
        let event = Event::done(call, realm.node, Verb::Redeem, Noun::PasswordLink)
            .subject(person.node)
            .request(call);
        let before = prepared.before(world).await?;
        let spent = Draft::event(&event).and(Draft::steps([rows::spend(link.digest, call.now)]));
        let draft = spent.and(draft(world, call, &prepared, before.as_ref()));
        match draft.commit(world).await.map_err(SetError::from)? {
            Applied::Done => return Ok(person),
            Applied::Lost { step: SPENDING } => return Err(RedeemError::Gone),
            Applied::Lost { .. } => world.catch_up(call.now).await?,
        }
    }
    Err(SetError::Write(WriteError::Busy).into())
}
