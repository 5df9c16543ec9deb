//! Disable a person's password, or enable it again.

use axum::http::Method;

use crate::command::whose::Whose;
use crate::exit::Fault;
use crate::output;
use crate::transport::Transport;

pub(super) async fn run(whose: &Whose, verb: &str, api: &mut Transport) -> Result<(), Fault> {
    let path = format!("{}/{verb}", super::path(whose, api).await?);
    api.ask(Method::POST, &path, None).await?;
    let who = whose.typed();
    output::message(&format!("the password of {who} is {verb}d"));
    Ok(())
}
