//! Acknowledge a break of the seals: say who went on behind it and why, and seal what stands there.

use symbolon_identity::World;
use symbolon_journal::segment::{
    AcknowledgeError, Breach, Break, Named, SealError, acknowledge as go_on, look,
};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;
use thiserror::Error;

use super::seal_end;

/// Why a break was not acknowledged, or not sealed behind.
#[derive(Debug, Error)]
pub enum BreakError {
    /// Nothing was written.
    #[error(transparent)]
    Acknowledge(#[from] AcknowledgeError),
    /// It is acknowledged, and what stands behind it is sealed later.
    #[error("the break is acknowledged; what stands behind it is not sealed yet: {0}")]
    Seal(#[from] SealError),
}

/// What would be acknowledged. Nothing is written.
///
/// # Errors
/// [`AcknowledgeError`].
pub async fn look_at_break(
    world: &World,
    call: &Call,
    named: Named,
) -> Result<Break, AcknowledgeError> {
    let named = seen(world, call, named).await?;
    let known = world.material.journal.known();
    look(&world.db, known, named, call.request_id.0).await
}

/// What the witness knows better than the database.
async fn seen(world: &World, call: &Call, named: Named) -> Result<Named, AcknowledgeError> {
    let keys = super::keys(world);
    let gone = world.witness.look(&world.db, keys, call.now).await?;
    let gone = gone.filter(|gone| matches!(named, Named::Lost(at) if at == gone.lost));
    Ok(gone.map_or(named, Named::Witnessed))
}

/// Acknowledges a break in the name of the whole installation, whose first realm this is, and seals all
/// that stands behind it, so that nothing of it can be changed unseen any more.
///
/// # Errors
/// [`BreakError`].
pub async fn acknowledge_break(
    world: &World,
    call: &Call,
    (realm, reason): (RealmNode, &str),
    named: Named,
) -> Result<Break, BreakError> {
    let said = |breach: &Breach| {
        let (first, last) = (breach.first.0, breach.last.0);
        Event::done(call, realm, Verb::Acknowledge, Noun::Term)
            .name(format!("{} {first} to {last}", breach.finding().name()))
            .reason(reason)
            .request(call)
    };
    let named = seen(world, call, named)
        .await
        .map_err(BreakError::Acknowledge)?;
    let who = (named, call.request_id.0);
    let done = go_on(&world.db, super::keys(world), who, said).await?;
    seal_end(world, call.now).await?;
    Ok(done)
}
