//! A secret of a configuration: in a file or the environment, never in the file itself or an argument.

use std::path::PathBuf;

use symbolon_token::secret::Secret;

/// The longest file that a secret is read from, in bytes.
const MAX_BYTES: u64 = 16 * 1024;

/// Reads a secret from the one place that is named, without the end of its line.
///
/// # Errors
/// A sentence that names the key.
pub(super) fn read(
    key: &str,
    (file, variable): (Option<PathBuf>, Option<String>),
) -> Result<Secret, String> {
    let text = match (file, variable) {
        (Some(path), None) => from_file(&path).map_err(|error| format!("{key}_file: {error}"))?,
        (None, Some(name)) => std::env::var(&name)
            .map_err(|_| format!("{key}_environment names {name}, and that variable is not set"))?,
        (_, _) => {
            return Err(format!(
                "{key}_file or {key}_environment is needed, one of them"
            ));
        }
    };
    let secret = Secret::new(text.trim_end_matches(['\n', '\r']).to_owned());
    drop(zeroize::Zeroizing::new(text));
    if secret.is_empty() {
        return Err(format!("{key} is empty"));
    }
    Ok(secret)
}

fn from_file(path: &std::path::Path) -> Result<String, String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let size = std::fs::metadata(path).map_err(told)?.len();
    if size > MAX_BYTES {
        return Err(format!("{} is too long for a secret", path.display()));
    }
    std::fs::read_to_string(path).map_err(told)
}
