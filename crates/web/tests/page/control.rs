use symbolon_web::sample::Sample;

use crate::{between, each, sampled};

/// Asserts that the sample has all of these.
fn has(name: &str, controls: &[&str]) {
    let page = sampled(name);
    for control in controls {
        assert!(page.html.contains(control), "{name}: {control}");
    }
}

#[test]
fn the_controls_of_sign_in_are_where_they_were() {
    has(
        "sign-in",
        &[
            r#"<form id="sign-in" method="post" action="/sign-in/">"#,
            r#"<input id="identifier" name="identifier" type="text" value="" autocomplete="username""#,
            r#"<input id="password" name="password" type="password" autocomplete="current-password""#,
            r#"<input type="hidden" name="request""#,
            r#"<input type="hidden" name="csrf""#,
            r#"<button id="submit" type="submit">"#,
        ],
    );
}

#[test]
fn the_controls_of_consent_are_where_they_were() {
    has(
        "consent",
        &[
            r#"<form id="consent" method="post" action="/consent/">"#,
            r#"<button id="allow" type="submit" name="decision" value="allow">"#,
            r#"<button id="deny" class="quiet" type="submit" name="decision" value="deny">"#,
            r#"<button id="other-account" class="link" type="submit" name="decision" value="other">"#,
            r#"<input type="hidden" name="request""#,
            r#"<input type="hidden" name="csrf""#,
        ],
    );
}

#[test]
fn the_controls_of_sign_out_are_where_they_were() {
    has(
        "sign-out",
        &[
            r#"<form id="sign-out" method="post" action="/sign-out/">"#,
            r#"<button id="confirm" type="submit" name="decision" value="confirm">"#,
            r#"<a id="back" class="button quiet" href="https://planner.example.com/">"#,
            r#"<input type="hidden" name="request""#,
            r#"<input type="hidden" name="csrf""#,
        ],
    );
    has(
        "sign-out-alone",
        &[r#"<a id="back" class="button quiet" href="/">"#],
    );
    has("signed-out", &[r#" id="signed-out""#, r#"<a id="again""#]);
    has(
        "signed-out-back",
        &[r#"<a id="back" class="button" href="https://planner.example.com/">"#],
    );
}

#[test]
fn the_controls_of_a_new_password_are_where_they_were() {
    has(
        "set-password",
        &[
            r#"<form id="set-password" method="post" action="/set-password/sym_pl_"#,
            r#"<input id="password" name="password" type="password" autocomplete="new-password""#,
            r#"<input id="repeat" name="repeat" type="password" autocomplete="new-password""#,
            r#"<input type="hidden" name="csrf""#,
            r#"<button id="submit" type="submit">"#,
            "At least 15 characters",
        ],
    );
    has(
        "set-password-change",
        &[
            r#"<form id="set-password" method="post" action="/set-password/">"#,
            r#"<input id="current" name="current" type="password" autocomplete="current-password""#,
        ],
    );
    has("password-set", &[r#" id="password-set""#]);
}

#[test]
fn the_controls_of_the_other_pages_are_where_they_were() {
    has(
        "form-post",
        &[
            r#"<form id="form-post" method="post" action="https://planner.example.com/callback">"#,
            r#"<input type="hidden" name="state" value="af0ifjsldkj">"#,
            r#"<button id="continue" type="submit">"#,
        ],
    );
    has("home", &[r#"<a id="change-password""#, r#"<a id="leave""#]);
}

#[test]
fn every_field_that_is_seen_has_a_label() {
    each(|Sample { name, page }| {
        let inputs = page.html.split("<input ").skip(1);
        for input in inputs.filter(|one| !one.starts_with("type=\"hidden\"")) {
            let id = between(input, "id=\"", "\"");
            let label = format!("<label for=\"{id}\">");
            assert!(page.html.contains(&label), "{name}: {id}");
        }
        assert!(!page.html.contains("placeholder"), "{name}");
    });
}

#[test]
fn a_password_is_asked_for_only_where_one_is_signed_in() {
    assert!(!sampled("set-password").html.contains("name=\"current\""));
}

#[test]
fn the_first_empty_field_has_the_focus() {
    let focus = |name: &str| {
        let html = sampled(name).html;
        let (before, _) = html.split_once(" autofocus").unwrap();
        assert_eq!(html.matches(" autofocus").count(), 1, "{name}");
        between(before.rsplit("<input ").next().unwrap(), "id=\"", "\"").to_owned()
    };
    assert_eq!(focus("sign-in"), "identifier");
    assert_eq!(focus("sign-in-wrong_credentials"), "password");
    assert_eq!(focus("set-password"), "password");
    assert_eq!(focus("set-password-change"), "current");
}

#[test]
fn consent_says_who_what_where_and_how_long() {
    let html = sampled("consent-device").html;
    for said in [
        "<strong id=\"client\">Harbour Terminal</strong>",
        "cannot prove its name",
        "<strong id=\"person\">alex@example.org</strong>",
        "<span>See your berths and moorings</span> <code>berth:read</code>",
        "<li>Use <code>tide:raw</code></li>",
        "<dd id=\"resources\">Berth API, Tide tables</dd>",
        "<dd id=\"lifetime\">Also after you sign out, until you withdraw it, for 90 days at most.</dd>",
        "<dd id=\"returns\">A program on this device (127.0.0.1:53682)</dd>",
    ] {
        assert!(html.contains(said), "{said}");
    }
    let known = sampled("consent").html;
    assert!(!known.contains("class=\"note\"") && !known.contains("id=\"resources\""));
    assert!(known.contains("Until you sign out, for 30 days at most."));
    assert!(
        sampled("consent-unverified")
            .html
            .contains("Nobody here has checked")
    );
}
