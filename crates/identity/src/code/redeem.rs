//! Redeem a code: one conditional write, in one unit with all that it gives. Of 64 at once one
//! succeeds; the others are a replay, and a replay ends what the first redemption gave (RFC 6749
//! §4.1.2).

use symbolon_lineage::Death;
use symbolon_store::Unavailable;
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;
use thiserror::Error;

use super::{Code, rows};
use crate::{Applied, Draft, LoadError, World, WriteError, refresh};

/// Why a code gave nothing.
#[derive(Debug, Error)]
pub enum RedeemError {
    /// It is no code of this realm, or was changed.
    #[error("this is no authorization code of this realm, or it was changed")]
    Unknown,
    /// It was issued to another client.
    #[error("this authorization code was issued to another client")]
    OtherClient,
    /// The redirect address is missing or another one.
    #[error("redirect_uri must be the one of the authorization request")]
    RedirectUri,
    /// The verifier is missing, does not fit, or the code has no challenge.
    #[error("code_verifier does not fit the code_challenge of the authorization request")]
    Verifier,
    /// It lived for a minute.
    #[error("the authorization code has expired; send the person to sign in again")]
    Expired,
    /// The sign-in or the grant behind it has ended.
    #[error("the sign-in behind this authorization code has ended")]
    Dead(Death),
    /// It was redeemed before; what it gave then is dead now.
    #[error("the authorization code was used before; every token that it gave has been revoked")]
    Replayed,
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<LoadError> for RedeemError {
    fn from(error: LoadError) -> Self {
        Self::Write(error.into())
    }
}

impl From<Unavailable> for RedeemError {
    fn from(error: Unavailable) -> Self {
        Self::Write(error.into())
    }
}

/// Spends a verified code, in one unit with what it gives.
///
/// # Errors
/// [`RedeemError`]; nothing of the unit was written.
pub async fn redeem(
    world: &World,
    call: &Call,
    (realm, code): (RealmNode, &Code),
    gives: Draft,
) -> Result<(), RedeemError> {
    let spend = Draft::steps([rows::spend(code.family, code.expires_at)]);
    match spend.and(gives).commit(world).await? {
        Applied::Done => Ok(()),
        Applied::Lost { step: 0 } => Err(replayed(world, call, (realm, code)).await),
        Applied::Lost { .. } => Err(WriteError::Busy.into()),
    }
}

/// Ends what the first redemption gave.
pub(super) async fn replayed(
    world: &World,
    call: &Call,
    (realm, code): (RealmNode, &Code),
) -> RedeemError {
    let whose = (code.family, code.allowance.client, code.allowance.subject);
    match refresh::revoke(world, call, (realm, whose), "code replayed").await {
        Ok(()) => RedeemError::Replayed,
        Err(error) => error.into(),
    }
}
