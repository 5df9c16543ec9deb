//! Subjects: who tokens speak for.

mod create;
mod end;
mod list;
mod show;
mod stand;

pub(super) use create::create;
pub(super) use end::end;
pub(super) use list::list;
pub(super) use show::show;
pub(super) use stand::{disable, enable};

use serde::Serialize;
use symbolon_authority::standing;
use symbolon_identity::World;
use symbolon_identity::subject::Subject;

/// A subject.
#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    subject: Subject,
    /// `live` or `disabled`.
    state: &'static str,
}

impl View {
    fn of(world: &World, subject: Subject) -> Self {
        Self {
            state: standing(world, subject.node),
            subject,
        }
    }
}
