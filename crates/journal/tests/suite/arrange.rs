//! Events, and how they become durable.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{Db, Entry, Sequence, Unit};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::node::{ClientNode, NodeId, RealmNode};
use symbolon_token::time::Time;

pub(crate) const NOON: Time = Time(1_800_000_000_000);

pub(crate) fn node(number: i64) -> NodeId {
    NodeId::from_number(number).unwrap()
}

pub(crate) fn realm(number: i64) -> RealmNode {
    RealmNode(node(number))
}

pub(crate) fn client(number: i64) -> ClientNode {
    ClientNode(node(number))
}

pub(crate) fn call(now: Time) -> Call {
    Call {
        now,
        request_id: RequestId(node(99)),
        actor: Actor::System,
        address: None,
    }
}

/// Something that followers learn of.
pub(crate) fn change(at: i64) -> Event {
    Event::done(
        &call(Time(NOON.0 + at)),
        realm(1),
        Verb::Change,
        Noun::Client,
    )
    .client(client(at))
}

/// Something that they do not.
pub(crate) fn issue(at: i64) -> Event {
    Event::done(
        &call(Time(NOON.0 + at)),
        realm(1),
        Verb::Issue,
        Noun::Access,
    )
    .client(client(at))
}

pub(crate) async fn write(db: &Db, events: &[Event]) -> Sequence {
    let entries = events.iter().map(Event::entry);
    write_entries(db, entries).await
}

pub(crate) async fn write_entries(db: &Db, entries: impl Iterator<Item = Entry>) -> Sequence {
    let unit = entries.fold(Unit::default(), Unit::and_entry);
    db.commit(unit).await.unwrap().sequence
}
