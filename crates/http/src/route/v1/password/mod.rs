//! The password of a person: whether there is one, and how it stands. It is set by its person alone,
//! with a link.

mod end;
mod show;
mod stand;

pub(super) use end::end;
pub(super) use show::show;
pub(super) use stand::{disable, enable};

use serde::Serialize;
use symbolon_identity::World;
use symbolon_identity::subject::{self, ChangeError, SubjectKind};
use symbolon_token::node::{AuthenticatorNode, RealmNode, SubjectNode};
use symbolon_token::time::Time;

use crate::problem::Problem;

/// How a person's password stands; never its hash, nor what that costs.
#[derive(Serialize)]
struct View {
    subject: SubjectNode,
    /// `live`, `disabled` or `none`.
    state: &'static str,
    #[serde(flatten)]
    password: Option<Kept>,
}

/// A password that there is.
#[derive(Serialize)]
struct Kept {
    id: AuthenticatorNode,
    created_at: Time,
}

/// 404 where nobody has this id, 409 where it is no person's.
async fn person(world: &World, realm: RealmNode, id: SubjectNode) -> Result<(), Problem> {
    let found = subject::find(world, realm, id).await?;
    let subject = found.ok_or(ChangeError::Unknown(id))?;
    if subject.kind == SubjectKind::Person {
        return Ok(());
    }
    let detail = "only a person has a password; look at the subject's kind";
    Err(Problem::conflict("not_a_person", detail))
}
