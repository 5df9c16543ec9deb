//! Fetches tokens beforehand, for the rows that need another one for each request.

use std::thread;

use super::authority::Authority;
use super::fault::Fault;
use super::http::{Connection, Request};

/// Connections that fetch at once: enough for the server to group their writes.
const FETCHERS: usize = 64;

/// The type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// Fetches so many tokens, each by this form.
///
/// # Errors
/// [`Fault`] of the first request that failed.
pub(super) fn fetch(
    authority: &Authority,
    wanted: &str,
    count: usize,
) -> Result<Vec<String>, Fault> {
    let share = count.div_ceil(FETCHERS);
    let mut tokens = Vec::with_capacity(share * FETCHERS);
    thread::scope(|scope| {
        let started: Vec<_> = (0..FETCHERS)
            .map(|_| scope.spawn(|| some(authority, wanted, share)))
            .collect();
        for fetcher in started {
            // One that panicked fetched nothing, and is missed in the count.
            tokens.extend(fetcher.join().unwrap_or_else(|_| Ok(Vec::new()))?);
        }
        Ok::<_, Fault>(())
    })?;
    tokens.truncate(count);
    Ok(tokens)
}

fn some(authority: &Authority, wanted: &str, count: usize) -> Result<Vec<String>, Fault> {
    let fault = |source| Fault::Connection {
        what: "/token".into(),
        source,
    };
    let mut connection = Connection::open(authority.address).map_err(fault)?;
    let request = Request {
        path: "/token",
        authorization: Some(&authority.basic),
        body: Some((FORM, wanted)),
    };
    (0..count)
        .map(|_| {
            let answer = connection.succeed(request)?;
            let token = answer.json().get("access_token").cloned();
            let token = token.and_then(|token| token.as_str().map(str::to_owned));
            token.ok_or_else(|| Fault::Reply {
                what: "/token".into(),
                status: answer.status,
                body: answer.body,
            })
        })
        .collect()
}
