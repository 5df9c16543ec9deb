//! Terms that a restore began, signed: what was sealed behind the restored past may be gone.

use symbolon_jose::{SignError, VerifyingKey};
use symbolon_store::{CommitError, Db, Row, Sequence, Term, Unavailable, Unit};
use thiserror::Error;

use super::{Keys, rows};

/// What a signature is over begins with this.
const LABEL: &[u8] = b"symbolon journal term, version 1\0";

/// A term that a restore began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Begun {
    /// The new term.
    pub(super) term: Term,
    /// The term of what was restored.
    pub(super) after: Term,
    /// Up to where what was restored was sealed.
    pub(super) sealed: Sequence,
}

/// Why it was not signed.
#[derive(Debug, Error)]
pub enum BeginError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Nothing was written.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The key does not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl Begun {
    fn message(&self) -> Vec<u8> {
        let mut message = LABEL.to_vec();
        for number in [self.term.0, self.after.0, self.sealed.0] {
            message.extend_from_slice(&number.to_be_bytes());
        }
        message
    }
}

/// Says, signed, that this process began a term over a restored past.
///
/// # Errors
/// [`BeginError`].
pub async fn begun(db: &Db, keys: Keys<'_>, term: Term, after: Term) -> Result<(), BeginError> {
    let last = rows::last(db).await?;
    let begun = Begun {
        term,
        after,
        sealed: last.map_or(Sequence(0), |segment| segment.last),
    };
    let signature = keys.signing.sign(&begun.message())?;
    let params = vec![
        term.0.into(),
        after.0.into(),
        begun.sealed.0.into(),
        keys.signing.kid().unwrap_or_default().into(),
        signature.as_slice().into(),
    ];
    db.commit(Unit::default().step(rows::term_begun(params)))
        .await?;
    Ok(())
}

/// The terms after one, the earliest first, as far as one of these keys signed them.
pub(super) async fn after(
    db: &Db,
    term: i64,
    known: &[VerifyingKey],
) -> Result<Vec<Begun>, Unavailable> {
    let rows = rows::terms_after(db, term).await?;
    let read = |row: &Row| {
        let begun = Begun {
            term: Term(row.integer(0).ok()?),
            after: Term(row.integer(1).ok()?),
            sealed: Sequence(row.integer(2).ok()?),
        };
        let (kid, signature) = (row.text(3).ok()?, row.bytes(4).ok()?);
        let key = known.iter().find(|key| key.kid() == Some(kid))?;
        key.verify(&begun.message(), signature).then_some(begun)
    };
    Ok(rows.iter().filter_map(read).collect())
}
