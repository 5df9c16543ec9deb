//! Begin a term: the past after some moment is lost, so everything that may have been issued or have
//! died in it is dead.
//!
//! 1. The store counts up: whoever opens it from then on knows.
//! 2. An event says so to those who follow already: every realm's epoch lies above whatever the lost
//!    past may have reached, and every token issued before is dead.
//!
//! A process that stops between the two has begun the term for all but the nodes that ran meanwhile;
//! beginning once more tells them.

use symbolon_journal::{Event, Fact, Noun, Verb};
use symbolon_store::{CommitError, Db, Term, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;

/// Begins a term. The event stands in the first realm; it concerns all of them.
///
/// # Errors
/// [`CommitError::Unavailable`]; the term may have begun, and can be begun again.
pub async fn begin(db: &Db, call: &Call, first_realm: RealmNode) -> Result<Term, CommitError> {
    // Seconds, so that one backup restored twice gets two terms.
    let term = db.begin_term(Term(call.now.seconds())).await?;
    let event = Event::done(call, first_realm, Verb::Begin, Noun::Term)
        .fact(Fact::Term(term.0))
        .request(call);
    db.commit(Unit::entry(event.entry())).await?;
    Ok(term)
}
