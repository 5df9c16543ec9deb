//! Signing in: what a process keeps for it, and the way through it with a password.
//!
//! 1. Whoever comes waits as long as the failures before him ask for ([`gate`](crate::gate)).
//! 2. The person is looked up; that there is none is not said, nor is the name logged.
//! 3. The password is judged, in the pool.
//! 4. The gate learns how it went.

use std::sync::Arc;
use std::time::Duration;

use symbolon_identity::realm::Realm;
use symbolon_identity::session::Authenticated;
use symbolon_identity::{LoadError, World, subject};
use symbolon_journal::Event;
use symbolon_store::Unit;
use symbolon_token::call::Call;
use symbolon_token::secret::{Digest, Secret};
use symbolon_token::time::Time;
use thiserror::Error;
use tokio::sync::Semaphore;

use crate::cost::Cost;
use crate::gate::{Comer, Gate, TooMany};
use crate::password::{VerifyError, verify};
use crate::pool::{Full, Limits, Pool};

/// Refusals that may be on their way to the journal; past it they are only counted.
const MAX_WRITING: u32 = 64;

/// Behind the journal by this much, a node waits for its database: ten times what it waits between two
/// looks, and an eighth of what it may.
const LATE: Duration = Duration::from_millis(250);

/// What a process keeps for signing in: one for all realms.
pub struct SignIn {
    pub(crate) pool: Pool,
    pub(crate) cost: Arc<Cost>,
    pub(crate) gate: Gate,
    writing: Arc<Semaphore>,
}

impl SignIn {
    /// With so many threads and places to wait.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            pool: Pool::new(limits),
            cost: Arc::default(),
            gate: Gate::default(),
            writing: Arc::new(Semaphore::new(MAX_WRITING as usize)),
        }
    }

    /// The same, beside a node that follows the journal: while it falls behind, whoever it waits for goes
    /// first.
    #[must_use]
    pub fn beside(
        self,
        world: &Arc<World>,
        now: impl Fn() -> Time + Send + Sync + 'static,
    ) -> Self {
        // Not held: the pool's threads outlive the server by some seconds, and the database closes with
        // the world.
        let world = Arc::downgrade(world);
        self.pool.calm_while(Box::new(move || {
            let world = world.upgrade();
            world.is_some_and(|world| world.follower.behind(now()) > LATE)
        }));
        self
    }

    /// Has a hash measured, after the first right password: nobody waits for it.
    pub(crate) fn measure(&self) {
        if !self.cost.is_due() {
            return;
        }
        let cost = Arc::clone(&self.cost);
        if self
            .pool
            .push(Box::new(move |memory| cost.measure(memory)))
            .is_err()
        {
            self.cost.put_off();
        }
    }

    /// Journals a refusal, within the rate, after the answer; one that concerns nobody known is only
    /// counted.
    pub(crate) fn refuse(&self, world: &World, event: Option<Event>) {
        let place = Arc::clone(&self.writing).try_acquire_owned();
        let (Some(event), Ok(place)) = (event, place) else {
            return world.refusals.count();
        };
        if !world.refusals.admit(event.realm, event.at) {
            return;
        }
        let db = world.db.clone();
        tokio::spawn(async move {
            if let Err(error) = db.commit(Unit::entry(event.entry())).await {
                tracing::warn!(%error, "a refusal was not journaled");
            }
            drop(place);
        });
    }

    /// Waits until every refusal is in the journal: before the process ends.
    pub async fn settle(&self) {
        let all = self.writing.acquire_many(MAX_WRITING).await;
        drop(all);
    }
}

/// What somebody types.
pub struct Attempt {
    /// A username or email address.
    pub identifier: String,
    /// The password.
    pub password: Secret,
    /// The digest of the cookie that knows the browser again.
    pub browser: Option<Digest>,
}

/// Why nobody is signed in.
#[derive(Debug, Error)]
pub enum SignInError {
    /// Name or password are wrong, or may not be used. Nobody learns which.
    #[error("name or password are wrong")]
    Refused,
    /// Too many passwords wait to be hashed.
    #[error(transparent)]
    Full(#[from] Full),
    /// Too many failed attempts for this name or from this network wait.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database does not answer.
    #[error(transparent)]
    Load(#[from] LoadError),
}

impl From<VerifyError> for SignInError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Wrong => Self::Refused,
            VerifyError::Full(full) => Self::Full(full),
            VerifyError::Load(error) => Self::Load(error),
        }
    }
}

impl SignInError {
    /// When to come again, in whole seconds, where coming again helps: `Retry-After` beside a 429.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Full(full) => Some(full.retry_after),
            Self::TooMany(many) => Some(many.retry_after),
            Self::Refused | Self::Load(_) => None,
        }
    }
}

/// Signs a person in by name and password. Only what proves it comes back: the session is for the
/// caller to begin.
///
/// # Errors
/// [`SignInError`].
pub async fn with_password(
    world: &World,
    sign_in: &SignIn,
    call: &Call,
    realm: &Realm,
    attempt: &Attempt,
) -> Result<Authenticated, SignInError> {
    let name = (realm.node, attempt.identifier.as_str());
    let comer = Comer::new(world, call, name, attempt.browser);
    sign_in.gate.pass(comer, call.now).await?;
    let person = subject::find_by_identifier(world, name.0, name.1).await?;
    let whose = (realm.node, person.map(|person| person.node));
    let answer = verify(world, sign_in, call, whose, &attempt.password).await;
    sign_in.gate.learn(comer, &answer, call.now);
    Ok(answer?)
}
