//! List a client's live secrets.

use crate::command::client::Named;
use crate::command::list;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::transport::Transport;

const COLUMNS: [Column; 4] = [
    Column::new("ID", "id"),
    Column::new("STATE", "state"),
    Column::new("CREATED", "created_at"),
    Column::new("EXPIRES", "client_secret_expires_at"),
];

pub(super) async fn run(client: &Named, api: &mut Transport, format: Format) -> Result<(), Fault> {
    let secrets = list::all(api, &format!("{}/secrets", client.path())).await?;
    format.rows(secrets, &COLUMNS);
    Ok(())
}
