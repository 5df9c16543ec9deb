//! `symbolon doctor`: look at everything that goes wrong in the long run, and say what to do.

mod certificate;
mod check;
mod disk;
mod state;

use clap::Args;
use serde_json::{Value, json};

use super::context::Context;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::place::Installation;
use crate::transport::Transport;

use check::{Check, Verdict};

const COLUMNS: [Column; 3] = [
    Column::new("CHECK", "check"),
    Column::new("VERDICT", "verdict"),
    Column::new("DETAIL", "detail"),
];

/// Checks the installation.
#[derive(Args, Debug)]
pub(crate) struct Doctor {}

impl Doctor {
    /// Checks everything; the exit code is 1 where something is broken.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        let place = context.place.find()?;
        let mut checks = Vec::new();
        let state = match state::ask(&place).await {
            Ok(state) => {
                checks.extend(state::checks(&state));
                state
            }
            Err(fault) => {
                checks.push(Check::broken("database", fault.to_string()));
                show(&checks, context.format);
                return Err(fault);
            }
        };
        checks.extend(disk::check(&place, &state));
        checks.extend(certificate::check(&place));
        show(&checks, context.format);
        let broken = checks.iter().filter(|one| one.verdict == Verdict::Broken);
        match broken.count() {
            0 => Ok(()),
            1 => Err(Fault::Refused("one check says broken".to_owned())),
            count => Err(Fault::Refused(format!("{count} checks say broken"))),
        }
    }
}

fn show(checks: &[Check], format: Format) {
    let rows = checks.iter().map(
        |one| json!({ "check": one.name, "verdict": one.verdict.name(), "detail": one.detail }),
    );
    format.rows(rows.collect::<Vec<Value>>(), &COLUMNS);
}

/// Opens the API of an installation for one question.
async fn open(place: &Installation) -> Result<Transport, Fault> {
    Transport::open(place, None).await
}
