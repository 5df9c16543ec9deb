//! Persons in memory, so that userinfo reads no row.
//!
//! What is remembered is thrown away by the journal: every event that concerns a subject raises its
//! mark, and a person whose mark is not the current one is read again. The mark is noted before the
//! row is read, so what was read while the person changed is used once and never again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::Cache;
use symbolon_journal::{Event, Follow, Noun, Role};
use symbolon_store::Sequence;
use symbolon_token::node::{RealmNode, SubjectNode};

use super::{Subject, SubjectKind, rows};
use crate::mark::{SLOTS, place};
use crate::{LoadError, World};

/// Persons kept in memory; about a kilobyte each.
const MAX_PERSONS: usize = 20_000;

/// The subject, unless it has ended; a person from memory.
///
/// # Errors
/// [`LoadError`].
pub async fn known(
    world: &World,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<Option<Arc<Subject>>, LoadError> {
    if let Some(person) = world.persons.get(subject) {
        return Ok((person.realm == realm).then_some(person));
    }
    let mark = world.persons.mark(subject);
    let found = rows::find(&world.db, realm, subject).await?.map(Arc::new);
    if let Some(person) = &found {
        world.persons.keep(person, mark);
    }
    Ok(found)
}

/// Persons that were asked for.
pub(crate) struct Persons {
    known: Cache<SubjectNode, (u64, Arc<Subject>)>,
    /// Subjects that share a mark are read again together.
    marks: Vec<AtomicU64>,
}

impl Default for Persons {
    fn default() -> Self {
        Self {
            known: Cache::new(MAX_PERSONS),
            marks: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Persons {
    fn get(&self, subject: SubjectNode) -> Option<Arc<Subject>> {
        let (mark, person) = self.known.get(&subject)?;
        (mark == self.mark(subject)).then_some(person)
    }

    fn mark(&self, subject: SubjectNode) -> u64 {
        let mark = self.marks.get(place(subject.0));
        mark.map_or(0, |mark| mark.load(Ordering::Acquire))
    }

    /// Keeps a person that was read since its mark was noted. A service is not kept: it ends with
    /// its client, and that event does not name it.
    fn keep(&self, person: &Arc<Subject>, mark: u64) {
        if person.kind == SubjectKind::Person && self.mark(person.node) == mark {
            self.known.insert(person.node, (mark, Arc::clone(person)));
        }
    }
}

impl Follow for Persons {
    fn follow(&self, _: Sequence, event: &Event) {
        if event.noun != Noun::Subject {
            return;
        }
        for node in event.nodes(Role::Subject) {
            if let Some(mark) = self.marks.get(place(node)) {
                mark.fetch_add(1, Ordering::AcqRel);
            }
            self.known.remove(&SubjectNode(node));
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_journal::Verb;
    use symbolon_token::call::{Actor, Call, RequestId};
    use symbolon_token::node::NodeId;
    use symbolon_token::time::Time;

    use super::*;

    fn node(number: i64) -> NodeId {
        NodeId::from_number(number).unwrap()
    }

    fn subject(number: i64, kind: SubjectKind) -> Arc<Subject> {
        let (realm, node) = (RealmNode(node(1)), SubjectNode(node(number)));
        Arc::new(Subject::blank(realm, node, kind, Time(0)))
    }

    fn changed(number: i64) -> Event {
        let call = Call {
            now: Time(0),
            request_id: RequestId(node(9)),
            actor: Actor::System,
            address: None,
        };
        let event = Event::done(&call, RealmNode(node(1)), Verb::Change, Noun::Subject);
        event.subject(SubjectNode(node(number)))
    }

    #[test]
    fn what_was_read_while_a_person_changed_is_not_kept() {
        let (persons, person) = (Persons::default(), subject(2, SubjectKind::Person));
        let mark = persons.mark(person.node);
        persons.follow(Sequence(1), &changed(2));
        persons.keep(&person, mark);
        assert_eq!(persons.get(person.node), None);
        persons.keep(&person, persons.mark(person.node));
        assert_eq!(persons.get(person.node), Some(person));
    }

    #[test]
    fn a_change_makes_its_person_stale_and_no_other() {
        let persons = Persons::default();
        let (own, other) = (
            subject(2, SubjectKind::Person),
            subject(3, SubjectKind::Person),
        );
        for person in [&own, &other] {
            persons.keep(person, persons.mark(person.node));
        }
        persons.follow(Sequence(1), &changed(2));
        assert_eq!(persons.get(own.node), None);
        assert_eq!(persons.get(other.node), Some(other));
    }

    /// Between the check of the mark and the insertion.
    #[test]
    fn what_was_kept_under_an_old_mark_is_not_used() {
        let (persons, person) = (Persons::default(), subject(2, SubjectKind::Person));
        let mark = persons.mark(person.node);
        persons.follow(Sequence(1), &changed(2));
        persons
            .known
            .insert(person.node, (mark, Arc::clone(&person)));
        assert_eq!(persons.get(person.node), None);
    }

    #[test]
    fn a_service_is_not_kept() {
        let (persons, service) = (Persons::default(), subject(2, SubjectKind::Service));
        persons.keep(&service, persons.mark(service.node));
        assert_eq!(persons.get(service.node), None);
    }
}
