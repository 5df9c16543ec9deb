use std::collections::BTreeSet;

use symbolon_web::sample::Sample;
use symbolon_web::{Csp, asset};

use crate::{between, each, sampled, values};

#[test]
fn every_page_has_one_heading_a_title_and_a_language() {
    each(|Sample { name, page }| {
        assert_eq!(page.html.matches("<h1").count(), 1, "{name}");
        assert_eq!(page.html.matches("<main>").count(), 1, "{name}");
        assert!(page.html.contains("<html lang=\"en\">"), "{name}");
        let title = between(&page.html, "<title>", "</title>");
        assert!(
            title.ends_with(" · id.example.org") && title.len() > 20,
            "{name}"
        );
    });
}

#[test]
fn the_heading_of_a_page_is_one_fixed_sentence() {
    let headings = [
        ("sign-in", "Sign in"),
        ("consent", "Allow access to your account?"),
        ("sign-out", "Do you want to sign out?"),
        ("signed-out", "You are signed out"),
        ("set-password", "Set your password"),
        ("password-set", "Your password is set"),
        ("error", "We cannot continue"),
        ("form-post", "Going back to the application"),
        ("home", "You are signed in"),
        ("demo-app", "You are signed in to the demo app"),
    ];
    each(|Sample { name, page }| {
        let of =
            |known: &&(&str, &str)| *name == known.0 || name.starts_with(&format!("{}-", known.0));
        let expected = headings.iter().find(of).map(|known| known.1);
        assert_eq!(
            Some(between(&page.html, "<h1>", "</h1>")),
            expected,
            "{name}"
        );
    });
}

#[test]
fn no_id_stands_twice_on_a_page() {
    each(|Sample { name, page }| {
        let ids = values(&page.html, "id");
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "{name}: {ids:?}");
    });
}

#[test]
fn nothing_runs_or_is_styled_inside_a_page() {
    each(|Sample { name, page }| {
        assert!(
            !page.html.contains("<style") && !page.html.contains(" style="),
            "{name}"
        );
        for word in page.html.split(" on").skip(1) {
            let rest = word.trim_start_matches(|one: char| one.is_ascii_alphabetic());
            assert!(!rest.starts_with('='), "{name}: on{word}");
        }
        assert!(
            !page.html.contains("javascript:") && !page.html.contains("<svg"),
            "{name}"
        );
        let scripts = page.html.matches("<script").count();
        let external = page
            .html
            .matches("<script src=\"/realm/assets/form_post.")
            .count();
        let expected = usize::from(name == "form-post");
        assert_eq!((scripts, external), (expected, expected), "{name}");
    });
}

#[test]
fn every_file_that_a_page_loads_is_there_under_the_issuers_path() {
    each(|Sample { name, page }| {
        let html = &page.html;
        let links = html
            .split("<link ")
            .skip(1)
            .map(|one| between(one, "href=\"", "\""));
        let loaded: Vec<_> = links.chain(values(html, "src")).collect();
        assert!(loaded.len() >= 3, "{name}");
        for address in loaded {
            let file = address.strip_prefix("/realm/assets/").expect(address);
            let found = asset::find(file).expect(address);
            assert!(!found.body.is_empty());
            let kept = ("cache-control", "public, max-age=31536000, immutable");
            assert!(found.headers.contains(&kept), "{address}");
        }
    });
}

#[test]
fn forms_and_links_of_ours_lie_under_the_issuers_path() {
    each(|Sample { name, page }| {
        let places = values(&page.html, "action")
            .into_iter()
            .chain(values(&page.html, "href"));
        for place in places {
            let foreign = place.starts_with("https://planner.example.com/");
            assert!(foreign || place.starts_with("/realm/"), "{name}: {place}");
        }
    });
}

#[test]
fn a_page_and_its_files_are_small_even_before_compression() {
    let files: usize = asset::ALL
        .iter()
        .map(|one| asset::find(&one.file()).unwrap().body.len())
        .sum();
    each(|Sample { name, page }| {
        let bytes = page.html.len() + files;
        assert!(bytes <= 16 * 1024, "{name}: {bytes} bytes");
    });
}

#[test]
fn the_headers_are_those_of_the_design() {
    let strict = [
        ("content-type", "text/html; charset=utf-8"),
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
        ),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ];
    assert_eq!(sampled("sign-in").headers(), strict);
    let mut script = strict;
    script[1].1 = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                   base-uri 'none'; frame-ancestors 'none'";
    assert_eq!(sampled("form-post").headers(), script);
    each(|Sample { name, page }| {
        assert_eq!(page.csp == Csp::Script, name == "form-post", "{name}");
    });
}
