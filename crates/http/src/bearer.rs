//! Who manages: a bearer token meant for the realm's management API, or whoever opened the local
//! socket (RFC 6750).
//!
//! 1. Over the local socket it is the operator, with every scope.
//! 2. The header `Authorization` holds one bearer token; no other place is looked at.
//! 3. The token is alive, and meant for this audience.
//! 4. It has the scope that the route names in its type: [`Allowed`].
//! 5. It gives no client a scope of this API that it lacks itself ([`Allowed::hands_on`]): else who may
//!    change clients could make one that may do anything.
//!
//! What is wrong with a token is told to the journal, never to its bearer. Junk is only counted.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use symbolon_authority::token::{Token, find_alive};
use symbolon_identity::access::{Access, Refusal};
use symbolon_identity::realm::Realm;
use symbolon_identity::resource::MANAGEMENT_SCOPES;
use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::call::{Actor, Call};
use symbolon_token::scope::Scope;

use crate::app::App;
use crate::call::Asked;
use crate::problem::Problem;
use crate::server::Via;

/// A right over the management API.
pub(crate) trait Right: Send + Sync {
    /// The scope that gives it.
    const SCOPE: &'static str;
    /// Whether the first realm alone gives it, over all realms.
    const FIRST_REALM: bool = false;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $scope:literal),* $(,)?) => {$(
        $(#[$doc])*
        pub(crate) enum $name {}

        impl Right for $name {
            const SCOPE: &'static str = $scope;
        }
    )*};
}

rights! {
    /// To see clients.
    SeeClients = "clients:read",
    /// To create, change and end clients.
    ChangeClients = "clients:write",
    /// To follow the feed.
    FollowFeed = "feed",
    /// To see what people allowed to clients.
    SeeGrants = "grants:read",
    /// To withdraw what people allowed to clients.
    WithdrawGrants = "grants:write",
    /// To read the journal, and what it tells of a token.
    ReadJournal = "journal:read",
    /// To see signing keys.
    SeeKeys = "keys:read",
    /// To rotate and revoke signing keys.
    ChangeKeys = "keys:write",
    /// To see resources.
    SeeResources = "resources:read",
    /// To create, change and end resources.
    ChangeResources = "resources:write",
    /// To revoke tokens.
    RevokeTokens = "revoke",
    /// To see sessions.
    SeeSessions = "sessions:read",
    /// To end sessions.
    EndSessions = "sessions:write",
    /// To see subjects.
    SeeSubjects = "subjects:read",
    /// To create, change and end subjects.
    ChangeSubjects = "subjects:write",
}

/// To create and see realms.
pub(crate) enum ManageRealms {}

impl Right for ManageRealms {
    const SCOPE: &'static str = "realms";
    const FIRST_REALM: bool = true;
}

/// A request by somebody who has this right.
pub(crate) struct Allowed<R> {
    /// The call, by whom is known.
    pub(crate) call: Call,
    /// The realm managed.
    pub(crate) realm: Arc<Realm>,
    /// The token; the operator has none and needs none.
    access: Option<Arc<Access>>,
    right: PhantomData<R>,
}

impl<R: Right> FromRequestParts<App> for Allowed<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Asked { call, realm, via } = Asked::from_request_parts(parts, app).await?;
        let (actor, access) = match via {
            Via::Local => (Actor::Operator, None),
            Via::Network => {
                let audience = realm.management_audience();
                let asked = Presented {
                    app,
                    call: &call,
                    realm: &realm,
                };
                let access = asked.alive(bearer(&parts.headers)?, &audience).await?;
                asked.may::<R>(&access).await?;
                (Actor::Subject(access.subject), Some(access))
            }
        };
        Ok(Self {
            call: call.by(actor),
            realm,
            access,
            right: PhantomData,
        })
    }
}

impl<R> Allowed<R> {
    /// The token that was presented; none at the local socket.
    pub(crate) fn access(&self) -> Option<&Arc<Access>> {
        self.access.as_ref()
    }

    /// Whether he has another right beside.
    ///
    /// # Errors
    /// 403.
    pub(crate) async fn also<B: Right>(&self, app: &App) -> Result<(), Problem> {
        let Some(access) = &self.access else {
            return Ok(());
        };
        let presented = Presented {
            app,
            call: &self.call,
            realm: &self.realm,
        };
        presented.may::<B>(access).await
    }

    /// Step 5: whether a client may be given this scope, or more secrets while it has it.
    ///
    /// # Errors
    /// 403.
    pub(crate) async fn hands_on(&self, app: &App, scope: &Scope) -> Result<(), Problem> {
        let Some(access) = &self.access else {
            return Ok(());
        };
        let mut ours = MANAGEMENT_SCOPES.iter().map(|(name, _)| *name);
        let beyond = ours.find(|name| scope.contains(name) && !access.scope.contains(name));
        let Some(beyond) = beyond else {
            return Ok(());
        };
        let presented = Presented {
            app,
            call: &self.call,
            realm: &self.realm,
        };
        presented.journal(access, "scope_not_own").await;
        let detail = format!(
            "a client with the scope {beyond} is changed by those who have it; ask for a token with it"
        );
        Err(Problem::new(StatusCode::FORBIDDEN, "scope_not_own", detail))
    }
}

/// A request that should carry a token.
pub(crate) struct Presented<'a> {
    pub(crate) app: &'a App,
    pub(crate) call: &'a Call,
    pub(crate) realm: &'a Realm,
}

impl Presented<'_> {
    /// Step 3.
    ///
    /// # Errors
    /// 401 where there is no such token; 503 where that cannot be known now.
    pub(crate) async fn alive(&self, text: &str, audience: &str) -> Result<Arc<Access>, Problem> {
        let found = find_alive(self.app.world(), self.realm, text, self.call.now).await?;
        let access = match found {
            Ok(Token::Access(access)) => access,
            // A refresh token is good for the token endpoint alone.
            Ok(Token::Refresh(_)) => return Err(self.dead(&Refusal::NotOurs).await),
            Err(refusal) => return Err(self.dead(&refusal).await),
        };
        if access.audience.iter().any(|one| one == audience) {
            return Ok(access);
        }
        self.journal(&access, "invalid_audience").await;
        Err(invalid_token())
    }

    /// Step 4.
    async fn may<R: Right>(&self, access: &Access) -> Result<(), Problem> {
        let first = self.app.world().realms.first();
        let is_first = first.is_some_and(|first| first.node == self.realm.node);
        if access.scope.contains(R::SCOPE) && (is_first || !R::FIRST_REALM) {
            return Ok(());
        }
        self.journal(access, "insufficient_scope").await;
        let scope = R::SCOPE;
        let detail = if access.scope.contains(scope) {
            "realms are managed with tokens of the first realm".to_owned()
        } else {
            format!("this needs a token with the scope {scope}; ask for one")
        };
        let problem = Problem::new(StatusCode::FORBIDDEN, "insufficient_scope", detail);
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
        Err(problem.challenge(challenge))
    }

    /// A token that does not live: its journal entry, where anything is known of it.
    pub(crate) async fn dead(&self, refusal: &Refusal) -> Problem {
        let reason = match refusal {
            Refusal::NotOurs => None,
            Refusal::Forged(_) => Some("forged"),
            Refusal::Expired => Some("expired"),
            Refusal::Dead(_) => Some("dead"),
        };
        let world = self.app.world();
        match reason {
            None => world.refusals.count(),
            Some(reason) => {
                let (call, realm) = (self.call, self.realm.node);
                let event = Event::refused(call, realm, Verb::Verify, Noun::Access, reason);
                world.refuse(event).await;
            }
        }
        invalid_token()
    }

    /// A living token that is refused all the same.
    pub(crate) async fn journal(&self, access: &Access, reason: &'static str) {
        let (call, realm) = (self.call, self.realm.node);
        let event = Event::refused(call, realm, Verb::Verify, Noun::Access, reason)
            .client(access.client)
            .subject(access.subject)
            .status(access.status);
        self.app.world().refuse(event).await;
    }
}

/// Step 2.
///
/// # Errors
/// 401 where there is none, 400 where there are two.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let none = || {
        let detail = "this needs a bearer token in the header Authorization";
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "token_missing", detail);
        problem.challenge("Bearer".to_owned())
    };
    let first = all.next().ok_or_else(none)?;
    if all.next().is_some() {
        let detail = "the header Authorization stands there twice; send it once";
        let problem = Problem::bad("invalid_request", detail);
        return Err(problem.challenge("Bearer error=\"invalid_request\"".to_owned()));
    }
    let text = first.to_str().map_err(|_| invalid_token())?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        Some(_) | None => Err(none()),
    }
}

/// Nothing is said of why.
pub(crate) fn invalid_token() -> Problem {
    let detail = "this token is not accepted here; get another one";
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "invalid_token", detail);
    problem.challenge("Bearer error=\"invalid_token\"".to_owned())
}
