//! `POST /v1/tokens/verify`: whether it lives, and why not. Nothing is written, so a key for retries is
//! not looked at: what lives now may be dead at the retry.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use symbolon_authority::token::{Refresh, Story, Token, find_alive};
use symbolon_identity::access::{Access, Refusal};
use symbolon_token::kind::{Format, Kind};

use super::Presented;
use crate::app::App;
use crate::bearer::{Allowed, ReadJournal};
use crate::document::{Read, json};
use crate::problem::Problem;

pub(in super::super) async fn verify(
    State(app): State<App>,
    allowed: Allowed<ReadJournal>,
    Read(Presented { token }): Read<Presented>,
) -> Result<Response<Body>, Problem> {
    let (realm, now) = (&allowed.realm, allowed.call.now);
    let found = find_alive(app.world(), realm, &token, now).await?;
    Ok(json(&match found {
        Ok(token) => told(&token),
        Err(refusal) => Story {
            is_ours: is_ours(&refusal),
            reason: Some(refusal.to_string()),
            ..Story::default()
        },
    }))
}

/// Whether this realm issued what it refuses.
fn is_ours(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::NotOurs | Refusal::Forged(_) => false,
        Refusal::Expired | Refusal::Dead(_) => true,
    }
}

/// What a living token says.
fn told(token: &Token) -> Story {
    match token {
        Token::Access(access) => told_of_access(access),
        Token::Refresh(token) => told_of_refresh(token),
    }
}

fn told_of_refresh(token: &Refresh) -> Story {
    let family = &token.presented.family;
    Story {
        is_ours: true,
        is_alive: true,
        kind: Some(Kind::Refresh),
        format: Some(Format::Opaque),
        sub: Some(family.allowance.subject.to_string()),
        client_id: Some(token.client.client_id.clone()),
        audience: family.allowance.resources.clone(),
        scope: family.allowance.scope.clone(),
        issued_at: Some(family.turned_at),
        expires_at: Some(token.expires_at()),
        ..Story::default()
    }
}

fn told_of_access(access: &Access) -> Story {
    Story {
        is_ours: true,
        is_alive: true,
        kind: Some(Kind::Access),
        format: Some(access.format),
        sub: Some(access.sub.clone()),
        client_id: Some(access.client_id.clone()),
        audience: access.audience.clone(),
        scope: access.scope.clone(),
        issued_at: Some(access.issued_at),
        expires_at: Some(access.expires_at),
        ..Story::default()
    }
}
