//! Change one's own password: the current one is asked for once more, and whatever descends from it
//! ends, the session that this is done in among it. So the proof for a new session is given back.
//!
//! Who keeps typing wrong ones waits, as at the door: the browser may be somebody else's by now.

use symbolon_identity::realm::Realm;
use symbolon_identity::session::Authenticated;
use symbolon_identity::subject::Subject;
use symbolon_identity::{LoadError, MAX_CONFLICTS, World, WriteError};
use symbolon_token::call::Call;
use symbolon_token::secret::Secret;
use thiserror::Error;

use super::verify::attest;
use super::{NewPassword, SetError, VerifyError, draft, prepare, verify};
use crate::gate::{Comer, TooMany};
use crate::pool::Full;
use crate::sign_in::SignIn;

/// Why the password stays as it is.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// The current password is another.
    #[error("the current password is wrong")]
    Wrong,
    /// The new one cannot be set.
    #[error(transparent)]
    Set(#[from] SetError),
    /// Too many wrong ones were typed.
    #[error(transparent)]
    TooMany(#[from] TooMany),
}

impl From<VerifyError> for ChangeError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Wrong => Self::Wrong,
            VerifyError::Full(full) => full.into(),
            VerifyError::Load(error) => error.into(),
        }
    }
}

impl From<Full> for ChangeError {
    fn from(full: Full) -> Self {
        Self::Set(full.into())
    }
}

impl From<LoadError> for ChangeError {
    fn from(error: LoadError) -> Self {
        Self::Set(error.into())
    }
}

/// Changes the password of a person who is signed in and types the current one.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn change(
    world: &World,
    sign_in: &SignIn,
    call: &Call,
    (realm, subject): (&Realm, &Subject),
    (current, new): (&Secret, &NewPassword),
) -> Result<Authenticated, ChangeError> {
    let whose = (realm.node, Some(subject.node));
    let comer = Comer::signed_in(world, realm.node, subject.node);
    sign_in.gate.pass(comer, call.now).await?;
    let answer = verify(world, sign_in, call, whose, current).await;
    sign_in.gate.learn(comer, &answer, call.now);
    let known = answer?;
    let prepared = prepare(world, sign_in, call, (realm, subject), new).await?;
    let mut ancestors = known.ancestors();
    let (Some(person), Some(typed)) = (ancestors.next(), ancestors.next()) else {
        return Err(ChangeError::Wrong);
    };
    for _ in 0..MAX_CONFLICTS {
        // Whoever set another one meanwhile knows best; the one typed is no longer the current one.
        let before = prepared.before(world).await?;
        let before = before.filter(|before| before.node.0 == typed.node);
        let before = before.ok_or(ChangeError::Wrong)?;
        let draft = draft(world, call, &prepared, Some(&before));
        if draft
            .applied(world, call.now)
            .await
            .map_err(SetError::from)?
        {
            let fresh = world.lineages.ancestor(prepared.node());
            return Ok(attest(realm.node, (person, fresh), call));
        }
    }
    Err(SetError::Write(WriteError::Busy).into())
}
