//! Sessions: who is signed in, and since when.

mod end;
mod list;
mod show;

pub(super) use end::{end, end_all};
pub(super) use list::list;
pub(super) use show::show;

use serde::Serialize;
use symbolon_identity::World;
use symbolon_identity::session::Session;
use symbolon_identity::subject::{self, ChangeError};
use symbolon_token::node::{RealmNode, SessionNode, SubjectNode};
use symbolon_token::time::Time;

use crate::problem::Problem;

/// A session, without its cookie.
#[derive(Serialize)]
struct View {
    id: SessionNode,
    subject: SubjectNode,
    /// In seconds, as in ID tokens (OpenID Connect Core §2).
    auth_time: i64,
    amr: Vec<&'static str>,
    created_at: Time,
    /// To ten minutes.
    last_used_at: Time,
    /// However often it is used.
    ends_at: Time,
}

impl From<Session> for View {
    fn from(session: Session) -> Self {
        Self {
            id: session.node,
            subject: session.subject,
            auth_time: session.auth_time.seconds(),
            amr: session.methods.iter().map(|one| one.name()).collect(),
            created_at: session.created_at,
            last_used_at: session.seen_at,
            ends_at: session.ends_at,
        }
    }
}

/// 404 where nobody has this id: no list is empty because of a slip of the pen.
pub(super) async fn known(
    world: &World,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), Problem> {
    let found = subject::find(world, realm, subject).await?;
    found
        .map(|_| ())
        .ok_or(ChangeError::Unknown(subject).into())
}
