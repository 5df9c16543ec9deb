//! Reading: a pool of connections, each answering one question at a time.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts,
};
use futures_util::TryStreamExt;
use tokio::time::timeout;
use tokio_postgres::{Error, Statement};

use super::bind;
use super::connect::{Connector, ForPool};
use super::fault::{self, Fault};
use crate::db::MAX_ROWS;
use crate::error::{OpenError, Unavailable};
use crate::value::{Row, Value};

/// How long to wait for a free connection, and for a new one.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long an answer may take: longer than the server lets a statement run, so that only one that
/// stands still is given up.
const ANSWER: Duration = Duration::from_secs(12);

/// Connections that read.
pub(super) struct Readers(Pool);

/// Why a read failed.
enum ReadError {
    /// The server or the connection.
    Server(Error),
    /// What it answered is not for us.
    Answer(Unavailable),
}

impl Readers {
    /// # Errors
    /// [`OpenError::Unreachable`] where the pool cannot be made.
    pub(super) fn new(connector: Arc<Connector>, connections: usize) -> Result<Self, OpenError> {
        let config = connector.config();
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_connect(config, ForPool(connector), recycling);
        let timeouts = Timeouts {
            wait: Some(PATIENCE),
            create: Some(PATIENCE),
            recycle: Some(PATIENCE),
        };
        Pool::builder(manager)
            .max_size(connections.max(1))
            .timeouts(timeouts)
            .runtime(Runtime::Tokio1)
            .build()
            .map(Self)
            .map_err(|error| OpenError::Unreachable {
                reason: error.to_string(),
            })
    }

    /// All rows.
    pub(super) async fn all(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Unavailable> {
        let rows = self.read(sql, params, MAX_ROWS + 1).await?;
        if rows.len() > MAX_ROWS {
            return Err(Unavailable::because(format!("more than {MAX_ROWS} rows")));
        }
        Ok(rows)
    }

    /// At most `limit` rows. A connection that turns out to be dead is replaced, as often as there
    /// may be dead ones in the pool: reading again does no harm.
    pub(super) async fn read(
        &self,
        sql: &str,
        params: &[Value],
        limit: usize,
    ) -> Result<Vec<Row>, Unavailable> {
        let mut spare = self.0.status().max_size;
        loop {
            let client = self.client().await?;
            let Ok(outcome) = timeout(ANSWER, read(&client, sql, params, limit)).await else {
                drop(Object::take(client));
                let seconds = ANSWER.as_secs();
                return Err(Unavailable::because(format!(
                    "no answer in {seconds} seconds"
                )));
            };
            match outcome {
                Err(ReadError::Server(error))
                    if spare > 0 && (client.is_closed() || fault::is_farewell(&error)) =>
                {
                    spare -= 1;
                    drop(Object::take(client));
                }
                outcome => return outcome.map_err(ReadError::into_unavailable),
            }
        }
    }

    async fn client(&self) -> Result<Object, Unavailable> {
        self.0.get().await.map_err(|error| {
            Unavailable::because(if let PoolError::Backend(error) = &error {
                fault::reason(error)
            } else {
                error.to_string()
            })
        })
    }
}

impl ReadError {
    fn into_unavailable(self) -> Unavailable {
        match self {
            Self::Server(error) => Unavailable::because(fault::reason(&error)),
            Self::Answer(unavailable) => unavailable,
        }
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        Self::Server(error)
    }
}

async fn read(
    client: &Object,
    sql: &str,
    params: &[Value],
    limit: usize,
) -> Result<Vec<Row>, ReadError> {
    let statement = prepare(client, sql, params).await?;
    let mut rows = pin!(client.query_raw(&statement, params).await?);
    let mut out = Vec::new();
    while out.len() < limit
        && let Some(row) = rows.try_next().await?
    {
        out.push(bind::row(&row).map_err(ReadError::Answer)?);
    }
    Ok(out)
}

async fn prepare(client: &Object, sql: &str, params: &[Value]) -> Result<Statement, ReadError> {
    let mut first = None;
    for types in bind::candidates(params) {
        match client.prepare_typed_cached(sql, &types).await {
            Ok(statement) if statement.params().len() == params.len() => return Ok(statement),
            Ok(statement) => {
                let unfit = bind::unfit(statement.params().len(), params.len());
                return Err(ReadError::Answer(unfit));
            }
            Err(error) if fault::judge(&error) == Fault::Statement => {
                first.get_or_insert(error);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(first.map_or_else(
        || ReadError::Answer(bind::unfit(0, params.len())),
        ReadError::Server,
    ))
}
