//! Show a grant.

use axum::http::Method;

use super::Named;
use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

pub(super) async fn run(named: &Named, api: &mut Transport, format: Format) -> Result<(), Fault> {
    let grant = api.ask(Method::GET, &named.path(), None).await?;
    format.record(&grant);
    Ok(())
}
