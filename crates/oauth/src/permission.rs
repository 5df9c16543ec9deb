//! What a client asks of a person: which resources its token is meant for, and what it allows (RFC
//! 6749 §3.3, RFC 8707, OpenID Connect Core §5.4, §11).
//!
//! 1. The resources asked for, or the realm's default one. Nobody manages the authority this way:
//!    that a person may sign in gives no right over it.
//! 2. Scopes that concern the person (`openid`, `profile` …) are every client's that may ask people,
//!    unless its own scope names some of them: then those.
//! 3. `offline_access` is ignored where the client has no refresh tokens (OpenID Connect Core §11).
//! 4. All other scopes are decided as for a client itself (`target`).
//! 5. With `openid` the token is meant for userinfo too.
//!
//! What was allowed once is held against client and resources again whenever it gives a token.

use std::sync::Arc;

use symbolon_identity::World;
use symbolon_identity::client::{Client, GrantType};
use symbolon_identity::code::{Allowance, OFFLINE_ACCESS};
use symbolon_identity::realm::Realm;
use symbolon_identity::resource::{self, Resource, is_personal};
use symbolon_token::scope::Scope;

use crate::Params;
use crate::error::{ErrorCode, OauthError};
use crate::target::{self, Target};

/// The scope that makes a request one of OpenID Connect.
pub(crate) const OPENID: &str = "openid";

/// What an authorization request asks for.
pub(crate) async fn asked(
    world: &World,
    realm: &Realm,
    client: &Client,
    params: &Params,
) -> Result<Target, OauthError> {
    let scope = scope(params)?;
    let mut resources = target::named(world, realm, params).await?;
    if resources
        .iter()
        .any(|one| one.audience == realm.management_audience())
    {
        let text = "people manage nothing here; use client_credentials";
        return Err(OauthError::new(ErrorCode::InvalidTarget, text));
    }
    if resources.is_empty() {
        resources.extend(resource::default(world, realm).await?);
    }
    decide(client, resources, scope.as_ref())
}

/// The scope that a request names, if it does.
pub(crate) fn scope(params: &Params) -> Result<Option<Scope>, OauthError> {
    let scope = params.one("scope")?.map(Scope::parse).transpose();
    scope.map_err(|error| OauthError::new(ErrorCode::InvalidScope, error.to_string()))
}

/// Steps 2 to 4. Pure.
fn decide(
    client: &Client,
    resources: Vec<Arc<Resource>>,
    asked: Option<&Scope>,
) -> Result<Target, OauthError> {
    let own = &client.settings.scope;
    let personal = |token: &str| may_ask(client, token);
    let from = asked.unwrap_or(own);
    let (about_person, rest): (Vec<&str>, Vec<&str>) =
        from.iter().partition(|one| is_personal(one));
    if let Some(beyond) = about_person
        .iter()
        .find(|one| **one != OFFLINE_ACCESS && !personal(one))
    {
        let text = format!("the scope '{beyond}' was refused: this client may not have it");
        return Err(OauthError::new(ErrorCode::InvalidScope, text));
    }
    let kept = about_person.into_iter().filter(|one| personal(one));
    let rest = set(rest);
    let target = if resources.is_empty() {
        nowhere(asked.map_or(&Scope::default(), |_| &rest))?
    } else {
        target::decide(resources, own, asked.map(|_| &rest))?
    };
    let scope = set(kept.chain(target.scope.iter()).collect());
    if target.resources.is_empty() && !scope.contains(OPENID) {
        return Err(OauthError::new(
            ErrorCode::InvalidTarget,
            "name a resource: this realm has no default resource (RFC 8707), and openid was not asked for",
        ));
    }
    Ok(Target {
        resources: target.resources,
        scope,
    })
}

/// Whether a client may ask a person for a scope that concerns him (steps 2 and 3).
fn may_ask(client: &Client, token: &str) -> bool {
    let own = &client.settings.scope;
    let allowed = own.contains(token) || !own.iter().any(is_personal);
    let renews = token == OFFLINE_ACCESS;
    allowed && (!renews || client.may(GrantType::RefreshToken))
}

/// What of a scope client and resources still allow: an operator may have taken some of it away since
/// it was asked for.
pub(crate) fn still(client: &Client, resources: &[Arc<Resource>], scope: &Scope) -> Scope {
    let own = scope.and(&client.settings.scope);
    let known: Vec<Scope> = resources.iter().map(|one| one.known(&own)).collect();
    let kept = scope.iter().filter(|token| {
        if is_personal(token) {
            may_ask(client, token)
        } else {
            known.iter().any(|known| known.contains(token))
        }
    });
    set(kept.collect())
}

/// There is no resource at all: nobody knows any other scope.
fn nowhere(rest: &Scope) -> Result<Target, OauthError> {
    match rest.iter().next() {
        None => Ok(Target {
            resources: Vec::new(),
            scope: Scope::default(),
        }),
        Some(unknown) => {
            let text = format!("the scope '{unknown}' was refused: no resource knows it");
            Err(OauthError::new(ErrorCode::InvalidScope, text))
        }
    }
}

fn set(tokens: Vec<&str>) -> Scope {
    Scope::from_tokens(tokens).unwrap_or_default()
}

/// What a token endpoint's request asks for, out of what a person allowed.
pub(crate) async fn within(
    (world, realm): (&World, &Realm),
    client: &Client,
    allowance: &Allowance,
    params: &Params,
) -> Result<Target, OauthError> {
    let mut named: Vec<&str> = params.all("resource").collect();
    if let Some(beyond) = named
        .iter()
        .find(|one| !allowance.resources.iter().any(|allowed| allowed == *one))
    {
        let text = format!("the resource '{beyond}' was not part of the authorization request");
        return Err(OauthError::new(ErrorCode::InvalidTarget, text));
    }
    if named.is_empty() {
        named = allowance.resources.iter().map(String::as_str).collect();
    }
    let mut resources = target::resources(world, realm, named, target::ENDED).await?;
    let scope = narrowed(&allowance.scope, scope(params)?)?;
    let scope = still(client, &resources, &scope);
    if scope.contains(OPENID) {
        resources.push(Arc::new(resource::userinfo(realm)));
    }
    if resources.is_empty() {
        let text = "without openid this scope is meant for nothing; ask for all of it";
        return Err(OauthError::new(ErrorCode::InvalidScope, text));
    }
    Ok(Target { resources, scope })
}

/// RFC 6749 §6: a refresh may ask for less, or for all again, never for more.
fn narrowed(allowed: &Scope, asked: Option<Scope>) -> Result<Scope, OauthError> {
    let Some(asked) = asked else {
        return Ok(allowed.clone());
    };
    match asked
        .iter()
        .find(|token| !allowed.contains(token) && *token != OFFLINE_ACCESS)
    {
        None => Ok(allowed.and(&asked)),
        Some(beyond) => {
            let text = format!("the scope '{beyond}' was refused: the person has not allowed it");
            Err(OauthError::new(ErrorCode::InvalidScope, text))
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_identity::client::Settings;
    use symbolon_token::node::{ClientNode, NodeId, RealmNode, ResourceNode};
    use symbolon_token::time::Time;

    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    fn client(own: &str, renews: bool) -> Client {
        let mut grant_types = vec![GrantType::AuthorizationCode];
        grant_types.extend(renews.then_some(GrantType::RefreshToken));
        let node = NodeId::from_number(1).unwrap();
        Client {
            node: ClientNode(node),
            realm: RealmNode(node),
            client_id: "app".to_owned(),
            subject: None,
            settings: Settings {
                grant_types,
                scope: scope(own),
                ..Settings::default()
            },
            created_at: Time(0),
        }
    }

    fn resource(scopes: &str) -> Arc<Resource> {
        let node = NodeId::from_number(2).unwrap();
        Arc::new(Resource {
            node: ResourceNode(node),
            realm: RealmNode(node),
            audience: "api".to_owned(),
            is_default: true,
            settings: symbolon_identity::resource::Settings::default(),
            scope: scope(scopes),
            created_at: Time(0),
        })
    }

    fn decided(client: &Client, with_api: bool, asked: Option<&str>) -> Result<String, ErrorCode> {
        let resources = with_api
            .then(|| resource("read write"))
            .into_iter()
            .collect();
        let asked = asked.map(scope);
        let target = decide(client, resources, asked.as_ref());
        target
            .map(|target| target.scope.to_string())
            .map_err(|error| error.code)
    }

    #[test]
    fn a_client_that_names_no_personal_scope_may_ask_for_all() {
        let asked = Some("openid profile email offline_access");
        let all = Ok("openid profile email offline_access".to_owned());
        assert_eq!(decided(&client("", true), true, asked), all);
        assert_eq!(decided(&client("read", true), false, asked), all);
    }

    #[test]
    fn a_client_that_names_some_may_ask_for_those() {
        let own = client("openid email read", true);
        assert_eq!(
            decided(&own, true, Some("openid email")),
            Ok("openid email".to_owned())
        );
        let beyond = decided(&own, true, Some("openid profile"));
        assert_eq!(beyond, Err(ErrorCode::InvalidScope));
    }

    #[test]
    fn without_refresh_tokens_offline_access_is_ignored() {
        let asked = Some("openid offline_access");
        assert_eq!(
            decided(&client("", false), true, asked),
            Ok("openid".to_owned())
        );
    }

    #[test]
    fn other_scopes_are_the_clients_own_and_a_resources() {
        let own = client("read", false);
        assert_eq!(
            decided(&own, true, Some("openid read")),
            Ok("openid read".to_owned())
        );
        assert_eq!(
            decided(&own, true, Some("openid write")),
            Err(ErrorCode::InvalidScope)
        );
        assert_eq!(
            decided(&own, false, Some("openid read")),
            Err(ErrorCode::InvalidScope)
        );
    }

    #[test]
    fn without_a_scope_all_that_the_client_may_have() {
        let own = client("read openid", false);
        assert_eq!(decided(&own, true, None), Ok("openid read".to_owned()));
        assert_eq!(
            decided(&client("", false), false, None),
            Err(ErrorCode::InvalidTarget)
        );
    }

    #[test]
    fn a_refresh_may_ask_for_less_or_all_and_never_for_more() {
        let allowed = scope("openid read offline_access");
        let asked = |text| narrowed(&allowed, Some(scope(text))).map(|one| one.to_string());
        assert_eq!(
            asked("openid read offline_access").unwrap(),
            "openid read offline_access"
        );
        assert_eq!(asked("read").unwrap(), "read");
        assert_eq!(
            asked("read write").unwrap_err().code,
            ErrorCode::InvalidScope
        );
        assert_eq!(narrowed(&allowed, None).unwrap(), allowed);
    }
}
