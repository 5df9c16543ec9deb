//! Verify an access token: is it authentic, and does it live?
//!
//! 1. An opaque text: its checksum, then the row of its digest. A JWT: signature, purpose, issuer and
//!    times, by the realm's published keys.
//! 2. A JWT's `jti` carries a MAC over its claims under another key: one that does not hold was
//!    forged with a stolen signing key.
//! 3. What was authentic once is so again: it is kept by its digest, bounded.
//! 4. It has not expired, and nothing that it descends from is dead. Where this node may only not
//!    have heard of something yet, it catches up first.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::Cache;
use symbolon_jose::danger::{unauthenticated_header, unverified_header};
use symbolon_jose::jwt::{self, Claim, Expected, Names, Purpose, Verified};
use symbolon_jose::{FormError, KeySet, VerifyingKey};
use symbolon_journal::{Event, Follow, Noun, Sequence};
use symbolon_lineage::{Death, Life, judge};
use symbolon_token::kind::{Format, Kind};
use symbolon_token::lineage::Lineage;
use symbolon_token::node::{NodeId, RealmNode, SigningKeyNode, SubjectNode};
use symbolon_token::opaque;
use symbolon_token::secret::Digest;
use symbolon_token::status::StatusRef;
use symbolon_token::time::Time;
use symbolon_token::token_id::TokenId;
use thiserror::Error;

use super::claim::{AccessClaims, Audience};
use super::{Access, descent, encrypted, rows};
use crate::client::{self, Client};
use crate::realm::Realm;
use crate::signing_key::{self, ring};
use crate::subject::pairwise::{self, Salt};
use crate::{LoadError, World, WriteError};

/// Authentic tokens kept in memory: 20,000 of about 600 bytes.
const MAX_KEPT: usize = 20_000;

/// How far the clocks of two nodes may differ: a token may be that much younger than now. Its end
/// has no leeway.
const SKEW_SECONDS: i64 = 60;

/// How far a node may be behind the journal and still judge. It polls every 25 ms.
pub const MAX_BEHIND: Duration = Duration::from_secs(2);

/// Why a token is no good. None of this is told to whoever presents it: for them it is inactive.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It is no access token of this realm, or was changed.
    #[error("it is no access token of this realm, or was changed")]
    NotOurs,
    /// Its signature holds, and yet the authority never gave it out.
    #[error("its signature holds, but it was never issued: the signing key {0} was stolen")]
    Forged(SigningKeyNode),
    /// It has expired.
    #[error("it has expired")]
    Expired,
    /// It died before its time.
    #[error(transparent)]
    Dead(#[from] Death),
}

impl Refusal {
    /// Whether somebody signed what the authority never gave out: its own signature holds, but the
    /// name or the status index is not one that it gave.
    #[must_use]
    pub fn is_forgery(&self) -> bool {
        matches!(self, Self::Forged(_) | Self::Dead(Death::NeverLeased))
    }
}

/// Why there is no answer, or the answer is no.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The answer is no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database does not answer.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// This node has not heard from the database for too long to judge.
    #[error("this node has fallen behind the journal")]
    Behind,
}

/// Access tokens that were found authentic, by the digest of their text.
pub struct VerifiedTokens(Cache<(RealmNode, [u8; 32]), Arc<Access>>);

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(Cache::new(MAX_KEPT))
    }
}

/// A token is authentic under the issuer that its realm had.
impl Follow for VerifiedTokens {
    fn follow(&self, _: Sequence, event: &Event) {
        if event.noun == Noun::Realm {
            self.0.clear();
        }
    }
}

/// Verifies that a token is authentic and lives.
///
/// # Errors
/// [`VerifyError`].
pub async fn verify(
    world: &World,
    realm: &Realm,
    token: &str,
    now: Time,
) -> Result<Arc<Access>, VerifyError> {
    let access = authentic(world, realm, token, now).await?;
    alive(world, &access, now).await?;
    Ok(access)
}

/// Steps 1 to 3: finds out what a token says, if the authority said it.
///
/// # Errors
/// [`VerifyError`].
pub async fn authentic(
    world: &World,
    realm: &Realm,
    token: &str,
    now: Time,
) -> Result<Arc<Access>, VerifyError> {
    if token.starts_with("sym_") {
        return opaque_token(world, realm, token).await;
    }
    let mut key = (realm.node, [0; 32]);
    key.1
        .copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    if let Some(access) = world.tokens.0.get(&key) {
        return Ok(access);
    }
    let access = Arc::new(jwt_token(world, realm, token, now).await?);
    world.tokens.0.insert(key, Arc::clone(&access));
    Ok(access)
}

/// Step 4: finds out whether an authentic token lives.
///
/// # Errors
/// [`VerifyError`].
pub async fn alive(world: &World, access: &Access, now: Time) -> Result<(), VerifyError> {
    if access.expires_at <= now {
        return Err(Refusal::Expired.into());
    }
    if world.follower.behind(now) > MAX_BEHIND {
        return Err(VerifyError::Behind);
    }
    let requires = access.required_ancestors();
    let life = Life {
        realm: access.realm,
        lineage: &access.lineage,
        status: access.status,
        requires: &requires,
    };
    match judge(&world.lineages, &life) {
        Ok(()) => Ok(()),
        Err(death) if death.may_be_ignorance() => {
            world.catch_up(now).await?;
            judge(&world.lineages, &life).map_err(|death| Refusal::from(death).into())
        }
        Err(death) => Err(Refusal::from(death).into()),
    }
}

async fn opaque_token(
    world: &World,
    realm: &Realm,
    token: &str,
) -> Result<Arc<Access>, VerifyError> {
    if opaque::kind(token) != Ok(Kind::Access) {
        return Err(Refusal::NotOurs.into());
    }
    let peppers = &world.material.peppers;
    for found in peppers.digests(realm.node, Kind::Access, token) {
        let Digest(digest) = found.digest;
        let key = (realm.node, digest);
        if let Some(access) = world.tokens.0.get(&key) {
            return Ok(access);
        }
        if let Some(access) = rows::find(&world.db, found.digest).await? {
            let access = Arc::new(access);
            world.tokens.0.insert(key, Arc::clone(&access));
            return Ok(access);
        }
    }
    Err(Refusal::NotOurs.into())
}

async fn jwt_token(
    world: &World,
    realm: &Realm,
    token: &str,
    now: Time,
) -> Result<Access, VerifyError> {
    let keys = ring(world, realm.node).await?.verifiers(now);
    said(world, realm, (token, &keys), now).await
}

/// What a token said that a revoked key of this realm signed. It is dead, and so is whatever that key
/// signed; this is for whoever asks why.
///
/// # Errors
/// [`VerifyError`].
pub async fn of_revoked_key(
    world: &World,
    realm: &Realm,
    token: &str,
    now: Time,
) -> Result<Arc<Access>, VerifyError> {
    let keys = signing_key::revoked(world, realm.node).await?;
    let access = said(world, realm, (token, &keys), now).await?;
    Ok(Arc::new(access))
}

/// What a JWT says, if one of these keys signed it and its name holds.
async fn said(
    world: &World,
    realm: &Realm,
    (token, keys): (&str, &KeySet),
    now: Time,
) -> Result<Access, VerifyError> {
    let verified = signed_by(world, realm, (token, keys), now).ok_or(Refusal::NotOurs)?;
    if verified.claims().iat > now.seconds() + SKEW_SECONDS {
        return Err(Refusal::NotOurs.into());
    }
    let kid = verified.key().and_then(VerifyingKey::kid);
    let signing_key = kid.and_then(|kid| kid.parse().ok());
    let signing_key: SigningKeyNode = signing_key.ok_or(Refusal::NotOurs)?;
    let claims = verified.into_claims();
    let status = held(world, realm, &claims).ok_or(Refusal::Forged(signing_key))?;
    let salt = salt(world, realm, (&claims, now)).await?;
    let lineage = lineage(&claims, salt.as_deref()).ok_or(Refusal::NotOurs)?;
    let client = issued_to(world, realm, &claims.client_id, &lineage).await?;
    let client = client.ok_or(Refusal::NotOurs)?;
    let subject = speaks_for(&claims, &client, (&lineage, salt.as_deref()));
    let subject = subject.ok_or(Refusal::NotOurs)?;
    let client = client.node;
    let audience: Vec<_> = claims.aud.into();
    Ok(Access {
        realm: realm.node,
        client,
        subject,
        issued_at: Time::from_seconds(claims.iat),
        expires_at: Time::from_seconds(claims.exp),
        status,
        lineage,
        format: Format::Jwt,
        signing_key: Some(signing_key),
        client_id: claims.client_id.into_owned(),
        sub: claims.sub.into_owned(),
        audience: audience.into_iter().map(Cow::into_owned).collect(),
        scope: claims.scope.into_owned(),
        userinfo_claims: claims.userinfo_claims.into_owned(),
    })
}

/// Step 1 of a JWT: what it says, if one of these keys signed it for this realm, encrypted or not.
fn signed_by(
    world: &World,
    realm: &Realm,
    (token, keys): (&str, &KeySet),
    now: Time,
) -> Option<Verified<AccessClaims<'static>>> {
    // Its end is step 4's, so that a token that has expired can still be told of.
    let expected = |typ: Option<&str>| {
        let issuer = realm.issuer.as_str();
        Expected::new(purpose(typ), issuer, Names::Unchecked, now.seconds())
            .leeway(u32::MAX)
            .require(Claim::Jti)
    };
    match unverified_header(token) {
        Ok(header) => jwt::verify(token, keys, &expected(header.typ.as_deref())).ok(),
        Err(FormError::Encrypted) => {
            let header = unauthenticated_header(token).ok()?;
            let expected = expected(header.typ.as_deref());
            encrypted::open(world, realm.node, token, (keys, &expected))
        }
        Err(_) => None,
    }
}

fn purpose(typ: Option<&str>) -> Purpose {
    if typ.is_some_and(|typ| typ.eq_ignore_ascii_case("jwt")) {
        Purpose::AccessTokenPlain
    } else {
        Purpose::AccessToken
    }
}

/// The client that a token was issued to. It may have ended since, and another one may have its name:
/// the lineage says which is meant.
async fn issued_to(
    world: &World,
    realm: &Realm,
    client_id: &str,
    lineage: &Lineage,
) -> Result<Option<Client>, LoadError> {
    let named = |node: NodeId| lineage.epoch_of(node).is_some();
    let known = client::known(world, realm.node, client_id).await?;
    if let Some(known) = known.filter(|known| named(known.client.node.0)) {
        return Ok(Some(known.client.clone()));
    }
    for ancestor in lineage.ancestors() {
        let found = client::by_node(&world.db, realm.node, ancestor.node).await?;
        if let Some(client) = found.filter(|client| client.client_id == client_id) {
            return Ok(Some(client));
        }
    }
    Ok(None)
}

/// The realm's salt, where a token's lineage is veiled.
async fn salt(
    world: &World,
    realm: &Realm,
    (claims, now): (&AccessClaims<'_>, Time),
) -> Result<Option<Arc<Salt>>, LoadError> {
    if !descent::is_veiled(&claims.lin) {
        return Ok(None);
    }
    match pairwise::salt(world, realm.node, now).await {
        Ok(salt) => Ok(Some(salt)),
        Err(WriteError::Load(error)) => Err(error),
        Err(WriteError::Busy | WriteError::Clock) => Err(LoadError::Value("pairwise_salt")),
    }
}

fn lineage(claims: &AccessClaims<'_>, salt: Option<&Salt>) -> Option<Lineage> {
    let Some(salt) = salt else {
        return Lineage::from_claim(&claims.lin).ok();
    };
    let audience = match &claims.aud {
        Audience::One(one) => one,
        Audience::Many(many) => many.first()?,
    };
    descent::unveiled(&claims.lin, (salt, audience)).ok()
}

/// Whom a token speaks for: the service that its client stands for, or somebody that its lineage
/// names.
fn speaks_for(
    claims: &AccessClaims<'_>,
    client: &Client,
    (lineage, salt): (&Lineage, Option<&Salt>),
) -> Option<SubjectNode> {
    if claims.sub == client.client_id {
        return client.subject;
    }
    if let Some(salt) = salt {
        let sector = client.settings.sector()?;
        let named = lineage.ancestors().iter().map(|one| SubjectNode(one.node));
        let mut named = named.filter(|one| pairwise::sub(salt, &sector, *one) == claims.sub);
        return named.next();
    }
    let subject: NodeId = claims.sub.parse().ok()?;
    lineage.epoch_of(subject).map(|_| SubjectNode(subject))
}

/// Step 2: where the token's bit stands, if its name is one that the authority gave.
fn held(world: &World, realm: &Realm, claims: &AccessClaims<'_>) -> Option<StatusRef> {
    let id: TokenId = claims.jti.parse().ok()?;
    let message = claims.mac_message(&id);
    let mac = &world.material.token_mac;
    let holds = mac.holds(realm.node, &message, &id.mac);
    let told = claims.status.as_ref();
    let agrees = told.is_none_or(|told| told.means(&realm.issuer, id.status));
    (holds && agrees).then_some(id.status)
}
