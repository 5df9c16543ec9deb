//! How long it takes to seal and to verify a journal of issued tokens, and what sealing costs on the
//! disk. Prints one JSON object.
//!
//! ```text
//! cargo run --release -p symbolon-journal --example verify -- 1000000 sqlite
//! ```
//!
//! `sqlite-unsealed` only writes the entries, so that what sealing costs on the disk is a difference.

use std::path::Path;
use std::time::{Duration, Instant};

use symbolon_jose::{Algorithm, SigningKey};
use symbolon_journal::segment::{Keys, MIGRATIONS, Sealed, Sealer, verify};
use symbolon_journal::{Event, Fact, Noun, Role, Verb};
use symbolon_store::testing::{self, Flush, Server};
use symbolon_store::{Db, Unit};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::node::{ClientNode, NodeId, RealmNode};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

const NOON: Time = Time(1_800_000_000_000);

/// Entries of one unit.
const BATCH: i64 = 5000;

/// How often it is verified; the one in the middle counts.
const ROUNDS: usize = 5;

fn node(number: i64) -> NodeId {
    NodeId::from_number(number).expect("it is not negative")
}

/// The entry of an access token: 84 bytes.
fn issued(number: i64) -> Event {
    let call = Call {
        now: Time(NOON.0 + number),
        request_id: RequestId(node(99)),
        actor: Actor::Client(ClientNode(node(2))),
        address: None,
    };
    Event::done(&call, RealmNode(node(1)), Verb::Issue, Noun::Access)
        .client(ClientNode(node(2)))
        .fact(Fact::Node(Role::ClientSecret, node(3)))
        .fact(Fact::Node(Role::Resource, node(4)))
        .fact(Fact::Node(Role::SigningKey, node(5)))
        .fact(Fact::Node(Role::Subject, node(6)))
        .status(StatusRef {
            bucket: Bucket(500_000),
            index: u32::try_from(number).unwrap_or(0),
        })
        .expires(Time(NOON.0 + number + 300_000))
        .fact(Fact::Network([1, 2, 3, 4, 5, 6]))
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let events = arguments.next().and_then(|count| count.parse().ok());
    let events: i64 = events.unwrap_or(1_000_000);
    let engine = arguments.next().unwrap_or_else(|| "sqlite".to_owned());
    if engine == "postgres" {
        let server = Server::start(Flush::Always, &[]);
        let target = testing::target(&server.database().await);
        let db = Db::open(&target, &MIGRATIONS).await.expect("a database");
        measure(&engine, &db, events).await;
        return;
    }
    let (db, folder) = testing::sqlite(&MIGRATIONS).await;
    if engine == "sqlite" {
        measure(&engine, &db, events).await;
    } else {
        fill(&db, events).await;
    }
    db.close().await;
    let bytes = room(folder.path());
    eprintln!("{} bytes an entry", bytes.div_euclid(events.unsigned_abs()));
}

async fn fill(db: &Db, events: i64) {
    let mut at = 0;
    while at < events {
        let some = at..events.min(at + BATCH);
        at = some.end;
        let unit = some.fold(Unit::default(), |unit, number| {
            unit.and_entry(issued(number).entry())
        });
        db.commit(unit).await.expect("entries");
    }
}

async fn measure(engine: &str, db: &Db, events: i64) {
    fill(db, events).await;
    let signing = SigningKey::generate(Algorithm::Ed25519).expect("a key");
    let signing = signing.with_kid("1");
    let known = [signing.public()];
    let keys = Keys {
        signing: &signing,
        known: &known,
    };
    let (sealer, began) = (Sealer::default(), Instant::now());
    let late = Time(NOON.0 + events).plus(Duration::from_hours(1));
    let mut segments = 0;
    while let Sealed::One(_) = sealer.seal(db, keys, late).await.expect("it seals") {
        segments += 1;
    }
    let sealing = began.elapsed();
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let report = verify(db, &known, &[]).await.expect("it answers");
        assert!(report.whole, "{report:?}");
        rounds.push(began.elapsed());
    }
    rounds.sort_unstable();
    let verifying = rounds.get(ROUNDS / 2).copied().unwrap_or_default();
    println!(
        "{{\"engine\": \"{engine}\", \"events\": {events}, \"segments\": {segments}, \
         \"seal_ms\": {}, \"verify_ms\": {}}}",
        sealing.as_millis(),
        verifying.as_millis()
    );
}

/// Bytes of the database, its log folded in.
fn room(folder: &Path) -> u64 {
    let file = std::fs::metadata(folder.join("symbolon.db"));
    file.map_or(0, |file| file.len())
}
