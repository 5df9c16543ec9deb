//! Issue an access token.
//!
//! 1. A status index of its own, from a block that was leased before.
//! 2. Its lineage: what its grant descends from, the secret that proved the client, the key that
//!    signs.
//! 3. A JWT is signed; an opaque text is minted, and its digest becomes a row.
//! 4. The journal entry is durable, the row with it, before the token leaves.

use std::sync::Arc;
use std::time::Duration;

use symbolon_jose::jwe::{ContentEncryption, EncryptionKey};
use symbolon_jose::jwt::Purpose;
use symbolon_journal::{Event, Fact, Noun, Role, Verb};
use symbolon_keys::ring::ActiveKey;
use symbolon_lineage::node::State;
use symbolon_lineage::status::LeaseError;
use symbolon_store::Step;
use symbolon_token::call::Call;
use symbolon_token::kind::{Format, Kind};
use symbolon_token::lineage::{Ancestor, Lineage, LineageError};
use symbolon_token::node::{FamilyNode, SigningKeyNode, SubjectNode};
use symbolon_token::opaque;
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;
use symbolon_token::status::StatusRef;
use symbolon_token::time::Time;
use symbolon_token::token_id::TokenId;
use thiserror::Error;

use super::claim::AccessClaims;
use super::{Access, descent, encrypted, rows};
use crate::birth::Birth;
use crate::client::{AuthenticatedClient, Proof, SubjectType};
use crate::encryption::RecipientError;
use crate::realm::Realm;
use crate::resource::{Resource, TokenType};
use crate::signing_key::{EnsureError, ensure};
use crate::subject::pairwise;
use crate::{Applied, Draft, World, WriteError};

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
    /// The claims that it lets userinfo tell, beside those of its scope.
    pub userinfo_claims: &'a [String],
    /// How long it lives.
    pub lifetime: Duration,
    /// What it descends from, beside the secret that proved the client and the key that signs.
    pub parents: &'a [Ancestor],
    /// The family that it is issued with, where a person allowed it.
    pub family: Option<FamilyNode>,
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
    /// The realm is disabled: what it issued would be refused.
    #[error("this realm is disabled; the first realm enables it")]
    RealmDisabled,
    /// Some of its resources want it encrypted, to one of them alone.
    #[error(
        "resources that are named together must want their tokens encrypted alike, to one key; \
         ask for a token for each"
    )]
    Mixed,
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
    /// It cannot be encrypted for its resource.
    #[error(transparent)]
    Recipient(#[from] RecipientError),
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
        match self {
            Self::Lease(
                LeaseError::Unavailable(_)
                | LeaseError::Busy
                | LeaseError::Load(symbolon_lineage::LoadError::Unavailable(_)),
            ) => true,
            Self::Key(error) => error.is_temporary(),
            Self::Write(error) => error.is_temporary(),
            Self::Recipient(error) => error.is_temporary(),
            Self::Lease(LeaseError::Load(_) | LeaseError::Full)
            | Self::NoResource
            | Self::Mixed
            | Self::OtherRealm
            | Self::RealmDisabled
            | Self::Lineage(_)
            | Self::Sign(_) => false,
        }
    }
}

/// A token that exists, and must not leave before its entry is durable.
pub struct Minted {
    /// The token.
    pub issued: Issued,
    /// What makes it durable.
    pub draft: Draft,
}

/// Issues an access token.
///
/// # Errors
/// [`IssueError`]; no token left, and none is known.
pub async fn issue(world: &World, call: &Call, new: NewAccess<'_>) -> Result<Issued, IssueError> {
    let minted = mint(world, call, new).await?;
    match minted.draft.commit(world).await? {
        Applied::Done => Ok(minted.issued),
        Applied::Lost { .. } => Err(WriteError::Busy.into()),
    }
}

/// Steps 1 to 3: makes a token, for a unit that the caller commits.
///
/// # Errors
/// [`IssueError`].
pub async fn mint(world: &World, call: &Call, new: NewAccess<'_>) -> Result<Minted, IssueError> {
    let resource = new.resources.first().ok_or(IssueError::NoResource)?;
    let realm = new.realm.node;
    let is_ours = |one: &Arc<Resource>| one.realm == realm;
    if new.client.client().realm != realm || !new.resources.iter().all(is_ours) {
        return Err(IssueError::OtherRealm);
    }
    world.may_issue()?;
    issues(world, new.realm)?;
    if !are_alike(new.realm, resource, new.resources) {
        return Err(IssueError::Mixed);
    }
    let recipient = match resource.encryption() {
        Some(wish) => {
            let key = encrypted::recipient(world, resource, wish.alg, call.now).await?;
            Some((key, wish.enc))
        }
        None => None,
    };
    let key = match resource.settings.token_format {
        Format::Jwt => {
            let algorithm = resource.settings.token_algorithm;
            Some(ensure(world, call, realm, algorithm).await?)
        }
        Format::Opaque => None,
    };
    let life = life(call.now, new.lifetime);
    let status = world.leases.status(call, realm, life.1).await?;
    let signer = key.as_ref().map(|key| world.lineages.ancestor(key.id()));
    let access = decide(&new, (life, status), signer)?;
    let birth = Birth {
        call: *call,
        realm,
        lineage: access.lineage.clone(),
        status,
    };
    let entry = Draft::event(&event(world, call, &new, &access)).and(Draft::birth(birth));
    let (token, draft) = if let Some(key) = key {
        let lin = descent(world, call, (&new, resource), &access).await?;
        let token = jwt(world, (&new, resource, lin), (&access, &key), recipient)?;
        (token, entry)
    } else {
        let token = opaque::mint(Kind::Access, &*world.random);
        let row = opaque_row(world, &token, &access);
        (token, entry.and(Draft::steps([row])))
    };
    let issued = Issued {
        token,
        lifetime: new.lifetime,
        scope: new.scope,
    };
    Ok(Minted { issued, draft })
}

/// Whether a realm issues anything now.
pub(super) fn issues(world: &World, realm: &Realm) -> Result<(), IssueError> {
    match world.lineages.realm(realm.node).state {
        State::Live => Ok(()),
        State::Disabled | State::Ended => Err(IssueError::RealmDisabled),
    }
}

/// From when to when, in whole seconds as claims have it.
pub(super) fn life(now: Time, lifetime: Duration) -> (Time, Time) {
    let issued_at = Time::from_seconds(now.seconds());
    (issued_at, issued_at.plus(lifetime))
}

/// Step 2 and everything else that the token will say. Pure.
fn decide(
    new: &NewAccess<'_>,
    ((issued_at, expires_at), status): ((Time, Time), StatusRef),
    signer: Option<Ancestor>,
) -> Result<Access, LineageError> {
    let client = new.client.client();
    let secret = match new.client.proof() {
        Proof::Secret(ancestor) => Some(ancestor),
        Proof::Key | Proof::Public => None,
    };
    let parents = new.parents.iter().copied();
    let audience = new.resources.iter().map(|one| one.audience.clone());
    Ok(Access {
        realm: new.realm.node,
        client: client.node,
        client_id: client.client_id.clone(),
        subject: new.subject,
        sub: new.sub.to_owned(),
        audience: audience.collect(),
        scope: new.scope.clone(),
        userinfo_claims: new.userinfo_claims.to_vec(),
        issued_at,
        expires_at,
        status,
        lineage: Lineage::new(parents.chain(secret).chain(signer))?,
        format: signer.map_or(Format::Opaque, |_| Format::Jwt),
        signing_key: signer.map(|key| SigningKeyNode(key.node)),
    })
}

/// What a JWT says of its lineage: all of it, or for a pairwise client what leads to nobody.
async fn descent(
    world: &World,
    call: &Call,
    (new, resource): (&NewAccess<'_>, &Resource),
    access: &Access,
) -> Result<String, IssueError> {
    let settings = &new.client.client().settings;
    if settings.subject_type == SubjectType::Public || new.family.is_none() {
        return Ok(access.lineage.to_claim());
    }
    let salt = pairwise::salt(world, access.realm, call.now).await?;
    let secret = new.client.secret().map(|secret| secret.0);
    let key = access.signing_key.map(|key| key.0);
    let visible = [access.realm.0, access.client.0].into_iter();
    let visible: Vec<_> = visible.chain(secret).chain(key).collect();
    let audience = (&*salt, resource.audience.as_str());
    Ok(descent::veiled(&access.lineage, &visible, audience)?)
}

/// Whether one text can serve all of these: where any wants its tokens encrypted, all want it in the
/// same way. Userinfo is the authority itself, which opens what it closed.
fn are_alike(realm: &Realm, first: &Resource, all: &[Arc<Resource>]) -> bool {
    if all.iter().all(|one| one.encryption().is_none()) {
        return true;
    }
    let userinfo = realm.userinfo_endpoint();
    let mut others = all.iter().filter(|one| one.audience != userinfo);
    let is_alike = |one: &Arc<Resource>| {
        one.encryption() == first.encryption()
            && one.settings.token_format == first.settings.token_format
            && one.settings.jwks == first.settings.jwks
            && one.settings.jwks_uri == first.settings.jwks_uri
    };
    others.all(is_alike)
}

/// Step 3 for a JWT.
fn jwt(
    world: &World,
    (new, resource, lin): (&NewAccess<'_>, &Resource, String),
    (access, key): (&Access, &ActiveKey),
    recipient: Option<(EncryptionKey, ContentEncryption)>,
) -> Result<Secret, IssueError> {
    let signed = Signed::new(world, new.realm, (access, resource, lin));
    let token = match recipient {
        None => key.sign(signed.purpose, &signed.claims)?,
        Some((recipient, enc)) => {
            let whose = (&signed, access.realm);
            encrypted::nest(world, key, whose, (&recipient, enc))?
        }
    };
    Ok(Secret::new(token))
}

/// What a JWT will say, its name among it.
pub(super) struct Signed<'a> {
    pub(super) purpose: Purpose,
    pub(super) claims: AccessClaims<'a>,
}

impl<'a> Signed<'a> {
    fn new(
        world: &World,
        realm: &'a Realm,
        (access, resource, lin): (&'a Access, &Resource, String),
    ) -> Self {
        let mut claims = AccessClaims::new(realm, access, lin);
        let mut id = TokenId {
            status: access.status,
            mac: [0; 16],
        };
        let message = claims.mac_message(&id);
        id.mac = world.material.token_mac.mac(realm.node, &message);
        claims.jti = id.to_string();
        let purpose = match resource.settings.token_type {
            TokenType::AccessToken => Purpose::AccessToken,
            TokenType::Plain => Purpose::AccessTokenPlain,
        };
        Self { purpose, claims }
    }
}

/// Step 3 for an opaque token: the row of its digest.
pub(super) fn opaque_row(world: &World, token: &Secret, access: &Access) -> Step {
    let peppers = &world.material.peppers;
    let digest = peppers.digest(access.realm, Kind::Access, token.reveal());
    rows::insert(digest.digest, access)
}

fn event(world: &World, call: &Call, new: &NewAccess<'_>, access: &Access) -> Event {
    let realm = access.realm;
    let mut event = Event::done(&new.client.call(call), realm, Verb::Issue, Noun::Access)
        .client(access.client)
        .subject(access.subject)
        .status(access.status)
        .expires(access.expires_at);
    if let Some(secret) = new.client.secret() {
        event = event.client_secret(secret);
    }
    if let Some(family) = new.family {
        event = event.family(family);
    }
    if let Some(key) = access.signing_key {
        event = event.signing_key(key);
    }
    for resource in new.resources {
        event = event.resource(resource.node);
    }
    world.with_network(with_descent(event, access), call)
}

/// What a person's token descends from beside these, for whoever asks what a cause would kill reads
/// entries alone: authenticators, grant, family and session, in this order.
fn with_descent(mut event: Event, access: &Access) -> Event {
    let ancestors = access.lineage.ancestors();
    let family = event.node(Role::Family);
    let family = ancestors.iter().position(|one| Some(one.node) == family);
    for (at, ancestor) in ancestors.iter().enumerate() {
        let is_named = |fact: &Fact| matches!(fact, Fact::Node(_, node) if *node == ancestor.node);
        if ancestor.node == access.realm.0 || event.facts.iter().any(is_named) {
            continue;
        }
        let role = match family {
            Some(family) if at + 1 == family => Role::Grant,
            Some(family) if at > family => Role::Session,
            Some(_) | None => Role::Authenticator,
        };
        event = event.fact(Fact::Node(role, ancestor.node));
    }
    event
}
