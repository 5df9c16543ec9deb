//! Every page with plausible content: for tests, and for looking at them.

use crate::consent::{Client, Consent, Lifetime, Return, Scope, Standing, standard};
use crate::demo_app::DemoApp;
use crate::error::{Cause, ErrorPage};
use crate::form_post::FormPost;
use crate::home::Home;
use crate::page::Page;
use crate::password::{self, PasswordSet, Proof, SetPassword};
use crate::sign_in::{self, SignIn};
use crate::sign_out::{SignOut, SignedOut};
use crate::site::{Back, Site};
use crate::span::Span;

/// A page with content.
#[derive(Clone)]
pub struct Sample {
    /// The page, and what is special about it: `sign-in`, `sign-in-wrong_credentials`.
    pub name: String,
    /// The page.
    pub page: Page,
}

const CSRF: &str = "q3Jx0r0mJtY2m8sVt1cW2w";
const REQUEST: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";
const PERSON: &str = "alex@example.org";
const CLIENT: &str = "Harbour Planner";
const BACK: Back<'static> = Back {
    url: "https://planner.example.com/",
    name: CLIENT,
};

/// All samples; the pages stand below `base` (the issuer's path).
#[must_use]
pub fn all(base: &str) -> Vec<Sample> {
    let site = Site {
        base,
        name: "id.example.org",
    };
    let pages = [
        sign_ins(site),
        consents(site),
        sign_outs(site),
        passwords(site),
        errors(site),
        others(site),
    ];
    pages.into_iter().flatten().collect()
}

fn sample(name: impl Into<String>, page: Page) -> Sample {
    let name = name.into();
    Sample { name, page }
}

fn sign_ins(site: Site<'_>) -> Vec<Sample> {
    let plain = SignIn {
        site,
        client: Some(CLIENT),
        identifier: "",
        request: REQUEST,
        csrf: CSRF,
        fault: None,
    };
    let alone = SignIn {
        client: None,
        request: "",
        ..plain
    };
    let failed = sign_in::Fault::ALL.map(|fault| {
        let again = SignIn {
            identifier: PERSON,
            fault: Some(fault),
            ..plain
        };
        sample(format!("sign-in-{}", fault.code()), again.page())
    });
    let mut all = vec![
        sample("sign-in", plain.page()),
        sample("sign-in-alone", alone.page()),
    ];
    all.extend(failed);
    all
}

fn scopes<const N: usize>(names: [&'static str; N]) -> [Scope<'static>; N] {
    names.map(|name| Scope {
        name,
        words: standard(name).unwrap_or_default(),
    })
}

fn consents(site: Site<'_>) -> Vec<Sample> {
    let asked = scopes(["openid", "profile", "email"]);
    let known = Consent {
        site,
        client: Client {
            name: CLIENT,
            returns: Return::Web("planner.example.com"),
            standing: Standing::Known,
        },
        person: PERSON,
        scopes: &asked,
        resources: &[],
        lifetime: Lifetime::Session {
            most: Span(86_400 * 30),
        },
        request: REQUEST,
        csrf: CSRF,
    };
    let berths = [
        Scope {
            name: "openid",
            words: "Know that it is you",
        },
        Scope {
            name: "berth:read",
            words: "See your berths and moorings",
        },
        Scope {
            name: "berth:book",
            words: "Book and cancel berths for you",
        },
        Scope {
            name: "tide:raw",
            words: "",
        },
        Scope {
            name: "offline_access",
            words: "Keep this access when you are not using it",
        },
    ];
    let device = Consent {
        client: Client {
            name: "Harbour Terminal",
            returns: Return::Device("127.0.0.1:53682"),
            standing: Standing::Public,
        },
        scopes: &berths,
        resources: &["Berth API", "Tide tables"],
        lifetime: Lifetime::Offline {
            most: Span(86_400 * 90),
        },
        ..known
    };
    let stranger = Consent {
        client: Client {
            standing: Standing::Unverified,
            ..known.client
        },
        lifetime: Lifetime::Once { access: Span(600) },
        ..known
    };
    vec![
        sample("consent", known.page()),
        sample("consent-device", device.page()),
        sample("consent-unverified", stranger.page()),
    ]
}

fn sign_outs(site: Site<'_>) -> Vec<Sample> {
    let asked = SignOut {
        site,
        person: PERSON,
        client: Some(CLIENT),
        back: Some(BACK),
        request: REQUEST,
        csrf: CSRF,
    };
    let alone = SignOut {
        client: None,
        back: None,
        request: "",
        ..asked
    };
    let done = SignedOut { site, back: None };
    let back = SignedOut {
        back: Some(BACK),
        ..done
    };
    vec![
        sample("sign-out", asked.page()),
        sample("sign-out-alone", alone.page()),
        sample("signed-out", done.page()),
        sample("signed-out-back", back.page()),
    ]
}

fn passwords(site: Site<'_>) -> Vec<Sample> {
    let link = SetPassword {
        site,
        identifier: PERSON,
        proof: Proof::Link("sym_pl_4Qm1tUo0S8yB0pYh3Jw7c2RkXv5nZaEd6Tg9Li"),
        least: 15,
        csrf: CSRF,
        fault: None,
    };
    let change = SetPassword {
        proof: Proof::Current,
        ..link
    };
    let failed = password::Fault::ALL.map(|fault| {
        let again = SetPassword {
            fault: Some(fault),
            ..change
        };
        sample(format!("set-password-{}", fault.code()), again.page())
    });
    let mut all = vec![
        sample("set-password", link.page()),
        sample("set-password-change", change.page()),
        sample("password-set", PasswordSet { site }.page()),
    ];
    all.extend(failed);
    all
}

fn errors(site: Site<'_>) -> Vec<Sample> {
    let of = |cause: Cause| ErrorPage {
        site,
        cause,
        request_id: "0198f2c4b7d1",
        back: None,
    };
    let back = ErrorPage {
        back: Some(BACK),
        ..of(Cause::ExpiredPage)
    };
    let mut all = vec![sample("error-back", back.page())];
    all.extend(Cause::ALL.map(|cause| sample(format!("error-{}", cause.code()), of(cause).page())));
    all
}

fn others(site: Site<'_>) -> Vec<Sample> {
    let form = FormPost {
        site,
        action: "https://planner.example.com/callback",
        fields: &[
            ("code", "sym_ac_2vK8wXr1m0"),
            ("state", "af0ifjsldkj"),
            ("iss", "https://id.example.org"),
        ],
    };
    let demo = DemoApp {
        site,
        id_token: "{\n  \"sub\": \"08g0oRzYn1V\",\n  \"nonce\": \"n1\"\n}",
        userinfo: "{\n  \"name\": \"Ada <Lovelace>\"\n}",
    };
    let home = Home {
        site,
        person: PERSON,
    };
    vec![
        sample("form-post", form.page()),
        sample("home", home.page()),
        sample("demo-app", demo.page()),
    ]
}
