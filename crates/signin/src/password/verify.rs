//! Verify a password: whoever presents it is the subject.
//!
//! 1. The subject's epoch is read, then the row, then the password's epoch: a revocation from here on
//!    still bites.
//! 2. A thread of the pool judges. It takes as long where there is no such subject, no password, or
//!    one that may not be used, and the answer is the same.
//! 3. A right one whose hash is cheaper than new ones, or made with an old pepper, is hashed again.
//! 4. A wrong one of a known subject is journaled, but not before the answer: the wait for the disk
//!    would say that the subject exists. What matched nobody is only counted.

use symbolon_identity::session::{Authenticated, Factor, Method};
use symbolon_identity::{LoadError, World};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::State;
use symbolon_store::Unit;
use symbolon_token::call::Call;
use symbolon_token::lineage::Ancestor;
use symbolon_token::node::{AuthenticatorNode, RealmNode, SubjectNode};
use symbolon_token::secret::{Digest, Secret};
use thiserror::Error;

use super::{Password, check, rows};
use crate::hash::{Hash, Memory, Passes, Salt};
use crate::pool::Full;
use crate::sign_in::SignIn;

/// Why nobody was recognised.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// No such subject, no password, another password, or one that may not be used.
    #[error("name or password are wrong")]
    Wrong,
    /// Too many wait.
    #[error(transparent)]
    Full(#[from] Full),
    /// The database does not answer.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// A subject and its password, each with the epoch from before anything was judged.
pub(super) struct Known {
    subject: Ancestor,
    password: Option<(Password, Ancestor)>,
}

/// Whether this is the subject's password. Of a subject that is not there it never is, in as much
/// time.
///
/// # Errors
/// [`VerifyError`].
pub async fn verify(
    world: &World,
    sign_in: &SignIn,
    call: &Call,
    (realm, subject): (RealmNode, Option<SubjectNode>),
    text: &Secret,
) -> Result<Authenticated, VerifyError> {
    // No subject has the realm's own id.
    let whose = (realm, subject.unwrap_or(SubjectNode(realm.0)));
    let known = load(world, whose).await?;
    let trial = Trial::new((world, sign_in), whose, usable(world, realm, &known), text);
    let verdict = sign_in.pool.run(move |memory| trial.judge(memory)).await?;
    match (verdict, known.password) {
        (Verdict::Right(renewed), Some((password, authenticator))) => {
            sign_in.measure();
            if let Some(renewed) = renewed {
                renew(world, &password, &renewed).await;
            }
            Ok(attest(realm, (known.subject, authenticator), call))
        }
        (Verdict::Wrong | Verdict::Right(_), password) => {
            let event = subject.map(|subject| {
                let node = password.map(|(password, _)| password.node);
                refused(world, call, (realm, subject), node)
            });
            sign_in.refuse(world, event);
            Err(VerifyError::Wrong)
        }
    }
}

/// Step 1.
async fn load(world: &World, whose: (RealmNode, SubjectNode)) -> Result<Known, LoadError> {
    let subject = world.lineages.ancestor(whose.1);
    let password = rows::live(&world.db, whose.0, whose.1).await?;
    let password = password.map(|password| {
        let authenticator = world.lineages.ancestor(password.node);
        (password, authenticator)
    });
    Ok(Known { subject, password })
}

/// The password, unless it, its subject or its realm is disabled or has ended.
fn usable<'a>(world: &World, realm: RealmNode, known: &'a Known) -> Option<&'a Password> {
    let (password, authenticator) = known.password.as_ref()?;
    let nodes = [realm.0, known.subject.node, authenticator.node];
    let stands = |node| world.lineages.standing(node).state == State::Live;
    nodes.into_iter().all(stands).then_some(password)
}

/// Everything that a thread needs to judge.
struct Trial {
    /// What the row has; nothing is equal to nothing.
    stored: Option<(Passes, Salt, Hash)>,
    digest: Digest,
    /// How long every attempt takes.
    slowest: Passes,
    /// The row as it should be, still with the old hash, and what its hash is made of.
    renewal: Option<(Password, Digest)>,
}

enum Verdict {
    Wrong,
    /// With the row as it should be, where it should be another.
    Right(Option<Password>),
}

impl Trial {
    fn new(
        (world, sign_in): (&World, &SignIn),
        whose: (RealmNode, SubjectNode),
        password: Option<&Password>,
        text: &Secret,
    ) -> Self {
        let peppers = &world.material.peppers;
        let normal = check::normal(text);
        // A text that is too long is nobody's password.
        let password = password.filter(|_| normal.is_some());
        let normal = normal.unwrap_or_else(|| Secret::from(""));
        let current = peppers.password(whose.0, whose.1, normal.reveal());
        let under = |pepper| peppers.password_under(pepper, whose, normal.reveal());
        let found = password.and_then(|row| Some((row, under(row.pepper)?)));
        if let (Some(row), None) = (password, &found) {
            tracing::error!(password = %row.node, "the pepper of this password is not in the ring");
        }
        let passes = sign_in.cost.passes();
        let stale = found.filter(|(row, _)| row.passes < passes || row.pepper != current.pepper);
        let renewal = stale.map(|(row, _)| {
            let renewed = Password {
                salt: Salt::new(&*world.random),
                passes: row.passes.max(passes),
                pepper: current.pepper,
                ..row.clone()
            };
            (renewed, current.digest)
        });
        Self {
            stored: found.map(|(row, _)| (row.passes, row.salt, row.hash)),
            digest: found.map_or(current, |(_, digest)| digest).digest,
            slowest: sign_in.cost.slowest(password.map(|row| row.passes)),
            renewal,
        }
    }

    /// Steps 2 and 3.
    fn judge(self, memory: &mut Memory) -> Verdict {
        let Some((passes, salt, stored)) = self.stored else {
            memory.waste(self.slowest.number());
            return Verdict::Wrong;
        };
        if memory.hash(passes, salt, &self.digest) != stored {
            memory.waste(self.slowest.number().saturating_sub(passes.number()));
            return Verdict::Wrong;
        }
        Verdict::Right(self.renewal.map(|(row, digest)| Password {
            hash: memory.hash(row.passes, row.salt, &digest),
            ..row
        }))
    }
}

/// Step 3. A hash that could not be written is written next time.
async fn renew(world: &World, before: &Password, after: &Password) {
    let unit = Unit::default().step(rows::renew(before, after));
    if let Err(error) = world.db.commit(unit).await {
        tracing::warn!(%error, "a password's new hash was not written");
    }
}

/// Step 4.
fn refused(
    world: &World,
    call: &Call,
    (realm, subject): (RealmNode, SubjectNode),
    password: Option<AuthenticatorNode>,
) -> Event {
    let event = Event::refused(call, realm, Verb::Verify, Noun::Password, "wrong_password");
    let event = event.subject(subject);
    let event = match password {
        Some(password) => event.authenticator(password),
        None => event,
    };
    world.with_network(event, call)
}

/// Says that the subject proved itself by its password. The only place that may.
pub(super) fn attest(
    realm: RealmNode,
    (subject, authenticator): (Ancestor, Ancestor),
    call: &Call,
) -> Authenticated {
    let factor = Factor {
        method: Method::Password,
        authenticator,
    };
    #[expect(clippy::disallowed_methods, reason = "the password was judged")]
    Authenticated::attest((realm, subject), vec![factor], call.now)
}
