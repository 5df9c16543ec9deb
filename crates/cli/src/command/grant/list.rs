//! List what a person allowed to clients.

use crate::command::list;
use crate::command::whose::Whose;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::transport::Transport;

const COLUMNS: [Column; 5] = [
    Column::new("ID", "id"),
    Column::new("CLIENT_ID", "client_id"),
    Column::new("SCOPE", "scope"),
    Column::new("ALLOWED", "created_at"),
    Column::new("WIDENED", "changed_at"),
];

pub(super) async fn run(whose: &Whose, api: &mut Transport, format: Format) -> Result<(), Fault> {
    let path = format!("{}/grants", whose.path(api).await?);
    format.rows(list::all(api, &path).await?, &COLUMNS);
    Ok(())
}
