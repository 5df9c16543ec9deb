//! `PATCH /v1/subjects/{id}`: what is named changes, the rest stays (RFC 7396).
//!
//! A new email address or telephone number is not verified because the old one was.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde_json::{Map, Value};
use symbolon_identity::subject::{self, Claims, Subject};
use symbolon_token::node::SubjectNode;

use super::{Changeable, View};
use crate::app::App;
use crate::bearer::{Allowed, ChangeSubjects};
use crate::document::{Place, Read, json, merged};
use crate::problem::Problem;

pub(in super::super) async fn merge(
    State(app): State<App>,
    allowed: Allowed<ChangeSubjects>,
    Place(id): Place<SubjectNode>,
    Read(patch): Read<Map<String, Value>>,
) -> Result<Response<Body>, Problem> {
    let (world, place) = (app.world(), (allowed.realm.node, id));
    let edit = |subject: &Subject| {
        let mut before = Changeable::of(subject);
        unverify(&mut before.claims, &patch);
        let after: Changeable = merged(&before, patch.clone())?;
        Ok::<_, Problem>(after.into())
    };
    let changed = subject::change(world, &allowed.call, place, edit).await?;
    Ok(json(&View::of(world, changed)))
}

/// Forgets that something was verified which the patch replaces.
fn unverify(claims: &mut Claims, patch: &Map<String, Value>) {
    let Some(Value::Object(patch)) = patch.get("claims") else {
        return;
    };
    let replaced = |name: &str, known: &Option<String>| {
        let new = patch.get(name);
        new.is_some_and(|new| new.as_str() != known.as_deref())
    };
    if replaced("email", &claims.email) {
        claims.email_verified = None;
    }
    if replaced("phone_number", &claims.phone_number) {
        claims.phone_number_verified = None;
    }
}
