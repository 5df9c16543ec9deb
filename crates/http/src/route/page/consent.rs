//! `GET` and `POST /consent/`: whoever is signed in allows something, or not.

use axum::body::Body;
use axum::http::Response;
use std::sync::Arc;
use symbolon_identity::client::{Client, GrantType, is_shared};
use symbolon_identity::code::OFFLINE_ACCESS;
use symbolon_identity::resource::{self, Resource};
use symbolon_identity::{KnownClient, refresh, session, subject};
use symbolon_oauth::authorize::{self, Asked, Authorization, Next};
use symbolon_web::consent::{self, Consent, Lifetime, Return, Standing, standard};
use symbolon_web::error::Cause;
use symbolon_web::sign_in;
use symbolon_web::span::Span;

use super::answer::{Fault, cause};
use super::authorize::{go, opened, sealed};
use super::visit::{FormAge, Visit};

/// The form's name in its token.
const FORM: &str = "consent";

pub(super) async fn show(visit: Visit) -> Result<Response<Body>, Fault> {
    let asked = opened(&visit)?.ok_or_else(|| visit.fault(Cause::InvalidRequest))?;
    match authorize::go_on(visit.place(), asked, Asked::NotYet).await {
        Next::Consent(asked) => form(&visit, &asked).await,
        next @ (Next::SignIn(_) | Next::Reply(_) | Next::Page(_)) => {
            go(&visit, visit.reply(), next)
        }
    }
}

pub(super) async fn submit(visit: Visit) -> Result<Response<Body>, Fault> {
    let asked = opened(&visit)?.ok_or_else(|| visit.fault(Cause::InvalidRequest))?;
    let age = match &visit.session {
        None => None,
        Some(own) => Some(visit.check(FORM, Some(own)).await?),
    };
    if age != Some(FormAge::Current) {
        // Signed out or in again in another tab: sign in if need be, and be asked again.
        let next = authorize::go_on(visit.place(), asked, Asked::NotYet).await;
        return go(&visit, visit.reply(), next);
    }
    match visit.field("decision")? {
        "allow" => {
            let next = authorize::go_on(visit.place(), asked, Asked::Allowed).await;
            go(&visit, visit.reply(), next)
        }
        "other" => {
            let request = sealed(&visit, &asked.as_somebody_else(visit.asked.call.now))?;
            Ok(visit.reply().go_to(visit.site(), (sign_in::PATH, &request)))
        }
        "deny" => {
            let next = authorize::deny(visit.place(), &asked).await;
            go(&visit, visit.reply(), next)
        }
        _ => Err(visit.fault(Cause::InvalidRequest)),
    }
}

async fn form(visit: &Visit, asked: &Authorization) -> Result<Response<Body>, Fault> {
    let place = visit.place();
    let known = authorize::known(place.world, place.realm, &asked.client_id).await;
    let known = known.map_err(|error| visit.fault(cause(error)))?;
    let resources = resources(visit, asked).await?;
    let request = sealed(visit, asked)?;
    let page = Consent {
        site: visit.site(),
        client: client(&known.client, asked),
        person: &person(visit).await?,
        scopes: &scopes(asked, &resources),
        resources: &resources.iter().map(|one| called(one)).collect::<Vec<_>>(),
        lifetime: lifetime(asked, &known, &resources),
        request: &request,
        csrf: &visit.csrf(FORM, &request, visit.session.as_ref()),
    };
    Ok(visit.reply().page(page.page()))
}

fn client<'a>(client: &'a Client, asked: &'a Authorization) -> consent::Client<'a> {
    consent::Client {
        name: client.name(),
        returns: returns(&asked.back.redirect_uri),
        standing: if client.is_public() {
            Standing::Public
        } else {
            Standing::Known
        },
    }
}

fn scopes<'a>(asked: &'a Authorization, resources: &'a [Arc<Resource>]) -> Vec<consent::Scope<'a>> {
    let scopes = asked.scope.iter().map(|name| consent::Scope {
        name,
        words: words(resources, name),
    });
    scopes.collect()
}

/// What people call a resource.
fn called(resource: &Resource) -> &str {
    match resource.settings.name.as_str() {
        "" => &resource.audience,
        name => name,
    }
}

async fn resources(visit: &Visit, asked: &Authorization) -> Result<Vec<Arc<Resource>>, Fault> {
    let place = visit.place();
    let mut found = Vec::new();
    for audience in &asked.resources {
        let one = resource::by_audience(place.world, place.realm, audience).await;
        found.extend(one.map_err(|error| visit.failed(error))?);
    }
    Ok(found)
}

/// A scope in words: the resource's own, or those of the standard.
fn words<'a>(resources: &'a [Arc<Resource>], name: &str) -> &'a str {
    let own = resources.iter().flat_map(|one| &one.settings.scopes);
    let own = own
        .filter(|one| one.name == name)
        .map(|one| one.description.as_str());
    standard(name)
        .or_else(|| own.into_iter().next())
        .unwrap_or_default()
}

fn returns(redirect_uri: &str) -> Return<'_> {
    let after = redirect_uri
        .split_once("://")
        .map_or(redirect_uri, |(_, rest)| rest);
    let host = after.split(['/', '?']).next().unwrap_or_default();
    if !is_shared(redirect_uri) {
        return Return::Web(host);
    }
    if redirect_uri.starts_with("http://") {
        return Return::Device(host);
    }
    Return::Device(redirect_uri.split(':').next().unwrap_or_default())
}

fn lifetime(asked: &Authorization, known: &KnownClient, resources: &[Arc<Resource>]) -> Lifetime {
    let client: &Client = &known.client;
    let most = client
        .settings
        .refresh_token_lifetime
        .map_or(refresh::LIFETIME.as_secs(), u64::from);
    if !client.may(GrantType::RefreshToken) {
        let shortest = resources.iter().map(|one| one.lifetime().as_secs()).min();
        let own = client.settings.access_token_lifetime.map(u64::from);
        let access = shortest.into_iter().chain(own).min();
        let access = access.unwrap_or(resource::DEFAULT_LIFETIME.as_secs());
        return Lifetime::Once {
            access: Span(access),
        };
    }
    if asked.scope.contains(OFFLINE_ACCESS) {
        Lifetime::Offline { most: Span(most) }
    } else {
        Lifetime::Session {
            most: Span(most.min(session::LIFETIME.as_secs())),
        }
    }
}

/// What whoever is signed in knows himself by.
pub(super) async fn person(visit: &Visit) -> Result<String, Fault> {
    let Some(session) = &visit.session else {
        return Ok(String::new());
    };
    let (world, realm) = (visit.app.world(), visit.asked.realm.node);
    let found = subject::known(world, realm, session.subject).await;
    let found = found.map_err(|error| visit.failed(error))?;
    Ok(found.map_or_else(String::new, |person| {
        person
            .username
            .clone()
            .unwrap_or_else(|| person.name.clone())
    }))
}
