//! Where the data lives.

use std::path::PathBuf;

/// Which engine, and where. It holds a password, so it does not print.
#[derive(Clone)]
pub enum Target {
    /// A file of our own: the process that opens it owns it.
    Sqlite {
        /// The database file; made, with mode 0600, where it is not there. Its folder must exist.
        path: PathBuf,
    },
    /// A PostgreSQL server, shared by several nodes.
    Postgres {
        /// `postgres://user:password@host:5432/database?sslmode=verify-full`.
        ///
        /// `sslmode` is `disable`, `require` or `verify-full`; the last two are the same here, for
        /// a connection that anybody may take over is not worth its price. Without it, a server
        /// on this machine is spoken to in the clear, any other with TLS.
        url: String,
        /// How many connections may read at once; writing has connections of its own.
        connections: usize,
        /// Certificates (PEM) that the server's may descend from, instead of the system's.
        ca: Option<PathBuf>,
    },
}
