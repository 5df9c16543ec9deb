//! Issue an authorization code (RFC 6749 §4.1.2): a person has signed in and allowed it.
//!
//! 1. What the person allowed is remembered, or was already.
//! 2. Its tokens will descend from realm, client, person, authenticators, grant and the code itself;
//!    from the session too, unless the person allowed them to outlive it.
//! 3. It is sealed; what was allowed and that it was issued are durable before it leaves.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::Death;
use symbolon_token::call::{Actor, Call};
use symbolon_token::kind::Kind;
use symbolon_token::lineage::{Lineage, LineageError};
use symbolon_token::node::{FamilyNode, RealmNode};
use symbolon_token::opaque;
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;
use thiserror::Error;

use super::{Allowance, Challenge, Code, LIFETIME, MAX_BYTES, digest_of, place};
use crate::directory::KnownClient;
use crate::grant::{Grant, allow};
use crate::session::{self, Session};
use crate::{Draft, World, WriteError, descent};

/// Codes for one client that one person's tabs may ask for at once: whoever loses a round has seen the
/// grant widened by another, and each scope widens it once.
const MAX_TABS: usize = 16;

/// The scope that lets tokens outlive the session (OpenID Connect Core §11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// What a code is issued for: decided by the authorization endpoint.
pub struct NewCode<'a> {
    /// The client that asked.
    pub client: &'a KnownClient,
    /// The sign-in of the person who allowed it.
    pub session: &'a Session,
    /// What was allowed.
    pub scope: Scope,
    /// The audiences that were asked for.
    pub resources: Vec<String>,
    /// The claims that were asked for by name: of the ID token, and of userinfo.
    pub claims: (Vec<String>, Vec<String>),
    /// What the ID token will repeat.
    pub nonce: Option<String>,
    /// Where the code is sent, and whether the request said so.
    pub redirect_uri: (&'a str, bool),
    /// What it is bound to.
    pub challenge: Option<Challenge>,
}

/// Why there is no code.
#[derive(Debug, Error)]
pub enum IssueError {
    /// What was asked for does not fit into a code.
    #[error("nonce, scope, resources and claims are too long together for an authorization code")]
    TooLong,
    /// What it would descend from died meanwhile.
    #[error(transparent)]
    Dead(#[from] Death),
    /// Too many ancestors.
    #[error(transparent)]
    Lineage(#[from] LineageError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Issues a code.
///
/// # Errors
/// [`IssueError`]; nothing was written.
pub async fn issue(world: &World, call: &Call, new: &NewCode<'_>) -> Result<Secret, IssueError> {
    world.may_issue()?;
    let (client, session) = (&new.client.client, new.session);
    let call = &call.by(Actor::Subject(session.subject));
    for _ in 0..MAX_TABS {
        let realm = client.realm;
        let whose = (session.subject, client.node, &new.scope);
        let allowed = allow(world, call, realm, whose).await;
        let allowed = allowed.map_err(WriteError::from)?;
        let family = FamilyNode(world.ids.next(call.now));
        let lineage = lineage(world, new, &allowed.grant, family)?;
        let judged = descent::judge(world, (realm, &lineage), call.now).await;
        judged.map_err(WriteError::from)??;
        let code = decide(new, (family, &allowed.grant), &lineage, call);
        let text = seal(world, call, (realm, &code))?;
        let event = Event::done(call, realm, Verb::Issue, Noun::Code)
            .client(client.node)
            .subject(session.subject)
            .session(session.node)
            .grant(allowed.grant.node)
            .family(family)
            .expires(code.expires_at);
        let issued = Draft::event(&world.with_network(event, call));
        let draft = allowed
            .draft
            .and(session::seen(session, call.now))
            .and(issued);
        if draft.applied(world, call.now).await? {
            return Ok(text);
        }
    }
    Err(WriteError::Busy.into())
}

/// Step 2.
fn lineage(
    world: &World,
    new: &NewCode<'_>,
    grant: &Grant,
    family: FamilyNode,
) -> Result<Lineage, LineageError> {
    let client = &new.client.client;
    // Of the client's own ancestors, the service that it stands for has no part in this.
    let own = new.client.ancestors.iter().copied();
    let own = own.filter(|one| Some(one.node) != client.subject.map(|subject| subject.0));
    let person = new.session.lineage.ancestors().iter().copied();
    let online = !new.scope.contains(OFFLINE_ACCESS);
    let session = online.then(|| new.session.ancestor(world));
    let rest = [
        world.lineages.ancestor(grant.node),
        world.lineages.ancestor(family),
    ];
    Lineage::new(own.chain(person).chain(rest).chain(session))
}

fn decide(
    new: &NewCode<'_>,
    (family, grant): (FamilyNode, &Grant),
    lineage: &Lineage,
    call: &Call,
) -> Code {
    let session = new.session;
    let methods = session.methods.iter().map(|one| one.name().to_owned());
    let (redirect_uri, named) = new.redirect_uri;
    Code {
        family,
        allowance: Allowance {
            client: new.client.client.node,
            subject: session.subject,
            session: session.node,
            grant: grant.node,
            scope: new.scope.clone(),
            resources: new.resources.clone(),
            id_claims: new.claims.0.clone(),
            userinfo_claims: new.claims.1.clone(),
            nonce: new.nonce.clone(),
            auth_time: session.auth_time,
            methods: methods.collect(),
            lineage: lineage.to_claim(),
        },
        redirect: (digest_of(redirect_uri), named),
        challenge: new.challenge.clone(),
        expires_at: call.now.plus(LIFETIME),
    }
}

/// Step 3.
fn seal(
    world: &World,
    call: &Call,
    (realm, code): (RealmNode, &Code),
) -> Result<Secret, IssueError> {
    let plain = serde_json::to_vec(code).map_err(|_| IssueError::TooLong)?;
    let seals = &world.material.seals;
    let sealed = seals.seal(&place(realm), call.now, &plain, &*world.random);
    if sealed.len() > MAX_BYTES {
        return Err(IssueError::TooLong);
    }
    Ok(opaque::with_body(Kind::Code, &sealed))
}
