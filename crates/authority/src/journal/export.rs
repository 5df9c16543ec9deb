//! Export sealed segments into a file.

use std::io::Write;

use serde_json::json;
use symbolon_identity::World;
use symbolon_journal::archive::{ExportError, Exported, Wanted, export as write};

/// Writes them, and gives the file back.
///
/// # Errors
/// [`ExportError`].
pub async fn export<W: Write + Send + 'static>(
    world: &World,
    wanted: Wanted,
    file: W,
) -> Result<(Exported, W), ExportError> {
    let keys = json!(world.material.journal.jwks());
    write(&world.db, &keys, wanted, file).await
}
