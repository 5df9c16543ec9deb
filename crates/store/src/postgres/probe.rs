//! What the server is, and whether it will do.

use tokio_postgres::Client;
use tracing::warn;

use super::fault;
use crate::error::OpenError;
use crate::migration::TypeNames;

/// PostgreSQL 13 and later; what is older gets no fixes any more.
const LEAST_VERSION: i64 = 130_000;

/// What a server says of itself; a setting that it does not know is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) version: String,
    pub(super) number: Option<i64>,
    pub(super) encoding: Option<String>,
    pub(super) read_only: Option<String>,
    pub(super) fsync: Option<String>,
    pub(super) full_page_writes: Option<String>,
    /// Standbys that commits do not wait for.
    pub(super) stragglers: Option<i64>,
}

/// Asks a server what it is.
///
/// # Errors
/// [`OpenError::WrongEngine`] where it cannot even say that.
pub(super) async fn ask(client: &Client) -> Result<Facts, OpenError> {
    let version = client
        .query_one("SELECT version()", &[])
        .await
        .and_then(|row| row.try_get(0))
        .map_err(|error| OpenError::WrongEngine {
            reason: format!("it does not say what it is ({})", fault::reason(&error)),
        })?;
    Ok(Facts {
        version,
        number: setting(client, "server_version_num")
            .await
            .and_then(|number| number.parse().ok()),
        encoding: setting(client, "server_encoding").await,
        read_only: setting(client, "transaction_read_only").await,
        fsync: setting(client, "fsync").await,
        full_page_writes: setting(client, "full_page_writes").await,
        stragglers: stragglers(client).await,
    })
}

async fn stragglers(client: &Client) -> Option<i64> {
    let sql = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'async'";
    client.query_one(sql, &[]).await.ok()?.try_get(0).ok()
}

async fn setting(client: &Client, name: &str) -> Option<String> {
    let row = client
        .query_one("SELECT current_setting($1, true)", &[&name])
        .await
        .ok()?;
    row.try_get(0).ok()
}

/// Says what the three types are called there, or why the server will not do.
///
/// # Errors
/// [`OpenError::WrongEngine`].
pub(super) fn judge(facts: &Facts) -> Result<TypeNames, OpenError> {
    let refuse = |reason: String| Err(OpenError::WrongEngine { reason });
    let relative = |name: &str| facts.version.contains(name);
    for (mark, name) in [
        ("Redshift", "Amazon Redshift"),
        ("Greenplum", "Greenplum"),
        ("Materialize", "Materialize"),
        ("CrateDB", "CrateDB"),
        ("QuestDB", "QuestDB"),
    ] {
        if relative(mark) {
            return refuse(format!("it is {name}; use PostgreSQL 13 or later"));
        }
    }
    let (cockroach, yugabyte) = (relative("CockroachDB"), relative("-YB-"));
    if !cockroach && !yugabyte {
        if !relative("PostgreSQL") {
            return refuse(format!(
                "it is {}; use PostgreSQL 13 or later",
                facts.version
            ));
        }
        if facts.number.is_none_or(|number| number < LEAST_VERSION) {
            return refuse(format!(
                "it is {}; use PostgreSQL 13 or later",
                facts.version
            ));
        }
    }
    if facts.read_only.as_deref() == Some("on") {
        return refuse("it is read-only, perhaps a standby; name the primary".to_owned());
    }
    if let Some(encoding) = &facts.encoding
        && !matches!(encoding.as_str(), "UTF8" | "UTF-8" | "utf8")
    {
        return refuse(format!(
            "its encoding is {encoding}; create the database with ENCODING 'UTF8'"
        ));
    }
    warn_of_losses(facts);
    Ok(if cockroach {
        TypeNames::BYTEWISE
    } else {
        TypeNames::POSTGRES
    })
}

/// What works, and yet may forget what it confirmed.
fn warn_of_losses(facts: &Facts) {
    for (setting, value) in [
        ("fsync", &facts.fsync),
        ("full_page_writes", &facts.full_page_writes),
    ] {
        if value.as_deref() == Some("off") {
            warn!(
                setting,
                "the database server may lose what it confirmed in a power cut; turn this on"
            );
        }
    }
    if let Some(standbys @ 1..) = facts.stragglers {
        warn!(
            standbys,
            "a promoted standby may lack what was confirmed; name it in synchronous_standby_names"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn debian() -> Facts {
        Facts {
            version: "PostgreSQL 15.8 (Debian 15.8-0+deb12u1) on x86_64-pc-linux-gnu".to_owned(),
            number: Some(150_008),
            encoding: Some("UTF8".to_owned()),
            read_only: Some("off".to_owned()),
            fsync: Some("on".to_owned()),
            full_page_writes: Some("on".to_owned()),
            stragglers: Some(0),
        }
    }

    fn refusal(facts: &Facts) -> String {
        judge(facts).unwrap_err().to_string()
    }

    #[test]
    fn postgresql_and_its_close_relatives_will_do() {
        assert_eq!(judge(&debian()).unwrap().blob, "BYTEA");
        for version in [
            "CockroachDB CCL v24.1.0",
            "PostgreSQL 11.2-YB-2.20.1.3-b0 on x86",
        ] {
            let facts = Facts {
                version: version.to_owned(),
                number: Some(110_002),
                ..debian()
            };
            assert_eq!(judge(&facts).unwrap().blob, "BYTEA");
        }
    }

    #[test]
    fn others_are_refused_by_name() {
        let old = Facts {
            version: "PostgreSQL 12.1".to_owned(),
            number: Some(120_001),
            ..debian()
        };
        assert!(refusal(&old).contains("PostgreSQL 12.1"));
        let redshift = Facts {
            version: "PostgreSQL 8.0.2 on i686-pc-linux-gnu, Redshift 1.0.5".to_owned(),
            ..debian()
        };
        assert!(refusal(&redshift).contains("Amazon Redshift"));
        let unheard = Facts {
            version: "FooBase 3".to_owned(),
            ..debian()
        };
        assert!(refusal(&unheard).contains("FooBase 3"));
    }

    #[test]
    fn a_standby_and_another_encoding_are_refused() {
        let standby = Facts {
            read_only: Some("on".to_owned()),
            ..debian()
        };
        assert!(refusal(&standby).contains("name the primary"));
        let latin = Facts {
            encoding: Some("LATIN1".to_owned()),
            ..debian()
        };
        assert!(refusal(&latin).contains("ENCODING 'UTF8'"));
    }
}
