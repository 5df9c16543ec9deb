//! What a token is meant for, and what it allows (RFC 8707, RFC 6749 §3.3).
//!
//! 1. The resources asked for, or the realm's default resource; but where every scope asked for is
//!    the management API's and not the default's, the management API.
//! 2. Several resources must want the same kind of token, for it is one token.
//! 3. The scope asked for must be the client's and known to the resources; without one, all that the
//!    client may have there.

use std::sync::Arc;
use std::time::Duration;

use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_identity::resource::{self, Resource, is_management};
use symbolon_token::scope::Scope;

use crate::Params;
use crate::error::{ErrorCode, OauthError};

/// Resources that one token may be meant for.
pub(crate) const MAX_RESOURCES: usize = 5;

/// The answer where a resource that was asked for before is there no longer.
pub(crate) const ENDED: &str = "the resource has ended";

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// What the token is meant for; at least one.
    pub(crate) resources: Vec<Arc<Resource>>,
    /// What it allows.
    pub(crate) scope: Scope,
}

/// Step 1: the resources that a request names, each once.
pub(crate) async fn named(
    world: &World,
    realm: &Realm,
    params: &Params,
) -> Result<Vec<Arc<Resource>>, OauthError> {
    let audiences = params.all("resource");
    resources(world, realm, audiences, "there is no such resource").await
}

/// The resources with these audiences, each once; `missing` is the answer where there is none.
pub(crate) async fn resources(
    world: &World,
    realm: &Realm,
    audiences: impl IntoIterator<Item = &str>,
    missing: &'static str,
) -> Result<Vec<Arc<Resource>>, OauthError> {
    let mut resources: Vec<Arc<Resource>> = Vec::new();
    for audience in audiences {
        if resources.iter().any(|one| one.audience == audience) {
            continue;
        }
        if resources.len() == MAX_RESOURCES {
            let text = format!("a token is meant for at most {MAX_RESOURCES} resources");
            return Err(OauthError::new(ErrorCode::InvalidTarget, text));
        }
        let found = resource::by_audience(world, realm, audience).await?;
        resources.push(found.ok_or_else(|| OauthError::new(ErrorCode::InvalidTarget, missing))?);
    }
    Ok(resources)
}

/// How long a token lives: the shortest that its client and its resources say.
pub(crate) fn lifetime(client: Option<u32>, resources: &[Arc<Resource>]) -> Duration {
    let client = client.map(|seconds| Duration::from_secs(seconds.into()));
    let resources = resources.iter().map(|one| one.lifetime());
    resources
        .chain(client)
        .min()
        .unwrap_or(resource::DEFAULT_LIFETIME)
}

/// Step 1, where no resource was asked for: which of the two stands in.
pub(crate) fn standing_in(
    default: Option<Arc<Resource>>,
    management: impl FnOnce() -> Resource,
    asked: Option<&Scope>,
) -> Result<Arc<Resource>, OauthError> {
    let is_managing = asked.is_some_and(|asked| {
        let known = default.as_ref().map(|default| &default.scope);
        let elsewhere = known.is_some_and(|known| !known.and(asked).is_empty());
        is_management(asked) && !elsewhere
    });
    if is_managing {
        return Ok(Arc::new(management()));
    }
    default.ok_or_else(|| {
        OauthError::new(
            ErrorCode::InvalidTarget,
            "name a resource: this realm has no default resource (RFC 8707)",
        )
    })
}

/// Steps 2 and 3. Pure.
pub(crate) fn decide(
    resources: Vec<Arc<Resource>>,
    allowed: &Scope,
    asked: Option<&Scope>,
) -> Result<Target, OauthError> {
    let mut looks = resources.iter().map(|one| {
        let settings = &one.settings;
        (
            settings.token_format,
            settings.token_algorithm,
            settings.token_type,
        )
    });
    let first = looks.next();
    if !looks.all(|look| Some(look) == first) {
        return Err(OauthError::new(
            ErrorCode::InvalidTarget,
            "these resources want tokens of different kinds; ask for one token each",
        ));
    }
    let known = |scope: &Scope| {
        let names = resources.iter().map(|one| one.known(scope));
        let names: Vec<Scope> = names.collect();
        Scope::from_tokens(names.iter().flat_map(Scope::iter)).unwrap_or_default()
    };
    let scope = match asked {
        None => known(allowed),
        Some(asked) => {
            if let Some(unknown) = first_outside(asked, allowed) {
                return Err(outside(unknown, "this client may not have it"));
            }
            if let Some(unknown) = first_outside(asked, &known(asked)) {
                return Err(outside(unknown, "the resource does not know it"));
            }
            asked.clone()
        }
    };
    Ok(Target { resources, scope })
}

fn first_outside<'a>(asked: &'a Scope, within: &Scope) -> Option<&'a str> {
    asked.iter().find(|token| !within.contains(token))
}

fn outside(token: &str, why: &str) -> OauthError {
    OauthError::new(
        ErrorCode::InvalidScope,
        format!("the scope '{token}' was refused: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use symbolon_identity::resource::Settings;
    use symbolon_token::kind::Format;
    use symbolon_token::node::{NodeId, RealmNode, ResourceNode};
    use symbolon_token::time::Time;

    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    fn resource(audience: &str, scopes: &str) -> Resource {
        let node = NodeId::from_number(1).unwrap();
        Resource {
            node: ResourceNode(node),
            realm: RealmNode(node),
            audience: audience.to_owned(),
            is_default: false,
            settings: Settings::default(),
            scope: scope(scopes),
            created_at: Time(0),
        }
    }

    fn decided(scopes: &str, allowed: &str, asked: Option<&str>) -> Result<String, ErrorCode> {
        let asked = asked.map(scope);
        let resources = vec![Arc::new(resource("api", scopes))];
        let target = decide(resources, &scope(allowed), asked.as_ref());
        target
            .map(|target| target.scope.to_string())
            .map_err(|error| error.code)
    }

    #[test]
    fn without_a_scope_all_that_the_client_may_have_there() {
        assert_eq!(
            decided("read write", "write read other", None),
            Ok("write read".to_owned())
        );
        assert_eq!(decided("", "read other", None), Ok("read other".to_owned()));
    }

    #[test]
    fn more_than_the_client_may_have_is_refused() {
        assert_eq!(
            decided("read write", "read", Some("read")),
            Ok("read".to_owned())
        );
        let refused = Err(ErrorCode::InvalidScope);
        assert_eq!(decided("read write", "read", Some("read write")), refused);
    }

    #[test]
    fn a_scope_that_no_resource_knows_is_refused() {
        assert_eq!(
            decided("read", "read all", Some("all")),
            Err(ErrorCode::InvalidScope)
        );
    }

    #[test]
    fn two_resources_that_want_different_tokens_are_refused() {
        let opaque = Resource {
            settings: Settings {
                token_format: Format::Opaque,
                ..Settings::default()
            },
            ..resource("other", "")
        };
        let resources = vec![Arc::new(resource("api", "")), Arc::new(opaque)];
        let refused = decide(resources, &scope("a"), None).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidTarget);
    }

    #[test]
    fn management_scopes_alone_mean_the_management_api() {
        let stands_in = |default: Option<&str>, asked: Option<&str>| {
            let default = default.map(|scopes| Arc::new(resource("default", scopes)));
            let asked = asked.map(scope);
            let chosen = standing_in(default, || resource("v1", "revoke feed"), asked.as_ref());
            chosen
                .map(|one| one.audience.clone())
                .map_err(|error| error.code)
        };
        assert_eq!(stands_in(Some("read"), Some("revoke")), Ok("v1".to_owned()));
        assert_eq!(
            stands_in(Some("revoke"), Some("revoke")),
            Ok("default".to_owned())
        );
        assert_eq!(
            stands_in(Some("read"), Some("read revoke")),
            Ok("default".to_owned())
        );
        assert_eq!(stands_in(Some("read"), None), Ok("default".to_owned()));
        assert_eq!(stands_in(None, None), Err(ErrorCode::InvalidTarget));
    }
}
