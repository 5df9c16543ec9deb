//! `cargo xtask bench`: how fast, and how small, held against what this machine can do at all.
//!
//! 1. Build the authority and the ceilings as they are released.
//! 2. The ceilings: a bare reply, replies that only sign, and what the disk can do.
//! 3. A development authority on a fresh directory: its rows, its memory.
//! 4. Starts, the program's size, room on the disk.
//! 5. A production authority on a PostgreSQL server of the bench's own: its rows.
//! 6. The journal of a million tokens: sealed and verified.
//! 7. What ten million issued tokens cost those who come later: introspection, revocation by cause.
//! 8. The feed: from a revocation to its refusal everywhere, and its bytes.
//! 9. One table; with `--write` it goes to `docs/performance.md`.
//!
//! `cargo xtask bench jose` measures the JOSE library alone ([`jose`]), `cargo xtask bench verify` what a
//! token costs a resource server ([`verify`]).
//!
//! Nothing is tuned for the bench: every answer waits until what it says is on the disk. A missed aim
//! is marked, for a busy machine misses aims; an error in an answer fails the bench.

mod authority;
mod browser;
mod build;
mod drive;
mod fault;
mod feed;
mod flush;
mod folder;
mod footprint;
mod http;
mod issued;
mod jose;
mod journal;
mod machine;
mod option;
mod page;
mod page_size;
mod postgres;
mod process;
mod report;
mod row;
mod script;
mod sign_in;
mod table;
mod token;
mod verify;
mod visitor;
mod wrk;

use std::path::Path;
use std::process::Command;

use authority::Authority;
use build::Programs;
use drive::{Alone, Driver};
pub(crate) use fault::Fault;
use folder::Folder;
use option::Options;
use postgres::Postgres;
use process::{Process, free_address};
use report::Report;
use row::{Load, Server, wanted};

use crate::failure::Failure;

/// Measures what is asked for, and prints the table.
///
/// # Errors
/// [`Failure`] where something cannot be measured, or a row had errors.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    if let Some((word, rest)) = arguments.split_first()
        && word == "jose"
    {
        return jose::run(root, rest);
    }
    if let Some((word, rest)) = arguments.split_first()
        && word == "verify"
    {
        return verify::run(root, rest);
    }
    let options = Options::read(arguments)?;
    wrk::provide()?;
    let programs = build::build(root)?;
    let machine = machine::describe()?;
    let mut report = Report::default();
    ceilings(&options, &programs, &mut report)?;
    on_sqlite(&options, &programs, &mut report)?;
    footprints(&options, &programs, &mut report)?;
    on_postgres(&options, &programs, &mut report)?;
    if options.wants_any(&journal::NAMES.map(str::to_owned)) {
        report.extend(journal::measure(root, &options)?);
    }
    if options.wants_any(&issued::names()) {
        report.extend(issued::measure(&options, &programs)?);
    }
    if options.wants_any(&feed::names()) {
        report.extend(feed::measure(root, &options, &programs)?);
    }
    let found = format!(
        "{machine}.\n{} connections, {} s a row.\n\n{}",
        options.connections,
        options.seconds,
        report.table()
    );
    println!("\n{found}");
    report.verdict()?;
    if options.write {
        page::write(root, page::AUTHORITY, &found)?;
    }
    Ok(())
}

/// Step 2.
fn ceilings(options: &Options, programs: &Programs, report: &mut Report) -> Result<(), Failure> {
    let folder = Folder::new("bench")?;
    let driver = Driver {
        options,
        folder: &folder,
    };
    for row in wanted(options, Server::Bare) {
        let Load::Bare(word) = row.load else {
            continue;
        };
        let address = free_address()?;
        let mut command = Command::new(&programs.bare);
        command.args([word, &address.to_string()]);
        let process = Process::start(("bare", &folder), &mut command, (address, "/"))?;
        report.rate(&row, &driver.bare(process.address)?);
    }
    if options.wants("ceiling/flush") {
        report.add(flush::measure(&folder)?);
    }
    Ok(())
}

/// Step 3.
fn on_sqlite(options: &Options, programs: &Programs, report: &mut Report) -> Result<(), Failure> {
    let own = ["memory/idle", page_size::NAME].map(str::to_owned);
    if !options.wants_any(&own) && !is_asked(options, Server::Sqlite) {
        return Ok(());
    }
    let folder = Folder::new("bench")?;
    let process = authority::start_dev(&programs.symbolon, &folder)?;
    if options.wants("memory/idle") {
        report.add(footprint::idle(&process)?);
    }
    let authority = authority::development(&process, &folder)?;
    authority.make_resources()?;
    let driver = Driver {
        options,
        folder: &folder,
    };
    rows(&driver, Server::Sqlite, (&process, &authority), report)?;
    if options.wants(page_size::NAME) {
        report.add(page_size::sign_in(&authority, &folder)?);
    }
    process.end()
}

/// The lines of a server beside its rows of rates.
fn others(server: Server) -> Vec<String> {
    let engine = server.name();
    let mut names = vec![sign_in::name(engine)];
    names.extend(Alone::names(engine));
    names.extend(footprint::loaded_names(engine));
    names
}

/// Whether anything of a server is asked for.
fn is_asked(options: &Options, server: Server) -> bool {
    !wanted(options, server).is_empty() || options.wants_any(&others(server))
}

/// The rows of a server, and what is measured beside them. Sign-ins come first, for memory that rows
/// of rates have filled says nothing about them.
fn rows(
    driver: &Driver<'_>,
    server: Server,
    (process, authority): (&Process, &Authority),
    report: &mut Report,
) -> Result<(), Failure> {
    let (options, engine) = (driver.options, server.name());
    if options.wants(&sign_in::name(engine)) {
        report.add(sign_in::memory((process, authority), options, engine)?);
    }
    for row in &wanted(options, server) {
        report.rate(row, &driver.measure(authority, row.load)?);
    }
    if options.wants_any(&Alone::names(engine)) {
        let alone = driver.alone(authority)?;
        report.extend(alone.lines(engine));
        println!("  {}", alone.crowd());
    }
    if options.wants_any(&footprint::loaded_names(engine)) {
        report.extend(footprint::loaded(process, engine)?);
    }
    Ok(())
}

/// Step 4.
fn footprints(options: &Options, programs: &Programs, report: &mut Report) -> Result<(), Failure> {
    if options.wants("start/") {
        report.extend(footprint::starts(programs, options)?);
    }
    if options.wants("binary/size") {
        report.add(footprint::binary(programs)?);
    }
    if options.wants("disk/sqlite") {
        report.extend(footprint::sqlite_room(programs, options)?);
    }
    Ok(())
}

/// Step 5.
fn on_postgres(options: &Options, programs: &Programs, report: &mut Report) -> Result<(), Failure> {
    if !options.wants("disk/postgres") && !is_asked(options, Server::Postgres) {
        return Ok(());
    }
    let server = Postgres::start()?;
    let folder = Folder::new("bench")?;
    let process = authority::start_serve(&programs.symbolon, &folder, &server.url())?;
    let authority = authority::production(&process)?;
    authority.make_resources()?;
    let driver = Driver {
        options,
        folder: &folder,
    };
    rows(&driver, Server::Postgres, (&process, &authority), report)?;
    if options.wants("disk/postgres") {
        report.extend(footprint::postgres_room(&authority, &server, options)?);
    }
    process.end()
}
