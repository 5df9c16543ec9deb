//! Whom a revocation waits for, and how long: until those who follow the feed refuse what was revoked.

use std::time::Duration;

use serde::Deserialize;
use symbolon_authority::feed::{self, Enforcement};
use symbolon_identity::LoadError;
use symbolon_token::node::RealmNode;

use crate::app::App;

/// How long to wait where nobody says, in milliseconds.
const USUAL_WAIT: u32 = 1000;

/// The longest wait, in milliseconds: below what proxies wait for a reply.
const LONGEST_WAIT: u32 = 30_000;

/// Whom to wait for.
#[derive(Clone, Copy, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wait {
    /// Every verifier that follows the feed of the realm.
    All,
    /// Half of those that are connected.
    Quorum,
    /// Nobody.
    #[default]
    None,
}

impl Wait {
    /// As the OAuth endpoint spells it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "all" => Some(Self::All),
            "quorum" => Some(Self::Quorum),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// Waits until those who follow this realm enforce everything that has happened in it, and says who
/// does.
///
/// # Errors
/// [`LoadError`] where that cannot be known.
pub(crate) async fn enforcement(
    app: &App,
    realm: RealmNode,
    (wait, timeout_ms): (Wait, Option<u32>),
) -> Result<Enforcement, LoadError> {
    let wait = match wait {
        Wait::All => feed::Wait::All,
        Wait::Quorum => feed::Wait::Quorum,
        Wait::None => feed::Wait::None,
    };
    let millis = timeout_ms.unwrap_or(USUAL_WAIT).min(LONGEST_WAIT);
    let patience = Duration::from_millis(millis.into());
    let now = || app.now();
    let feed = app.feed();
    feed.enforcement(app.world(), realm, (wait, patience), &now)
        .await
}
