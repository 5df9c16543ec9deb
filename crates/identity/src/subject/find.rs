//! Find one subject: by its id, or by what a person types to sign in.

use symbolon_token::node::{RealmNode, SubjectNode};

use super::{Subject, identifier, rows};
use crate::{LoadError, World};

/// The name of the subject that operators' management tokens speak for.
pub const OPERATOR: &str = "operator";

/// The subject, unless it has ended.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<Option<Subject>, LoadError> {
    rows::find(&world.db, realm, subject).await
}

/// The living person whose username or email address this is, however it is typed. Never more than
/// one is. Whether it is disabled is for the caller to ask.
///
/// # Errors
/// [`LoadError`].
pub async fn find_by_identifier(
    world: &World,
    realm: RealmNode,
    typed: &str,
) -> Result<Option<Subject>, LoadError> {
    match identifier::normalised(typed) {
        Some(identifier) => rows::by_identifier(&world.db, realm, &identifier).await,
        None => Ok(None),
    }
}

/// The agent that operators' management tokens speak for, once it was made.
pub(crate) async fn find_operator(
    world: &World,
    realm: RealmNode,
) -> Result<Option<Subject>, LoadError> {
    rows::agent_by_name(&world.db, realm, OPERATOR).await
}
