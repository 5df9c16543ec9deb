//! Sign-out that a client begins (OpenID Connect RP-Initiated Logout §2, §3).
//!
//! 1. A hint must be one of ours, and the named client's; it may have expired.
//! 2. An address to go to afterwards must be registered by the client that the hint or `client_id`
//!    names. What is wrong so far is told to the person: no redirect to strangers.
//! 3. A hint for the session that this browser has lets it end at once. Without one the person is
//!    asked, for anybody can send a browser here.
//! 4. Where nobody is signed in there is nothing to ask.

use serde::{Deserialize, Serialize};
use symbolon_identity::client::Client;
use symbolon_identity::realm::Realm;
use symbolon_identity::session::{Session, sid};
use symbolon_identity::{LoadError, World, client, id};
use symbolon_token::call::Call;
use symbolon_token::time::Time;
use thiserror::Error;
use url::form_urlencoded::Serializer;

use crate::Request;
use crate::travel::{self, Travels};

/// Longest `state`, in bytes: it travels in addresses.
const MAX_STATE: usize = 2048;

/// A request to sign out that was found in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOut {
    /// Who asks, if somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Where the browser goes afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// What the client wants to see again there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// When it was asked.
    asked_at: Time,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The person is asked.
    Ask(SignOut),
    /// The session ends, and the browser goes on.
    End(SignOut),
    /// Nobody is signed in; the browser goes on.
    Gone(SignOut),
}

/// A fault that the person sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PageError {
    /// The request cannot be read.
    #[error("the request cannot be read")]
    Malformed,
    /// The hint was not issued here.
    #[error("the hint was not issued here")]
    Hint,
    /// The hint was issued to another client than the one that is named.
    #[error("the hint is another client's")]
    OtherClient,
    /// The address is none of the client's, or nobody knows whose it should be.
    #[error("the address is none of the client's")]
    Address,
    /// The page was left open for too long.
    #[error("the page has expired")]
    Expired,
    /// The database does not answer.
    #[error("the database does not answer")]
    Unavailable,
}

impl From<LoadError> for PageError {
    fn from(error: LoadError) -> Self {
        tracing::warn!(%error, "a sign-out could not be answered");
        Self::Unavailable
    }
}

/// Answers a request to sign out.
///
/// # Errors
/// [`PageError`].
pub async fn sign_out(request: &Request<'_>, session: Option<&Session>) -> Result<Next, PageError> {
    let one = |name| request.params.one(name).map_err(|_| PageError::Malformed);
    let (world, realm) = (request.world, request.realm);
    let named = one("client_id")?;
    let hint = match one("id_token_hint")? {
        None => None,
        Some(hint) => {
            let verified = id::verify(world, realm, hint, request.call.now).await?;
            Some(verified.ok_or(PageError::Hint)?)
        }
    };
    if let (Some(hint), Some(named)) = (&hint, named)
        && !hint.is_for(named)
    {
        return Err(PageError::OtherClient);
    }
    let client_id = named.or_else(|| hint.as_ref().and_then(id::Hint::client_id));
    let client = match client_id {
        Some(client_id) => client::known(world, realm.node, client_id).await?,
        None => None,
    };
    let client = client.as_deref().map(|known| &known.client);
    let (address, state) = (one("post_logout_redirect_uri")?, one("state")?);
    if address.is_some_and(|address| !is_own(client, address)) {
        return Err(PageError::Address);
    }
    if state.is_some_and(|state| state.len() > MAX_STATE) {
        return Err(PageError::Malformed);
    }
    let asked = SignOut {
        client_id: client.map(|client| client.client_id.clone()),
        address: address.map(str::to_owned),
        state: state.map(str::to_owned),
        asked_at: request.call.now,
    };
    let Some(session) = session else {
        return Ok(Next::Gone(asked));
    };
    let is_theirs = hint.zip(client).is_some_and(|(hint, client)| {
        let own = sid(world, realm.node, session.node, client.node);
        hint.sid.as_deref() == Some(&own)
    });
    Ok(if is_theirs {
        Next::End(asked)
    } else {
        Next::Ask(asked)
    })
}

/// Step 2.
fn is_own(client: Option<&Client>, address: &str) -> bool {
    client.is_some_and(|client| client.has_post_logout_redirect(address))
}

impl SignOut {
    /// A person's own wish.
    #[must_use]
    pub fn own(now: Time) -> Self {
        Self {
            asked_at: now,
            ..Self::default()
        }
    }

    /// Where the browser goes afterwards, if somewhere else.
    #[must_use]
    pub fn after(&self) -> Option<String> {
        let address = self.address.clone()?;
        let Some(state) = &self.state else {
            return Some(address);
        };
        let query = Serializer::new(String::new())
            .append_pair("state", state)
            .finish();
        let joint = if address.contains('?') { '&' } else { '?' };
        Some(format!("{address}{joint}{query}"))
    }

    /// Seals it for the page. `None` where it is too long for an address.
    #[must_use]
    pub fn seal(&self, world: &World, realm: &Realm, call: &Call) -> Option<String> {
        travel::seal(world, realm, call, self)
    }

    /// Opens what came back from the page. An address that the client has lost since is forgotten:
    /// the person signs out all the same.
    ///
    /// # Errors
    /// [`PageError::Expired`] for what is too old, was changed, or is another realm's.
    pub async fn open(
        world: &World,
        realm: &Realm,
        text: &str,
        now: Time,
    ) -> Result<Self, PageError> {
        let mut wish: Self = travel::open(world, realm, text, now).ok_or(PageError::Expired)?;
        if let (Some(client_id), Some(address)) = (&wish.client_id, &wish.address) {
            let known = client::known(world, realm.node, client_id).await?;
            let known = known.as_deref().map(|known| &known.client);
            if !is_own(known, address) {
                wish.address = None;
            }
        }
        Ok(wish)
    }
}

impl Travels for SignOut {
    const NAME: &'static str = "sign_out";

    fn asked_at(&self) -> Time {
        self.asked_at
    }
}
