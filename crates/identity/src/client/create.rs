//! Create a client (register it, RFC 7591 §3).
//!
//! 1. Its settings fit together, its `client_id` is free and looks like nobody else's.
//! 2. One that acts for itself gets a subject, a service, to act as.
//! 3. One that proves itself by a secret gets one, or brings one.
//! 4. All of it is one unit, first what the caller adds; the secret is in the answer, this once.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, NodeId, RealmNode, SubjectNode};
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;
use thiserror::Error;

use super::check::{SettingsError, check};
use super::{AuthMethod, Client, GrantType, OPERATOR, Settings, rows};
use crate::client_secret::{self, Issued, NewSecret, SecretError};
use crate::{With, World, WriteError, subject};

/// Longest `client_id`, in bytes.
const MAX_CLIENT_ID: usize = 200;

/// What is asked for.
pub struct NewClient {
    /// Its name on the wire; made where it is absent.
    pub client_id: Option<String>,
    /// Its secret; made where it is absent and needed.
    pub secret: Option<Secret>,
    /// When the secret ends; never, where it is absent.
    pub secret_expires_at: Option<Time>,
    /// What can be set.
    pub settings: Settings,
    /// What else is written with it, such as the answer to a retry.
    pub with: With<Created>,
}

/// A new client, and its secret, this once.
pub struct Created {
    /// The client.
    pub client: Client,
    /// Its secret, where it has one.
    pub secret: Option<Issued>,
}

/// Why there is no client.
#[derive(Debug, Error)]
pub enum CreateError {
    /// The `client_id` has characters or a length that cannot be.
    #[error("a client_id has 1 to {MAX_CLIENT_ID} printable ASCII characters without spaces")]
    ClientId,
    /// It looks like an id of a subject.
    #[error(
        "a client_id of eleven letters and digits could be taken for a person's id; choose another"
    )]
    LooksLikeSubject,
    /// It is the built-in client's, whether that was made yet or not.
    #[error("the client_id {OPERATOR:?} is built in; choose another")]
    Reserved,
    /// Another client has it.
    #[error("another client of this realm has the client_id {0:?}")]
    ClientIdTaken(String),
    /// The settings do not fit together.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The secret cannot be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Creates a client.
///
/// # Errors
/// [`CreateError`]; nothing was written.
pub async fn create(
    world: &World,
    call: &Call,
    realm: RealmNode,
    new: NewClient,
) -> Result<Created, CreateError> {
    if new.client_id.as_deref() == Some(OPERATOR) {
        return Err(CreateError::Reserved);
    }
    make(world, call, realm, new).await
}

/// The same, for the client that is built in too.
pub(crate) async fn make(
    world: &World,
    call: &Call,
    realm: RealmNode,
    mut new: NewClient,
) -> Result<Created, CreateError> {
    check(&mut new.settings)?;
    let client = decide(&new, realm, world.ids.next(call.now), call)?;
    let subject = client
        .may(GrantType::ClientCredentials)
        .then(|| SubjectNode(world.ids.next(call.now)));
    let client = Client { subject, ..client };
    let event = Event::done(call, realm, Verb::Create, Noun::Client)
        .client(client.node)
        .name(client.client_id.as_str())
        .request(call);
    let mut steps = vec![rows::insert(&client)];
    if let Some(node) = subject {
        let named = (client.node, client.client_id.as_str());
        steps.push(subject::insert(&subject::service(realm, node, named, call)));
    }
    let with = std::mem::take(&mut new.with);
    let (secret, written) = secret(world, call, &client, new)?.unzip();
    let mut unit = Unit::entry(event.entry());
    if let Some(client_secret::Written { step, entry }) = written {
        steps.push(step);
        unit = unit.and_entry(entry);
    }
    let created = Created { client, secret };
    let joined = with.steps(&created);
    let own = joined.len();
    match world.db.commit(unit.steps(joined).steps(steps)).await {
        Ok(_) => Ok(created),
        Err(CommitError::Conflict { step }) if step < own => Err(WriteError::Busy.into()),
        Err(CommitError::Conflict { .. }) => {
            Err(CreateError::ClientIdTaken(created.client.client_id))
        }
        Err(CommitError::Unavailable(error)) => Err(WriteError::from(error).into()),
    }
}

fn secret(
    world: &World,
    call: &Call,
    client: &Client,
    new: NewClient,
) -> Result<Option<(Issued, client_secret::Written)>, CreateError> {
    if !client.settings.token_endpoint_auth_method.uses_secret() {
        return Ok(None);
    }
    let new = NewSecret {
        text: new.secret,
        expires_at: new.secret_expires_at,
    };
    Ok(Some(client_secret::decide(world, call, client, new)?))
}

fn decide(
    new: &NewClient,
    realm: RealmNode,
    node: NodeId,
    call: &Call,
) -> Result<Client, CreateError> {
    let client_id = match &new.client_id {
        None => node.to_string(),
        Some(client_id) => {
            let printable = client_id.bytes().all(|byte| byte.is_ascii_graphic());
            if client_id.is_empty() || client_id.len() > MAX_CLIENT_ID || !printable {
                return Err(CreateError::ClientId);
            }
            if client_id.parse::<NodeId>().is_ok() {
                return Err(CreateError::LooksLikeSubject);
            }
            client_id.clone()
        }
    };
    Ok(Client {
        node: ClientNode(node),
        realm,
        client_id,
        subject: None,
        settings: new.settings.clone(),
        created_at: call.now,
    })
}

impl NewClient {
    /// A client with these settings, whose id and secret are made.
    #[must_use]
    pub fn with_settings(settings: Settings) -> Self {
        Self {
            client_id: None,
            secret: None,
            secret_expires_at: None,
            settings,
            with: With::default(),
        }
    }

    /// A confidential client that acts for itself.
    #[must_use]
    pub fn service(client_id: &str) -> Self {
        let settings = Settings {
            token_endpoint_auth_method: AuthMethod::ClientSecretBasic,
            grant_types: vec![GrantType::ClientCredentials],
            ..Settings::default()
        };
        Self {
            client_id: Some(client_id.to_owned()),
            ..Self::with_settings(settings)
        }
    }
}
