//! Revoke a signing key; a successor signs at once.

use axum::http::Method;
use clap::Args;

use crate::command::list;
use crate::exit::Fault;
use crate::output;
use crate::transport::{Transport, escaped};

/// Revokes a signing key.
#[derive(Args, Debug)]
pub(crate) struct Revoke {
    /// The key's kid
    kid: String,
    /// Say what would be revoked, and revoke nothing
    #[arg(long)]
    dry_run: bool,
}

impl Revoke {
    pub(super) async fn run(self, api: &mut Transport) -> Result<(), Fault> {
        let kid = self.kid;
        if self.dry_run {
            let keys = list::all(api, "/v1/keys").await?;
            let known = keys
                .iter()
                .any(|key| key.get("kid").and_then(|one| one.as_str()) == Some(&kid));
            if !known {
                return Err(Fault::Refused(format!("this realm has no key {kid}")));
            }
            let what = "and every token that it signed would be dead";
            output::message(&format!("{kid} would be revoked, {what}"));
            return Ok(());
        }
        let path = format!("/v1/keys/{}/revoke", escaped(&kid));
        api.ask(Method::POST, &path, None).await?;
        output::message(&format!(
            "{kid} is revoked; every token that it signed is dead"
        ));
        Ok(())
    }
}
