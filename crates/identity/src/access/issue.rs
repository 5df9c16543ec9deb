//! Issue an access token.
//!
//! 1. A status index of its own, from a block that was leased before.
//! 2. Its lineage: realm, client, subject, the secret that proved the client, the key that signs.
//! 3. A JWT is signed; an opaque text is minted, and its digest becomes a row.
//! 4. The journal entry is durable, the row with it, before the token leaves.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use symbolon_jose::jwt::Purpose;
use symbolon_journal::{Event, Fact, Noun, Verb};
use symbolon_keys::ring::ActiveKey;
use symbolon_lineage::status::LeaseError;
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::kind::{Format, Kind};
use symbolon_token::lineage::{Lineage, LineageError};
use symbolon_token::node::{ClientSecretNode, SubjectNode};
use symbolon_token::opaque;
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;
use symbolon_token::status::StatusRef;
use symbolon_token::time::Time;
use symbolon_token::token_id::TokenId;
use thiserror::Error;

use super::claim::AccessClaims;
use super::{Access, rows};
use crate::client::{AuthenticatedClient, Proof};
use crate::realm::Realm;
use crate::resource::{Resource, TokenType};
use crate::signing_key::{EnsureError, ensure};
use crate::{LoadError, World, WriteError};

/// What a token is issued for; decided by the grant.
pub struct NewAccess<'a> {
    /// The realm that issues it.
    pub realm: &'a Realm,
    /// The client that proved itself in this call.
    pub client: &'a AuthenticatedClient,
    /// Whom it speaks for.
    pub subject: SubjectNode,
    /// The same, as the token will say it.
    pub sub: &'a str,
    /// What it is meant for: the first one says how it looks.
    pub resources: &'a [Arc<Resource>],
    /// What it allows.
    pub scope: Scope,
    /// How long it lives.
    pub lifetime: Duration,
}

/// A new token.
pub struct Issued {
    /// The token itself.
    pub token: Secret,
    /// How long it lives.
    pub lifetime: Duration,
    /// What it allows.
    pub scope: Scope,
}

/// Why there is no token.
#[derive(Debug, Error)]
pub enum IssueError {
    /// Client or resource are another realm's.
    #[error("client and resources belong to the realm that issues")]
    OtherRealm,
    /// It was to be meant for nothing.
    #[error("an access token is meant for at least one resource")]
    NoResource,
    /// No status index.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// Too many ancestors.
    #[error(transparent)]
    Lineage(#[from] LineageError),
    /// No key to sign with.
    #[error(transparent)]
    Key(#[from] EnsureError),
    /// The library did not sign.
    #[error(transparent)]
    Sign(#[from] symbolon_jose::SignError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl IssueError {
    /// The database does not answer, or is too busy: asking again later may help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        let load = |error: &LoadError| matches!(error, LoadError::Unavailable(_));
        let write = |error: &WriteError| match error {
            WriteError::Load(error) => load(error),
            WriteError::Busy => true,
        };
        match self {
            Self::Lease(
                LeaseError::Unavailable(_)
                | LeaseError::Busy
                | LeaseError::Load(symbolon_lineage::LoadError::Unavailable(_)),
            ) => true,
            Self::Key(EnsureError::Write(error)) | Self::Write(error) => write(error),
            Self::Lease(LeaseError::Load(_) | LeaseError::Full)
            | Self::Key(EnsureError::Make(_) | EnsureError::Create(_))
            | Self::NoResource
            | Self::OtherRealm
            | Self::Lineage(_)
            | Self::Sign(_) => false,
        }
    }
}

/// Issues an access token.
///
/// # Errors
/// [`IssueError`]; no token left, and none is known.
pub async fn issue(world: &World, call: &Call, new: NewAccess<'_>) -> Result<Issued, IssueError> {
    let resource = new.resources.first().ok_or(IssueError::NoResource)?;
    let realm = new.realm.node;
    let is_ours = |one: &Arc<Resource>| one.realm == realm;
    if new.client.client().realm != realm || !new.resources.iter().all(is_ours) {
        return Err(IssueError::OtherRealm);
    }
    let (issued_at, expires_at) = life(call.now, new.lifetime);
    let status = world.leases.status(call, realm, expires_at).await?;
    let (token, unit) = match resource.settings.token_format {
        Format::Jwt => {
            let algorithm = resource.settings.token_algorithm;
            let key = ensure(world, call, realm, algorithm).await?;
            let lineage = lineage(world, &new, Some(&key))?;
            let claims = claims(world, &new, (issued_at, expires_at), (status, &lineage));
            let purpose = match resource.settings.token_type {
                TokenType::AccessToken => Purpose::AccessToken,
                TokenType::Plain => Purpose::AccessTokenPlain,
            };
            let token = Secret::new(key.sign(purpose, &claims)?);
            let event = event(world, call, &new, status).signing_key(key.id());
            (token, Unit::entry(event.expires(expires_at).entry()))
        }
        Format::Opaque => {
            let lineage = lineage(world, &new, None)?;
            let token = opaque::mint(Kind::Access, &*world.random);
            let peppers = &world.material.peppers;
            let digest = peppers.digest(realm, Kind::Access, token.reveal());
            let access = access(&new, (issued_at, expires_at), (status, lineage));
            let event = event(world, call, &new, status).expires(expires_at);
            let unit = Unit::entry(event.entry());
            (token, unit.step(rows::insert(digest.digest, &access)))
        }
    };
    match world.db.commit(unit).await {
        Ok(_) => Ok(Issued {
            token,
            lifetime: new.lifetime,
            scope: new.scope,
        }),
        Err(CommitError::Conflict { .. }) => Err(WriteError::Busy.into()),
        Err(CommitError::Unavailable(error)) => Err(WriteError::from(error).into()),
    }
}

/// From when to when, in whole seconds as claims have it.
fn life(now: Time, lifetime: Duration) -> (Time, Time) {
    let issued_at = Time::from_seconds(now.seconds());
    (issued_at, issued_at.plus(lifetime))
}

fn lineage(
    world: &World,
    new: &NewAccess<'_>,
    key: Option<&ActiveKey>,
) -> Result<Lineage, LineageError> {
    let known = new.client.known().ancestors.iter().copied();
    let secret = match new.client.proof() {
        Proof::Secret(ancestor) => Some(ancestor),
        Proof::Key | Proof::Public => None,
    };
    let key = key.map(|key| world.lineages.ancestor(key.id()));
    Lineage::new(known.chain(secret).chain(key))
}

fn claims<'a>(
    world: &World,
    new: &'a NewAccess<'_>,
    (issued_at, expires_at): (Time, Time),
    (status, lineage): (StatusRef, &Lineage),
) -> AccessClaims<'a> {
    let audience = new.resources.iter().map(|one| one.audience.as_str().into());
    let mut claims = AccessClaims {
        iss: new.realm.issuer.as_str().into(),
        sub: new.sub.into(),
        aud: audience.collect::<Vec<Cow<'_, str>>>().into(),
        exp: expires_at.seconds(),
        iat: issued_at.seconds(),
        jti: String::new(),
        client_id: new.client.client().client_id.as_str().into(),
        scope: Cow::Borrowed(&new.scope),
        lin: lineage.to_claim(),
    };
    let mut id = TokenId {
        status,
        mac: [0; 16],
    };
    let message = claims.mac_message(&id);
    id.mac = world.material.token_mac.mac(new.realm.node, &message);
    claims.jti = id.to_string();
    claims
}

fn access(
    new: &NewAccess<'_>,
    (issued_at, expires_at): (Time, Time),
    (status, lineage): (StatusRef, Lineage),
) -> Access {
    let client = new.client.client();
    Access {
        realm: new.realm.node,
        client: client.node,
        client_id: client.client_id.clone(),
        subject: new.subject,
        sub: new.sub.to_owned(),
        audience: new
            .resources
            .iter()
            .map(|one| one.audience.clone())
            .collect(),
        scope: new.scope.clone(),
        issued_at,
        expires_at,
        status,
        lineage,
        format: Format::Opaque,
        signing_key: None,
    }
}

fn event(world: &World, call: &Call, new: &NewAccess<'_>, status: StatusRef) -> Event {
    let realm = new.realm.node;
    let mut event = Event::done(&new.client.call(call), realm, Verb::Issue, Noun::Access)
        .client(new.client.client().node)
        .subject(new.subject)
        .status(status);
    if let Some(secret) = new.client.secret() {
        event = event.client_secret(ClientSecretNode(secret.0));
    }
    for resource in new.resources {
        event = event.resource(resource.node);
    }
    if let Some(address) = call.address {
        event = event.fact(Fact::Network(world.network(realm, address, call.now)));
    }
    event
}
