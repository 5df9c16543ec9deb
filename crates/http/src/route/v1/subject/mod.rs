//! Subjects: who tokens speak for.

mod create;
mod end;
mod erase;
mod list;
mod merge;
mod password_link;
mod replace;
mod show;
mod stand;

pub(super) use create::create;
pub(super) use end::end;
pub(super) use erase::erase;
pub(super) use list::list;
pub(super) use merge::merge;
pub(super) use password_link::issue_password_link;
pub(super) use replace::replace;
pub(super) use show::show;
pub(super) use stand::{disable, enable};

use serde::{Deserialize, Serialize};
use symbolon_authority::standing;
use symbolon_identity::World;
use symbolon_identity::subject::{Claims, Profile, Subject, SubjectKind};

use crate::document::Document;

/// A subject.
#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    subject: Subject,
    /// `live` or `disabled`.
    state: &'static str,
}

/// What can be set about a subject.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Changeable {
    /// What operators call it; a person's follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// A person: what it types to sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// A person: what is known about it.
    #[serde(default)]
    claims: Claims,
}

impl Document for Changeable {}

impl Changeable {
    /// What is set about a subject; without the name that a person's claims give it.
    fn of(subject: &Subject) -> Self {
        let is_named = subject.kind != SubjectKind::Person;
        Self {
            name: is_named.then(|| subject.name.clone()),
            username: subject.username.clone(),
            claims: subject.claims.clone(),
        }
    }
}

impl From<Changeable> for Profile {
    fn from(changeable: Changeable) -> Self {
        Self {
            name: changeable.name,
            username: changeable.username,
            claims: changeable.claims,
        }
    }
}

impl View {
    fn of(world: &World, subject: Subject) -> Self {
        Self {
            state: standing(world, subject.node),
            subject,
        }
    }
}
