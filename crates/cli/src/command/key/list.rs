//! List the realm's signing keys.

use crate::command::list;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::transport::Transport;

const COLUMNS: [Column; 7] = [
    Column::new("KID", "kid"),
    Column::new("ALGORITHM", "algorithm"),
    Column::new("PHASE", "phase"),
    Column::new("CREATED", "created_at"),
    Column::new("ACTIVE", "active_at"),
    Column::new("RETIRES", "retires_at"),
    Column::new("GONE", "gone_at"),
];

pub(super) async fn run(api: &mut Transport, format: Format) -> Result<(), Fault> {
    let keys = list::all(api, "/v1/keys").await?;
    format.rows(keys, &COLUMNS);
    Ok(())
}
