//! Issue a client secret: with its client, or beside those it has (rotation without an outage).

use symbolon_journal::{Event, Noun, Verb};
use symbolon_keys::seal::Place;
use symbolon_store::{CommitError, Entry, Step, Unit};
use symbolon_token::call::Call;
use symbolon_token::kind::Kind;
use symbolon_token::lineage::Epoch;
use symbolon_token::node::ClientSecretNode;
use symbolon_token::opaque;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;
use thiserror::Error;

use super::{ClientSecret, MAX_SECRETS, rows};
use crate::client::{AuthMethod, Client};
use crate::{With, World, WriteError};

/// Shortest secret that a client may bring, in bytes: what other servers accept, for those who move.
const MIN_BYTES: usize = 8;

/// Shortest secret that authenticates a JWT: as long as the hash of HS256 (RFC 7518 §3.2).
const MIN_JWT_BYTES: usize = 32;

/// Longest secret, in bytes.
const MAX_BYTES: usize = 256;

/// What is asked for.
#[derive(Default)]
pub struct NewSecret {
    /// The secret itself; made where it is absent.
    pub text: Option<Secret>,
    /// When it ends by itself.
    pub expires_at: Option<Time>,
}

/// A new secret, shown this once.
pub struct Issued {
    /// Its node.
    pub node: ClientSecretNode,
    /// The secret.
    pub text: Secret,
    /// When it ends by itself.
    pub expires_at: Option<Time>,
}

/// What makes a new secret durable.
pub struct Written {
    /// Its row.
    pub step: Step,
    /// Its entry.
    pub entry: Entry,
}

/// Why there is no secret.
#[derive(Debug, Error)]
pub enum SecretError {
    /// The client brings one that is too short, too long or not printable.
    #[error("a client_secret has {MIN_BYTES} to {MAX_BYTES} printable ASCII characters")]
    Text,
    /// Too short to authenticate a JWT.
    #[error("for client_secret_jwt a client_secret has at least {MIN_JWT_BYTES} characters")]
    TooShortForJwt,
    /// It would be dead on arrival.
    #[error("the secret would have expired already")]
    Expired,
    /// The client has none by its nature.
    #[error("this client does not prove itself by a secret")]
    NoSecrets,
    /// It has enough.
    #[error("a client has at most {MAX_SECRETS} secrets; revoke one first")]
    TooMany,
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Issues one more secret to a client.
///
/// # Errors
/// [`SecretError`]; nothing was written.
pub async fn issue(
    world: &World,
    call: &Call,
    client: &Client,
    (new, with): (NewSecret, With<Issued>),
) -> Result<Issued, SecretError> {
    if !client.settings.token_endpoint_auth_method.uses_secret() {
        return Err(SecretError::NoSecrets);
    }
    let (issued, written) = decide(world, call, client, new)?;
    let joined = with.steps(&issued);
    let own = joined.len();
    let unit = Unit::entry(written.entry).steps(joined).step(written.step);
    match world.db.commit(unit).await {
        Ok(_) => Ok(issued),
        Err(CommitError::Conflict { step }) if step < own => Err(WriteError::Busy.into()),
        Err(CommitError::Conflict { .. }) => Err(SecretError::TooMany),
        Err(CommitError::Unavailable(error)) => Err(WriteError::from(error).into()),
    }
}

/// A new secret, and what makes it durable.
///
/// # Errors
/// [`SecretError`] where the one that the client brings cannot be used.
pub fn decide(
    world: &World,
    call: &Call,
    client: &Client,
    new: NewSecret,
) -> Result<(Issued, Written), SecretError> {
    let is_jwt = client.settings.token_endpoint_auth_method == AuthMethod::ClientSecretJwt;
    if let Some(text) = &new.text {
        check(text, is_jwt)?;
    }
    if new.expires_at.is_some_and(|end| end <= call.now) {
        return Err(SecretError::Expired);
    }
    let text = match new.text {
        Some(text) => text,
        None if is_jwt => long_secret(world),
        None => opaque::mint(Kind::ClientSecret, &*world.random),
    };
    let node = ClientSecretNode(world.ids.next(call.now));
    let peppers = &world.material.peppers;
    let digest = peppers.digest(client.realm, Kind::ClientSecret, text.reveal());
    let sealed = is_jwt.then(|| {
        let seals = &world.material.seals;
        seals.seal(
            &place(client, node),
            call.now,
            text.reveal().as_bytes(),
            &*world.random,
        )
    });
    let secret = ClientSecret {
        node,
        digest,
        sealed,
        created_at: call.now,
        expires_at: new.expires_at,
        epoch: Epoch::default(),
    };
    let event = Event::done(call, client.realm, Verb::Create, Noun::ClientSecret)
        .client(client.node)
        .client_secret(node)
        .request(call);
    let written = Written {
        step: rows::insert(client.realm, client.node, &secret),
        entry: event.entry(),
    };
    let issued = Issued {
        node,
        text,
        expires_at: new.expires_at,
    };
    Ok((issued, written))
}

/// Two texts in one, for keys of 64 bytes and more (ARCHITECTURE, wire formats).
fn long_secret(world: &World) -> Secret {
    let first = opaque::mint(Kind::ClientSecret, &*world.random);
    let second = opaque::mint(Kind::ClientSecret, &*world.random);
    Secret::new(format!("{}{}", first.reveal(), second.reveal()))
}

/// Where the sealed secret stands.
pub(super) fn place<'a>(client: &Client, secret: ClientSecretNode) -> Place<'a> {
    Place {
        realm: client.realm,
        table: "client_secret",
        column: "sealed",
        row: secret.0.into(),
    }
}

fn check(text: &Secret, is_jwt: bool) -> Result<(), SecretError> {
    let printable = |byte: u8| (0x20..=0x7e).contains(&byte);
    if !(MIN_BYTES..=MAX_BYTES).contains(&text.len()) || !text.reveal().bytes().all(printable) {
        return Err(SecretError::Text);
    }
    if is_jwt && text.len() < MIN_JWT_BYTES {
        return Err(SecretError::TooShortForJwt);
    }
    Ok(())
}
