//! What the server's errors mean.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Whose an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The statement's own: its text, its parameters, a constraint.
    Statement,
    /// A unique key is taken: somebody was faster.
    Taken,
    /// Not an error itself: the transaction failed earlier.
    Follows,
    /// Two transactions crossed; the same again may succeed.
    Crossed,
    /// The server's or the network's.
    Server,
}

/// Judges an error by its SQLSTATE.
pub(super) fn judge(error: &Error) -> Fault {
    let Some(state) = error.code() else {
        // The driver could not encode a parameter: never sent. All else is the connection's.
        return if error.is_closed() || is_io(error) {
            Fault::Server
        } else {
            Fault::Statement
        };
    };
    if *state == SqlState::UNIQUE_VIOLATION {
        return Fault::Taken;
    }
    if *state == SqlState::IN_FAILED_SQL_TRANSACTION {
        return Fault::Follows;
    }
    if *state == SqlState::T_R_SERIALIZATION_FAILURE || *state == SqlState::T_R_DEADLOCK_DETECTED {
        return Fault::Crossed;
    }
    // Classes: data, constraint, syntax and names, features, limits of the statement.
    match state.code().get(..2) {
        Some("0A" | "21" | "22" | "23" | "42" | "54") => Fault::Statement,
        Some(_) | None => Fault::Server,
    }
}

/// Whether the server said that it ends this connection.
pub(super) fn is_farewell(error: &Error) -> bool {
    error.code().is_some_and(|state| {
        *state == SqlState::ADMIN_SHUTDOWN || *state == SqlState::CRASH_SHUTDOWN
    })
}

/// One line for the log. Never the detail, which repeats values.
pub(super) fn reason(error: &Error) -> String {
    if let Some(database) = error.as_db_error() {
        return format!("{} ({})", database.message(), database.code().code());
    }
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        if !reason.contains(&text) {
            reason = format!("{reason}: {text}");
        }
        source = inner.source();
    }
    reason
}

fn io_error(error: &Error) -> Option<&io::Error> {
    error.source().and_then(|source| source.downcast_ref())
}

fn is_io(error: &Error) -> bool {
    io_error(error).is_some()
}

/// Whether the other side answered with bytes that no PostgreSQL sends.
pub(super) fn is_foreign_protocol(error: &Error) -> bool {
    io_error(error).is_some_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
        ) && error
            .get_ref()
            .is_none_or(|inner| !inner.is::<rustls::Error>())
    })
}
