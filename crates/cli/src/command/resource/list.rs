//! List the realm's resources.

use crate::command::list;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::transport::Transport;

const COLUMNS: [Column; 6] = [
    Column::new("ID", "id"),
    Column::new("AUDIENCE", "audience"),
    Column::new("NAME", "name"),
    Column::new("FORMAT", "token_format"),
    Column::new("ALGORITHM", "token_algorithm"),
    Column::new("DEFAULT", "is_default"),
];

pub(super) async fn run(api: &mut Transport, format: Format) -> Result<(), Fault> {
    let resources = list::all(api, "/v1/resources").await?;
    format.rows(resources, &COLUMNS);
    Ok(())
}
