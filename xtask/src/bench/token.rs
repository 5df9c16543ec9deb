//! Fetches tokens beforehand, for the rows that need another one for each request.

use std::thread;

use super::authority::{Authority, connect};
use super::fault::Fault;
use super::http::{Connection, Request};

/// Connections that fetch at once: enough for the server to group their writes.
const FETCHERS: usize = 64;

/// The type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Fetches so many tokens, each by this form.
///
/// # Errors
/// [`Fault`] of the first request that failed.
pub(super) fn fetch(
    authority: &Authority,
    wanted: &str,
    count: usize,
) -> Result<Vec<String>, Fault> {
    let request = Request {
        path: "/token",
        authorization: Some(&authority.basic),
        body: Some((FORM, wanted)),
        ..Request::default()
    };
    gather(authority, count, |connection| {
        let answer = connection.succeed(request)?;
        let token = answer.member("access_token");
        token.ok_or_else(|| answer.fault("/token"))
    })
}

/// Gathers so many texts, each by this way of getting one.
///
/// # Errors
/// [`Fault`] of the first that could not be got.
pub(super) fn gather(
    authority: &Authority,
    count: usize,
    one: impl Fn(&mut Connection) -> Result<String, Fault> + Sync,
) -> Result<Vec<String>, Fault> {
    let share = count.div_ceil(FETCHERS);
    let some = || {
        let mut connection = connect(authority.address)?;
        (0..share).map(|_| one(&mut connection)).collect()
    };
    let mut texts: Vec<String> = Vec::with_capacity(share * FETCHERS);
    thread::scope(|scope| {
        let started: Vec<_> = (0..FETCHERS).map(|_| scope.spawn(some)).collect();
        for fetcher in started {
            // One that panicked fetched nothing, and is missed in the count.
            let found: Result<Vec<String>, Fault> =
                fetcher.join().unwrap_or_else(|_| Ok(Vec::new()));
            texts.extend(found?);
        }
        Ok::<_, Fault>(())
    })?;
    texts.truncate(count);
    Ok(texts)
}
