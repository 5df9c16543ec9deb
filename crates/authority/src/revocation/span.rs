//! Causes that are no nodes: what a network asked for, and what a key signed between two times. Nothing
//! descends from them, so they are looked for in the journal, and each token dies by its own bit.

use serde::{Deserialize, Serialize};
use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key;
use symbolon_journal::{Event, Noun, Outcome, Role, Verb};
use symbolon_token::node::{FamilyNode, RealmNode, SessionNode, SigningKeyNode};
use symbolon_token::time::Time;
use thiserror::Error;

use super::FindError;
use crate::issued::{Days, Issued, Network};

/// Such a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Whose tokens.
    pub of: Of,
    /// Only those of then and later.
    pub from: Option<Time>,
    /// Only those from before then.
    pub until: Option<Time>,
}

/// Whose tokens a span has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Those of callers from there, with the families and sessions that were used or begun there.
    Network(Network),
    /// Those that this key signed.
    SigningKey(SigningKeyNode),
}

/// Why there is no such span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("until: it must lie behind from")]
pub struct Backwards;

/// What an entry says of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touch {
    pub(crate) family: Option<FamilyNode>,
    pub(crate) session: Option<SessionNode>,
}

impl Span {
    /// A span of two times in their order.
    ///
    /// # Errors
    /// [`Backwards`].
    pub fn new(of: Of, from: Option<Time>, until: Option<Time>) -> Result<Self, Backwards> {
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            return Err(Backwards);
        }
        Ok(Self { of, from, until })
    }

    /// Whether the realm has what it names.
    pub(crate) async fn check(
        self,
        world: &World,
        realm: &Realm,
        now: Time,
    ) -> Result<(), FindError> {
        match self.of {
            Of::Network(_) => Ok(()),
            Of::SigningKey(key) => {
                let keys = signing_key::list(world, realm.node, now).await?;
                let known = keys.iter().any(|one| one.id == key);
                known.then_some(()).ok_or(FindError::Unknown("signing key"))
            }
        }
    }

    fn covers(self, at: Time) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// In words, for the journal.
    #[must_use]
    pub fn words(self) -> String {
        let mut words = match self.of {
            Of::Network(network) => format!("network {network}"),
            Of::SigningKey(key) => format!("signing_key {key}"),
        };
        for (word, time) in [("from", self.from), ("until", self.until)] {
            if let Some(time) = time {
                words = format!("{words} {word} {}", time.0);
            }
        }
        words
    }
}

/// Looks for a span, entry by entry.
pub(crate) struct Search {
    span: Span,
    realm: RealmNode,
    days: Option<Days>,
}

impl Search {
    pub(crate) fn new(span: Span, realm: RealmNode) -> Self {
        let days = match span.of {
            Of::Network(network) => Some(Days::new(realm, network)),
            Of::SigningKey(_) => None,
        };
        Self { span, realm, days }
    }

    /// What an entry has of the span: nothing, or what is to end with it. The token itself, where it
    /// gave one out, is [`Issued::of`].
    pub(crate) async fn touch(&mut self, world: &World, event: &Event) -> Option<Touch> {
        let is_here = event.realm == self.realm && event.outcome == Outcome::Done;
        if !is_here || !self.span.covers(event.at) {
            return None;
        }
        match (&mut self.days, self.span.of) {
            (Some(days), _) => {
                let came_from_there = gives(event) && days.had(world, event).await;
                came_from_there.then(|| Touch {
                    family: event.node(Role::Family).map(FamilyNode),
                    session: Some(event)
                        .filter(|event| event.noun == Noun::Session)
                        .and_then(|event| event.node(Role::Session).map(SessionNode)),
                })
            }
            (None, Of::SigningKey(key)) => {
                let issued = Issued::of(event)?;
                let signed = issued.signing_key == Some(key.0);
                signed.then_some(Touch::default())
            }
            (None, Of::Network(_)) => None,
        }
    }

    /// Whether it ends families and sessions, which are older than any access token.
    pub(crate) fn is_of_a_network(&self) -> bool {
        self.days.is_some()
    }
}

/// Whether an entry gave somebody something that he can use.
fn gives(event: &Event) -> bool {
    matches!(
        (event.verb, event.noun),
        (Verb::Issue, Noun::Access | Noun::Code | Noun::Session)
            | (Verb::Rotate, Noun::Session | Noun::Refresh)
    )
}
