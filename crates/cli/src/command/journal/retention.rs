//! For how many days a realm's entries are kept. What is older is dropped once it is sealed; its roots
//! stay.

use axum::http::Method;
use clap::Args;
use serde_json::json;

use crate::command::context::Context;
use crate::exit::Fault;
use crate::operator;

/// Says, or sets, how long entries are kept.
#[derive(Args, Debug)]
pub(crate) struct Retention {
    /// Keep them for so many days
    #[arg(long, value_name = "COUNT")]
    days: Option<i64>,
}

impl Retention {
    pub(super) async fn run(self, context: &Context) -> Result<(), Fault> {
        let body = json!({ "realm": context.realm, "days": self.days });
        context
            .api(async |api, format| {
                let told = api.ask(Method::POST, operator::RETENTION, Some(&body));
                format.record(&told.await?);
                Ok(())
            })
            .await
    }
}
