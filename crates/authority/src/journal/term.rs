//! Begin a term after a restore, and say so signed: witnesses of the journal then know what may be gone.

use symbolon_identity::World;
use symbolon_journal::segment::{BeginError, begun};
use symbolon_lineage::term::begin as begin_term;
use symbolon_store::Term;
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;

/// Begins a term. The event stands in the first realm; it concerns all of them.
///
/// # Errors
/// [`BeginError`]; the term may have begun, and can be begun again.
pub async fn begin(world: &World, call: &Call, first_realm: RealmNode) -> Result<Term, BeginError> {
    let before = world.db.term();
    let term = begin_term(&world.db, call, first_realm).await?;
    begun(&world.db, super::keys(world), term, before).await?;
    Ok(term)
}
