//! One token, one route: what is let pass, what is refused, what is asked for.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use symbolon_jose::jwt::Purpose;
use symbolon_jose::{Algorithm, ClaimError, FormError, KeySet, SigningKey, VerifyError};
use symbolon_token::feed::{Change, State};
use symbolon_token::time::Time;
use symbolon_verify::{
    Death, Demand, Moment, Need, Outcome, Policy, Presented, Proven, Refusal, Scheme, Typed,
    Verifier,
};

use crate::arrange::{
    AUDIENCE, CLIENT, Channel, Draft, ISSUER, NOON, after, feed_keys, key, node, nonce, stands,
    token_keys,
};

/// A verifier that follows, fresh as of the beginning.
fn following(channel: &Channel) -> Verifier {
    let verifier = Verifier::following(ISSUER, AUDIENCE);
    verifier.set_keys(token_keys());
    verifier.learn(|knowledge| {
        knowledge
            .apply_snapshot(&channel.snapshot(), &feed_keys())
            .unwrap();
    });
    hear(&verifier, channel, 0);
    verifier
}

fn hear(verifier: &Verifier, channel: &Channel, at: u64) {
    verifier.learn(|knowledge| {
        knowledge.ask(nonce(1), after(at).monotonic);
        knowledge
            .echo(&channel.echo(nonce(1)), &feed_keys())
            .unwrap();
    });
}

fn bearer(token: &str) -> Presented<'_> {
    Presented {
        token,
        scheme: Scheme::Bearer,
        proven: Proven::default(),
        seen_at: after(0).monotonic,
    }
}

/// What a verifier says, in one word to compare.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Admitted(String),
    Refused(Refusal),
    Needs(Need),
}

fn said(verifier: &Verifier, token: &str, demand: &Demand, now: Moment) -> Said {
    match verifier.verify(&bearer(token), demand, now) {
        Outcome::Admitted(access) => Said::Admitted(access.sub.to_string()),
        Outcome::Refused(refusal) => Said::Refused(refusal),
        Outcome::Needs(need) => Said::Needs(need),
    }
}

fn simply(draft: &Draft, demand: &Demand) -> Said {
    said(
        &following(&Channel::new(1)),
        &draft.sign(),
        demand,
        after(1),
    )
}

fn alice() -> Said {
    Said::Admitted("alice".to_owned())
}

#[test]
fn a_live_token_passes_again_and_again_until_a_frame_kills_it() {
    let mut channel = Channel::new(1);
    let verifier = following(&channel);
    let (token, any) = (Draft::default().sign(), Demand::any());
    for millis in 0..3 {
        assert_eq!(said(&verifier, &token, &any, after(millis)), alice());
    }
    assert_eq!(verifier.remembered(), 1);
    let frame = channel.frame(stands(CLIENT, 1, State::Live));
    verifier.learn(|knowledge| knowledge.apply_frame(&frame, &feed_keys()).unwrap());
    let dead = Said::Refused(Refusal::Dead(Death::Revoked(node(CLIENT))));
    assert_eq!(said(&verifier, &token, &any, after(4)), dead);
}

#[test]
fn a_remembered_token_is_no_pass_for_another_signature_under_the_same_words() {
    let verifier = following(&Channel::new(1));
    let (token, any) = (Draft::default().sign(), Demand::any());
    assert_eq!(said(&verifier, &token, &any, after(1)), alice());
    let not_authentic = |error| Said::Refused(Refusal::NotAuthentic(error));
    let (signed, signature) = token.rsplit_once('.').unwrap();
    for at in 0..signature.len() - 1 {
        let mut forged = signature.as_bytes().to_vec();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = format!("{signed}.{}", str::from_utf8(&forged).unwrap());
        let answer = said(&verifier, &forged, &any, after(1));
        assert_eq!(answer, not_authentic(VerifyError::Signature), "{at}");
    }
    for cut in ["", &signature[..signature.len() - 2]] {
        let answer = said(&verifier, &format!("{signed}.{cut}"), &any, after(1));
        assert_eq!(answer, not_authentic(VerifyError::Signature), "{cut}");
    }
    assert_eq!(said(&verifier, &token, &any, after(1)), alice());
    let (recalled, checked) = verifier.recalled();
    assert_eq!((verifier.remembered(), recalled), (1, 1));
    assert_eq!(checked, 1 + signature.len() as u64 - 1 + 2);
}

#[test]
fn what_is_no_jwt_is_refused_without_a_key_and_is_not_counted() {
    let verifier = Verifier::following(ISSUER, AUDIENCE);
    let token = Draft::default().sign();
    let long = format!("{}.{}.AA", "A".repeat(8), "A".repeat(16 * 1024));
    for (text, error) in [
        ("x", FormError::Parts),
        ("a.b.c.d", FormError::Parts),
        (&long, FormError::TooLong { limit: 16 * 1024 }),
    ] {
        let refused = Refusal::NotAuthentic(VerifyError::Form(error));
        let answer = said(&verifier, text, &Demand::any(), after(1));
        assert_eq!(answer, Said::Refused(refused));
    }
    assert_eq!(verifier.recalled(), (0, 0));
    let answer = said(&verifier, &token, &Demand::any(), after(1));
    assert_eq!(answer, Said::Needs(Need::Keys));
    assert_eq!(verifier.recalled(), (0, 1));
}

#[test]
fn what_prints_of_an_admitted_token_is_not_the_token() {
    let verifier = following(&Channel::new(1));
    let token = Draft::default().sign();
    let outcome = verifier.verify(&bearer(&token), &Demand::any(), after(1));
    let printed = format!("{outcome:?}");
    assert!(printed.contains("alice"), "{printed}");
    for part in token.split('.') {
        assert!(!printed.contains(part), "{printed}");
    }
}

#[test]
fn of_two_signatures_under_the_same_words_each_is_checked() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let draft = Draft {
        key: Arc::new(key.with_kid("token-1")),
        ..Draft::default()
    };
    let verifier = Verifier::offline(ISSUER, AUDIENCE, KeySet::new([draft.key.public()]).unwrap());
    let now = Moment {
        wall: NOON,
        ..after(0)
    };
    // ECDSA signs anew by chance each time.
    let (one, other) = (draft.sign(), draft.sign());
    assert_ne!(one, other);
    for token in [&one, &one, &other, &other, &one] {
        assert_eq!(said(&verifier, token, &Demand::any(), now), alice());
    }
    assert_eq!((verifier.remembered(), verifier.recalled()), (1, (2, 3)));
}

#[test]
fn a_remembered_token_ends_with_its_time_and_with_the_light() {
    let channel = Channel::new(1);
    let verifier = following(&channel);
    let (token, any) = (Draft::default().sign(), Demand::any());
    assert_eq!(said(&verifier, &token, &any, after(1)), alice());
    assert_eq!(said(&verifier, &token, &any, after(10_000)), alice());
    let closed = said(&verifier, &token, &any, after(10_001));
    assert!(matches!(closed, Said::Refused(Refusal::Unavailable { .. })));
    let open = Demand::any().policy(Policy::BoundedOpen(Duration::from_hours(1)));
    assert_eq!(said(&verifier, &token, &open, after(599_999)), alice());
    let expired = Said::Refused(Refusal::Dead(Death::Expired));
    assert_eq!(said(&verifier, &token, &open, after(600_000)), expired);
}

#[test]
fn steps_of_the_wall_clock_change_nothing_while_following() {
    let verifier = following(&Channel::new(1));
    let (token, any) = (Draft::default().sign(), Demand::any());
    for hours in [-1, 0, 1, 100_000] {
        let wall = Time(NOON.0 + hours * 3_600_000);
        let now = Moment { wall, ..after(1) };
        assert_eq!(said(&verifier, &token, &any, now), alice(), "{hours}");
    }
}

#[test]
fn without_a_feed_the_wall_clock_decides() {
    let verifier = Verifier::offline(ISSUER, AUDIENCE, token_keys());
    let (token, any) = (Draft::default().sign(), Demand::any());
    let at = |seconds: i64| Moment {
        wall: Time(NOON.0 + seconds * 1000),
        ..after(0)
    };
    assert_eq!(said(&verifier, &token, &any, at(599)), alice());
    let refused = |death| Said::Refused(Refusal::Dead(death));
    assert_eq!(
        said(&verifier, &token, &any, at(600)),
        refused(Death::Expired)
    );
    assert_eq!(
        said(&verifier, &token, &any, at(-61)),
        refused(Death::NotYetValid)
    );
}

#[test]
fn an_unknown_key_is_asked_for() {
    let key = key(9, "token-9");
    let needs = Said::Needs(Need::Keys);
    assert_eq!(
        simply(
            &Draft {
                key,
                ..Draft::default()
            },
            &Demand::any()
        ),
        needs
    );
    let empty = Verifier::following(ISSUER, AUDIENCE);
    let token = Draft::default().sign();
    assert_eq!(said(&empty, &token, &Demand::any(), after(0)), needs);
}

#[test]
fn keys_that_are_withdrawn_are_believed_no_longer() {
    let verifier = following(&Channel::new(1));
    let (token, any) = (Draft::default().sign(), Demand::any());
    assert_eq!(said(&verifier, &token, &any, after(1)), alice());
    let other = symbolon_jose::KeySet::new([key(9, "token-9").public()]).unwrap();
    verifier.set_keys(other);
    assert_eq!(
        said(&verifier, &token, &any, after(1)),
        Said::Needs(Need::Keys)
    );
}

#[test]
fn other_types_issuers_and_audiences_are_refused() {
    let refused = |error| Said::Refused(Refusal::NotAuthentic(error));
    let purpose = Purpose::IdToken;
    let id = Draft {
        purpose,
        ..Draft::default()
    };
    assert_eq!(simply(&id, &Demand::any()), refused(VerifyError::Typ));
    for (claims, error) in [
        (json!({"iss": "https://other.example"}), ClaimError::Issuer),
        (
            json!({"aud": "https://other.example"}),
            ClaimError::Audience,
        ),
    ] {
        let token = Draft {
            claims,
            ..Draft::default()
        };
        assert_eq!(
            simply(&token, &Demand::any()),
            refused(VerifyError::Claim(error))
        );
    }
    let purpose = Purpose::AccessTokenPlain;
    let plain = Draft {
        purpose,
        ..Draft::default()
    }
    .sign();
    let verifier = Verifier::offline(ISSUER, AUDIENCE, token_keys()).typed(Typed::Plain);
    let now = Moment {
        wall: NOON,
        ..after(0)
    };
    assert_eq!(said(&verifier, &plain, &Demand::any(), now), alice());
    let token = Draft::default().sign();
    assert_eq!(
        said(&verifier, &token, &Demand::any(), now),
        refused(VerifyError::Typ)
    );
}

#[test]
fn a_route_demands_scopes_and_sign_ins() {
    let claims = json!({"acr": "phr", "auth_time": NOON.seconds() - 100});
    let token = Draft {
        claims,
        ..Draft::default()
    };
    let seconds = Duration::from_secs;
    let scope = Demand::scope("read write").unwrap();
    assert_eq!(simply(&token, &scope), alice());
    let lacking = Said::Refused(Refusal::Scope);
    assert_eq!(
        simply(&token, &Demand::scope("read delete").unwrap()),
        lacking
    );
    let weak = || Said::Refused(Refusal::Authentication);
    assert_eq!(
        simply(&token, &Demand::any().acr_values(["phrh", "phr"])),
        alice()
    );
    assert_eq!(simply(&token, &Demand::any().acr_values(["phrh"])), weak());
    assert_eq!(
        simply(&token, &Demand::any().max_age(seconds(101))),
        alice()
    );
    assert_eq!(simply(&token, &Demand::any().max_age(seconds(99))), weak());
    assert_eq!(
        simply(&Draft::default(), &Demand::any().max_age(seconds(99))),
        weak()
    );
    assert_eq!(
        simply(&Draft::default(), &Demand::any().acr_values(["phr"])),
        weak()
    );
}

#[test]
fn a_bound_token_wants_its_proof_also_when_it_is_remembered() {
    let claims = json!({"cnf": {"jkt": "thumb"}});
    let token = Draft {
        claims,
        ..Draft::default()
    }
    .sign();
    let verifier = following(&Channel::new(1));
    let presented = |jkt| Presented {
        scheme: Scheme::DPoP,
        proven: Proven {
            jkt,
            ..Proven::default()
        },
        ..bearer(&token)
    };
    let passes = |presented: &Presented<'_>| {
        let outcome = verifier.verify(presented, &Demand::any(), after(1));
        matches!(outcome, Outcome::Admitted(_))
    };
    assert!(passes(&presented(Some("thumb"))));
    assert!(!passes(&presented(Some("other"))));
    assert!(!passes(&presented(None)));
    assert!(!passes(&bearer(&token)));
}

#[test]
fn a_strange_token_waits_for_news_and_passes_when_they_explain_it() {
    let mut channel = Channel::new(1);
    let verifier = following(&channel);
    let token = Draft {
        index: 1000,
        ..Draft::default()
    };
    let (text, any) = (token.sign(), Demand::any());
    assert_eq!(
        said(&verifier, &text, &any, after(1)),
        Said::Needs(Need::News)
    );
    let leases = [(token.bucket().0, 2000)].into();
    let frame = channel.frame(Change {
        leases,
        ..Change::default()
    });
    verifier.learn(|knowledge| knowledge.apply_frame(&frame, &feed_keys()).unwrap());
    assert_eq!(said(&verifier, &text, &any, after(2)), alice());
}

#[test]
fn a_route_that_introspects_asks_when_knowledge_is_stale() {
    let verifier = following(&Channel::new(1));
    let (token, demand) = (
        Draft::default().sign(),
        Demand::any().policy(Policy::Introspect),
    );
    assert_eq!(said(&verifier, &token, &demand, after(3000)), alice());
    assert_eq!(
        said(&verifier, &token, &demand, after(3001)),
        Said::Needs(Need::Introspection)
    );
    let vouched = verifier.vouched(&bearer(&token), &demand, after(3001));
    assert!(matches!(vouched, Outcome::Admitted(_)));
}
