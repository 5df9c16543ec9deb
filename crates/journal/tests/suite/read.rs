//! Reading back: filters, pages, limits.

use serde_json::json;
use symbolon_journal::{
    Event, Filter, Journal, MAX_RECORDS, Noun, Outcome, ReadError, Record, Role, Sequence, Stands,
    Verb,
};
use symbolon_store::testing::{each_engine, sqlite};
use symbolon_store::{Db, Entry};
use symbolon_token::call::{Actor, RequestId};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::{NodeId, ResourceNode};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

use crate::arrange::{NOON, call, change, client, issue, node, realm, write, write_entries};

const END: Sequence = Sequence(i64::MAX);

const STATUS: StatusRef = StatusRef {
    bucket: Bucket(500_000),
    index: 7,
};

async fn found(db: &Db, filter: Filter) -> Vec<i64> {
    let page = Journal::new(db.clone()).search(&filter, END, 100).await;
    let page = page.unwrap();
    assert_eq!(page.before, None);
    page.records.iter().map(|one| one.sequence.0).collect()
}

#[tokio::test]
async fn each_filter_finds_what_it_names_newest_first() {
    each_engine(&[], |db| async move {
        let by_client = call(NOON).by(Actor::Client(client(5)));
        let later = call(Time(NOON.0 + 10));
        let refused = Event::refused(&later, realm(1), Verb::Verify, Noun::ClientSecret, "wrong");
        let events = [
            Event::done(&call(NOON), realm(1), Verb::Issue, Noun::Access).status(STATUS),
            Event::done(&by_client, realm(1), Verb::Introspect, Noun::Access),
            Event::done(&call(NOON), realm(2), Verb::Change, Noun::Client).client(client(5)),
            refused.client(client(6)),
            Event::done(&later, realm(1), Verb::Revoke, Noun::Access).status(STATUS),
        ];
        write(&db, &events).await;
        let all = Filter::default;
        assert_eq!(found(&db, all()).await, [5, 4, 3, 2, 1]);
        let realm = Some(realm(2));
        assert_eq!(found(&db, Filter { realm, ..all() }).await, [3]);
        let node = Some(node(5));
        assert_eq!(found(&db, Filter { node, ..all() }).await, [3, 2]);
        let status = Some(STATUS);
        assert_eq!(found(&db, Filter { status, ..all() }).await, [5, 1]);
        let verb = Some(Verb::Issue);
        assert_eq!(found(&db, Filter { verb, ..all() }).await, [1]);
        let noun = Some(Noun::Access);
        assert_eq!(found(&db, Filter { noun, ..all() }).await, [5, 2, 1]);
        let outcome = Some(Outcome::Refused);
        assert_eq!(found(&db, Filter { outcome, ..all() }).await, [4]);
        let since = Some(Time(NOON.0 + 10));
        assert_eq!(found(&db, Filter { since, ..all() }).await, [5, 4]);
        let until = since;
        assert_eq!(found(&db, Filter { until, ..all() }).await, [3, 2, 1]);
        let both = Filter {
            noun,
            until,
            node,
            ..all()
        };
        assert_eq!(found(&db, both).await, [2]);
    })
    .await;
}

#[tokio::test]
async fn what_changed_a_node_or_was_done_by_a_call_is_found_by_it() {
    each_engine(&[], |db| async move {
        let mut other = call(NOON);
        other.request_id = RequestId(node(77));
        let stands = |number| Stands {
            node: node(number),
            epoch: Epoch(1),
            state: 2,
        };
        let revoked = |call, number| {
            Event::done(call, realm(1), Verb::Revoke, Noun::Client).stands(stands(number))
        };
        let events = [
            Event::done(&other, realm(1), Verb::Issue, Noun::Access).client(client(5)),
            revoked(&call(NOON), 5),
            revoked(&other, 6).request(&other),
        ];
        write(&db, &events).await;
        let stands = Some(node(5));
        let changed = Filter {
            stands,
            ..Filter::default()
        };
        assert_eq!(found(&db, changed).await, [2]);
        let request = Some(node(77));
        let done = Filter {
            request,
            ..Filter::default()
        };
        assert_eq!(found(&db, done).await, [3]);
    })
    .await;
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended_and_miss_nothing() {
    each_engine(&[], |db| async move {
        let events: Vec<_> = (1..=25)
            .map(|at| if at % 2 == 0 { issue(at) } else { change(at) })
            .collect();
        write(&db, &events).await;
        let journal = Journal::new(db);
        let filter = Filter {
            noun: Some(Noun::Client),
            ..Filter::default()
        };
        let (mut before, mut sequences) = (END, Vec::new());
        loop {
            let page = journal.search(&filter, before, 4).await.unwrap();
            assert!(page.records.len() <= 4);
            sequences.extend(page.records.iter().map(|one| one.sequence.0));
            match page.before {
                Some(next) => before = next,
                None => break,
            }
        }
        let odd: Vec<_> = (1..=25).rev().filter(|at| at % 2 == 1).collect();
        assert_eq!(sequences, odd);
    })
    .await;
}

#[tokio::test]
async fn an_answer_has_at_most_a_thousand_records_and_at_least_a_place_to_go_on() {
    let (db, _folder) = sqlite(&[]).await;
    let events: Vec<_> = (1..=1100).map(issue).collect();
    write(&db, &events).await;
    let journal = Journal::new(db);
    let all = Filter::default();
    let page = journal.search(&all, END, usize::MAX).await.unwrap();
    assert_eq!(page.records.len(), MAX_RECORDS);
    assert_eq!(page.before, Some(Sequence(101)));
    let page = journal.search(&all, END, 0).await.unwrap();
    assert_eq!(page.records.len(), 1);
}

#[tokio::test]
async fn a_search_stops_far_before_the_time_that_it_asks_for() {
    let (db, _folder) = sqlite(&[]).await;
    let day = 86_400_000;
    let unreadable = Entry {
        bytes: vec![255],
        followed: false,
    };
    write_entries(&db, [unreadable].into_iter()).await;
    write(&db, &[issue(0), issue(day)]).await;
    let since = Some(Time(NOON.0 + day));
    let filter = Filter {
        since,
        ..Filter::default()
    };
    assert_eq!(found(&db, filter).await, [3]);
}

#[tokio::test]
async fn who_watches_goes_on_also_where_nothing_matched() {
    each_engine(&[], |db| async move {
        let events: Vec<_> = (1..=10).map(issue).chain([change(11)]).collect();
        write(&db, &events).await;
        let journal = Journal::new(db);
        let filter = Filter {
            noun: Some(Noun::Client),
            ..Filter::default()
        };
        let (mut after, mut seen) = (Sequence(0), Vec::new());
        for _ in 0..4 {
            let news = journal.after(&filter, after, 4).await.unwrap();
            after = news.after;
            seen.extend(news.records);
        }
        assert_eq!(after, Sequence(11));
        let last = Record {
            sequence: Sequence(11),
            event: change(11),
        };
        assert_eq!(seen, [last]);
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_named() {
    let (db, _folder) = sqlite(&[]).await;
    let unreadable = Entry {
        bytes: vec![255],
        followed: false,
    };
    write_entries(&db, [unreadable].into_iter()).await;
    let journal = Journal::new(db);
    let refused = journal.search(&Filter::default(), END, 10).await;
    let named =
        |error| matches!(error, ReadError::Entry { sequence, .. } if sequence == Sequence(1));
    assert!(refused.is_err_and(named));
    let refused = journal.after(&Filter::default(), Sequence(0), 10).await;
    assert!(refused.is_err_and(named));
}

fn resource(number: i64) -> ResourceNode {
    ResourceNode(node(number))
}

#[test]
fn a_record_reads_as_json_with_each_member_once() {
    let event = issue(1).resource(resource(3)).resource(resource(4));
    let record = Record {
        sequence: Sequence(8),
        event: event.status(STATUS).reason("because"),
    };
    let id = |number: i64| -> NodeId { node(number) };
    let said = json!({
        "sequence": 8, "at": NOON.0 + 1, "in_realm": id(1), "verb": "issue", "noun": "access",
        "outcome": "done", "actor": "system", "client": id(1), "resource": [id(3), id(4)],
        "status": [500_000, 7], "reason": "because",
    });
    assert_eq!(serde_json::to_value(&record).unwrap(), said);
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(text.matches("\"resource\"").count(), 1);
    assert_eq!(record.event.nodes(Role::Resource), [id(3), id(4)]);
}
