//! Redeem a link: spend it, and give out a management token with every scope.
//!
//! The link is spent first. Should the process die between the two, the link is used and nobody has a
//! token; the machine's own commands need none.

use symbolon_identity::access::{IssueError, Issued, issue_management};
use symbolon_identity::realm::Realm;
use symbolon_identity::{LoadError, World};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::kind::Kind;
use symbolon_token::opaque;
use thiserror::Error;

use super::{TOKEN_LIFETIME, rows};

/// Why there is no token.
#[derive(Debug, Error)]
pub enum RedeemError {
    /// It was used before, has expired, was replaced by a newer one, or never was.
    #[error("this link was used already, or has expired")]
    Gone,
    /// The link was spent, but its token was not written.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// It could not be read or written.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// Spends the link with this text.
///
/// # Errors
/// [`RedeemError`].
pub async fn redeem(
    world: &World,
    call: &Call,
    realm: &Realm,
    text: &str,
) -> Result<Issued, RedeemError> {
    if opaque::kind(text) != Ok(Kind::Setup) {
        return Err(RedeemError::Gone);
    }
    // What is spent is to be answered with a token.
    world.may_issue().map_err(IssueError::from)?;
    let peppers = &world.material.peppers;
    for one in peppers.digests(realm.node, Kind::Setup, text) {
        let event = Event::done(call, realm.node, Verb::Redeem, Noun::Setup).request(call);
        let unit = Unit::entry(event.entry()).step(rows::spend(one.digest, call.now));
        match world.db.commit(unit).await {
            Ok(_) => {
                let lifetime = TOKEN_LIFETIME;
                return Ok(issue_management(world, call, realm, (None, lifetime)).await?);
            }
            Err(CommitError::Conflict { .. }) => {}
            Err(CommitError::Unavailable(error)) => return Err(LoadError::from(error).into()),
        }
    }
    Err(RedeemError::Gone)
}
