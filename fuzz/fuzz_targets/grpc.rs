//! A question of Envoy over gRPC, of any bytes: the reader never panics, the answer is one message or a
//! status, and nothing passes without a route, or where one is guarded without the token.
//!
//! The input is the message; its frame is put before it. Where its first byte is 0xff, what follows is
//! the whole body as it is.

#![no_main]

use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use libfuzzer_sys::fuzz_target;
use symbolon_gate::{
    Claims, Decision, Front, GRPC_PATH, Gate, Identity, Judge, NotSigned, Question, RouteKind,
    RouteSettings, Settings, Sign, Verdict, answer,
};
use symbolon_token::random::Random;
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

const AUDIENCE: &str = "https://api.example.com";
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The one token that lives.
const TOKEN: &str = "good";

struct One;

impl Judge for One {
    async fn judge(&self, token: &str, audience: &str) -> Verdict {
        if token != TOKEN || audience != AUDIENCE {
            return Verdict::Dead;
        }
        Verdict::Alive(Box::new(Identity {
            issuer: "https://auth.example.com".to_owned(),
            subject: "alice".to_owned(),
            client: "app".to_owned(),
            scope: Scope::default(),
            audience: vec![AUDIENCE.to_owned()],
            issued_at: None,
            expires_at: Time(i64::MAX),
            auth_time: None,
            acr: None,
            token_id: None,
            is_bound: false,
        }))
    }
}

impl Sign for One {
    async fn sign(&self, _: &Claims<'_>) -> Result<String, NotSigned> {
        Err(NotSigned("assertions are not wanted".to_owned()))
    }
}

impl Random for One {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

static GATE: LazyLock<Gate> = LazyLock::new(|| {
    let route = |path: &str, public| RouteSettings {
        host: Some("api.example.com".to_owned()),
        path: Some(path.to_owned()),
        audience: AUDIENCE.to_owned(),
        public,
        ..RouteSettings::default()
    };
    let settings = Settings {
        proxies: vec![HERE.into()],
        prefix: None,
        routes: vec![route("/public", true), route("/orders", false)],
        assertion: None,
    };
    Gate::new(settings, Arc::new(One)).expect("the settings are whole")
});

fn framed(data: &[u8]) -> Bytes {
    if let Some((0xff, rest)) = data.split_first() {
        return Bytes::copy_from_slice(rest);
    }
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    [&[0], &length.to_be_bytes()[..], data].concat().into()
}

fn holds(data: &[u8], what: &str) -> bool {
    let mut all = data.windows(what.len());
    all.any(|some| some.eq_ignore_ascii_case(what.as_bytes()))
}

fuzz_target!(|data: &[u8]| {
    let body = framed(data);
    let head = Request::post(GRPC_PATH).header(CONTENT_TYPE, "application/grpc");
    let (head, ()) = head.body(()).expect("a head").into_parts();
    let question = Question {
        front: Front::EnvoyGrpc,
        from: HERE,
        now: Time(1_800_000_000_000),
        head: &head,
        body: &body,
    };
    let answering = pin!(answer(&GATE, (&One, &One), question));
    let Poll::Ready(answer) = answering.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("nothing is waited for");
    };
    let decision = answer.extensions().get::<Decision>();
    let decision = decision.expect("what was decided is told");
    assert!(Decision::OUTCOMES.contains(&decision.outcome));
    let passed = decision.outcome.starts_with("passed");
    if passed {
        assert!(holds(data, "api.example.com"), "no route fits");
    }
    if passed && decision.route == RouteKind::Guarded {
        assert_eq!(decision.outcome, "passed");
        assert!(holds(data, TOKEN), "without the token");
        assert!(holds(data, "authorization"), "without its header");
    }
    let reply = answer.body();
    match reply.trailers {
        Some(_) => {
            let length = reply.body.get(1..5).expect("a frame has a head");
            let length = u32::from_be_bytes(length.try_into().expect("four bytes"));
            assert_eq!(reply.body.len(), 5 + length as usize, "one message");
        }
        None => {
            assert!(reply.body.is_empty() && answer.headers().contains_key("grpc-status"));
        }
    }
});
