//! Find a job: how far it has come.

use symbolon_identity::{LoadError, World};
use symbolon_store::Sequence;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::{What, rows};
use crate::revocation::Span;

/// How far a job has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Its name.
    pub id: NodeId,
    /// What it looks for.
    pub span: Span,
    /// Why.
    pub reason: String,
    /// When it was asked for: what was issued later is not looked at.
    pub as_of: Time,
    /// How many entries it looks at, at most.
    pub total: i64,
    /// How many it has looked at.
    pub scanned: u64,
    /// How many access tokens it has revoked.
    pub access: u64,
    /// How many families of refresh tokens.
    pub refresh: u64,
    /// How many sessions.
    pub session: u64,
    /// When it came to its end.
    pub ended_at: Option<Time>,
    /// Then, the journal's last entry before that of its end.
    pub(super) behind: Sequence,
}

/// The job of a realm with this name.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    job: NodeId,
) -> Result<Option<Progress>, LoadError> {
    let Some(row) = rows::find(&world.db, realm, job).await? else {
        return Ok(None);
    };
    let What::Span(span) = row.what else {
        return Ok(None);
    };
    Ok(Some(Progress {
        id: row.id,
        span,
        reason: row.reason,
        as_of: row.asked_at,
        total: row.head.0 - row.bottom.0,
        scanned: row.done.scanned,
        access: row.done.access,
        refresh: row.done.refresh,
        session: row.done.session,
        ended_at: row.ended_at,
        behind: row.place,
    }))
}
