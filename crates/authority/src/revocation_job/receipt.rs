//! The receipt of a job that has come to its end: what it did, as a JWT.

use serde::Serialize;
use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key::{SignError, ensure};
use symbolon_jose::Algorithm;
use symbolon_jose::jwt::Purpose;
use symbolon_journal::{Filter, MAX_RECORDS, Noun, ReadError, Sequence, Verb};
use symbolon_token::call::Call;
use symbolon_token::node::NodeId;
use thiserror::Error;

use super::Progress;
use crate::revocation::first_behind;

/// The claims; those of a revocation at once, and how many died.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
    /// The job: a receipt that is made anew has the same.
    jti: NodeId,
    sequence: Option<i64>,
    node: Option<NodeId>,
    epoch: Option<i64>,
    at: i64,
    cause: String,
    as_of: i64,
    access: u64,
    refresh: u64,
    session: u64,
}

/// Why there is none.
#[derive(Debug, Error)]
pub enum ReceiptError {
    /// The journal cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// The place of the last entry of a job that has ended, and its receipt.
///
/// # Errors
/// [`ReceiptError`].
pub async fn receipt(
    world: &World,
    call: &Call,
    realm: &Realm,
    job: &Progress,
) -> Result<Option<(Option<Sequence>, String)>, ReceiptError> {
    let Some(at) = job.ended_at else {
        return Ok(None);
    };
    let filter = Filter {
        realm: Some(realm.node),
        request: Some(job.id),
        verb: Some(Verb::End),
        noun: Some(Noun::Revocation),
        ..Filter::default()
    };
    let entry = first_behind(world, (&filter, job.behind), MAX_RECORDS).await?;
    let key = ensure(world, call, realm.node, Algorithm::Es256).await;
    let key = key.map_err(SignError::from)?;
    let claims = Claims {
        iss: realm.issuer.as_str(),
        iat: at.seconds(),
        jti: job.id,
        sequence: entry.map(|entry| entry.0),
        node: None,
        epoch: None,
        at: at.0,
        cause: job.span.words(),
        as_of: job.as_of.0,
        access: job.access,
        refresh: job.refresh,
        session: job.session,
    };
    let text = key.sign(Purpose::RevocationReceipt, &claims);
    Ok(Some((entry, text.map_err(SignError::from)?)))
}
