use std::collections::BTreeSet;

use symbolon_web::error::Cause;
use symbolon_web::{password, sign_in};

use crate::{between, sampled};

#[test]
fn every_cause_has_a_page_with_its_code_sentence_and_status() {
    for cause in Cause::ALL {
        let page = sampled(&format!("error-{}", cause.code()));
        let code = between(&page.html, "<code id=\"error-code\">", "</code>");
        assert_eq!((code, page.status), (cause.code(), cause.status()));
        assert!(page.html.contains(cause.sentence()) && page.html.contains(cause.advice()));
        assert!(
            page.html
                .contains("<code id=\"request-id\">0198f2c4b7d1</code>")
        );
        assert!((400..600).contains(&page.status));
    }
}

#[test]
fn causes_and_faults_are_told_apart_by_code_and_sentence() {
    fn distinct<const N: usize>(all: [(&str, &str); N]) {
        let codes: BTreeSet<_> = all.iter().map(|one| one.0).collect();
        let sentences: BTreeSet<_> = all.iter().map(|one| one.1).collect();
        assert_eq!((codes.len(), sentences.len()), (N, N));
        assert!(sentences.iter().all(|one| one.ends_with('.')));
    }
    distinct(Cause::ALL.map(|one| (one.code(), one.sentence())));
    distinct(sign_in::Fault::ALL.map(|one| (one.code(), one.sentence())));
    distinct(password::Fault::ALL.map(|one| (one.code(), one.sentence())));
}

#[test]
fn a_fault_stands_in_an_alert_with_its_code() {
    let faults =
        sign_in::Fault::ALL.map(|one| ("sign-in", one.code(), one.sentence(), one.status()));
    let others =
        password::Fault::ALL.map(|one| ("set-password", one.code(), one.sentence(), one.status()));
    for (form, code, sentence, status) in faults.into_iter().chain(others) {
        let page = sampled(&format!("{form}-{code}"));
        let alert = between(&page.html, "role=\"alert\" id=\"error\">", "</div>");
        assert!(alert.contains(&format!("<p>{sentence}</p>")), "{code}");
        assert!(
            alert.contains(&format!("<code id=\"error-code\">{code}</code>")),
            "{code}"
        );
        assert_eq!(page.status, status);
        assert!(between(&page.html, "<title>", "</title>").starts_with("Error: "));
    }
}
