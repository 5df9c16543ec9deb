use std::fmt::Write as _;

use symbolon_web::error::Cause;
use symbolon_web::sample::{self, Sample};
use symbolon_web::{asset, password, sign_in};

/// Pages that differ from another in a sentence and a code only; the table below has those.
fn repeats(name: &str) -> bool {
    let kept = [
        "sign-in-alone",
        "sign-in-wrong_credentials",
        "set-password-change",
        "set-password-password_common",
        "error-back",
        "error-internal",
    ];
    let many = ["sign-in-", "set-password-", "error-"];
    !kept.contains(&name) && many.iter().any(|kind| name.starts_with(kind))
}

#[test]
fn every_page_looks_as_it_did() {
    for Sample { name, page } in sample::all("") {
        if repeats(&name) {
            continue;
        }
        // The digest of a file says nothing here, and would make every page new with it.
        let mut html = page.html;
        for one in asset::ALL {
            html = html.replace(one.digest(), "<digest>");
        }
        insta::assert_snapshot!(name, format!("{} {:?}\n{html}", page.status, page.csp));
    }
}

#[test]
fn what_went_wrong_is_said_as_it_was() {
    let mut said = String::new();
    let mut say = |place: &str, status: u16, code: &str, sentence: &str| {
        writeln!(said, "{place} {status} {code}: {sentence}").unwrap();
    };
    for one in Cause::ALL {
        let sentence = format!("{} {}", one.sentence(), one.advice());
        say("error", one.status(), one.code(), &sentence);
    }
    for one in sign_in::Fault::ALL {
        say("sign-in", one.status(), one.code(), one.sentence());
    }
    for one in password::Fault::ALL {
        say("set-password", one.status(), one.code(), one.sentence());
    }
    insta::assert_snapshot!("sentences", said);
}
