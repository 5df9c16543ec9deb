//! Create a subject.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::Unit;
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, RealmNode, SubjectNode};
use thiserror::Error;

use super::{Subject, SubjectKind, rows};
use crate::{With, World, WriteError};

/// Longest name, in bytes.
const MAX_NAME: usize = 200;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct NewSubject {
    /// What it is.
    pub kind: SubjectKind,
    /// What operators will call it.
    pub name: String,
}

/// Why there is no subject.
#[derive(Debug, Error)]
pub enum CreateError {
    /// The name is empty, too long, or has control characters.
    #[error("a subject's name has 1 to {MAX_NAME} bytes, none of them control characters")]
    Name,
    /// A service is made together with its client.
    #[error("a service comes with its client; create the client")]
    Service,
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
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
    let subject = decide(new, realm, SubjectNode(world.ids.next(call.now)), call)?;
    let event = Event::done(call, realm, Verb::Create, Noun::Subject)
        .subject(subject.node)
        .name(subject.name.as_str())
        .request(call);
    let unit = Unit::entry(event.entry())
        .step(rows::insert(&subject))
        .steps(with.steps(&subject));
    world.db.commit(unit).await.map_err(WriteError::from)?;
    Ok(subject)
}

fn decide(
    new: NewSubject,
    realm: RealmNode,
    node: SubjectNode,
    call: &Call,
) -> Result<Subject, CreateError> {
    if new.kind == SubjectKind::Service {
        return Err(CreateError::Service);
    }
    let control = new.name.chars().any(char::is_control);
    if new.name.is_empty() || new.name.len() > MAX_NAME || control {
        return Err(CreateError::Name);
    }
    Ok(Subject {
        node,
        realm,
        kind: new.kind,
        name: new.name,
        client: None,
        created_at: call.now,
    })
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
        node,
        realm,
        kind: SubjectKind::Service,
        name: client_id.to_owned(),
        client: Some(client),
        created_at: call.now,
    }
}
