//! `dev.json`: what programs need to begin, for their owner alone. Written whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::Serialize;
use symbolon_token::secret::Secret;

use super::demo::Demo;
use crate::exit::StartError;

/// The file's name.
pub(super) const NAME: &str = "dev.json";

/// Its members.
#[derive(Serialize)]
struct Record<'a> {
    issuer: &'a str,
    client_id: &'a str,
    client_secret: &'a str,
    public_client_id: &'a str,
    redirect_uris: &'a [String],
    username: &'a str,
    password: &'a str,
    admin_token: &'a str,
    resource_url: &'a str,
}

/// Writes it.
///
/// # Errors
/// [`StartError`].
pub(super) fn write(dir: &Path, demo: &Demo) -> Result<(), StartError> {
    let record = Record {
        issuer: &demo.issuer,
        client_id: demo.client_id,
        client_secret: demo.client_secret.reveal(),
        public_client_id: demo.public_client_id,
        redirect_uris: &demo.redirect_uris,
        username: demo.username,
        password: demo.password.reveal(),
        admin_token: demo.admin_token.reveal(),
        resource_url: &demo.resource_url,
    };
    let text = serde_json::to_string_pretty(&record).unwrap_or_default();
    let text = Secret::new(text + "\n");
    let path = dir.join(NAME);
    let draft = dir.join(format!("{NAME}.draft"));
    let written = fill(&draft, text.reveal()).and_then(|()| fs::rename(&draft, &path));
    written.map_err(|error| StartError::file(&path, error))
}

fn fill(draft: &Path, text: &str) -> std::io::Result<()> {
    match fs::remove_file(draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    file.write_all(text.as_bytes())
}
