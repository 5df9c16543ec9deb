//! `[database]` and `[root_key]`: exactly one place each, and no secret that an argument would show.

use std::path::{Path, PathBuf};

use symbolon_store::Target;

use super::file::{DatabaseTable, RootKeyTable};
use crate::open::RootSource;

/// Connections that read from PostgreSQL at once: enough for two cores of this server, few enough
/// that ten nodes fit under PostgreSQL's own default of 100.
const CONNECTIONS: usize = 8;

/// The longest file that a URL is read from, in bytes.
const MAX_URL_FILE: u64 = 16 * 1024;

/// Where the database is.
///
/// # Errors
/// A sentence that names the key.
pub(super) fn database(table: DatabaseTable, folder: &Path) -> Result<Target, String> {
    const ONE: &str = "database needs exactly one of sqlite, postgres, postgres_file and \
                       postgres_environment";
    let DatabaseTable {
        sqlite,
        postgres,
        postgres_file,
        postgres_environment,
        postgres_ca,
        postgres_connections,
        witness: _,
    } = table;
    let url = match (sqlite, postgres, postgres_file, postgres_environment) {
        (Some(path), None, None, None) => {
            if postgres_ca.is_some() || postgres_connections.is_some() {
                return Err(
                    "database.postgres_ca and postgres_connections need PostgreSQL, and \
                            sqlite is named"
                        .to_owned(),
                );
            }
            let path = folder.join(path);
            return Ok(Target::Sqlite { path });
        }
        (None, Some(url), None, None) => url,
        (None, None, Some(path), None) => url_file(&folder.join(path))?,
        (None, None, None, Some(name)) => std::env::var(&name).map_err(|_| {
            format!("database.postgres_environment names {name}, and that variable is not set")
        })?,
        (_, _, _, _) => return Err(ONE.to_owned()),
    };
    let connections = postgres_connections.unwrap_or(CONNECTIONS);
    if connections == 0 {
        return Err("database.postgres_connections is at least 1".to_owned());
    }
    Ok(Target::Postgres {
        url: url.trim().to_owned(),
        connections,
        ca: postgres_ca.map(|path| folder.join(path)),
    })
}

fn url_file(path: &Path) -> Result<String, String> {
    let failed = |error: &dyn std::fmt::Display| {
        format!("database.postgres_file: {}: {error}", path.display())
    };
    let size = std::fs::metadata(path)
        .map_err(|error| failed(&error))?
        .len();
    if size > MAX_URL_FILE {
        return Err(failed(&"it is too long to hold a URL alone"));
    }
    std::fs::read_to_string(path).map_err(|error| failed(&error))
}

/// Where the root keys are.
///
/// # Errors
/// A sentence that names the key.
pub(super) fn root_key(table: RootKeyTable, folder: &Path) -> Result<RootSource, String> {
    if table.passphrase_environment.is_some() && table.file.is_none() {
        return Err("root_key.passphrase_environment needs root_key.file".to_owned());
    }
    match (table.file, table.environment) {
        (Some(path), None) => Ok(RootSource::File {
            path: folder.join(path),
            passphrase_environment: table.passphrase_environment,
        }),
        (None, Some(name)) => Ok(RootSource::Environment(name)),
        (Some(_), Some(_)) | (None, None) => {
            Err("root_key needs exactly one of file and environment".to_owned())
        }
    }
}

/// The journal's witness: where it is named; else beside the SQLite file.
pub(super) fn witness(named: Option<PathBuf>, target: &Target, folder: &Path) -> Option<PathBuf> {
    match (named, target) {
        (Some(path), _) => Some(folder.join(path)),
        (None, Target::Sqlite { path }) => {
            let mut name = path.as_os_str().to_owned();
            name.push(".witness");
            Some(PathBuf::from(name))
        }
        (None, Target::Postgres { .. }) => None,
    }
}

/// The local socket: where it is named; else beside the SQLite file.
pub(super) fn socket(named: Option<PathBuf>, target: &Target, folder: &Path) -> Option<PathBuf> {
    match (named, target) {
        (Some(path), _) => Some(folder.join(path)),
        (None, Target::Sqlite { path }) => Some(path.with_file_name(crate::place::SOCKET)),
        (None, Target::Postgres { .. }) => None,
    }
}
