//! List the realms.

use crate::command::list;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::transport::Transport;

const COLUMNS: [Column; 4] = [
    Column::new("NAME", "name"),
    Column::new("ISSUER", "issuer"),
    Column::new("ID", "id"),
    Column::new("CREATED", "created_at"),
];

pub(super) async fn run(api: &mut Transport, format: Format) -> Result<(), Fault> {
    let realms = list::all(api, "/v1/realms").await?;
    format.rows(realms, &COLUMNS);
    Ok(())
}
