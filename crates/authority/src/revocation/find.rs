//! Find a cause in a realm. What another realm has is as unknown as what nobody has.

use std::sync::Arc;

use symbolon_identity::realm::Realm;
use symbolon_identity::{
    LoadError, World, client, client_secret, grant, refresh, session, signing_key, subject,
};
use symbolon_signin::password;
use symbolon_token::node::{
    AuthenticatorNode, ClientNode, ClientSecretNode, FamilyNode, GrantNode, NodeId, RealmNode,
    SessionNode, SigningKeyNode, SubjectNode,
};
use symbolon_token::time::Time;
use thiserror::Error;

use super::{Cause, Target};
use crate::token::{self, Token};

/// Why no cause was found.
#[derive(Debug, Error)]
pub enum FindError {
    /// This realm has no such thing, or it has ended.
    #[error("this realm has no such {0}, or it has ended; nothing was revoked")]
    Unknown(&'static str),
    /// What a token is cannot be known now.
    #[error(transparent)]
    Token(#[from] token::FindError),
}

impl From<LoadError> for FindError {
    fn from(error: LoadError) -> Self {
        Self::Token(error.into())
    }
}

/// Finds what a cause names.
///
/// # Errors
/// [`FindError`].
pub async fn find(
    world: &World,
    realm: &Realm,
    cause: Cause,
    now: Time,
) -> Result<Target, FindError> {
    Ok(match cause {
        Cause::Realm(named) => {
            let node = named.parse().ok();
            let by_node = node.and_then(|node| find_realm(world, realm, node));
            let by_name = || world.realms.by_name(&named);
            let found = by_node.or_else(|| find_realm(world, realm, by_name()?.node));
            Target::Realm(found.ok_or(FindError::Unknown("realm"))?)
        }
        Cause::Subject(node) => Target::Subject(node),
        Cause::Client(client_id) => Target::Client(client_id),
        Cause::ClientSecret(secret) => {
            let owner = client_secret::owner(world, realm.node, secret).await?;
            Target::ClientSecret(owner.ok_or(FindError::Unknown("client secret"))?, secret)
        }
        Cause::Session(node) => Target::Session(node),
        Cause::Grant(node) => Target::Grant(node),
        Cause::Authenticator(node) => Target::Authenticator(node),
        Cause::SigningKey(node) => Target::SigningKey(node),
        Cause::Node(node) => {
            let found = find_node(world, realm, node, now).await?;
            found.ok_or(FindError::Unknown("node"))?
        }
        Cause::Token(text) => {
            let found = token::find(world, realm, text.reveal(), now).await?;
            match found.map_err(|_| FindError::Unknown("token"))? {
                Token::Access(access) => Target::Access(access),
                Token::Refresh(token) => {
                    let family = &token.presented.family;
                    Target::Family(family.node, family.client, family.allowance.subject)
                }
            }
        }
    })
}

/// This realm; or, if it is the first, any.
fn find_realm(world: &World, asking: &Realm, node: RealmNode) -> Option<Arc<Realm>> {
    let first = world.realms.first();
    let is_first = first.is_some_and(|first| first.node == asking.node);
    let found = world.realms.by_node(node);
    found.filter(|found| is_first || found.node == asking.node)
}

/// Whatever this node is. Ids are unique over all nouns, so the order is of no matter.
async fn find_node(
    world: &World,
    realm: &Realm,
    node: NodeId,
    now: Time,
) -> Result<Option<Target>, LoadError> {
    if let Some(found) = find_realm(world, realm, RealmNode(node)) {
        return Ok(Some(Target::Realm(found)));
    }
    let whose = realm.node;
    if let Some(found) = find_client(world, whose, ClientNode(node)).await? {
        return Ok(Some(found));
    }
    if let Some(found) = subject::find(world, whose, SubjectNode(node)).await? {
        return Ok(Some(Target::Subject(found.node)));
    }
    let secret = ClientSecretNode(node);
    if let Some(owner) = client_secret::owner(world, whose, secret).await? {
        return Ok(Some(Target::ClientSecret(owner, secret)));
    }
    // Also one that is suspended, or whose person is: it may live again.
    let session = SessionNode(node);
    if session::owner(world, whose, session).await?.is_some() {
        return Ok(Some(Target::Session(session)));
    }
    if let Some(found) = grant::by_id(world, whose, GrantNode(node)).await? {
        return Ok(Some(Target::Grant(found.node)));
    }
    if let Some(found) = password::find_by_id(world, whose, AuthenticatorNode(node)).await? {
        return Ok(Some(Target::Authenticator(found.node)));
    }
    if let Some(found) = refresh::find(world, whose, FamilyNode(node)).await? {
        let (client, subject) = (found.client, found.allowance.subject);
        return Ok(Some(Target::Family(found.node, client, subject)));
    }
    let keys = signing_key::list(world, whose, now).await?;
    let key = keys.iter().any(|key| key.id.0 == node);
    Ok(key.then_some(Target::SigningKey(SigningKeyNode(node))))
}

/// A client that lives: another one may have the `client_id` of one that has ended.
async fn find_client(
    world: &World,
    realm: RealmNode,
    node: ClientNode,
) -> Result<Option<Target>, LoadError> {
    let Some(client) = client::find(world, realm, node).await? else {
        return Ok(None);
    };
    let called = client::by_id(world, realm, &client.client_id).await?;
    let lives = called.is_some_and(|called| called.node == node);
    Ok(lives.then_some(Target::Client(client.client_id)))
}
