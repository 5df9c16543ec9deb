//! Issue a management token to an operator: opaque, for the realm's own management API, descending
//! from a client and a subject that exist for nothing else.
//!
//! It is how a new installation is entered (the first start's one-time link, `dev`). Programs that
//! manage get tokens as any client does.

use std::sync::Arc;
use std::time::Duration;

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::kind::{Format, Kind};
use symbolon_token::lineage::Lineage;
use symbolon_token::opaque;
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;

use super::Access;
use super::issue::{IssueError, Issued, issues, life, opaque_row};
use crate::client::OPERATOR;
use crate::client::{self, AuthMethod, CreateError, NewClient, Settings};
use crate::directory::KnownClient;
use crate::realm::Realm;
use crate::resource::management;
use crate::subject;
use crate::{MAX_CONFLICTS, World, WriteError};

/// Issues a management token with every scope of the management API. A text that is given (`dev`
/// derives it, so that it stays the same) is taken as it is; issued twice, it is one token.
///
/// # Errors
/// [`IssueError`]; no token is known.
pub async fn issue_management(
    world: &World,
    call: &Call,
    realm: &Realm,
    (text, lifetime): (Option<Secret>, Duration),
) -> Result<Issued, IssueError> {
    world.may_issue()?;
    // `dev` issues its own at each start, also where somebody disabled its realm to enable it again.
    if text.is_none() {
        issues(world, realm)?;
    }
    let resource = management(realm);
    let client = operator(world, call, realm).await?;
    let subject = subject::find_operator(world, realm.node).await;
    let subject = match subject.map_err(WriteError::from)? {
        Some(subject) => subject,
        None => new_subject(world, call, realm).await?,
    };
    let token = text.unwrap_or_else(|| opaque::mint(Kind::Access, &*world.random));
    let (issued_at, expires_at) = life(call.now, lifetime);
    let status = world.leases.status(call, realm.node, expires_at).await?;
    let own = world.lineages.ancestor(subject.node);
    let access = Access {
        realm: realm.node,
        client: client.client.node,
        client_id: client.client.client_id.clone(),
        subject: subject.node,
        sub: subject.node.to_string(),
        audience: vec![resource.audience],
        scope: resource.scope.clone(),
        userinfo_claims: Vec::new(),
        issued_at,
        expires_at,
        status,
        lineage: Lineage::new(client.ancestors.iter().copied().chain([own]))?,
        format: Format::Opaque,
        signing_key: None,
    };
    let event = Event::done(call, realm.node, Verb::Issue, Noun::Access)
        .client(access.client)
        .subject(access.subject)
        .status(status)
        .expires(expires_at)
        .request(call);
    let unit = Unit::entry(event.entry()).step(opaque_row(world, &token, &access));
    match world.db.commit(unit).await {
        // It was issued before, with the same text.
        Ok(_) | Err(CommitError::Conflict { .. }) => Ok(Issued {
            token,
            lifetime,
            scope: resource.scope,
        }),
        Err(CommitError::Unavailable(error)) => Err(WriteError::from(error).into()),
    }
}

async fn operator(
    world: &World,
    call: &Call,
    realm: &Realm,
) -> Result<Arc<KnownClient>, IssueError> {
    let settings = Settings {
        client_name: Some("Operators".to_owned()),
        token_endpoint_auth_method: AuthMethod::None,
        grant_types: Vec::new(),
        scope: Scope::default(),
        first_party: true,
        ..Settings::default()
    };
    for _ in 0..=MAX_CONFLICTS {
        let known = client::known(world, realm.node, OPERATOR).await;
        if let Some(known) = known.map_err(WriteError::from)? {
            return Ok(known);
        }
        let new = NewClient {
            client_id: Some(OPERATOR.to_owned()),
            ..NewClient::with_settings(settings.clone())
        };
        match client::make(world, call, realm.node, new).await {
            Ok(_) | Err(CreateError::ClientIdTaken(_)) => {}
            Err(CreateError::Write(error)) => return Err(error.into()),
            Err(
                CreateError::ClientId
                | CreateError::LooksLikeSubject
                | CreateError::Reserved
                | CreateError::Settings(_)
                | CreateError::Secret(_),
            ) => return Err(WriteError::Busy.into()),
        }
    }
    Err(WriteError::Busy.into())
}

async fn new_subject(
    world: &World,
    call: &Call,
    realm: &Realm,
) -> Result<subject::Subject, IssueError> {
    match subject::create_operator(world, call, realm.node).await {
        Ok(subject) => Ok(subject),
        Err(subject::CreateError::Write(error)) => Err(error.into()),
        // A constant passes, and an agent takes no identifier.
        Err(
            subject::CreateError::Service
            | subject::CreateError::Profile(_)
            | subject::CreateError::Taken(_),
        ) => Err(WriteError::Busy.into()),
    }
}
