//! Create a subject: enrol a person, or make a device or an agent.
//!
//! 1. Its profile fits together.
//! 2. A person's username and email address are free.
//! 3. All of it is one unit, first what the caller adds. The journal knows a person by its id alone.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, RealmNode, SubjectNode};
use thiserror::Error;

use super::profile::settle;
use super::{Claims, OPERATOR, Profile, ProfileError, Subject, SubjectKind, rows};
use crate::{With, World, WriteError};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct NewSubject {
    /// What it is.
    pub kind: SubjectKind,
    /// What is set about it.
    pub profile: Profile,
}

impl NewSubject {
    /// A person that types this to sign in.
    #[must_use]
    pub fn person(username: &str, claims: Claims) -> Self {
        Self {
            kind: SubjectKind::Person,
            profile: Profile {
                name: None,
                username: Some(username.to_owned()),
                claims,
            },
        }
    }

    /// Something else, by the name that operators call it.
    #[must_use]
    pub fn named(kind: SubjectKind, name: &str) -> Self {
        Self {
            kind,
            profile: Profile {
                name: Some(name.to_owned()),
                ..Profile::default()
            },
        }
    }
}

/// Why there is no subject.
#[derive(Debug, Error)]
pub enum CreateError {
    /// A service is made together with its client.
    #[error("a service comes with its client; create the client")]
    Service,
    /// What is set about it does not fit together.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Another living person signs in by one of its identifiers.
    #[error(transparent)]
    Taken(#[from] Taken),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What another living person of the realm signs in by: as its username, or as its email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Taken {
    /// The username.
    #[error("another person of this realm signs in by this username")]
    Username,
    /// The email address.
    #[error("another person of this realm signs in by this email address")]
    Email,
}

impl Taken {
    /// Which of the steps of [`rows::take`] found another's.
    pub(super) fn at(step: usize) -> Self {
        if step == 0 {
            Self::Username
        } else {
            Self::Email
        }
    }
}

/// Creates a subject that is no service.
///
/// # Errors
/// [`CreateError`]; nothing was written.
pub async fn create(
    world: &World,
    call: &Call,
    realm: RealmNode,
    (new, with): (NewSubject, With<Subject>),
) -> Result<Subject, CreateError> {
    if new.kind == SubjectKind::Service {
        return Err(CreateError::Service);
    }
    let node = SubjectNode(world.ids.next(call.now));
    let blank = Subject::blank(realm, node, new.kind, call.now);
    let subject = settle(blank, new.profile, call.now)?;
    write(world, call, (subject, with)).await
}

/// The agent that operators' management tokens speak for. Nobody else makes one by its name.
pub(crate) async fn create_operator(
    world: &World,
    call: &Call,
    realm: RealmNode,
) -> Result<Subject, CreateError> {
    let node = SubjectNode(world.ids.next(call.now));
    let agent = Subject {
        name: OPERATOR.to_owned(),
        ..Subject::blank(realm, node, SubjectKind::Agent, call.now)
    };
    write(world, call, (agent, With::default())).await
}

/// Steps 2 and 3.
async fn write(
    world: &World,
    call: &Call,
    (subject, with): (Subject, With<Subject>),
) -> Result<Subject, CreateError> {
    let mut event = Event::done(call, subject.realm, Verb::Create, Noun::Subject)
        .subject(subject.node)
        .request(call);
    if subject.kind != SubjectKind::Person {
        event = event.name(subject.name.as_str());
    }
    let joined = with.steps(&subject);
    let own = joined.len() + 1;
    let unit = Unit::entry(event.entry())
        .steps(joined)
        .step(rows::insert(&subject))
        .steps(rows::take(&subject));
    match world.db.commit(unit).await {
        Ok(_) => Ok(subject),
        Err(CommitError::Conflict { step }) if step < own => Err(WriteError::Busy.into()),
        Err(CommitError::Conflict { step }) => Err(Taken::at(step - own).into()),
        Err(CommitError::Unavailable(error)) => Err(WriteError::from(error).into()),
    }
}

/// The subject that a client stands for when it acts for itself. It is written with the client.
#[must_use]
pub fn service(
    realm: RealmNode,
    node: SubjectNode,
    (client, client_id): (ClientNode, &str),
    call: &Call,
) -> Subject {
    Subject {
        name: client_id.to_owned(),
        client: Some(client),
        ..Subject::blank(realm, node, SubjectKind::Service, call.now)
    }
}
