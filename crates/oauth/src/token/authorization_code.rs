//! A code is redeemed (RFC 6749 §4.1.3): access token, refresh token, ID token, in one unit with the
//! code's end.
//!
//! 1. The code is the client's, and everything beside it fits; else nothing is consumed.
//! 2. Its tokens are made. A client that may use refresh tokens gets one; without `offline_access` it
//!    ends with the session.
//! 3. All of it and the code's end are one unit. Whoever comes second is a replay, and ends what the
//!    first was given.

use std::time::Duration;

use symbolon_identity::client::{AuthenticatedClient, GrantType};
use symbolon_identity::code::{self, Code, Presented};
use symbolon_identity::refresh::{self, NewFamily};
use symbolon_identity::session::{self, Session};
use symbolon_identity::{Draft, logout};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::secret::Secret;

use super::TokenReply;
use super::give::{Given, give};
use crate::Request;
use crate::error::{ErrorCode, OauthError};

/// Redeems a code.
pub(super) async fn redeem(
    request: &Request<'_>,
    client: &AuthenticatedClient,
) -> Result<TokenReply, OauthError> {
    if !client.client().may(GrantType::AuthorizationCode) {
        let text = "this client may not use authorization_code";
        return Err(OauthError::new(ErrorCode::UnauthorizedClient, text));
    }
    let (world, realm) = (request.world, request.realm.node);
    let call = client.call(&request.call);
    let text = request.params.required("code")?;
    let presented = Presented {
        client: client.client().node,
        redirect_uri: request.params.one("redirect_uri")?,
        verifier: request.params.one("code_verifier")?,
    };
    let code = code::verify(world, &call, realm, (text, presented)).await?;
    let Given { mut reply, draft } = give(request, client, (code.family, &code.allowance)).await?;
    let session = session::find(world, realm, code.allowance.session, call.now).await?;
    let mut draft = first(request, client, (&code, session.as_ref())).and(draft);
    if client.client().may(GrantType::RefreshToken) {
        let (token, family) = family(request, client, (&code, session.as_ref()));
        draft = draft.and(family);
        reply = reply.with_refresh(token);
    }
    code::redeem(world, &call, (realm, &code), draft).await?;
    Ok(reply)
}

/// The code's own entry stands before those of its tokens; a client that wants to be told when the
/// session ends takes part in it from now on.
fn first(
    request: &Request<'_>,
    client: &AuthenticatedClient,
    (code, session): (&Code, Option<&Session>),
) -> Draft {
    let (allowance, own) = (&code.allowance, client.client());
    let call = client.call(&request.call);
    let event = Event::done(&call, request.realm.node, Verb::Redeem, Noun::Code)
        .client(own.node)
        .subject(allowance.subject)
        .session(allowance.session)
        .grant(allowance.grant)
        .family(code.family);
    let redeemed = Draft::event(&event);
    // What may outlive the session may also be redeemed after it, and then there is no news to come.
    match (&own.settings.backchannel_logout_uri, session) {
        (Some(_), Some(session)) => redeemed.and(logout::take_part(session.node, own.node)),
        (None, _) | (Some(_), None) => redeemed,
    }
}

fn family(
    request: &Request<'_>,
    client: &AuthenticatedClient,
    (code, session): (&Code, Option<&Session>),
) -> (Secret, Draft) {
    let (world, realm, now) = (request.world, request.realm.node, request.call.now);
    let seconds = client.client().settings.refresh_token_lifetime;
    let lifetime = seconds.map_or(refresh::LIFETIME, |one| Duration::from_secs(one.into()));
    let new = NewFamily {
        realm,
        node: code.family,
        allowance: &code.allowance,
        lifetime,
        session_ends_at: session.map_or(now, |session| session.ends_at),
    };
    refresh::issue(world, &request.call, &new)
}
