//! How many units a second become durable: every commit is flushed before its caller is answered.
//!
//! ```text
//! cargo run --release -p symbolon-store --features testing --example throughput
//! ```
//!
//! `-- --postgres` leaves SQLite out.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use symbolon_store::testing::{self, Flush, Server};
use symbolon_store::{CommitError, Db, Entry, Migration, Step, Unit};
use tokio::task::JoinSet;

const MIGRATIONS: &[Migration] = &[Migration {
    noun: "grant",
    number: 1,
    sql: "CREATE TABLE grant_row (id BIGINT PRIMARY KEY, subject BIGINT NOT NULL, name TEXT);",
}];

const INSERT: &str = "INSERT INTO grant_row (id, subject, name) VALUES ($1, $2, $3)";

/// How long each line of the table is measured, after as long a warm-up.
const MEASURED: Duration = Duration::from_secs(4);

/// What an issued access token's entry measures.
const ENTRY: usize = 75;

#[derive(Clone, Copy)]
enum Work {
    EntryAlone,
    EntryAndInsert,
    /// One unit of sixteen loses a race, and its group runs again.
    OneOfSixteenLoses,
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        println!("engine      unit              committers   units/s   slowest of 1,000 (ms)");
        if std::env::args().all(|argument| argument != "--postgres") {
            let (db, folder) = testing::sqlite(MIGRATIONS).await;
            measure("SQLite", &db).await;
            drop(db);
            drop(folder);
        }
        let server = Server::start(Flush::Always, &[]);
        let target = testing::target(&server.database().await);
        let db = Db::open(&target, MIGRATIONS).await.expect("a database");
        measure("PostgreSQL", &db).await;
    });
}

async fn measure(engine: &str, db: &Db) {
    let next = Arc::new(AtomicI64::new(1));
    for (work, name) in [
        (Work::EntryAlone, "entry"),
        (Work::EntryAndInsert, "entry and insert"),
        (Work::OneOfSixteenLoses, "one of 16 loses"),
    ] {
        for committers in [1, 64, 128] {
            drive(db, work, committers, &next).await;
            let mut times = drive(db, work, committers, &next).await;
            times.sort_unstable();
            let rate = times.len() as u64 / MEASURED.as_secs();
            let slow = times.get(times.len() - 1 - times.len() / 1000);
            let slow = slow.copied().unwrap_or_default();
            println!(
                "{engine:<11} {name:<17} {committers:>10} {rate:>9} {:>10.1}",
                slow.as_secs_f64() * 1000.0
            );
        }
    }
}

/// Commits from many tasks at once; answers how long each commit took.
async fn drive(db: &Db, work: Work, committers: usize, next: &Arc<AtomicI64>) -> Vec<Duration> {
    let end = Instant::now() + MEASURED;
    let mut tasks = JoinSet::new();
    for _ in 0..committers {
        let (db, next) = (db.clone(), Arc::clone(next));
        tasks.spawn(async move {
            let mut times = Vec::new();
            loop {
                let begun = Instant::now();
                if begun >= end {
                    return times;
                }
                let unit = unit(work, next.fetch_add(1, Ordering::Relaxed));
                match db.commit(unit).await {
                    Ok(_) | Err(CommitError::Conflict { .. }) => {}
                    Err(CommitError::Unavailable(error)) => eprintln!("{error}"),
                }
                times.push(begun.elapsed());
            }
        });
    }
    tasks.join_all().await.concat()
}

fn unit(work: Work, id: i64) -> Unit {
    let unit = Unit::entry(Entry {
        bytes: vec![0x5a; ENTRY],
        followed: false,
    });
    let insert = |id: i64| {
        let params = vec![
            id.into(),
            (id % 1000).into(),
            "a name of some length".into(),
        ];
        Step::one(INSERT, params)
    };
    match work {
        Work::EntryAlone => unit,
        Work::OneOfSixteenLoses if id % 16 == 0 => unit.step(insert(0)),
        Work::EntryAndInsert | Work::OneOfSixteenLoses => unit.step(insert(id)),
    }
}
