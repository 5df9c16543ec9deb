//! A refresh token is presented (RFC 6749 §6): another access token, and the family's next token.
//!
//! 1. It is authentic: the authority handed it out. What is not ends nothing.
//! 2. What happens is decided by `refresh::rotate`: it turns, stays, is given again, or ends its
//!    family as stolen.
//! 3. Nothing that the family descends from is dead; one that dies with its session is used only
//!    while that runs.
//! 4. The tokens and the turn are one unit. Whoever lost a race loads again, and is then a retry.

use symbolon_identity::client::{AuthenticatedClient, GrantType};
use symbolon_identity::refresh::{self, Decision, Family, Holder, Presented, Theft};
use symbolon_identity::session::{self, Session};
use symbolon_identity::{Applied, Draft, MAX_CONFLICTS, WriteError};
use symbolon_journal::{Event, Noun, Verb};

use super::TokenReply;
use super::give::{Given, give};
use crate::Request;
use crate::error::{ErrorCode, OauthError};

/// Loads again after a lost race: each loser but the first is a retry.
const MAX_LOADS: usize = MAX_CONFLICTS + 1;

/// Answers a refresh token.
pub(super) async fn rotate(
    request: &Request<'_>,
    client: &AuthenticatedClient,
) -> Result<TokenReply, OauthError> {
    if !client.client().may(GrantType::RefreshToken) {
        let text = "this client may not use refresh_token";
        return Err(OauthError::new(ErrorCode::UnauthorizedClient, text));
    }
    let text = request.params.required("refresh_token")?;
    for _ in 0..MAX_LOADS {
        let (world, realm) = (request.world, request.realm.node);
        let presented = refresh::verify(world, realm, text).await?;
        let presented =
            presented.ok_or_else(|| invalid("this refresh token was not issued here"))?;
        let holder = Holder::new(client.client());
        let decided = refresh::decide(&presented, &holder, request.call.now);
        let decided = decided.map_err(|error| invalid(error.to_string()))?;
        if let Decision::End(theft) = decided {
            return Err(stolen(request, client, (&presented, theft)).await?);
        }
        let session = standing(request, &presented.family).await?;
        let family = &presented.family;
        let given = give(request, client, (family.node, &family.allowance)).await?;
        let (reply, draft) = turned(request, client, (&presented, decided), (given, session));
        match draft.commit(world).await? {
            Applied::Done => return Ok(reply),
            Applied::Lost { .. } => {}
        }
    }
    Err(WriteError::Busy.into())
}

fn invalid(text: impl Into<std::borrow::Cow<'static, str>>) -> OauthError {
    OauthError::new(ErrorCode::InvalidGrant, text)
}

/// Step 3: the session, where the family dies with it.
async fn standing(request: &Request<'_>, family: &Family) -> Result<Option<Session>, OauthError> {
    let standing = refresh::standing(request.world, family, request.call.now).await?;
    standing.map_err(|_| invalid("the sign-in behind this refresh token has ended; sign in again"))
}

/// Step 4: what is answered, and what must be durable before.
fn turned(
    request: &Request<'_>,
    client: &AuthenticatedClient,
    (presented, decided): (&Presented, Decision),
    (given, session): (Given, Option<Session>),
) -> (TokenReply, Draft) {
    let (family, now) = (&presented.family, request.call.now);
    let (generation, reason) = match decided {
        Decision::Turn(generation) => (generation, "turned"),
        Decision::Keep(generation) => (generation, "kept"),
        Decision::Repeat(generation) => (generation, "repeated"),
        Decision::End(_) => (presented.generation, "ended"),
    };
    let call = client.call(&request.call);
    let event = Event::done(&call, family.realm, Verb::Rotate, Noun::Refresh)
        .client(family.client)
        .family(family.node);
    let event = match decided {
        Decision::Turn(_) => event,
        // A second asker inside the window may be a thief in lockstep: his network is a signal.
        Decision::Keep(_) | Decision::Repeat(_) | Decision::End(_) => {
            request.world.with_network(event.reason(reason), &call)
        }
    };
    let seen = session.map(|session| session::seen(&session, now));
    let own = decided.draft(family, now).and(Draft::event(&event));
    let draft = own.and(seen.unwrap_or_default()).and(given.draft);
    (given.reply.with_refresh(family.token(generation)), draft)
}

/// The family ends, and with it every token that it gave.
async fn stolen(
    request: &Request<'_>,
    client: &AuthenticatedClient,
    (presented, theft): (&Presented, Theft),
) -> Result<OauthError, OauthError> {
    let family = &presented.family;
    let whose = (family.node, family.client, family.allowance.subject);
    let call = client.call(&request.call);
    refresh::revoke(request.world, &call, (family.realm, whose), theft.reason()).await?;
    Ok(invalid(
        "this refresh token was used before, or by another client: it may be stolen, and every token \
         of this sign-in has been revoked; sign in again",
    ))
}
