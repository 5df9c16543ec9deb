//! `symbolon restore FILE`: put a backup in the database's place.
//!
//! What happened after the backup is lost, so nothing of it may live again and nothing born in it may
//! count: a new term begins, above which every token begins anew.
//!
//! 1. The lock beside the database is taken: no server may run.
//! 2. The backup is copied beside the database, opened with the root key, and begins its term: later
//!    than its own, later than that of the database it replaces, later than any before.
//! 3. What died after the backup, where the replaced database still says so, is carried over: ended
//!    clients, secrets, subjects and keys, assertions that were used, and persons that were erased.
//! 4. The database is kept under another name, and the copy takes its place.
//!
//! PostgreSQL is restored by its own tools; `--promoted` then begins the term. Where the database that was
//! replaced is still there, `--replaced-environment` names it, and step 3 is done from it.

mod carry;
mod file;
mod promoted;
mod rows;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use symbolon_authority::journal::term;
use symbolon_store::{Db, Target, Term};
use symbolon_token::call::{Actor, Call};
use symbolon_token::time::Time;

use super::context::Context;
use crate::exit::{Fault, StartError};
use crate::open::{Open, migrations, open, own_call};
use crate::output::{self, Progress};
use crate::place::Installation;

/// Puts a backup in the database's place.
#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The backup
    #[arg(required_unless_present = "promoted", conflicts_with = "promoted")]
    file: Option<PathBuf>,
    /// PostgreSQL was restored or its standby promoted already: begin the new term alone
    #[arg(long)]
    promoted: bool,
    #[command(flatten)]
    replaced: promoted::Replaced,
    /// Say what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Restore {
    /// Restores.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        let place = context.place.find()?;
        let told = match (&self.file, &place.target) {
            (None, _) => promoted::promoted(&place, &self.replaced, self.dry_run).await?,
            (Some(_), Target::Postgres { .. }) => {
                return Err(Fault::Refused(
                    "a PostgreSQL database is restored by pg_restore or by promoting a standby; \
                     then run symbolon restore --promoted"
                        .to_owned(),
                ));
            }
            (Some(file), Target::Sqlite { path }) => {
                let progress = Progress::begin("restoring the database");
                let told = restore(&place, file, path, self.dry_run).await;
                drop(progress);
                told?
            }
        };
        context.format.record(&told);
        output::message(if self.dry_run {
            "nothing was changed"
        } else {
            "every token issued before is dead; clients keep their secrets and get new ones"
        });
        Ok(())
    }
}

/// Begins a term, later than `after`, and announces it.
async fn begin(open: &Open, after: Option<Term>) -> Result<Term, Fault> {
    let call = own_call(&open.world);
    let now = match after {
        Some(Term(after)) => call
            .now
            .max(Time::from_seconds(after).plus(Duration::from_secs(1))),
        None => call.now,
    };
    let call = Call { now, ..call }.by(Actor::Operator);
    let first = open.world.realms.first();
    let first = first.ok_or_else(|| {
        Fault::Refused("there is no realm in this database, so there is nothing to restore".into())
    })?;
    let forgot = carry::forget_links(&open.world.db).await;
    forgot.map_err(|error| Fault::Unavailable(error.to_string()))?;
    let begun = term::begin(&open.world, &call, first.node).await;
    begun.map_err(|error| Fault::Unavailable(error.to_string()))
}

/// Steps 1 to 4.
async fn restore(
    place: &Installation,
    backup: &Path,
    path: &Path,
    dry_run: bool,
) -> Result<Value, Fault> {
    let same = std::fs::canonicalize(backup).ok();
    if same.is_some() && same == std::fs::canonicalize(path).ok() {
        return Err(Fault::Refused(
            "this is the database itself, not a backup of it; name the backup".into(),
        ));
    }
    let lock = file::lock(path)?;
    let copy = file::copy(backup, path).await?;
    let target = Target::Sqlite {
        path: copy.path().to_owned(),
    };
    let new = open(&target, &place.root, place.policy).await;
    let new = new.map_err(|error| file::blamed(error, copy.path(), backup))?;
    let old = replaced(path, lock).await;
    let told = fill(&new, old.as_ref(), dry_run).await;
    let closed = async {
        new.close().await;
        if let Some(old) = old {
            old.close().await;
        }
    };
    closed.await;
    let mut told = told?;
    if !dry_run {
        let lock = file::lock(path)?;
        let kept = copy.take_the_place_of(path)?;
        drop(lock);
        if let (Some(kept), Value::Object(members)) = (kept, &mut told) {
            members.insert("replaced_database".to_owned(), json!(kept));
        }
    }
    Ok(told)
}

/// The database that is replaced, where it can still be read.
async fn replaced(path: &Path, lock: std::fs::File) -> Option<Db> {
    drop(lock);
    if !path.exists() {
        return None;
    }
    let target = Target::Sqlite {
        path: path.to_owned(),
    };
    match Db::open(&target, &migrations()).await {
        Ok(db) => Some(db),
        Err(error) => {
            output::message(&format!(
                "the database that is replaced cannot be read ({error}); what died after the backup \
                 is known by its term alone"
            ));
            None
        }
    }
}

/// Steps 2 and 3, on the copy, which goes away again where nothing is to change: so what is counted is
/// what would be carried over.
async fn fill(new: &Open, old: Option<&Db>, dry_run: bool) -> Result<Value, Fault> {
    let before = new.world.db.term();
    let carried = match old {
        Some(old) => carry::carry(old, &new.world.db).await,
        None => Ok(carry::Carried::default()),
    };
    let carried = carried.map_err(|error| StartError::Sentence(error.to_string()))?;
    let term = if dry_run {
        before
    } else {
        begin(new, old.map(Db::term)).await?
    };
    let (_, head) = new.world.db.head().await.map_err(StartError::from)?;
    Ok(json!({
        "term_before": before.0,
        "term": term.0,
        "sequence": head.0,
        "deaths_carried_over": carried.deaths,
        "assertions_carried_over": carried.assertions,
        "erasures_carried_over": carried.erasures,
    }))
}
