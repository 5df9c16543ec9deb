//! Rows of people: codes, refresh tokens, claims, and the page where they sign in.

use serde_json::Value;

use super::{Driver, get, run};
use crate::bench::authority::{Authority, connect};
use crate::bench::browser::Browser;
use crate::bench::http::Answer;
use crate::bench::row::{Form, Scoped};
use crate::bench::script::{Each, Flow, Renewal, Same};
use crate::bench::visitor::{Visitor, before_code};
use crate::bench::wrk::{self, Measured};
use crate::failure::Failure;

/// Codes of the warm-up.
const WARM_CODES: usize = 10_000;

/// Families whose refresh tokens turn: some are presented, most rest, as in a day of many apps.
const FAMILIES: usize = 1_000;

impl Driver<'_> {
    /// Two requests make a flow.
    pub(super) fn flow(&self, at: &Authority, form: Form) -> Result<Measured, Failure> {
        let visitor = Visitor::make(at)?;
        let (authorize, cookie) = (
            visitor.app.authorize((form, Scoped::OpenId)),
            visitor.browser.cookie(),
        );
        let script = Flow {
            address: at.address,
            authorize: &authorize,
            cookie: &cookie,
            authorization: &visitor.app.basic,
            before: &before_code(),
        };
        let script = script.write(self.folder)?;
        let url = format!("http://{}/", at.address);
        let measured = run(&self.options.thread_each(), Some(&script), &url)?;
        Ok(Measured {
            rate: measured.rate / 2.0,
            ..measured
        })
    }

    pub(super) fn redeem(
        &self,
        at: &Authority,
        wanted: (Form, Scoped),
    ) -> Result<Measured, Failure> {
        let visitor = Visitor::make(at)?;
        redeemed(at, &visitor, wanted)?;
        let before = before_code();
        let each = Each {
            authorization: &visitor.app.basic,
            before: &before,
            ..self.each(at, "/token")
        };
        let codes = |count| visitor.codes(at, wanted, count);
        self.new_each(each, WARM_CODES, codes)
    }

    pub(super) fn refresh(
        &self,
        at: &Authority,
        wanted: (Form, Scoped),
    ) -> Result<Measured, Failure> {
        let visitor = Visitor::make(at)?;
        let sign = match wanted.1 {
            Scoped::Access => "\"access_token\":\"",
            Scoped::OpenId => "\"id_token\":\"",
        };
        let url = format!("http://{}/token", at.address);
        // Answers that the end of the warm-up cuts off hold successors that nobody knows: its
        // families are not used again.
        let round = |seconds| {
            let script = Renewal {
                address: at.address,
                authorization: &visitor.app.basic,
                sign,
                tokens: &visitor.refresh_tokens(at, wanted, self.families())?,
                threads: self.options.threads,
            };
            let script = script.write(self.folder)?;
            wrk::run(self.options, seconds, Some(&script), &url)
        };
        round(super::WARM_UP)?;
        round(self.options.seconds)
    }

    /// More than there are connections, or a thread would wait for an answer to know what to ask.
    fn families(&self) -> usize {
        FAMILIES.max(4 * self.options.connections as usize)
    }

    pub(super) fn userinfo(&self, at: &Authority) -> Result<Measured, Failure> {
        let visitor = Visitor::make(at)?;
        let answer = redeemed(at, &visitor, (Form::Es256, Scoped::OpenId))?;
        let token = answer.member("access_token").unwrap_or_default();
        let bearer = format!("Bearer {token}");
        let claims = get(at, "/userinfo", Some(&bearer))?;
        if claims.json().get("email").and_then(Value::as_str).is_none() {
            return Err(claims.fault("/userinfo").into());
        }
        let same = Same {
            header: ("Authorization", &bearer),
            form: None,
        };
        self.same(at, "/userinfo", &same)
    }

    /// As a browser asks that has just been sent there: it has its cookie from the redirect.
    pub(super) fn sign_in_page(&self, at: &Authority) -> Result<Measured, Failure> {
        let visitor = Visitor::make(at)?;
        let mut browser = Browser::open(at.address)?;
        let path = sign_in_path(&mut browser, &visitor)?;
        let cookie = browser.cookie();
        let same = Same {
            header: ("Cookie", &cookie),
            form: None,
        };
        self.same(at, &path, &same)
    }
}

/// Where the authority sends a browser in which nobody is signed in: the page is looked at too.
pub(in crate::bench) fn sign_in_path(
    browser: &mut Browser,
    visitor: &Visitor,
) -> Result<String, Failure> {
    let asked = browser.get(&visitor.app.authorize((Form::Es256, Scoped::OpenId)))?;
    let path = asked.location.as_deref().and_then(path_of);
    let path = path.ok_or_else(|| asked.fault("/authorize"))?;
    let page = browser.get(&path)?;
    if page.status == 200 && page.body.contains("id=\"sign-in\"") {
        return Ok(path);
    }
    Err(page.fault("/sign-in/").into())
}

/// The answer to a first code: what the row's answers are like.
fn redeemed(at: &Authority, visitor: &Visitor, wanted: (Form, Scoped)) -> Result<Answer, Failure> {
    let codes = visitor.codes(at, wanted, 1)?;
    let answer = visitor.redeem(&mut connect(at.address)?, &codes.concat())?;
    let (has, should) = (
        answer.member("id_token").is_some(),
        wanted.1 == Scoped::OpenId,
    );
    if has == should && answer.member("refresh_token").is_some() {
        return Ok(answer);
    }
    Err(answer
        .fault("/token, which should give what was allowed")
        .into())
}

/// The path of an address of ours, whether it comes whole or as a path.
fn path_of(location: &str) -> Option<String> {
    let start = location.find("/sign-in/")?;
    location.get(start..).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_found_in_a_path_and_in_an_address() {
        let path = Some("/sign-in/?request=r".to_owned());
        assert_eq!(path_of("http://127.0.0.1:1/sign-in/?request=r"), path);
        assert_eq!(path_of("/sign-in/?request=r"), path);
        assert_eq!(path_of("https://app.example/callback?error=e"), None);
    }
}
