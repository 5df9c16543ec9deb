//! Drives one row: prepare what it needs, see that the answer is right, warm up, measure.

mod alone;
mod person;

pub(super) use alone::Rows as Alone;
pub(super) use person::sign_in_path;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::authority::{Authority, connect};
use super::fault::Fault;
use super::folder::Folder;
use super::http::{Answer, Request};
use super::option::Options;
use super::process::Process;
use super::row::{Form, Load};
use super::script::{Each, Same};
use super::token::{FORM, fetch};
use super::wrk::{self, Measured};
use crate::failure::Failure;

/// Seconds of load before a row is measured: caches fill, threads start, files grow.
const WARM_UP: u32 = 1;

/// Tokens that memory surely holds: a busy resource server's own.
const KNOWN: usize = 1_000;

/// Tokens of the warm-up of a row that needs another one for each request.
const WARM_TOKENS: usize = 20_000;

/// How many more tokens to fetch than the warm-up says are needed.
const RESERVE: f64 = 1.5;

/// How often a row is measured that was faster than foreseen, each time with more tokens.
const MAX_TRIES: usize = 3;

/// The most tokens that a row may use: of some 700 bytes each, in the load generator's memory.
const MAX_TOKENS: f64 = 500_000.0;

/// What drives.
pub(super) struct Driver<'a> {
    /// How long, with how many connections.
    pub(super) options: &'a Options,
    /// Where scripts lie.
    pub(super) folder: &'a Folder,
}

impl Driver<'_> {
    /// Measures one row against an authority.
    ///
    /// # Errors
    /// [`Failure`] where it cannot be measured, or the answer is not what it should be.
    pub(super) fn measure(&self, at: &Authority, load: Load) -> Result<Measured, Failure> {
        match load {
            Load::Bare(_) => self.bare(at.address),
            Load::Token(form) => self.token(at, form),
            Load::IntrospectKnown(form) => self.known(at, form),
            Load::IntrospectNew(form) => self.new_tokens(at, form, "/introspect"),
            Load::Revoke(form) => {
                let measured = self.new_tokens(at, form, "/revoke")?;
                self.is_revoked(at)?;
                Ok(measured)
            }
            Load::Jwks => {
                get(at, "/jwks", None)?;
                self.run(None, &format!("http://{}/jwks", at.address))
            }
            Load::Demo => self.demo(at),
            Load::Gate(path) => self.gate(at, path),
            Load::Flow(form) => self.flow(at, form),
            Load::Redeem(form, scoped) => self.redeem(at, (form, scoped)),
            Load::Refresh(form, scoped) => self.refresh(at, (form, scoped)),
            Load::Userinfo => self.userinfo(at),
            Load::SignInPage => self.sign_in_page(at),
        }
    }

    /// Measures whatever answers at `/`.
    ///
    /// # Errors
    /// As [`Self::measure`].
    pub(super) fn bare(&self, address: std::net::SocketAddr) -> Result<Measured, Failure> {
        self.run(None, &format!("http://{address}/"))
    }

    /// Warms up, and measures.
    fn run(&self, script: Option<&Path>, url: &str) -> Result<Measured, Failure> {
        run(self.options, script, url)
    }

    /// The same request, again and again.
    fn same(&self, at: &Authority, path: &str, same: &Same<'_>) -> Result<Measured, Failure> {
        let script = same.write(self.folder)?;
        self.run(Some(&script), &format!("http://{}{path}", at.address))
    }

    fn token(&self, at: &Authority, form: Form) -> Result<Measured, Failure> {
        let wanted = form.request();
        fetch(at, &wanted, 1)?;
        let same = Same {
            header: ("Authorization", &at.basic),
            form: Some(&wanted),
        };
        self.same(at, "/token", &same)
    }

    /// Asks for tokens, all the while, until it is told to end.
    ///
    /// # Errors
    /// [`Failure`] where it cannot run.
    pub(super) fn issuing(&self, at: &Authority, form: Form) -> Result<wrk::Load, Failure> {
        let script = self.asking(at, form)?;
        let url = format!("http://{}/token", at.address);
        wrk::Load::start(self.options, &script, &url)
    }

    /// Has at least so many tokens issued, and gives how many they were.
    ///
    /// # Errors
    /// [`Failure`] where it cannot run, or one is refused.
    pub(super) fn issue_about(
        &self,
        at: &Authority,
        form: Form,
        count: u64,
    ) -> Result<u64, Failure> {
        if let Ok(few @ ..=WARM_TOKENS) = usize::try_from(count) {
            fetch(at, &form.request(), few)?;
            return Ok(count);
        }
        let script = self.asking(at, form)?;
        let url = format!("http://{}/token", at.address);
        let mut issued = 0;
        while issued < count {
            let measured = wrk::run(self.options, WARM_UP, Some(&script), &url)?;
            if measured.errors > 0 || measured.requests == 0 {
                let what = "/token".to_owned();
                let body = format!("{measured:?}");
                let status = 0;
                return Err(Fault::Reply { what, status, body }.into());
            }
            issued += measured.requests;
        }
        Ok(issued)
    }

    fn asking(&self, at: &Authority, form: Form) -> Result<PathBuf, Failure> {
        let wanted = form.request();
        let same = Same {
            header: ("Authorization", &at.basic),
            form: Some(&wanted),
        };
        same.write(self.folder)
    }

    fn demo(&self, at: &Authority) -> Result<Measured, Failure> {
        let path = at.demo.as_deref().unwrap_or("/");
        let tokens = fetch(at, "grant_type=client_credentials", 1)?;
        let bearer = format!("Bearer {}", tokens.concat());
        get(at, path, Some(&bearer))?;
        let same = Same {
            header: ("Authorization", &bearer),
            form: None,
        };
        self.same(at, path, &same)
    }

    /// As Envoy asks over HTTP: the path below the gate's, and the token.
    fn gate(&self, at: &Authority, path: &str) -> Result<Measured, Failure> {
        let path = format!("/gate/envoy{path}");
        let tokens = fetch(at, &Form::Es256.request(), 1)?;
        let bearer = format!("Bearer {}", tokens.concat());
        get(at, &path, Some(&bearer))?;
        let same = Same {
            header: ("Authorization", &bearer),
            form: None,
        };
        self.same(at, &path, &same)
    }

    fn known(&self, at: &Authority, form: Form) -> Result<Measured, Failure> {
        let (script, url) = self.presenting_known(at, form)?;
        let measured = self.run(Some(&script), &url)?;
        // Each is used many times, as it should be.
        Ok(Measured {
            ran_out: false,
            ..measured
        })
    }

    /// The same, and how long the authority's process worked for it.
    ///
    /// # Errors
    /// As [`Self::measure`].
    pub(super) fn known_by(
        &self,
        (at, process): (&Authority, &Process),
        form: Form,
    ) -> Result<(Measured, Duration), Failure> {
        let (script, url) = self.presenting_known(at, form)?;
        wrk::run(self.options, WARM_UP, Some(&script), &url)?;
        let before = process.processor_time()?;
        let measured = wrk::run(self.options, self.options.seconds, Some(&script), &url)?;
        let after = process.processor_time()?;
        Ok((measured, after.saturating_sub(before)))
    }

    /// What presents tokens that memory holds, and where.
    fn presenting_known(&self, at: &Authority, form: Form) -> Result<(PathBuf, String), Failure> {
        let tokens = fetch(at, &form.request(), KNOWN)?;
        self.expect_active(at, tokens.first(), true)?;
        self.expect_active(at, tokens.last(), true)?;
        let each = Each {
            tokens: &tokens,
            ..self.each(at, "/introspect")
        };
        let script = each.write(self.folder)?;
        Ok((script, format!("http://{}/introspect", at.address)))
    }

    fn new_tokens(&self, at: &Authority, form: Form, path: &str) -> Result<Measured, Failure> {
        let one = fetch(at, &form.request(), 1)?;
        self.expect_active(at, one.first(), true)?;
        let some = |count| fetch(at, &form.request(), count);
        self.new_each(self.each(at, path), WARM_TOKENS, some)
    }

    /// The warm-up says how many tokens the row will need; where it was wrong, the row itself does.
    fn new_each(
        &self,
        each: Each<'_>,
        warm: usize,
        fetch: impl Fn(usize) -> Result<Vec<String>, Fault>,
    ) -> Result<Measured, Failure> {
        let url = format!("http://{}{}", each.address, each.path);
        let round = |tokens: &[String], seconds| {
            let script = Each { tokens, ..each }.write(self.folder)?;
            wrk::run(self.options, seconds, Some(&script), &url)
        };
        let mut last = round(&fetch(warm)?, WARM_UP)?;
        for _ in 0..MAX_TRIES {
            let tokens = fetch(enough(last.rate, self.options.seconds))?;
            last = round(&tokens, self.options.seconds)?;
            if !last.ran_out {
                break;
            }
        }
        Ok(last)
    }

    /// What the last row presented is dead now. wrk makes one request of its first thread only to
    /// look at it; so the second one of that thread was the first to be sent.
    fn is_revoked(&self, at: &Authority) -> Result<(), Failure> {
        let path = self.folder.path().join("tokens");
        let tokens = std::fs::read_to_string(&path);
        let tokens = tokens.map_err(|source| super::folder::fault(&path, source))?;
        let sent = tokens.lines().step_by(self.options.threads as usize).nth(1);
        self.expect_active(at, sent.map(str::to_owned).as_ref(), false)
    }

    /// A form with one token each time, of which none is there yet.
    fn each<'a>(&self, at: &'a Authority, path: &'a str) -> Each<'a> {
        Each {
            address: at.address,
            path,
            authorization: &at.basic,
            before: "token=",
            tokens: &[],
            threads: self.options.threads,
        }
    }

    #[expect(
        clippy::unused_self,
        reason = "reads better beside the loads that it guards"
    )]
    fn expect_active(
        &self,
        at: &Authority,
        token: Option<&String>,
        active: bool,
    ) -> Result<(), Failure> {
        let form = format!("token={}", token.map_or("", |token| token));
        let answer = connect(at.address)?.succeed(Request {
            path: "/introspect",
            authorization: Some(&at.basic),
            body: Some((FORM, &form)),
            ..Request::default()
        })?;
        if answer.json().get("active").and_then(Value::as_bool) == Some(active) {
            return Ok(());
        }
        let what = format!("/introspect, which should say active: {active}");
        Err(answer.fault(&what).into())
    }
}

/// Warms up, and measures.
fn run(options: &Options, script: Option<&Path>, url: &str) -> Result<Measured, Failure> {
    wrk::run(options, WARM_UP, script, url)?;
    wrk::run(options, options.seconds, script, url)
}

fn get(at: &Authority, path: &str, authorization: Option<&str>) -> Result<Answer, Fault> {
    connect(at.address)?.succeed(Request {
        path,
        authorization,
        ..Request::default()
    })
}

/// How many tokens a row needs that uses so many a second.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and MAX_TOKENS"
)]
fn enough(rate: f64, seconds: u32) -> usize {
    (rate * f64::from(seconds) * RESERVE).clamp(1.0, MAX_TOKENS) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gets_half_as_many_tokens_again_as_its_warm_up_used() {
        assert_eq!(enough(10_000.0, 5), 75_000);
        assert_eq!(enough(0.0, 5), 1);
        assert_eq!(enough(1e6, 60), 500_000);
    }
}
