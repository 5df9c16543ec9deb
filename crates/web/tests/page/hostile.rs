use proptest::prelude::*;
use symbolon_web::consent::{Client, Consent, Lifetime, Return, Scope, Standing};
use symbolon_web::error::{Cause, ErrorPage};
use symbolon_web::form_post::FormPost;
use symbolon_web::home::Home;
use symbolon_web::password::{Proof, SetPassword};
use symbolon_web::sign_in::SignIn;
use symbolon_web::sign_out::{SignOut, SignedOut};
use symbolon_web::span::Span;
use symbolon_web::{Back, Page, Site};

const HOSTILE: &str = r#"<script>alert(1)</script>"'><img src=x onerror=alert(1)>&"#;

/// Every page, with the given text wherever a page takes text.
fn filled(text: &str) -> Vec<Page> {
    let site = Site {
        base: "/realm",
        name: text,
    };
    let returns = [Return::Web(text), Return::Device(text)];
    let consents = returns.map(|returns| consent(site, text, returns));
    let mut all = told(site, text);
    all.extend(asked(site, text));
    all.extend(consents);
    all
}

fn consent(site: Site<'_>, text: &str, returns: Return<'_>) -> Page {
    let scope = Scope {
        name: text,
        words: text,
    };
    Consent {
        site,
        client: Client {
            name: text,
            returns,
            standing: Standing::Unverified,
        },
        person: text,
        scopes: &[scope, Scope { words: "", ..scope }],
        resources: &[text],
        lifetime: Lifetime::Once { access: Span(60) },
        request: text,
        csrf: text,
    }
    .page()
}

fn asked(site: Site<'_>, text: &str) -> [Page; 3] {
    let sign_in = SignIn {
        site,
        client: Some(text),
        identifier: text,
        request: text,
        csrf: text,
        fault: None,
    };
    let sign_out = SignOut {
        site,
        person: text,
        client: Some(text),
        back: Some(back(text)),
        request: text,
        csrf: text,
    };
    let set_password = SetPassword {
        site,
        identifier: text,
        proof: Proof::Link(text),
        least: 15,
        csrf: text,
        fault: None,
    };
    [sign_in.page(), sign_out.page(), set_password.page()]
}

fn told(site: Site<'_>, text: &str) -> Vec<Page> {
    let back = Some(back(text));
    let error = ErrorPage {
        site,
        cause: Cause::Csrf,
        request_id: text,
        back,
    };
    let form = FormPost {
        site,
        action: text,
        fields: &[(text, text)],
    };
    vec![
        SignedOut { site, back }.page(),
        error.page(),
        form.page(),
        Home { site, person: text }.page(),
    ]
}

fn back(text: &str) -> Back<'_> {
    Back {
        url: text,
        name: text,
    }
}

/// A page's tags, attributes and all, with what is between quotes and between tags left out.
fn skeleton(html: &str) -> String {
    let (mut quoted, mut tag, mut out) = (false, false, String::new());
    for one in html.chars() {
        match one {
            '"' if tag => quoted = !quoted,
            '<' if !quoted => tag = true,
            '>' if tag && !quoted => tag = false,
            _ if quoted || !tag => continue,
            _ => {}
        }
        out.push(one);
    }
    out
}

#[test]
fn a_hostile_text_stays_text_on_every_page() {
    for (hostile, plain) in filled(HOSTILE).iter().zip(filled("plain")) {
        assert!(!hostile.html.contains("<script>") && !hostile.html.contains("<img src=x"));
        assert_eq!(skeleton(&hostile.html), skeleton(&plain.html));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_changes_the_tags_of_a_page(text in "[<>\"'&/= a-z\u{0}-\u{1f}\u{7f}-\u{ff}]{1,40}") {
        for (strange, plain) in filled(&text).iter().zip(filled("plain")) {
            prop_assert_eq!(skeleton(&strange.html), skeleton(&plain.html));
        }
    }
}
