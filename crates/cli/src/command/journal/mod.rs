//! The journal: what happened to every token.

mod acknowledge;
mod check_proof;
mod checkpoint;
mod export;
mod from_file;
mod meaning;
mod prove;
mod retention;
mod search;
mod sentence;
mod tail;
mod verify;

use clap::{Args, Subcommand};

use super::context::Context;
use crate::exit::Fault;
use crate::transport::escaped;

pub(super) use sentence::sentence;

/// What can be done with the journal.
#[derive(Subcommand, Debug)]
pub(crate) enum Journal {
    /// Show the newest entries, and with --follow those that come
    Tail(tail::Tail),
    /// Search, the newest first
    Search(search::Search),
    /// Check every entry against the seals, and against what was given out; exit code 1 where it fails,
    /// 4 where only acknowledged breaks are found
    Verify(verify::Verify),
    /// Go on sealing behind seals that were forged or taken away, after a look at them
    Acknowledge(acknowledge::Acknowledge),
    /// Sign where the journal stands now, to hold it to that later
    Checkpoint,
    /// Prove that an entry is in the journal, or that the journal has only grown
    Prove(prove::Prove),
    /// Check a proof, without any installation; exit code 1 where it proves nothing
    CheckProof(check_proof::CheckProof),
    /// Write sealed segments into a compressed file that can be verified alone
    Export(export::Export),
    /// Say, or set, for how many days a realm's entries are kept
    Retention(retention::Retention),
}

/// Which entries are wanted.
#[derive(Args, Debug)]
pub(crate) struct Filter {
    /// Only this verb: issue, verify, redeem, rotate, revoke, create, change, end …
    #[arg(long, value_name = "VERB")]
    verb: Option<String>,
    /// Only this noun: access, refresh, code, session, grant, password, client, subject …
    #[arg(long, value_name = "NOUN")]
    noun: Option<String>,
    /// Only this outcome: done, refused
    #[arg(long, value_name = "OUTCOME")]
    outcome: Option<String>,
    /// Only where the thing with this id plays a part: a subject, a session, a grant, a client, or a
    /// family, which is all that one code gave
    #[arg(long, value_name = "ID")]
    node: Option<String>,
}

impl Filter {
    /// The query's part, each with its `&`.
    fn query(&self) -> String {
        let named = [
            ("verb", &self.verb),
            ("noun", &self.noun),
            ("outcome", &self.outcome),
            ("node", &self.node),
        ];
        let parts = named.iter().filter_map(|(name, value)| {
            let value = value.as_ref()?;
            Some(format!("&{name}={}", escaped(value)))
        });
        parts.collect()
    }
}

impl Journal {
    /// Does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        match self {
            Self::Tail(tail) if tail.is_offline() => tail.offline(context.format),
            Self::Search(search) if search.is_offline() => search.offline(context.format),
            Self::Tail(tail) => {
                let deed = async |api: &mut _, format| tail.run(api, format).await;
                context.api(deed).await
            }
            Self::Search(search) => {
                let deed = async |api: &mut _, format| search.run(api, format).await;
                context.api(deed).await
            }
            Self::Verify(verify) => verify.run(context).await,
            Self::Acknowledge(acknowledge) => acknowledge.run(context).await,
            Self::Checkpoint => context.api(async |api, _| checkpoint::run(api).await).await,
            Self::Prove(prove) => context.api(async |api, _| prove.run(api).await).await,
            Self::Export(export) => export.run(context).await,
            Self::Retention(retention) => retention.run(context).await,
            Self::CheckProof(check) => check.run(context.format),
        }
    }
}
