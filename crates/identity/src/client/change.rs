//! Change a client's settings; disable it, and enable it again.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::Change;
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SubjectNode};
use thiserror::Error;

use super::check::{SettingsError, check};
use super::{Client, GrantType, OPERATOR, Settings, rows};
use crate::draft::verb;
use crate::load::MAX_CONFLICTS;
use crate::{Draft, Order, Recorded, World, WriteError, subject};

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// There is no such client, or it has ended.
    #[error("there is no client {0:?} in this realm")]
    Unknown(String),
    /// Operators' tokens descend from it.
    #[error("the client {0:?} is built in: operators' tokens descend from it")]
    BuiltIn(String),
    /// The new settings do not fit together.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Gives a client new settings. Tokens that were issued before live on.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn change(
    world: &World,
    call: &Call,
    (realm, client_id): (RealmNode, &str),
    mut settings: Settings,
) -> Result<Client, ChangeError> {
    check(&mut settings)?;
    for _ in 0..MAX_CONFLICTS {
        let (before, written) = load_changeable(world, realm, client_id).await?;
        let mut after = Client {
            settings: settings.clone(),
            ..before
        };
        let mut steps = Vec::new();
        if after.subject.is_none() && after.may(GrantType::ClientCredentials) {
            let node = SubjectNode(world.ids.next(call.now));
            let service = subject::service(realm, node, (after.node, client_id), call);
            steps.push(subject::insert(&service));
            after.subject = Some(node);
        }
        let event = Event::done(call, realm, Verb::Change, Noun::Client)
            .client(after.node)
            .request(call);
        let own = [rows::put(&written, &after)].into_iter();
        let draft = Draft::event(&event).and(Draft::steps(own.chain(steps)));
        if draft.applied(world, call.now).await? {
            return Ok(after);
        }
    }
    Err(WriteError::Busy.into())
}

/// The client and its tokens are refused until it is enabled.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn disable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    client_id: &str,
) -> Result<(), ChangeError> {
    let (what, order) = (Change::Disable, Order::default());
    let done = stand(world, call, (realm, client_id), (what, &order)).await;
    done.map(|_| ())
}

/// The client and those of its tokens that have not expired are accepted again.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn enable(
    world: &World,
    call: &Call,
    realm: RealmNode,
    client_id: &str,
) -> Result<(), ChangeError> {
    let (what, order) = (Change::Enable, Order::default());
    let done = stand(world, call, (realm, client_id), (what, &order)).await;
    done.map(|_| ())
}

async fn load_changeable(
    world: &World,
    realm: RealmNode,
    client_id: &str,
) -> Result<(Client, String), ChangeError> {
    if client_id == OPERATOR {
        return Err(ChangeError::BuiltIn(client_id.to_owned()));
    }
    load(world, realm, client_id).await
}

async fn load(
    world: &World,
    realm: RealmNode,
    client_id: &str,
) -> Result<(Client, String), ChangeError> {
    let found = rows::with_text(&world.db, realm, client_id).await;
    let found = found.map_err(WriteError::from)?;
    found.ok_or_else(|| ChangeError::Unknown(client_id.to_owned()))
}

/// Changes how a client stands, as it was ordered: one unit, one event. What descends from the one
/// that is built in can be revoked; it itself stays.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn stand(
    world: &World,
    call: &Call,
    (realm, client_id): (RealmNode, &str),
    (what, order): (Change, &Order<'_>),
) -> Result<Recorded, ChangeError> {
    let mut turn = world.turn((realm, client_id)).await;
    while turn.again().await {
        let (client, _) = match what {
            Change::Revoke => load(world, realm, client_id).await?,
            Change::RevokeAndDisable | Change::Disable | Change::Enable | Change::End => {
                load_changeable(world, realm, client_id).await?
            }
        };
        let event = Event::done(call, realm, verb(what), Noun::Client)
            .client(client.node)
            .name(client_id);
        let (mut draft, revoked) = Draft::stand(world, call, event, (client.node, what), order);
        if what == Change::End {
            let service = client
                .subject
                .map(|one| subject::end_service(one, call.now));
            let own = [rows::end(client.node, call.now)].into_iter();
            draft = draft.and(Draft::steps(own.chain(service)));
        }
        if let Some(recorded) = draft.ordered(world, call.now, (order, revoked)).await? {
            return Ok(recorded);
        }
    }
    Err(WriteError::Busy.into())
}
