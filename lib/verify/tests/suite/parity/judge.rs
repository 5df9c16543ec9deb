//! Judge the parity file's cases by this library, knowing nothing but the file.

use std::time::Duration;

use symbolon_jose::{Algorithm, JwkSet, KeySet, VerifyError};
use symbolon_token::feed::Finding;
use symbolon_token::time::Time;
use symbolon_verify::knowledge::{Applied, Echoed};
use symbolon_verify::{
    self as library, Death, FeedError, FeedKeys, Knowledge, Moment, Monotonic, Need, Outcome,
    Presented, Proven, Refusal, Scheme, Verifier,
};

use super::{Case, Demand, Parity, Policy, Sender, Step, What};

fn millis(at: u64) -> Monotonic {
    Monotonic(Duration::from_millis(at))
}

/// What is otherwise than the file says, a line for each.
pub(super) fn wrong(parity: &Parity) -> Vec<String> {
    let mut wrong = Vec::new();
    let keys = FeedKeys::parse(parity.feed_keys.to_string()).unwrap();
    for (name, steps) in &parity.feeds {
        let mut knowledge = Knowledge::new(&parity.issuer, &parity.audience);
        for (at, step) in steps.iter().enumerate() {
            let (does, expected) = take(&mut knowledge, step, &keys);
            if does != expected {
                wrong.push(format!("{name}, step {at}: {does}, not {expected}"));
            }
        }
    }
    for case in &parity.cases {
        let said = said(parity, case, &keys);
        if said != case.verdict {
            wrong.push(format!("{}: {said}, not {}", case.name, case.verdict));
        }
    }
    wrong
}

fn take<'a>(knowledge: &mut Knowledge, step: &'a Step, keys: &FeedKeys) -> (&'static str, &'a str) {
    match &step.what {
        What::Ask(nonce) => {
            knowledge.ask(nonce.parse().unwrap(), millis(step.at));
            ("", "")
        }
        What::Snapshot(text) => {
            let taken = knowledge.apply_snapshot(&text.text, keys);
            (taken.map_or_else(word, |()| "taken"), &text.does)
        }
        What::Frame(text) => {
            let applied = knowledge.apply_frame(&text.text, keys);
            let does = applied.map_or_else(word, |applied| match applied {
                Applied::Old => "old",
                Applied::New { kills: false, .. } => "new",
                Applied::New { kills: true, .. } => "kills",
            });
            (does, &text.does)
        }
        What::Heartbeat(text) => {
            let heard = knowledge.heartbeat(&text.text, keys);
            (heard.map_or_else(word, |()| "in_step"), &text.does)
        }
        What::Echo(text) => {
            let heard = knowledge.echo(&text.text, keys);
            let does = heard.map_or_else(word, |echoed| match echoed {
                Echoed::Fresh(_) => "fresh",
                Echoed::Behind => "behind",
            });
            (does, &text.does)
        }
    }
}

fn word(error: FeedError) -> &'static str {
    match error {
        FeedError::Forged(VerifyError::KeyUnknown) => "unknown_key",
        FeedError::Forged(_) => "forged",
        FeedError::Unreadable => "unreadable",
        FeedError::Foreign => "foreign",
        FeedError::OldTerm => "old_term",
        FeedError::NewTerm => "new_term",
        FeedError::OtherStream => "other_stream",
        FeedError::Gap { .. } => "gap",
        FeedError::Fork => "fork",
        FeedError::Nothing => "nothing",
        FeedError::UnknownNonce => "unknown_nonce",
        _ => "?",
    }
}

fn said(parity: &Parity, case: &Case, feed_keys: &FeedKeys) -> &'static str {
    let set = JwkSet::parse(parity.keys.to_string()).unwrap();
    let keys = KeySet::from_jwks(&set, &[Algorithm::Ed25519]).unwrap();
    let bounds = library::Bounds {
        fresh: Duration::from_millis(parity.bounds.fresh_ms),
        dark: Duration::from_millis(parity.bounds.dark_ms),
    };
    let verifier = match &case.feed {
        None => Verifier::offline(&parity.issuer, &parity.audience, keys),
        Some(feed) => {
            let verifier = Verifier::following(&parity.issuer, &parity.audience).bounds(bounds);
            verifier.set_keys(keys);
            for step in parity.feeds[feed].iter().filter(|step| step.at <= case.at) {
                verifier.learn(|knowledge| take(knowledge, step, feed_keys));
            }
            verifier
        }
    };
    let sender = case.sender.clone().unwrap_or_default();
    let presented = presented(parity, case, &sender);
    let now = Moment {
        monotonic: millis(case.at),
        wall: Time(case.wall),
    };
    let demand = demand(case);
    let outcome = || match outcome(&verifier.verify(&presented, &demand, now)) {
        "unknown_key" if is_announced(&verifier, presented.token) => "announced_key",
        outcome => outcome,
    };
    let first = outcome();
    // What is remembered is judged as what is new.
    assert_eq!(outcome(), first, "{}", case.name);
    first
}

fn is_announced(verifier: &Verifier, token: &str) -> bool {
    let kid = symbolon_jose::danger::unverified_header(token).unwrap().kid;
    kid.is_some_and(|kid| verifier.announces(&kid))
}

fn presented<'a>(parity: &'a Parity, case: &Case, sender: &'a Sender) -> Presented<'a> {
    Presented {
        token: &parity.tokens[&case.token],
        scheme: match sender.scheme.as_str() {
            "DPoP" => Scheme::DPoP,
            _ => Scheme::Bearer,
        },
        proven: Proven {
            jkt: sender.jkt.as_deref(),
            x5t_s256: sender.x5t_s256.as_deref(),
        },
        seen_at: millis(case.seen_at),
    }
}

fn demand(case: &Case) -> library::Demand {
    let Demand {
        scope,
        acr_values,
        max_age,
    } = case.demand.clone().unwrap_or_default();
    let demand = library::Demand::scope(&scope).unwrap();
    let demand = demand.acr_values(acr_values.iter().map(String::as_str));
    let demand = demand.policy(match case.policy {
        Policy::FailClosed => library::Policy::FailClosed,
        Policy::Introspect => library::Policy::Introspect,
        Policy::BoundedOpen(limit) => library::Policy::BoundedOpen(Duration::from_millis(limit)),
    });
    match max_age {
        Some(seconds) => demand.max_age(Duration::from_secs(seconds)),
        None => demand,
    }
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Admitted(_) => "live",
        Outcome::Needs(Need::Keys) => "unknown_key",
        Outcome::Needs(Need::News) => "catch_up",
        Outcome::Needs(Need::Introspection) => "introspect",
        Outcome::Refused(refusal) => match refusal {
            Refusal::NotAuthentic(_) => "not_authentic",
            Refusal::Unproven => "unproven",
            Refusal::Scope => "insufficient_scope",
            Refusal::Authentication => "insufficient_user_authentication",
            Refusal::Unavailable { .. } => "closed",
            Refusal::Dead(death) => cause(*death),
            Refusal::Missing | Refusal::Request | Refusal::Inactive | _ => "?",
        },
    }
}

fn cause(death: Death) -> &'static str {
    match death {
        Death::Expired => "expired",
        Death::NotYetValid => "not_yet_valid",
        Death::Revoked(_) => "revoked",
        Death::Disabled(_) => "disabled",
        Death::Veiled => "veiled",
        Death::Bit => "bit",
        Death::Swept => "swept",
        Death::KeyGone => "key_gone",
        Death::Forged(Finding::NeverLeased) => "forged_never_leased",
        Death::Forged(Finding::Unborn) => "forged_unborn",
        Death::Forged(Finding::Orphan) => "forged_orphan",
    }
}
