//! List the sessions of a person.

use crate::command::list;
use crate::command::whose::Whose;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::transport::Transport;

const COLUMNS: [Column; 6] = [
    Column::new("ID", "id"),
    Column::new("SIGNED IN", "auth_time"),
    Column::new("BY", "amr"),
    Column::new("BEGAN", "created_at"),
    Column::new("LAST USED", "last_used_at"),
    Column::new("ENDS", "ends_at"),
];

pub(super) async fn run(whose: &Whose, api: &mut Transport, format: Format) -> Result<(), Fault> {
    let path = format!("{}/sessions", whose.path(api).await?);
    format.rows(list::all(api, &path).await?, &COLUMNS);
    Ok(())
}
