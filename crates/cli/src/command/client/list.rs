//! List the realm's clients.

use crate::command::list;
use crate::exit::Fault;
use crate::output::{Column, Format};
use crate::transport::Transport;

const COLUMNS: [Column; 6] = [
    Column::new("CLIENT_ID", "client_id"),
    Column::new("NAME", "client_name"),
    Column::new("AUTH", "token_endpoint_auth_method"),
    Column::new("GRANTS", "grant_types"),
    Column::new("SCOPE", "scope"),
    Column::new("STATE", "state"),
];

pub(super) async fn run(api: &mut Transport, format: Format) -> Result<(), Fault> {
    let clients = list::all(api, "/v1/clients").await?;
    format.rows(clients, &COLUMNS);
    Ok(())
}
