//! Open an installation: from a database and a root key to a world that verbs can work with.
//!
//! 1. Read the root keys.
//! 2. Open the database and bring its schema up to date.
//! 3. The root keys must be those that it was written with; new ones are remembered.
//! 4. Lease a node number.
//! 5. Fill the memory.

use std::path::PathBuf;
use std::sync::Arc;

use symbolon_identity::{LoadError, World};
use symbolon_journal::Event;
use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::check::{Checked, check};
use symbolon_keys::root::{self, RootKeys, file};
use symbolon_keys::signing_key::Policy;
use symbolon_store::{CommitError, Db, Migration, Sequence, Target, Unit};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::node::NodeIds;
use symbolon_token::random::Random;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;
use zeroize::Zeroizing;

use crate::clock;
use crate::command::input;
use crate::exit::StartError;
use crate::node_lease::{self, NodeLease};

/// How often to check the root keys again when another process remembered one meanwhile.
const MAX_CHECKS: usize = 3;

/// Where the root keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RootSource {
    /// In a file that must be there.
    File {
        /// The file.
        path: PathBuf,
        /// The environment variable that holds its passphrase. A terminal is asked where none is named
        /// and it has one.
        passphrase_environment: Option<String>,
    },
    /// In a file that is made where it is not there.
    Made(PathBuf),
    /// In an environment variable of this name.
    Environment(String),
}

/// An open installation.
pub(crate) struct Open {
    /// What verbs work with.
    pub(crate) world: Arc<World>,
    /// The number that makes its ids its own.
    pub(crate) lease: Arc<NodeLease>,
    /// The root keys: `dev` derives its secrets from them.
    pub(crate) root: RootKeys,
}

/// Every table of the program, in the order in which crates build on each other.
pub(crate) fn migrations() -> Vec<Migration> {
    let keys = symbolon_keys::MIGRATIONS.iter().copied();
    keys.chain(symbolon_lineage::MIGRATIONS)
        .chain(symbolon_identity::MIGRATIONS)
        .chain(symbolon_signin::MIGRATIONS)
        .chain(symbolon_authority::MIGRATIONS)
        .chain([node_lease::MIGRATION])
        .collect()
}

/// Opens an installation.
///
/// # Errors
/// [`StartError`].
pub(crate) async fn open(
    target: &Target,
    root: &RootSource,
    policy: Policy,
) -> Result<Open, StartError> {
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let root = root_keys(root, &*random)?;
    let db = Db::open(target, &migrations()).await?;
    remember(&db, &root).await?;
    clock::not_before(last_entry(&db).await?);
    let lease = NodeLease::take(&db, &*random, clock::now()).await;
    let lease = lease.map_err(|error| StartError::Sentence(error.to_string()))?;
    let ids = NodeIds::new(lease.number());
    let world = World::open(db, (&root, policy), (random, ids), clock::now()).await?;
    Ok(Open {
        world: Arc::new(world),
        lease: Arc::new(lease),
        root,
    })
}

impl Open {
    /// Keeps the journal's witness there, where there is a place for it.
    pub(crate) fn witnessed(self, path: Option<PathBuf>) -> Self {
        if let Some(path) = path {
            self.world.witness.keep_at(path);
        }
        self
    }

    /// Gives the node number back and closes the database, whoever still holds it.
    pub(crate) async fn close(self) {
        self.lease.give_back(&self.world.db, clock::now()).await;
        self.world.db.clone().close().await;
    }
}

/// What the authority does by itself: schedules, first starts.
pub(crate) fn own_call(world: &World) -> Call {
    let now = clock::now();
    Call {
        now,
        request_id: RequestId(world.ids.next(now)),
        actor: Actor::System,
        address: None,
    }
}

/// When the journal's last entry was written: time has passed since.
async fn last_entry(db: &Db) -> Result<Time, StartError> {
    let last = db.entries_before(Sequence(i64::MAX), 1).await?;
    let event = last
        .first()
        .and_then(|(_, bytes)| Event::decode(bytes).ok());
    Ok(event.map_or(Time(0), |event| event.at))
}

/// Step 1.
fn root_keys(source: &RootSource, random: &dyn Random) -> Result<RootKeys, StartError> {
    match source {
        RootSource::File {
            path,
            passphrase_environment,
        } => {
            let passphrase = match passphrase_environment {
                Some(name) => Some(Secret::new(variable(name, "the root key's passphrase")?)),
                None if file::is_locked(path)? => {
                    input::passphrase("Passphrase of the root key: ")?
                }
                None => None,
            };
            Ok(file::load(path, passphrase.as_ref())?)
        }
        RootSource::Made(path) => Ok(file::load_or_create(path, None, random)?),
        RootSource::Environment(name) => {
            let text = Zeroizing::new(variable(name, "the root key")?);
            RootKeys::parse(&text).map_err(|error| {
                StartError::Sentence(format!("the root key in {name} cannot be read: {error}"))
            })
        }
    }
}

fn variable(name: &str, what: &str) -> Result<String, StartError> {
    std::env::var(name).map_err(|_| {
        StartError::Sentence(format!(
            "the environment variable {name} is not set, and {what} is read from it"
        ))
    })
}

/// Whether a database belongs to these root keys, which are remembered nowhere for it.
///
/// # Errors
/// [`StartError`] where it does not.
pub(crate) async fn recognise(db: &Db, root: &RootKeys) -> Result<(), StartError> {
    let rows = db.rows(root::SELECT, &[]).await?;
    let rows: Result<Vec<_>, _> = rows.iter().map(root::read).collect();
    check(root, &rows.map_err(LoadError::from)?)?;
    Ok(())
}

/// Step 3.
async fn remember(db: &Db, root: &RootKeys) -> Result<(), StartError> {
    for _ in 0..MAX_CHECKS {
        let rows = db.rows(root::SELECT, &[]).await?;
        let rows: Result<Vec<_>, _> = rows.iter().map(root::read).collect();
        let rows = rows.map_err(LoadError::from)?;
        let Checked::New(steps) = check(root, &rows)? else {
            return Ok(());
        };
        match db.commit(Unit::default().steps(steps)).await {
            Ok(_) => return Ok(()),
            Err(CommitError::Conflict { .. }) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Err(StartError::Sentence(
        "other processes change the root keys of this database at this moment; start again"
            .to_owned(),
    ))
}
