//! What an operator does to a password: disable it, enable it again, or end it.

use symbolon_identity::{
    Draft, LoadError, Order, Recorded, Revoked, World, WriteError, logout, verb,
};
use symbolon_journal::{Event, Noun};
use symbolon_lineage::node::Change;
use symbolon_token::call::Call;
use symbolon_token::node::{AuthenticatorNode, RealmNode, SubjectNode};
use thiserror::Error;

use super::{Password, rows};
use crate::password_link;

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum EndError {
    /// There is no password.
    #[error("subject {0} has no password")]
    Unknown(SubjectNode),
    /// No living password is this node.
    #[error("no password has the id {0}")]
    NoPassword(AuthenticatorNode),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A subject's live password; a disabled one lives.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<Option<Password>, LoadError> {
    rows::live(&world.db, realm, subject).await
}

/// The live password with this id, whosever it is.
///
/// # Errors
/// [`LoadError`].
pub async fn find_by_id(
    world: &World,
    realm: RealmNode,
    password: AuthenticatorNode,
) -> Result<Option<Password>, LoadError> {
    rows::by_node(&world.db, realm, password).await
}

/// Nobody signs in with it, and what descends from it is refused, until it is enabled.
///
/// # Errors
/// [`EndError`]; nothing was written.
pub async fn disable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), EndError> {
    apply(world, call, (realm, subject), Change::Disable).await
}

/// It can be used again, and what descends from it is accepted again.
///
/// # Errors
/// [`EndError`]; nothing was written.
pub async fn enable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), EndError> {
    apply(world, call, (realm, subject), Change::Enable).await
}

/// It and what descends from it are dead for good.
///
/// # Errors
/// [`EndError`]; nothing was written.
pub async fn end(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), EndError> {
    apply(world, call, (realm, subject), Change::End).await
}

async fn apply(
    world: &World,
    call: &Call,
    (realm, subject): (RealmNode, SubjectNode),
    what: Change,
) -> Result<(), EndError> {
    let mut turn = world.turn(subject).await;
    while turn.again().await {
        let password = rows::live(&world.db, realm, subject).await;
        let password = password.map_err(WriteError::from)?;
        let password = password.ok_or(EndError::Unknown(subject))?;
        let (draft, _) = draft(world, call, &password, (what, &Order::default()));
        if draft.applied(world, call.now).await? {
            return Ok(());
        }
    }
    Err(WriteError::Busy.into())
}

/// A password and what descends from it are dead for good, as it was ordered.
///
/// # Errors
/// [`EndError`]; nothing was written.
pub async fn end_ordered(
    world: &World,
    call: &Call,
    (realm, password): (RealmNode, AuthenticatorNode),
    order: &Order<'_>,
) -> Result<Recorded, EndError> {
    stand_ordered(world, call, (realm, password), (Change::End, order)).await
}

/// Changes how a password stands, as it was ordered.
///
/// # Errors
/// [`EndError`]; nothing was written.
pub async fn stand_ordered(
    world: &World,
    call: &Call,
    (realm, password): (RealmNode, AuthenticatorNode),
    (what, order): (Change, &Order<'_>),
) -> Result<Recorded, EndError> {
    let mut turn = world.turn(password).await;
    while turn.again().await {
        let found = rows::by_node(&world.db, realm, password).await;
        let found = found.map_err(WriteError::from)?;
        let found = found.ok_or(EndError::NoPassword(password))?;
        let (draft, revoked) = draft(world, call, &found, (what, order));
        if let Some(recorded) = draft.ordered(world, call.now, (order, revoked)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}

/// What changes how a password stands. Unless it is enabled, a link that was given out before may not
/// set another one either.
fn draft(
    world: &World,
    call: &Call,
    password: &Password,
    (what, order): (Change, &Order<'_>),
) -> (Draft, Revoked) {
    let (realm, subject) = (password.realm, password.subject);
    let event = Event::done(call, realm, verb(what), Noun::Password)
        .subject(subject)
        .authenticator(password.node);
    let (mut draft, revoked) = Draft::stand(world, call, event, (password.node, what), order);
    if what == Change::End {
        draft = draft.and(Draft::steps([rows::end(password.node, call.now)]));
    }
    if what != Change::Enable {
        let told = logout::announce_all((realm, subject), call.now);
        draft = draft
            .and(Draft::steps(told))
            .and(Draft::steps([password_link::none(realm, subject)]));
    }
    (draft, revoked)
}
