//! The journal: what happened to every token, in order, durable before the answer left.
//!
//! An [`Event`] is one fact sentence: who did what to which noun, when, with what outcome, and the
//! nodes that it concerns. It becomes an entry of the same unit that does the deed, so that there
//! is no token without its entry and no entry without its token. [`Journal`] reads entries back;
//! [`Follower`] hands the few that matter to memories (clients, keys, epochs) as they become
//! durable, on this node before its caller is answered, on other nodes by polling.

pub mod archive;
mod encoding;
mod event;
mod fact;
mod follow;
pub mod merkle;
mod outcome;
pub mod proof;
mod read;
mod refusal;
pub mod segment;

pub use encoding::DecodeError;
pub use event::{Event, Noun, Verb};
pub use fact::{Block, Fact, Role, Stands};
pub use follow::{Follow, Follower};
pub use outcome::Outcome;
pub use read::{Filter, Journal, MAX_RECORDS, News, Page, ReadError, Record};
pub use refusal::{Refusals, RefusalsSeen};
pub use symbolon_store::Sequence;
