//! Signed tokens: ours they verify, theirs we verify, and nobody takes one that was changed.

use serde_json::{Value, json};

use crate::library::{JOSE, JOSEKIT, JOSERFC, JSONWEBTOKEN, Library, PYJWT, Question};
use crate::{key, ours};

pub(crate) fn verify(alg: &str, token: &str) -> Value {
    json!({
        "do": "verify", "alg": alg, "key": key::verifying(alg), "token": token,
        "header": ours::header(alg), "issuer": ours::issuer(alg), "audience": ours::AUDIENCE,
    })
}

pub(crate) fn sign(alg: &str) -> Value {
    json!({
        "do": "sign", "alg": alg, "key": key::signing(alg), "pem": key::pem(alg),
        "header": ours::header(alg), "claims": ours::claims(alg),
    })
}

/// Ours: they read the claims, and refuse every change, and another issuer.
fn ours_to_theirs(alg: &str) -> Vec<Question> {
    let token = ours::sign(alg);
    let claim = format!("{alg} of ours verifies");
    let mut questions = vec![Question::gives(
        &claim,
        verify(alg, &token),
        ours::claims(alg),
    )];
    let changed = ours::tampered(&token);
    assert_eq!(changed.len(), 3);
    let refused = format!("{alg} of ours is refused when changed");
    questions.extend(
        changed
            .iter()
            .map(|token| Question::refused(&refused, verify(alg, token))),
    );
    let mut other = verify(alg, &token);
    other["issuer"] = "https://another.example".into();
    questions.push(Question::refused("another issuer is refused", other));
    questions
}

/// Theirs: we read the claims, and refuse every change.
fn theirs_to_ours(alg: &'static str) -> Question {
    let claim = format!("{alg} of theirs verifies");
    Question::judged(&claim, sign(alg), move |value| {
        let token = value.as_str().ok_or("no token")?;
        let claims = ours::verify(alg, token)?;
        assert_eq!(claims, ours::claims(alg));
        match ours::tampered(token)
            .iter()
            .find(|changed| ours::verify(alg, changed).is_ok())
        {
            Some(changed) => Err(format!("accepted: {changed}")),
            None => Ok(()),
        }
    })
}

fn both_ways(library: &Library) {
    let lacking = library.lacking(ours::SIGNED);
    let refused = lacking.iter().flat_map(|alg| {
        let claim = format!("{alg} stands among what is lacking");
        let token = ours::sign(alg);
        [sign(alg), verify(alg, &token)].map(|task| Question::refused(&claim, task))
    });
    let mut questions: Vec<Question> = refused.collect();
    for alg in ours::SIGNED.iter().filter(|alg| library.knows(alg)) {
        questions.extend(ours_to_theirs(alg));
        questions.push(theirs_to_ours(alg));
    }
    library.ask(questions);
}

#[test]
fn jose_of_node_and_we_verify_each_other() {
    both_ways(&JOSE);
}

#[test]
fn joserfc_of_python_and_we_verify_each_other() {
    both_ways(&JOSERFC);
}

#[test]
fn pyjwt_of_python_and_we_verify_each_other() {
    both_ways(&PYJWT);
}

#[test]
fn the_crate_jsonwebtoken_and_we_verify_each_other() {
    both_ways(&JSONWEBTOKEN);
}

#[test]
fn the_crate_josekit_and_we_verify_each_other() {
    both_ways(&JOSEKIT);
}
