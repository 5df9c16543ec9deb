//! What every command that asks the API shares: where, which realm, and how to show the answer.

use serde_json::Value;

use crate::exit::Fault;
use crate::output::{self, Column, Format};
use crate::place::Where;
use crate::transport::Transport;

/// What was asked for beside the command itself.
pub(crate) struct Context {
    /// Which installation.
    pub(crate) place: Where,
    /// Which realm; the first one where none is named.
    pub(crate) realm: Option<String>,
    /// How data looks.
    pub(crate) format: Format,
}

impl Context {
    /// Opens the API, does the deed, and closes what was opened for it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn api(
        &self,
        deed: impl AsyncFnOnce(&mut Transport, Format) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let place = self.place.find()?;
        let mut api = Transport::open(&place, self.realm.as_deref()).await?;
        let done = deed(&mut api, self.format).await;
        api.close().await;
        done
    }
}

impl Format {
    /// Shows a list.
    pub(crate) fn rows(self, rows: Vec<Value>, columns: &[Column]) {
        match self {
            Self::Table => output::print_rows(&rows, columns),
            Self::Json => output::json(&Value::Array(rows)),
        }
    }

    /// Shows one record.
    pub(crate) fn record(self, record: &Value) {
        match self {
            Self::Table => output::print_record(record),
            Self::Json => output::json(record),
        }
    }
}
