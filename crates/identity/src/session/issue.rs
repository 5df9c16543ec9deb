//! Begin a session: somebody proved himself, and his browser gets a cookie.
//!
//! 1. The same person in the same browser goes on with the session: another cookie, a later
//!    `auth_time`, the authenticators that were used now (no cookie survives a sign-in, so none that
//!    was planted before does).
//! 2. Anybody else begins a new one; the browser's former one ends in the same unit.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::call::Call;
use symbolon_token::kind::Kind;
use symbolon_token::lineage::{Ancestor, Lineage, LineageError};
use symbolon_token::node::{AuthenticatorNode, SessionNode};
use symbolon_token::opaque;
use symbolon_token::secret::Secret;
use thiserror::Error;

use super::{Authenticated, LIFETIME, Session, revoke, rows};
use crate::load::MAX_CONFLICTS;
use crate::{Draft, Order, World, WriteError};

/// A session, and its cookie, this once.
pub struct Issued {
    /// The session.
    pub session: Session,
    /// What the browser keeps.
    pub cookie: Secret,
}

/// Why there is no session.
#[derive(Debug, Error)]
pub enum IssueError {
    /// Too many authenticators at once.
    #[error(transparent)]
    Lineage(#[from] LineageError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Begins a session, or goes on with the one that this browser has.
///
/// # Errors
/// [`IssueError`]; nothing was written.
pub async fn issue(
    world: &World,
    call: &Call,
    proof: &Authenticated,
    former: Option<&Session>,
) -> Result<Issued, IssueError> {
    world.may_issue()?;
    let cookie = opaque::mint(Kind::Session, &*world.random);
    let peppers = &world.material.peppers;
    let digest = peppers
        .digest(proof.realm(), Kind::Session, cookie.reveal())
        .digest;
    for _ in 0..MAX_CONFLICTS {
        let node = SessionNode(world.ids.next(call.now));
        let realm = world.lineages.realm_ancestor(proof.realm());
        let session = decide((proof, realm), former, node)?;
        let by = proof.call(call);
        let verb = if former.is_some_and(|former| former.node == session.node) {
            Verb::Rotate
        } else {
            Verb::Issue
        };
        let event = Event::done(&by, session.realm, verb, Noun::Session)
            .subject(session.subject)
            .session(session.node)
            .expires(session.ends_at);
        let event = proof.factors().iter().fold(event, |event, factor| {
            event.authenticator(AuthenticatorNode(factor.authenticator.node))
        });
        let begun = Draft::event(&world.with_network(event.request(&by), &by));
        let draft = match former {
            None => begun.and(Draft::steps([rows::insert(&session, digest)])),
            Some(former) if former.node == session.node => {
                begun.and(Draft::steps([rows::renew(former, &session, digest)]))
            }
            Some(former) => {
                let row = Draft::steps([rows::insert(&session, digest)]);
                revoke::draft(world, &by, former, &Order::because("replaced"))
                    .0
                    .and(row)
                    .and(begun)
            }
        };
        if draft.applied(world, call.now).await? {
            return Ok(Issued { session, cookie });
        }
        if former.is_some() {
            // It ended, or another tab was faster, whose cookie must stay good: this one begins its own.
            return Box::pin(issue(world, call, proof, None)).await;
        }
    }
    Err(WriteError::Busy.into())
}

/// The rules. Pure.
fn decide(
    (proof, realm): (&Authenticated, Ancestor),
    former: Option<&Session>,
    node: SessionNode,
) -> Result<Session, LineageError> {
    let same =
        former.filter(|former| former.subject == proof.subject() && former.realm == proof.realm());
    let at = proof.at();
    let mut methods: Vec<_> = proof.factors().iter().map(|factor| factor.method).collect();
    methods.sort_unstable();
    methods.dedup();
    Ok(Session {
        node: same.map_or(node, |same| same.node),
        realm: proof.realm(),
        subject: proof.subject(),
        auth_time: at,
        methods,
        lineage: Lineage::new(std::iter::once(realm).chain(proof.ancestors()))?,
        created_at: same.map_or(at, |same| same.created_at),
        seen_at: at,
        ends_at: at.plus(LIFETIME),
    })
}
