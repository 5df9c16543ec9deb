//! The authorization endpoint (RFC 6749 §3.1, §4.1; OpenID Connect Core §3.1.2): a client sends a
//! person here to sign in and allow something.
//!
//! 1. Who asks, and where the answer goes. Until both are certain, faults are told to the person
//!    alone ([`PageError`]): a redirect to an address that nobody registered is an attack.
//! 2. What is asked. Faults go back to the client from here on, with `state` and `iss` (RFC 9207).
//! 3. What is still missing (`decide`): a sign-in, a consent, nothing; or what `prompt` forbids.
//! 4. Between the pages the request travels sealed ([`Authorization::seal`]), for an hour.
//! 5. A code goes back ([`symbolon_identity::code`]).

mod decide;
mod prompt;
mod read;
mod reply;
mod sealed;
mod wish;

pub use decide::Asked;
pub use prompt::Prompt;
pub use reply::{Mode, Reply};
pub use sealed::Authorization;

use std::sync::Arc;

use symbolon_identity::client::{self, GrantType};
use symbolon_identity::code::{self, NewCode};
use symbolon_identity::realm::Realm;
use symbolon_identity::session::Session;
use symbolon_identity::{KnownClient, LoadError, World, grant, id};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::call::{Actor, Call};
use thiserror::Error;

use crate::error::{ErrorCode, OauthError};
use crate::{Request, permission, subject, target};
use decide::{Standing, Step, decide};

/// What happens next.
pub enum Next {
    /// The person is told: the client or its address is gone.
    Page(PageError),
    /// The person signs in.
    SignIn(Box<Authorization>),
    /// The person is asked.
    Consent(Box<Authorization>),
    /// The browser goes back to the client.
    Reply(Reply),
}

/// A fault that the person sees, since nobody knows where else to tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PageError {
    /// No such client, or it is disabled, or was not named.
    #[error("the client is unknown or disabled")]
    UnknownClient,
    /// The redirect address is not one of the client's, or was not named where it has several.
    #[error("the redirect address is none of the client's")]
    RedirectUri,
    /// The request cannot be read.
    #[error("the request cannot be read")]
    Malformed,
    /// The page was left open for too long, or its request was changed.
    #[error("the page has expired")]
    Expired,
    /// The database does not answer.
    #[error("the database does not answer")]
    Unavailable,
    /// The authority failed; its log says why.
    #[error("the authority failed")]
    Internal,
}

impl From<LoadError> for PageError {
    fn from(error: LoadError) -> Self {
        let temporary = matches!(error, LoadError::Unavailable(_));
        tracing::warn!(%error, "a page could not be answered");
        if temporary {
            Self::Unavailable
        } else {
            Self::Internal
        }
    }
}

/// Where a request stands: what verbs need, the call, and who is signed in.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// What verbs need.
    pub world: &'a World,
    /// The realm.
    pub realm: &'a Realm,
    /// Who asks, when, from where.
    pub call: &'a Call,
    /// Who is signed in.
    pub session: Option<&'a Session>,
}

/// Answers an authorization request.
///
/// # Errors
/// [`PageError`].
pub async fn authorize(
    request: &Request<'_>,
    session: Option<&Session>,
) -> Result<Next, PageError> {
    let place = Place {
        world: request.world,
        realm: request.realm,
        call: &request.call,
        session,
    };
    let client = named(request).await?;
    let back = match read::back(request.params, &client.client) {
        Ok(back) => back,
        Err(error) => {
            journal(place, &client, "invalid_redirect_uri").await;
            return Err(error);
        }
    };
    match read::read(request, &client, &back).await {
        Ok(authorization) => Ok(go_on(place, authorization, Asked::NotYet).await),
        Err(error) => Ok(refuse(place, (&client, &back), &error).await),
    }
}

/// Goes on with a request that came back from a page. Client and address are looked at again: an
/// operator may have taken them away since.
pub async fn go_on(place: Place<'_>, authorization: Authorization, asked: Asked) -> Next {
    let client = match standing_client(place, &authorization).await {
        Ok(client) => client,
        Err(error) => return Next::Page(error),
    };
    let own = (&*client, &authorization.back);
    match step(place, (&authorization, &client), asked).await {
        Ok(Step::SignIn) => Next::SignIn(Box::new(authorization)),
        Ok(Step::Consent) => Next::Consent(Box::new(authorization)),
        Ok(Step::Allow(session, client)) => {
            match allow(place, &authorization, (&session, &client)).await {
                Ok(reply) => Next::Reply(reply),
                Err(error) => refuse(place, own, &error).await,
            }
        }
        Ok(Step::Refuse(error)) | Err(error) => refuse(place, own, &error).await,
    }
}

/// The person said no, and the journal says so.
pub async fn deny(place: Place<'_>, authorization: &Authorization) -> Next {
    let error = OauthError::new(ErrorCode::AccessDenied, "the person did not allow it");
    match standing_client(place, authorization).await {
        Ok(client) => refuse(place, (&client, &authorization.back), &error).await,
        Err(error) => Next::Page(error),
    }
}

/// The client of a request, if it is still there and still has this address.
async fn standing_client(
    place: Place<'_>,
    authorization: &Authorization,
) -> Result<Arc<KnownClient>, PageError> {
    let client = known(place.world, place.realm, &authorization.client_id).await?;
    if client.client.has_redirect(&authorization.back.redirect_uri) {
        Ok(client)
    } else {
        Err(PageError::RedirectUri)
    }
}

/// A refusal on its way to the client. What is refused of a known client is journaled, within the
/// rate; a failure of the authority is not its refusal.
async fn refuse(
    place: Place<'_>,
    (client, back): (&KnownClient, &reply::Back),
    error: &OauthError,
) -> Next {
    if error.code.status() < 500 {
        journal(place, client, error.code.name()).await;
    }
    Next::Reply(back.refuse(place.realm, error))
}

async fn journal(place: Place<'_>, client: &KnownClient, reason: &'static str) {
    let realm = place.realm.node;
    let event = match place.session {
        None => Event::refused(place.call, realm, Verb::Issue, Noun::Code, reason),
        Some(session) => {
            let call = place.call.by(Actor::Subject(session.subject));
            Event::refused(&call, realm, Verb::Issue, Noun::Code, reason)
                .subject(session.subject)
                .session(session.node)
        }
    };
    place.world.refuse(event.client(client.client.node)).await;
}

/// Step 1: the client, if it may ask people.
async fn named(request: &Request<'_>) -> Result<Arc<KnownClient>, PageError> {
    let client_id = request.params.one("client_id");
    let client_id = client_id.map_err(|_| PageError::Malformed)?;
    let client_id = client_id.ok_or(PageError::UnknownClient)?;
    let found = known(request.world, request.realm, client_id).await;
    if matches!(found, Err(PageError::UnknownClient)) {
        request.world.refusals.count();
    }
    found
}

/// The client by this name, if it is enabled.
///
/// # Errors
/// [`PageError`].
pub async fn known(
    world: &World,
    realm: &Realm,
    client_id: &str,
) -> Result<Arc<KnownClient>, PageError> {
    let found = client::known(world, realm.node, client_id).await?;
    found
        .filter(|found| found.is_enabled)
        .ok_or(PageError::UnknownClient)
}

/// Step 3, with what must be known for it.
async fn step(
    place: Place<'_>,
    (authorization, client): (&Authorization, &Arc<KnownClient>),
    asked: Asked,
) -> Result<Step, OauthError> {
    let (world, realm) = (place.world, place.realm);
    if !client.client.may(GrantType::AuthorizationCode) {
        let text = "this client may not use authorization_code";
        return Err(OauthError::new(ErrorCode::UnauthorizedClient, text));
    }
    let Some(session) = place.session else {
        return Ok(decide(authorization, client, None, (asked, place.call.now)));
    };
    let hinted = match &authorization.hinted {
        None => true,
        Some(hinted) => {
            let own = (realm, &client.client);
            *hinted == subject::sub(world, place.call, own, session.subject).await?
        }
    };
    let grant = grant::find(world, realm.node, session.subject, client.client.node).await?;
    let standing = Standing {
        session: session.clone(),
        is_hinted: hinted,
        allowed: grant.map(|grant| grant.scope),
    };
    let now = place.call.now;
    Ok(decide(authorization, client, Some(standing), (asked, now)))
}

/// Step 5. What client and resources no longer allow is left out.
async fn allow(
    place: Place<'_>,
    authorization: &Authorization,
    (session, client): (&Session, &KnownClient),
) -> Result<Reply, OauthError> {
    let (world, back) = (place.world, &authorization.back);
    let audiences = authorization.resources.iter().map(String::as_str);
    let resources = target::resources(world, place.realm, audiences, target::ENDED).await?;
    let new = NewCode {
        client,
        session,
        scope: permission::still(&client.client, &resources, &authorization.scope),
        resources: authorization.resources.clone(),
        claims: authorization.claims.clone(),
        nonce: authorization.nonce.clone(),
        redirect_uri: (&back.redirect_uri, back.is_named),
        challenge: authorization.challenge.clone(),
    };
    let code = code::issue(world, place.call, &new).await?;
    Ok(back.code(place.realm, &code))
}

/// What an `id_token_hint` says, if it is one of ours.
async fn hinted(request: &Request<'_>, hint: &str) -> Result<id::Hint, OauthError> {
    let verified = id::verify(request.world, request.realm, hint, request.call.now).await?;
    verified.ok_or_else(|| {
        OauthError::new(
            ErrorCode::InvalidRequest,
            "id_token_hint was not issued here",
        )
    })
}
