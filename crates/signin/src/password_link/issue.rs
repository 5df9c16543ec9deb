//! Issue a link; the one that waited before is dead.

use std::time::Duration;

use symbolon_identity::realm::Realm;
use symbolon_identity::subject::{Subject, SubjectKind};
use symbolon_identity::{MAX_CONFLICTS, With, World, WriteError};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::kind::Kind;
use symbolon_token::opaque;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;
use thiserror::Error;

use super::{MAX_LIFETIME, Waiting, rows};

/// A new link.
pub struct Issued {
    /// Its text, which stands behind `<issuer>/set-password/`. Shown once.
    pub text: Secret,
    /// When it ends.
    pub expires_at: Time,
}

/// Why there is no link.
#[derive(Debug, Error)]
pub enum IssueError {
    /// Only persons have passwords.
    #[error("only a person has a password")]
    NotAPerson,
    /// The lifetime is zero or too long.
    #[error("a link lives 1 to {} seconds", MAX_LIFETIME.as_secs())]
    Lifetime,
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A link by which this person can set a password, for so long; and what else is written with it.
///
/// # Errors
/// [`IssueError`]; nothing was written.
pub async fn issue(
    world: &World,
    call: &Call,
    (realm, subject): (&Realm, &Subject),
    (lifetime, with): (Duration, With<Issued>),
) -> Result<Issued, IssueError> {
    if subject.kind != SubjectKind::Person {
        return Err(IssueError::NotAPerson);
    }
    if lifetime.as_secs() == 0 || lifetime > MAX_LIFETIME {
        return Err(IssueError::Lifetime);
    }
    let text = opaque::mint(Kind::PasswordLink, &*world.random);
    let peppers = &world.material.peppers;
    let digest = peppers.digest(realm.node, Kind::PasswordLink, text.reveal());
    let link = Waiting {
        digest: digest.digest,
        subject: subject.node,
        expires_at: call.now.plus(lifetime),
    };
    let event = Event::done(call, realm.node, Verb::Issue, Noun::PasswordLink)
        .subject(subject.node)
        .expires(link.expires_at)
        .request(call);
    let issued = Issued {
        text,
        expires_at: link.expires_at,
    };
    let unit = Unit::entry(event.entry())
        .steps(rows::put(realm.node, &link))
        .steps(with.steps(&issued));
    for _ in 0..MAX_CONFLICTS {
        match world.db.commit(unit.clone()).await {
            Ok(_) => return Ok(issued),
            // Another one was issued at the same moment.
            Err(CommitError::Conflict { .. }) => {}
            Err(CommitError::Unavailable(error)) => return Err(WriteError::from(error).into()),
        }
    }
    Err(WriteError::Busy.into())
}
