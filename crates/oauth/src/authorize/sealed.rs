//! A request on its way through the pages: sealed into one text, so that nothing is stored for
//! whoever has not signed in, and nobody changes what was asked.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use symbolon_identity::World;
use symbolon_identity::code::Challenge;
use symbolon_identity::realm::Realm;
use symbolon_token::call::Call;
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

use super::PageError;
use super::prompt::Prompt;
use super::reply::Back;
use crate::travel::{self, Travels};

/// The smallest step of a clock.
const TICK: Duration = Duration::from_millis(1);

/// An authorization request that was read and found in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes.
    pub back: Back,
    /// What is asked for.
    pub scope: Scope,
    /// The audiences of the resources that it is asked for.
    pub resources: Vec<String>,
    /// What the ID token will repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// What the code will be bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// What the person is to be asked.
    pub prompt: Prompt,
    /// How many seconds ago the person may have proved himself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// What the person may be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// The `sub` that must be signed in, from `id_token_hint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hinted: Option<String>,
    /// The claims asked for by name: of the ID token, and of userinfo.
    pub claims: (Vec<String>, Vec<String>),
    /// When it was asked.
    pub asked_at: Time,
}

impl Authorization {
    /// Seals it for the pages. `None` where it is too long for an address.
    #[must_use]
    pub fn seal(&self, world: &World, realm: &Realm, call: &Call) -> Option<String> {
        travel::seal(world, realm, call, self)
    }

    /// The same request, for another person than the one who is signed in.
    #[must_use]
    pub fn as_somebody_else(mut self, now: Time) -> Self {
        self.prompt.select_account = true;
        self.asked_at = now;
        self
    }

    /// The same request, for which somebody has just proved himself. The proof is the younger of the
    /// two, whatever the clocks of two nodes make of it.
    #[must_use]
    pub fn proved(mut self, proved_at: Time) -> Self {
        self.asked_at = self.asked_at.min(proved_at.minus(TICK));
        self
    }

    /// Opens what came back from a page.
    ///
    /// # Errors
    /// [`PageError::Expired`] for what is too old, was changed, or is another realm's.
    pub fn open(world: &World, realm: &Realm, text: &str, now: Time) -> Result<Self, PageError> {
        travel::open(world, realm, text, now).ok_or(PageError::Expired)
    }
}

impl Travels for Authorization {
    const NAME: &'static str = "authorization";

    fn asked_at(&self) -> Time {
        self.asked_at
    }
}
