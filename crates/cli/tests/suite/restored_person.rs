//! People after a restore: the past that came back gives nobody in, neither what was ended in the
//! lost one nor what still lived there.

use std::path::Path;

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::harness::{self, Answer, Dev, command};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Two applications, each with its own grant of the same person.
const APPS: [&str; 2] = ["shop", "mail"];

/// What Eve sets by her link.
const EVES: &str = "seven green umbrellas at dusk";

/// What an application was given.
struct Given {
    app: &'static str,
    access: String,
    refresh: String,
}

impl Given {
    fn of(app: &'static str, answer: &Answer) -> Option<Self> {
        if answer.status != 200 {
            assert_eq!(answer.json()["error"], "invalid_grant", "{}", answer.body);
            return None;
        }
        let member = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
        Some(Self {
            app,
            access: member("access_token"),
            refresh: member("refresh_token"),
        })
    }
}

fn register(dev: &Dev, app: &str) {
    let new = json!({
        "client_id": app,
        "client_secret": "app-secret",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://app.example/back"],
        "scope": "openid offline_access",
        "first_party": true,
    });
    let admin = dev.said("admin_token");
    let made = dev.connect().post_json("/v1/clients", admin, &new).unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
}

fn cookie(answer: &Answer) -> String {
    let set = answer.headers("set-cookie").next().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// A page's form, sent with what is typed, by a browser with these cookies; and with those it has then.
fn press(dev: &Dev, path: &str, cookies: &str, typed: &str) -> (String, Answer) {
    let mut connection = dev.connect();
    let page = connection.page(path, cookies).unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    let cookies = match page.headers("set-cookie").next() {
        Some(_) => format!("{cookies}; {}", cookie(&page)),
        None => cookies.to_owned(),
    };
    let cookies = cookies.trim_start_matches("; ").to_owned();
    let csrf = page.body.split_once("name=\"csrf\" value=\"").unwrap().1;
    let csrf = csrf.split('"').next().unwrap();
    let body = format!("csrf={csrf}&{typed}");
    let answer = connection.submit(path, &cookies, &body).unwrap();
    (cookies, answer)
}

/// The cookies of a new browser in which somebody signed in, if that works.
fn enter(dev: &Dev, name: &str, password: &str) -> Option<String> {
    let typed = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let body = format!("identifier={}&password={}", typed(name), typed(password));
    let (cookies, answer) = press(dev, "/sign-in/", "", &body);
    (answer.status == 303).then(|| format!("{cookies}; {}", cookie(&answer)))
}

/// The code that the browser with these cookies takes to an application, if it is signed in.
fn code(dev: &Dev, cookies: &str, app: &str) -> Option<String> {
    let path = format!(
        "/authorize?client_id={app}&response_type=code&scope=openid+offline_access\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let answer = dev.connect().page(&path, cookies).unwrap();
    let to = answer.headers("location").next().unwrap();
    let Some((_, rest)) = to.split_once("https://app.example/back?code=") else {
        assert!(to.contains("/sign-in/"), "{to}");
        return None;
    };
    rest.split('&').next().map(str::to_owned)
}

fn redeem(dev: &Dev, app: &'static str, code: &str) -> Option<Given> {
    let body = format!("grant_type=authorization_code&code={code}&code_verifier={VERIFIER}");
    let answer = dev
        .connect()
        .form("/token", Some((app, "app-secret")), &body);
    Given::of(app, &answer)
}

fn refresh(dev: &Dev, given: &Given) -> Option<Given> {
    let body = format!("grant_type=refresh_token&refresh_token={}", given.refresh);
    let who = Some((given.app, "app-secret"));
    Given::of(given.app, &dev.connect().form("/token", who, &body))
}

/// Whether the tokens are active, the access token and the refresh token.
fn live(dev: &Dev, given: &Given) -> [bool; 2] {
    [&given.access, &given.refresh].map(|token| {
        let who = Some((given.app, "app-secret"));
        let body = format!("token={token}");
        let told = dev.connect().form("/introspect", who, &body).json();
        told["active"] == Value::Bool(true)
    })
}

/// The path of a new link for Eve, who has no password yet.
fn link_of_eve(dev: &Dev, dir: &Path) -> String {
    let create = ["subject", "create", "--kind", "person", "--username", "eve"];
    let made = harness::json(dir, &create);
    let url = made["password_link"].as_str().unwrap();
    url.strip_prefix(&dev.issuer).unwrap().to_owned()
}

#[test]
fn a_restore_lets_nobody_in_with_anything_from_before_it_and_a_new_sign_in_works() {
    let dir = tempfile::tempdir().unwrap();
    let backup = dir.path().join("backup.db");
    let file = backup.to_str().unwrap();
    let dev = Dev::start(dir.path());
    for app in APPS {
        register(&dev, app);
    }
    let (name, password) = (dev.said("username"), dev.said("password"));
    let sign_in = |dev: &Dev| enter(dev, name, password).unwrap();
    let (leaving, staying) = (sign_in(&dev), sign_in(&dev));
    let give = |cookies: &str, app| redeem(&dev, app, &code(&dev, cookies, app).unwrap());
    let shop = give(&leaving, "shop").unwrap();
    let old = give(&staying, "mail").unwrap();
    let link = link_of_eve(&dev, dir.path());
    let waiting = code(&dev, &staying, "mail").unwrap();
    let redeemed = code(&dev, &staying, "mail").unwrap();

    harness::json(dir.path(), &["backup", file]);
    let of_code = redeem(&dev, "mail", &redeemed).unwrap();
    let new = refresh(&dev, &old).unwrap();
    let grants = harness::json(dir.path(), &["grant", "list", name]);
    let of_shop = |one: &&Value| one["client_id"] == "shop";
    let grant = grants.as_array().unwrap().iter().find(of_shop).unwrap();
    let withdraw = ["grant", "withdraw", grant["id"].as_str().unwrap()];
    assert_eq!(command(dir.path(), &withdraw).code, 0);
    let (_, left) = press(&dev, "/sign-out/", &leaving, "request=");
    assert_eq!(left.status, 303, "{}", left.body);
    let typed: String = byte_serialize(EVES.as_bytes()).collect();
    let typed = format!("password={typed}&repeat={typed}");
    let (_, set) = press(&dev, &link, "", &typed);
    assert_eq!(set.status, 303, "{}", set.body);
    let eve = enter(&dev, "eve", EVES).unwrap();
    let lost = code(&dev, &eve, "mail").unwrap();

    // At the same address, a restart alone ends nothing: what is dead later, the restore ended.
    let address = dev.address().to_owned();
    assert!(dev.process.stop().success());
    let restarted = Dev::start_at(dir.path(), &address);
    assert!(code(&restarted, &staying, "mail").is_some());
    assert!(code(&restarted, &eve, "mail").is_some());
    assert_eq!(live(&restarted, &new), [true; 2]);
    assert_eq!(live(&restarted, &of_code), [true; 2]);
    assert_eq!(live(&restarted, &shop), [false; 2]);
    assert!(restarted.process.stop().success());
    harness::json(dir.path(), &["restore", file]);
    let dev = Dev::start_at(dir.path(), &address);

    for cookies in [&leaving, &staying, &eve] {
        assert_eq!(code(&dev, cookies, "mail"), None, "a session came back");
    }
    for code in [&waiting, &redeemed, &lost] {
        assert!(redeem(&dev, "mail", code).is_none(), "a code is redeemed");
    }
    // The restored past knows the old generation as the newest.
    for given in [&old, &new, &of_code, &shop] {
        assert_eq!(live(&dev, given), [false; 2], "a token of {}", given.app);
        assert!(refresh(&dev, given).is_none(), "one of {}", given.app);
    }
    let gone = dev.connect().page(&link, "").unwrap();
    assert!(gone.body.contains("link_gone"), "{}", gone.body);
    assert_eq!(enter(&dev, "eve", EVES), None);

    let cookies = enter(&dev, dev.said("username"), dev.said("password")).unwrap();
    for app in APPS {
        let given = redeem(&dev, app, &code(&dev, &cookies, app).unwrap()).unwrap();
        assert_eq!(live(&dev, &given), [true; 2]);
        let next = refresh(&dev, &given).unwrap();
        assert_eq!(live(&dev, &next), [true; 2]);
    }
}
