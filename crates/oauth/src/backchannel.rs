//! Clients are told that a session has ended (OpenID Connect Back-Channel Logout §2.5).
//!
//! 1. The news was written in the unit that ended the session, and taken by this node
//!    ([`logout::due`]); nobody else tries it before its time.
//! 2. A client that has ended, is disabled, or has no address any more is not told, and the journal
//!    says why.
//! 3. A logout token is made, for this try alone: `sub` and `sid` are those that the client knows.
//! 4. It is sent, while nothing of the database is held. What the client has taken is done; anything
//!    else is tried again later, and given up at last.

use std::fmt;
use std::pin::Pin;

use symbolon_identity::logout::{self, Due};
use symbolon_identity::signing_key::SignError;
use symbolon_identity::{LoadError, World, WriteError, client};
use symbolon_lineage::node::State;
use symbolon_token::call::Call;
use symbolon_token::node::NodeId;
use symbolon_token::secret::Secret;
use thiserror::Error;

use crate::subject::sub;

/// The way to a client: whoever has one sends a form with one member, `logout_token`.
pub trait Deliver: Send + Sync {
    /// Sends a logout token to a client's address. It ends within ten seconds, and in success only
    /// where the client has taken the token.
    fn deliver<'a>(&'a self, address: &'a str, token: &'a Secret) -> Delivery<'a>;
}

/// A token on its way.
pub type Delivery<'a> = Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'a>>;

/// Why a client has not taken the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// For the journal: `private`, `tls`, `answered 500` …
    pub word: String,
    /// For the log.
    pub sentence: String,
}

impl fmt::Display for Undelivered {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.sentence)
    }
}

/// What became of a piece of news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The client knows.
    Told,
    /// It is not told: why.
    Dropped(&'static str),
    /// It will be tried again, or this was the last time.
    Failed(Undelivered),
}

/// Why nothing was tried. The news comes up again by itself.
#[derive(Debug, Error)]
pub enum DeliverError {
    /// Something could not be read or written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// There is no logout token.
    #[error(transparent)]
    Issue(#[from] SignError),
}

impl From<LoadError> for DeliverError {
    fn from(error: LoadError) -> Self {
        Self::Write(error.into())
    }
}

/// Tells one client: steps 2 to 4.
///
/// # Errors
/// [`DeliverError`].
pub async fn deliver(
    world: &World,
    call: &Call,
    port: &dyn Deliver,
    due: &Due,
) -> Result<Outcome, DeliverError> {
    let drop = async |why| {
        logout::dropped(world, call, due, why).await?;
        Ok(Outcome::Dropped(why))
    };
    let (Some(realm), Some(client)) = (
        world.realms.by_node(due.realm),
        client::find(world, due.realm, due.client).await?,
    ) else {
        return drop("unknown").await;
    };
    if let Some(why) = [realm.node.0, client.node.0]
        .into_iter()
        .find_map(|node| silence(world, node))
    {
        return drop(why).await;
    }
    let Some(address) = &client.settings.backchannel_logout_uri else {
        return drop("no address").await;
    };
    let whose = (&*realm, &client);
    let sub = sub(world, call, whose, due.subject).await?;
    let token = logout::issue(world, call, whose, (due, &sub)).await?;
    match port.deliver(address, &token).await {
        Ok(()) => {
            logout::done(world, call, due).await?;
            Ok(Outcome::Told)
        }
        Err(why) => {
            logout::failed(world, call, due, &why.word).await?;
            Ok(Outcome::Failed(why))
        }
    }
}

/// Why nothing is said to it, or in its name.
fn silence(world: &World, node: NodeId) -> Option<&'static str> {
    match world.lineages.standing(node).state {
        State::Live => None,
        State::Disabled => Some("disabled"),
        State::Ended => Some("ended"),
    }
}
