//! Announce: when a session ends, every client that took part in it is to be told.

use symbolon_store::Step;
use symbolon_token::node::{ClientNode, RealmNode, SessionNode, SubjectNode};
use symbolon_token::time::Time;

use super::rows;
use crate::Draft;
use crate::session::Session;

/// Notes that a client wants to be told when a session ends. The draft is lost where it has ended.
pub fn take_part(session: SessionNode, client: ClientNode) -> Draft {
    Draft::steps(rows::take_part(session, client))
}

/// What puts the news on its way, in the unit that ends the session.
#[must_use]
pub(crate) fn announce(session: &Session, now: Time) -> [Step; 2] {
    rows::announce(session, now)
}

/// What tells the clients of all running sessions of a person, in the unit that takes from these
/// sessions what they rest on: the person is disabled or ended, the password changed. Of more than
/// 10,000 sessions of a week, the latest.
///
/// Whether the sessions themselves end is not decided here: whoever takes part in one again is told
/// again.
#[must_use]
pub fn announce_all(whose: (RealmNode, SubjectNode), now: Time) -> [Step; 2] {
    rows::announce_all(whose, now)
}
