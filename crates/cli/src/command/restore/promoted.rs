//! After PostgreSQL was restored by its own tools, or its standby promoted: the term begins, and what died
//! after the backup is carried over from the replaced database, where one is named.

use clap::Args;
use serde_json::{Value, json};
use symbolon_store::{Db, OpenError, Target, Term};

use super::{begin, carry};
use crate::exit::{Fault, StartError};
use crate::open::{Open, migrations, recognise};
use crate::output;
use crate::place::Installation;

/// Connections to the replaced database: it is read by one page after the other.
const CONNECTIONS: usize = 1;

/// Which database was replaced.
#[derive(Args, Debug)]
pub(super) struct Replaced {
    /// With --promoted: carry over what died or was erased after the backup, from the replaced
    /// database, whose URL this environment variable holds. It must be writable, and no server may
    /// run on either
    #[arg(long, value_name = "NAME", requires = "promoted")]
    replaced_environment: Option<String>,
}

/// Begins the term.
pub(super) async fn promoted(
    place: &Installation,
    replaced: &Replaced,
    dry_run: bool,
) -> Result<Value, Fault> {
    let open = place.open().await?;
    let told = fill(place, &open, replaced, dry_run).await;
    open.close().await;
    told
}

async fn fill(
    place: &Installation,
    open: &Open,
    replaced: &Replaced,
    dry_run: bool,
) -> Result<Value, Fault> {
    let db = &open.world.db;
    let old = match &replaced.replaced_environment {
        Some(name) => Some(connect(place, open, name).await?),
        None => None,
    };
    let before = db.term();
    let carried = match &old {
        Some(old) if dry_run => carry::count(old).await,
        Some(old) => carry::carry(old, db).await,
        None => Ok(carry::Carried::default()),
    };
    let after = old.as_ref().map(Db::term);
    if let Some(old) = old {
        old.close().await;
    }
    let carried = carried.map_err(|error| StartError::Sentence(error.to_string()))?;
    let term = if dry_run {
        before
    } else {
        begin(open, after).await?
    };
    if replaced.replaced_environment.is_none() {
        output::message(
            "nothing was carried over: where a backup was restored, erase again whom was erased since, \
             or name the replaced database by --replaced-environment",
        );
        return Ok(terms(before, term));
    }
    let mut told = terms(before, term);
    if let Value::Object(members) = &mut told {
        for (name, count) in [
            ("deaths_carried_over", carried.deaths),
            ("assertions_carried_over", carried.assertions),
            ("erasures_carried_over", carried.erasures),
        ] {
            members.insert(name.to_owned(), json!(count));
        }
    }
    Ok(told)
}

fn terms(before: Term, term: Term) -> Value {
    json!({ "term_before": before.0, "term": term.0 })
}

/// The replaced database, if it is one of this installation.
async fn connect(place: &Installation, open: &Open, name: &str) -> Result<Db, Fault> {
    let Target::Postgres { url: now, ca, .. } = &place.target else {
        return Err(Fault::Refused(
            "--replaced-environment is for PostgreSQL; a SQLite backup is put back by symbolon \
             restore FILE, which carries over by itself"
                .to_owned(),
        ));
    };
    let url = std::env::var(name).map_err(|_| {
        let sentence = format!("the environment variable {name} is not set");
        StartError::Sentence(sentence)
    })?;
    if url.trim() == now {
        return Err(Fault::Refused(format!(
            "{name} names the database that is in use now, not the one that it replaced"
        )));
    }
    let target = Target::Postgres {
        url: url.trim().to_owned(),
        connections: CONNECTIONS,
        ca: ca.clone(),
    };
    let unreadable = |error: OpenError| {
        StartError::Sentence(format!("the replaced database cannot be read: {error}"))
    };
    let old = Db::open(&target, &migrations()).await.map_err(unreadable)?;
    if let Err(error) = recognise(&old, &open.root).await {
        old.close().await;
        return Err(error.into());
    }
    Ok(old)
}
