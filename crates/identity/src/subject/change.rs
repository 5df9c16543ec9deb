//! Change what is set about a subject; disable it, enable it again, or end it: what descends from it
//! is refused, accepted again, or dead for good, at that commit.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::Change;
use symbolon_store::Step;
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SubjectNode};
use symbolon_token::time::Time;
use thiserror::Error;

use super::profile::settle;
use super::{Profile, ProfileError, Subject, SubjectKind, Taken, rows};
use crate::draft::verb;
use crate::load::MAX_CONFLICTS;
use crate::{Applied, Draft, Order, Recorded, World, WriteError, logout, session};

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// There is no such subject, or it has ended.
    #[error("there is no subject {0} in this realm")]
    Unknown(SubjectNode),
    /// A service is called as its client is.
    #[error("a service is called as its client is; there is nothing else to change about it")]
    Service,
    /// What is to be set about it does not fit together.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Another living person signs in by one of its identifiers.
    #[error(transparent)]
    Taken(#[from] Taken),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Changes what is set about a subject. `edit` makes the new profile of what is there; it is asked
/// anew after each lost race. Tokens that were issued before live on.
///
/// # Errors
/// What `edit` refuses, or [`ChangeError`]; nothing was written.
pub async fn change<E: From<ChangeError>>(
    world: &World,
    call: &Call,
    (realm, node): (RealmNode, SubjectNode),
    edit: impl Fn(&Subject) -> Result<Profile, E>,
) -> Result<Subject, E> {
    for _ in 0..MAX_CONFLICTS {
        let before = rows::written(&world.db, realm, node).await;
        let before = before.map_err(|error| ChangeError::from(WriteError::from(error)))?;
        let before = before.ok_or(ChangeError::Unknown(node))?;
        let profile = edit(&before.subject)?;
        match put(world, call, &before, profile).await {
            Ok(Some(after)) => return Ok(after),
            Ok(None) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ChangeError::from(WriteError::Busy).into())
}

/// Writes it; nothing where somebody else changed it in the meantime.
async fn put(
    world: &World,
    call: &Call,
    before: &rows::Written,
    profile: Profile,
) -> Result<Option<Subject>, ChangeError> {
    if before.subject.kind == SubjectKind::Service {
        return Err(ChangeError::Service);
    }
    let after = settle(before.subject.clone(), profile, call.now)?;
    let event = Event::done(call, after.realm, Verb::Change, Noun::Subject)
        .subject(after.node)
        .request(call);
    let mut steps = vec![rows::put(before, &after)];
    if rows::identifiers(&before.subject) != rows::identifiers(&after) {
        steps.push(rows::give_back(after.node));
        steps.extend(rows::take(&after));
    }
    let draft = Draft::event(&event).and(Draft::steps(steps));
    match draft.commit(world).await? {
        Applied::Done => Ok(Some(after)),
        Applied::Lost { step: 0 | 1 } => Ok(None),
        Applied::Lost { step } => Err(Taken::at(step - 2).into()),
    }
}

/// Its tokens are refused until it is enabled.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn disable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), ChangeError> {
    let (what, order) = (Change::Disable, Order::default());
    let done = stand(world, call, (realm, subject), (what, &order)).await;
    done.map(|_| ())
}

/// Its tokens that have not expired are accepted again.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn enable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), ChangeError> {
    let (what, order) = (Change::Enable, Order::default());
    let done = stand(world, call, (realm, subject), (what, &order)).await;
    done.map(|_| ())
}

/// It and its tokens are dead for good.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn end(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), ChangeError> {
    let (what, order) = (Change::End, Order::default());
    let done = stand(world, call, (realm, subject), (what, &order)).await;
    done.map(|_| ())
}

/// What becomes of a person's sessions. Whoever is enabled again goes on with them; their clients
/// forget them at once, and ask again.
fn sessions(whose: (RealmNode, SubjectNode), what: Change, now: Time) -> Vec<Step> {
    let told = logout::announce_all(whose, now);
    match what {
        Change::End => [session::end_all(whose, now)]
            .into_iter()
            .chain(told)
            .collect(),
        Change::Disable | Change::Revoke | Change::RevokeAndDisable => told.into(),
        Change::Enable => Vec::new(),
    }
}

/// Changes how a subject stands, as it was ordered: one unit, one event.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn stand(
    world: &World,
    call: &Call,
    (realm, node): (RealmNode, SubjectNode),
    (what, order): (Change, &Order<'_>),
) -> Result<Recorded, ChangeError> {
    let mut turn = world.turn(node).await;
    while turn.again().await {
        let subject = rows::find(&world.db, realm, node).await;
        let subject = subject.map_err(WriteError::from)?;
        let subject = subject.ok_or(ChangeError::Unknown(node))?;
        let mut event = Event::done(call, realm, verb(what), Noun::Subject).subject(node);
        if let Some(client) = subject.client {
            event = event.client(client);
        }
        let (mut draft, revoked) = Draft::stand(world, call, event, (node, what), order);
        if what == Change::End {
            let own = [rows::end(realm, node, call.now), rows::give_back(node)];
            draft = draft.and(Draft::steps(own));
        }
        if subject.kind == SubjectKind::Person {
            draft = draft.and(Draft::steps(sessions((realm, node), what, call.now)));
        }
        if let Some(recorded) = draft.ordered(world, call.now, (order, revoked)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
