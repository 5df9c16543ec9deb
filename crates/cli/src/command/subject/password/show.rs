//! Show how a person's password stands.

use axum::http::Method;

use crate::command::whose::Whose;
use crate::exit::Fault;
use crate::output::Format;
use crate::transport::Transport;

pub(super) async fn run(whose: &Whose, api: &mut Transport, format: Format) -> Result<(), Fault> {
    let path = super::path(whose, api).await?;
    let password = api.ask(Method::GET, &path, None).await?;
    format.record(&password);
    Ok(())
}
