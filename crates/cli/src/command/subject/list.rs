//! List the realm's subjects.

use crate::command::list;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::transport::Transport;

const COLUMNS: [Column; 5] = [
    Column::new("ID", "id"),
    Column::new("KIND", "kind"),
    Column::new("NAME", "name"),
    Column::new("STATE", "state"),
    Column::new("CREATED", "created_at"),
];

pub(super) async fn run(api: &mut Transport, format: Format) -> Result<(), Fault> {
    let subjects = list::all(api, "/v1/subjects").await?;
    format.rows(subjects, &COLUMNS);
    Ok(())
}
