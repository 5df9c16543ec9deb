//! `symbolon backup FILE`: copy the live database into a new file. The root key is not in it.

use std::path::{Path, PathBuf};

use axum::http::Method;
use clap::Args;
use serde_json::json;

use super::context::Context;
use crate::exit::{Fault, StartError};
use crate::output::Progress;
use crate::{operator, output};

/// Copies the live database into a new file.
#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// The new file; one that is there already is refused
    file: PathBuf,
}

impl Backup {
    /// Copies it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        let file = absolute(&self.file)?;
        context
            .api(async |api, format| {
                let body = json!({ "file": file });
                let progress = Progress::begin("copying the database");
                let made = api.ask(Method::POST, operator::BACKUP, Some(&body)).await;
                drop(progress);
                let made = made?;
                format.record(&made);
                output::message("keep the root key apart from it: whoever has both has everything");
                Ok(())
            })
            .await
    }
}

/// The running server may stand in another directory.
pub(super) fn absolute(file: &Path) -> Result<PathBuf, Fault> {
    let absolute = std::path::absolute(file);
    Ok(absolute.map_err(|error| StartError::file(file, error))?)
}
