//! The journal: backwards with filters, or forwards as it grows; what it gives out to be held to.

mod checkpoint;
mod proof;
mod search;
mod tail;

pub(super) use checkpoint::checkpoint;
pub(super) use proof::{growth, prove};
pub(super) use search::search;
pub(super) use tail::tail;

use serde::Deserialize;
use symbolon_journal::{Filter, Noun, Outcome, Verb};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use crate::problem::Problem;

/// Which records are wanted. Every parameter that is there must match.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Where this node plays a part.
    node: Option<NodeId>,
    verb: Option<String>,
    noun: Option<String>,
    /// `done` or `refused`.
    outcome: Option<String>,
    /// From then on, in milliseconds.
    since: Option<i64>,
    /// Before then, in milliseconds.
    until: Option<i64>,
}

impl Wanted {
    /// The filter, in this realm alone.
    fn filter(self, realm: RealmNode) -> Result<Filter, Problem> {
        Ok(Filter {
            realm: Some(realm),
            node: self.node,
            verb: named(self.verb, &Verb::ALL, "verb", Verb::name)?,
            noun: named(self.noun, &Noun::ALL, "noun", Noun::name)?,
            outcome: named(self.outcome, &Outcome::ALL, "outcome", Outcome::name)?,
            since: self.since.map(Time),
            until: self.until.map(Time),
            ..Filter::default()
        })
    }
}

/// The one of `all` that has this name.
fn named<T: Copy>(
    text: Option<String>,
    all: &[T],
    parameter: &str,
    name: impl Fn(T) -> &'static str,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    let found = all.iter().copied().find(|one| name(*one) == text);
    let unknown = || {
        let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
        let detail = format!("{parameter} is one of {}", names.join(", "));
        Problem::bad("invalid_query", detail)
    };
    found.map(Some).ok_or_else(unknown)
}
