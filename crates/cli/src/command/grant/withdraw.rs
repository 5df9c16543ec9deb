//! Withdraw a grant: every token that it gave is dead at that commit, and the person is asked again.

use axum::http::Method;
use clap::Args;
use serde_json::Value;

use super::Named;
use crate::exit::Fault;
use crate::output::{self, text};
use crate::transport::Transport;

/// Withdraws a grant.
#[derive(Args, Debug)]
pub(crate) struct Withdraw {
    #[command(flatten)]
    grant: Named,
    /// Say what would be withdrawn, and withdraw nothing
    #[arg(long)]
    dry_run: bool,
}

impl Withdraw {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let path = self.grant.path();
        let grant = api.ask(Method::GET, &path, None).await?;
        if !self.dry_run {
            api.ask(Method::DELETE, &path, None).await?;
        }
        output::message(&told(&grant, self.dry_run));
        Ok(())
    }
}

fn told(grant: &Value, is_dry: bool) -> String {
    let said = |member| grant.get(member).map(text).unwrap_or_default();
    let (id, client, scope) = (said("id"), said("client_id"), said("scope"));
    let done = if is_dry { "would be" } else { "was" };
    format!("{id} {done} withdrawn from {client} ({scope}), with every token that it gave")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whoever_withdraws_is_told_from_whom_and_what() {
        let grant = json!({"id": "g", "client_id": "shop", "scope": "openid email"});
        let rest = "withdrawn from shop (openid email), with every token that it gave";
        assert_eq!(told(&grant, true), format!("g would be {rest}"));
        assert_eq!(told(&grant, false), format!("g was {rest}"));
    }
}
