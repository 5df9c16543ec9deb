//! Disable a subject, or enable it again.

use axum::http::Method;

use super::Named;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

pub(super) async fn run(named: &Named, verb: &str, api: &mut Transport) -> Result<(), Fault> {
    let path = format!("{}/{verb}", named.path());
    api.ask(Method::POST, &path, None).await?;
    output::message(&format!("{} is {verb}d", named.id));
    Ok(())
}
