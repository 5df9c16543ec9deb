//! Who asks, when, from where: read once at the edge and handed to every verb.

use std::fmt;
use std::net::IpAddr;

use crate::node::{ClientNode, NodeId, SubjectNode};
use crate::time::Time;

/// What every verb is told about the call that it serves.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// When it arrived.
    pub now: Time,
    /// Its name in logs, errors and the journal.
    pub request_id: RequestId,
    /// Who asks, as far as it is known when the verb begins.
    pub actor: Actor,
    /// The address it came from; a local command has none.
    pub address: Option<IpAddr>,
}

impl Call {
    /// The same call, now that it is known who asks.
    #[must_use]
    pub fn by(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }
}

/// The name of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub NodeId);

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody that was recognised.
    Anonymous,
    /// An authenticated client, for itself.
    Client(ClientNode),
    /// Whoever may use the machine's local socket or the database file.
    Operator,
    /// The bearer of a management token that speaks for this subject.
    Subject(SubjectNode),
    /// The authority itself: schedules and first starts.
    System,
}
