//! Announce: when a session ends, every client that took part in it is to be told.

use symbolon_store::Step;
use symbolon_token::node::{ClientNode, SessionNode};
use symbolon_token::time::Time;

use super::rows;
use crate::Draft;
use crate::session::Session;

/// Notes that a client wants to be told when a session ends.
pub fn take_part(session: SessionNode, client: ClientNode) -> Draft {
    Draft::steps([rows::take_part(session, client)])
}

/// What puts the news on its way, in the unit that ends the session.
#[must_use]
pub(crate) fn announce(session: &Session, now: Time) -> [Step; 2] {
    rows::announce(session, now)
}
