//! Revocations that run over the journal, in batches, beside the hot path.
//!
//! 1. One that was asked for looks for a [`Span`]: tokens of a network, or of a key between two times.
//!    Each access token that may live dies by its own bit; families and sessions of a network end.
//! 2. The authority's own fill the status lists: whatever descends from a node that was revoked is dead
//!    to us at once, and shown to outside readers by its bit, some seconds later.
//!
//! How far a job has come is its row, which the unit of each batch moves on if nobody else has: so a
//! job goes on after `kill -9` where it was, and of several workers one does each batch.

mod ask;
mod fill;
mod find;
mod receipt;
mod rows;
mod sweep;
mod turn;

pub use ask::{AskError, Job, ask};
pub use find::{Progress, find};
pub use receipt::{ReceiptError, receipt};
pub use sweep::sweep;
pub use turn::{TurnError, Worker};

use serde::{Deserialize, Serialize};
use symbolon_store::Migration;
use symbolon_token::call::Actor;
use symbolon_token::node::{ClientNode, NodeId, SubjectNode};

use crate::revocation::Span;

/// The tables of jobs.
pub const MIGRATION: Migration = Migration {
    noun: "revocation_job",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// What a job looks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    /// What a span has.
    Span(Span),
    /// What descends from nodes that were revoked, and was issued before the entry that did it.
    Fill(Vec<(NodeId, i64)>),
}

/// Who asked, as a row has it.
fn actor_text(actor: Actor) -> String {
    match actor {
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Client(client) => format!("client {client}"),
        Actor::Operator => "operator".to_owned(),
        Actor::Subject(subject) => format!("subject {subject}"),
        Actor::System => "system".to_owned(),
    }
}

fn actor_of(text: &str) -> Actor {
    let node = |text: &str| text.parse::<NodeId>().ok();
    match text.split_once(' ') {
        Some(("client", id)) => {
            node(id).map_or(Actor::Anonymous, |id| Actor::Client(ClientNode(id)))
        }
        Some(("subject", id)) => {
            node(id).map_or(Actor::Anonymous, |id| Actor::Subject(SubjectNode(id)))
        }
        None if text == "operator" => Actor::Operator,
        None if text == "system" => Actor::System,
        Some(_) | None => Actor::Anonymous,
    }
}
