//! `POST /v1/subjects`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_identity::subject::{self, NewSubject, Subject, SubjectKind};

use super::{Changeable, View};
use crate::app::App;
use crate::bearer::ChangeSubjects;
use crate::document::{Document, Post, created};
use crate::problem::Problem;

/// A subject as it is asked for.
#[derive(Deserialize)]
pub(in super::super) struct Asked {
    kind: SubjectKind,
    #[serde(flatten)]
    changeable: Changeable,
}

impl Document for Asked {}

pub(in super::super) async fn create(
    State(app): State<App>,
    post: Post<ChangeSubjects, Asked>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let answer = |made: &Subject| {
        let (subject, state) = (made.clone(), "live");
        created(&View { subject, state })
    };
    let new = NewSubject {
        kind: post.body.kind,
        profile: post.body.changeable.into(),
    };
    let deed = |with| subject::create(app.world(), &call, realm, (new, with));
    post.once.deed(answer, deed).await
}
