//! Subjects: who a token speaks for. A service stands for its client; persons sign in.

mod change;
mod claims;
mod create;
mod erase;
mod find;
mod identifier;
mod known;
mod list;
pub mod pairwise;
mod profile;
mod rows;

pub use change::{ChangeError, change, disable, enable, end, stand};
pub use claims::{Address, Claims, ClaimsError};
pub(crate) use create::create_operator;
pub use create::{CreateError, NewSubject, Taken, create, service};
pub use erase::erase;
pub(crate) use find::find_operator;
pub use find::{OPERATOR, find, find_by_identifier};
pub use identifier::MAX_USERNAME;
pub(crate) use known::Persons;
pub use known::known;
pub use list::{list, search};
pub use profile::{Profile, ProfileError};
pub(crate) use rows::{end_service, insert};

use serde::{Deserialize, Serialize};
use symbolon_store::Migration;
use symbolon_token::node::{ClientNode, RealmNode, SubjectNode};
use symbolon_token::time::Time;

/// The table of subjects.
pub const MIGRATION: Migration = Migration {
    noun: "subject",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// What persons have beyond other subjects: a username, claims, and what they sign in by.
pub const PERSON_MIGRATION: Migration = Migration {
    noun: "subject",
    number: 2,
    sql: include_str!("schema_person.sql"),
};

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A human being.
    Person,
    /// A program that acts for itself; it stands for one client.
    Service,
    /// A thing.
    Device,
    /// A program that acts for others.
    Agent,
}

impl SubjectKind {
    /// The word in rows and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
            Self::Device => "device",
            Self::Agent => "agent",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Person, Self::Service, Self::Device, Self::Agent]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Who a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Its node, and its `sub` where it is no service.
    #[serde(rename = "id")]
    pub node: SubjectNode,
    /// Its realm.
    #[serde(skip)]
    pub realm: RealmNode,
    /// What it is.
    pub kind: SubjectKind,
    /// What operators call it; of a person, its claim `name`, or else its username.
    pub name: String,
    /// A person: what it types to sign in. (One that was made before persons signed in has none.)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// A person: what is known about it.
    #[serde(skip_serializing_if = "is_absent")]
    pub claims: Claims,
    /// A service: the client that it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientNode>,
    /// When it was made, in milliseconds.
    pub created_at: Time,
}

impl Subject {
    /// One about whom nothing is set.
    fn blank(realm: RealmNode, node: SubjectNode, kind: SubjectKind, now: Time) -> Self {
        Self {
            node,
            realm,
            kind,
            name: String::new(),
            username: None,
            claims: Claims::default(),
            client: None,
            created_at: now,
        }
    }
}

fn is_absent(claims: &Claims) -> bool {
    *claims == Claims::default()
}
