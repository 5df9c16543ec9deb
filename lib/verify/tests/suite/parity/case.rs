//! The cases of the parity file.

use super::{Case, Demand, Policy, Sender};
use crate::arrange::NOON;

/// A token, judged 10 ms after the beginning by a route that fails closed.
fn case(token: &str, feed: &str, verdict: &str) -> Case {
    at(10, token, feed, verdict)
}

fn at(at: u64, token: &str, feed: &str, verdict: &str) -> Case {
    Case {
        name: format!("{token}; {feed}; at {at}"),
        token: token.to_owned(),
        feed: Some(feed.to_owned()),
        seen_at: 10.min(at),
        at,
        wall: NOON.0,
        verdict: verdict.to_owned(),
        ..Case::default()
    }
}

fn named(name: &str, case: Case) -> Case {
    let name = format!("{}: {name}", case.name);
    Case { name, ..case }
}

fn by(policy: Policy, case: Case) -> Case {
    let case = Case { policy, ..case };
    named(&format!("{policy:?}"), case)
}

fn alone(seconds: i64, token: &str, verdict: &str) -> Case {
    Case {
        name: format!("{token}; no feed; {seconds} s after"),
        feed: None,
        wall: NOON.0 + seconds * 1000,
        ..case(token, "", verdict)
    }
}

fn wanting(demand: Demand, token: &str, verdict: &str) -> Case {
    let wanted = serde_json::to_string(&demand).unwrap();
    let demand = Some(demand);
    named(
        &wanted,
        Case {
            demand,
            ..case(token, "quiet", verdict)
        },
    )
}

fn sent(scheme: &str, jkt: Option<&str>, x5t_s256: Option<&str>, case: Case) -> Case {
    let sender = Sender {
        scheme: scheme.to_owned(),
        jkt: jkt.map(str::to_owned),
        x5t_s256: x5t_s256.map(str::to_owned),
    };
    let name = serde_json::to_string(&sender).unwrap();
    named(
        &name,
        Case {
            sender: Some(sender),
            ..case
        },
    )
}

pub(super) fn cases() -> Vec<Case> {
    [
        authentic(),
        life(),
        time(),
        age(),
        strange(),
        feed(),
        demand(),
        sender(),
    ]
    .concat()
}

fn authentic() -> Vec<Case> {
    let mut cases = vec![
        case("plain", "quiet", "live"),
        case("for two audiences", "quiet", "live"),
        case("of another key", "quiet", "unknown_key"),
        case("of another key", "another key announced", "announced_key"),
    ];
    for token in [
        "damaged",
        "unsigned",
        "garbage",
        "of a stranger",
        "typed JWT",
        "typed logout",
        "of another issuer",
        "for another audience",
        "without client",
    ] {
        cases.push(case(token, "quiet", "not_authentic"));
    }
    cases
}

fn life() -> Vec<Case> {
    vec![
        case("plain", "client revoked", "revoked"),
        case("of the client's second epoch", "client revoked", "live"),
        case("plain", "client disabled", "disabled"),
        case("plain", "client of an unknown state", "revoked"),
        case("plain", "subject revoked", "revoked"),
        case("plain", "key ended", "revoked"),
        case("plain", "realm revoked", "revoked"),
        case("plain", "bit set", "bit"),
        case("plain", "swept", "swept"),
        case("veiled", "quiet", "live"),
        case("veiled", "veiled dead", "veiled"),
        case("veiled", "other veiled dead", "live"),
        case("veiled", "veiled revived", "live"),
        case("veiled", "client revoked", "revoked"),
        case("veiled for another audience", "quiet", "introspect"),
        case("veiled for another audience", "bit set", "bit"),
    ]
}

fn time() -> Vec<Case> {
    let open = |case| by(Policy::BoundedOpen(3_600_000), case);
    let wall = |wall, case| named(&format!("wall clock {wall}"), Case { wall, ..case });
    vec![
        open(at(599_999, "plain", "quiet", "live")),
        open(at(600_000, "plain", "quiet", "expired")),
        // The echo took two seconds: it may be that much later than it says.
        at(2000, "plain", "end almost reached", "expired"),
        at(1005, "plain", "clock set back", "expired"),
        case("of later", "quiet", "not_yet_valid"),
        open(at(60_000, "of later", "quiet", "live")),
        at(
            999,
            "not before a minute and a second",
            "quiet",
            "not_yet_valid",
        ),
        at(1000, "not before a minute and a second", "quiet", "live"),
        wall(NOON.0 - 3_600_000, case("plain", "quiet", "live")),
        wall(NOON.0 + 3_600_000, case("plain", "quiet", "live")),
        wall(0, open(at(600_000, "plain", "quiet", "expired"))),
        alone(0, "plain", "live"),
        alone(599, "plain", "live"),
        alone(600, "plain", "expired"),
        alone(-60, "plain", "live"),
        alone(-61, "plain", "not_yet_valid"),
        alone(0, "without descent", "live"),
        alone(0, "with a foreign name", "live"),
    ]
}

fn age() -> Vec<Case> {
    let ask = |case| by(Policy::Introspect, case);
    let open = |case| by(Policy::BoundedOpen(60_000), case);
    vec![
        at(3000, "plain", "quiet", "live"),
        at(3001, "plain", "quiet", "live"),
        at(10_000, "plain", "quiet", "live"),
        at(10_001, "plain", "quiet", "closed"),
        ask(at(3000, "plain", "quiet", "live")),
        ask(at(3001, "plain", "quiet", "introspect")),
        ask(at(60_001, "plain", "quiet", "introspect")),
        open(at(60_000, "plain", "quiet", "live")),
        open(at(60_001, "plain", "quiet", "closed")),
        case("plain", "nothing heard", "closed"),
        case("plain", "no echo", "closed"),
        ask(case("plain", "no echo", "introspect")),
        open(case("plain", "no echo", "closed")),
        // What is dead is dead in the dark too.
        at(60_000, "plain", "bit set", "bit"),
        ask(at(60_000, "plain", "bit set", "bit")),
        at(60_000, "damaged", "quiet", "not_authentic"),
    ]
}

fn strange() -> Vec<Case> {
    vec![
        case("last leased", "quiet", "live"),
        case("never leased", "quiet", "catch_up"),
        case("of the client's second epoch", "quiet", "catch_up"),
        case("plain", "settled without the key", "closed"),
        at(605, "never leased", "settled", "forged_never_leased"),
        Case {
            seen_at: 101,
            ..named("seen later", at(605, "never leased", "settled", "catch_up"))
        },
        at(
            605,
            "of the client's second epoch",
            "settled",
            "forged_unborn",
        ),
        at(605, "plain", "settled without the key", "key_gone"),
        at(605, "plain", "settled", "live"),
        case("without descent", "quiet", "forged_orphan"),
        case("with broken descent", "quiet", "forged_orphan"),
        case("without realm", "quiet", "forged_orphan"),
        case("without key", "quiet", "forged_orphan"),
        case("with a foreign name", "quiet", "forged_never_leased"),
        case("in another bucket", "quiet", "forged_never_leased"),
    ]
}

fn feed() -> Vec<Case> {
    vec![
        case("plain", "behind", "closed"),
        case("plain", "caught up", "bit"),
        case("last leased", "caught up", "live"),
        case("plain", "attacked", "live"),
        case("plain", "replayed", "bit"),
        case("plain", "restarted", "bit"),
        case("last leased", "restarted", "live"),
        case("plain", "restarted and confirmed", "bit"),
        at(10_001, "plain", "restarted", "bit"),
        at(10_001, "last leased", "restarted", "closed"),
        case("plain", "restarted, client disabled", "catch_up"),
        case("plain", "restarted, with less", "live"),
    ]
}

fn demand() -> Vec<Case> {
    let scope = |scope: &str| Demand {
        scope: scope.to_owned(),
        ..Demand::default()
    };
    let acr = |values: &[&str]| Demand {
        acr_values: values.iter().map(|one| (*one).to_owned()).collect(),
        ..Demand::default()
    };
    let max_age = |seconds| Demand {
        max_age: Some(seconds),
        ..Demand::default()
    };
    let weak = "insufficient_user_authentication";
    vec![
        wanting(scope("read"), "plain", "live"),
        wanting(scope("write read"), "plain", "live"),
        wanting(scope("read delete"), "plain", "insufficient_scope"),
        wanting(acr(&["phrh", "phr"]), "signed in", "live"),
        wanting(acr(&["phrh"]), "signed in", weak),
        wanting(acr(&["phr"]), "plain", weak),
        wanting(max_age(101), "signed in", "live"),
        wanting(max_age(99), "signed in", weak),
        wanting(max_age(99), "plain", weak),
    ]
}

fn sender() -> Vec<Case> {
    let key = |verdict| case("bound to a key", "quiet", verdict);
    let certificate = |verdict| case("bound to a certificate", "quiet", verdict);
    let both = |verdict| case("bound to both", "quiet", verdict);
    let (thumb, cert) = (Some("thumb"), Some("cert"));
    vec![
        key("unproven"),
        sent("Bearer", thumb, None, key("unproven")),
        sent("DPoP", None, None, key("unproven")),
        sent("DPoP", Some("other"), None, key("unproven")),
        sent("DPoP", thumb, None, key("live")),
        certificate("unproven"),
        sent("Bearer", None, Some("other"), certificate("unproven")),
        sent("Bearer", None, cert, certificate("live")),
        sent("DPoP", None, cert, certificate("unproven")),
        sent("DPoP", thumb, None, both("unproven")),
        sent("DPoP", thumb, cert, both("live")),
        case("bound in an unknown way", "quiet", "unproven"),
        sent("DPoP", thumb, None, case("plain", "quiet", "unproven")),
        sent("Bearer", thumb, cert, case("plain", "quiet", "live")),
    ]
}
