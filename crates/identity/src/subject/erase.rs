//! Erase a person: nothing of it is left but the id that tokens and the journal know.
//!
//! 1. It ends, where it lives: it and its tokens are dead for good.
//! 2. Its name, username and claims are emptied, and its key destroyed, in one unit: what the journal
//!    says of it in words opens no more. Whoever stops between the two erases again.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SubjectNode};

use super::change::{ChangeError, end};
use super::rows;
use crate::{Draft, World, WriteError, subject_key};

/// Erases a person, a device or an agent; a service ends with its client.
///
/// # Errors
/// [`ChangeError`]; where it is not unknown, it may have ended.
pub async fn erase(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), ChangeError> {
    let found = rows::find(&world.db, realm, subject).await;
    let found = found.map_err(WriteError::from)?;
    if found.as_ref().is_some_and(|found| found.client.is_some()) {
        return Err(ChangeError::Service);
    }
    if found.is_some() {
        end(world, call, realm, subject).await?;
    }
    let event = Event::done(call, realm, Verb::End, Noun::Subject)
        .subject(subject)
        .reason("erased")
        .request(call);
    let steps = [
        rows::erase(realm, subject),
        subject_key::destroy((realm, subject)),
    ];
    let draft = Draft::event(&event).and(Draft::steps(steps));
    match draft.commit(world).await {
        Ok(crate::Applied::Done) => Ok(()),
        Ok(crate::Applied::Lost { .. }) => Err(ChangeError::Unknown(subject)),
        Err(error) => Err(error.into()),
    }
}
