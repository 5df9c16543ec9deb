//! What people's browsers meet: pages, forms and redirects, driven without JavaScript.

mod backchannel;
mod forgery;
mod journey;
mod prompt;
mod redirect;
mod sign_out;

pub(crate) use journey::{ADA, set_password};

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use symbolon_identity::session::{self, Authenticated, Factor, Method as Way};
use symbolon_token::node::NodeId;
use url::form_urlencoded::{Serializer, parse};

use crate::arrange::{NOON, Reply, Site, call};

pub(crate) const PASSWORD: &str = "velvet muskrat quarrel";
pub(crate) const API: &str = "https://api.example";

/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What every client may do.
const GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];

/// Makes something by the management API.
pub(crate) async fn make(site: &Site, path: &str, new: &Value) -> Value {
    let made = site.post(path, new).local().send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{made}");
    made.json()
}

/// A client of `web`'s kind with these settings on top.
pub(crate) async fn client(site: &Site, client_id: &str, more: &Value) -> Value {
    let mut new = json!({
        "client_id": client_id,
        "client_secret": "a secret of the tests",
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": GRANTS,
        "scope": "read write",
        "redirect_uris": [format!("https://{client_id}.example/back")],
    });
    let members = new.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        members.insert(name.clone(), value.clone());
    }
    if new["token_endpoint_auth_method"] == "none" {
        new.as_object_mut().unwrap().remove("client_secret");
    }
    make(site, "/v1/clients", &new).await
}

/// A realm with a default resource; `web`, which must ask; `own`, the operator's; `app`, a public
/// program on people's devices; and the person `ada`, whose id is given back.
pub(crate) async fn site() -> (Site, String, impl Sized) {
    let (site, folder) = Site::open().await;
    let scopes = json!([{"name": "read", "description": "Read your orders"}, {"name": "write"}]);
    let api = json!({"audience": API, "is_default": true, "scopes": scopes});
    make(&site, "/v1/resources", &api).await;
    let after = json!({
        "client_name": "Web Shop",
        "post_logout_redirect_uris": ["https://web.example/bye"],
    });
    client(&site, "web", &after).await;
    client(&site, "own", &json!({"first_party": true})).await;
    let app = json!({
        "token_endpoint_auth_method": "none",
        "redirect_uris": ["http://127.0.0.1/back", "http://127.0.0.1", "com.example.app:/back"],
    });
    client(&site, "app", &app).await;
    let ada = json!({
        "kind": "person",
        "username": "ada",
        "claims": {"name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true},
    });
    let ada = person(&site, &ada).await;
    (site, ada, folder)
}

/// A person without a password yet.
pub(crate) async fn person(site: &Site, new: &Value) -> String {
    let made = make(site, "/v1/subjects", new).await;
    made["id"].as_str().unwrap().to_owned()
}

/// An authorization request of a client: its parameters, with others in their place or on top.
pub(crate) fn request(client_id: &str, changed: &[(&str, &str)]) -> String {
    let back = match client_id {
        "app" => "http://127.0.0.1:7777/back".to_owned(),
        _ => format!("https://{client_id}.example/back"),
    };
    let mut params = vec![
        ("client_id", client_id),
        ("response_type", "code"),
        ("redirect_uri", &back),
        ("scope", "openid read"),
        ("state", "s 1"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changed {
        params.retain(|(known, _)| known != name);
        params.push((name, value));
    }
    params.retain(|(_, value)| !value.is_empty());
    form(&params)
}

/// Fields, form-encoded.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A browser: it keeps cookies, and follows no redirect by itself.
pub(crate) struct Browser<'s> {
    pub(crate) site: &'s Site,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl<'s> Browser<'s> {
    pub(crate) fn new(site: &'s Site) -> Self {
        Self {
            site,
            cookies: BTreeMap::new(),
        }
    }

    /// One in which a person has signed in, now.
    pub(crate) async fn of(site: &'s Site, person: &str) -> Self {
        let mut browser = Self::new(site);
        browser.get("/sign-in/").await;
        browser.prove(person).await;
        browser
    }

    /// One in which a person set a password, and signed in with it by the form.
    pub(crate) async fn by_password(site: &'s Site, person: &str) -> Self {
        set_password(site, person).await;
        let mut browser = Self::new(site);
        let sign_in = browser.page(&request("own", &[])).await;
        browser.press(&sign_in, "sign-in", &ADA).await;
        browser
    }

    /// The person proves himself, as if by the form.
    pub(crate) async fn prove(&mut self, person: &str) {
        let (world, realm) = (&self.site.world, self.site.realm.node);
        let node: NodeId = person.parse().unwrap();
        let call = symbolon_token::call::Call {
            now: self.site.now(),
            ..call()
        };
        let factor = Factor {
            method: Way::Password,
            authenticator: world.lineages.ancestor(world.ids.next(NOON)),
        };
        let whose = (realm, world.lineages.ancestor(node));
        #[expect(
            clippy::disallowed_methods,
            reason = "the test stands in for signing in"
        )]
        let proof = Authenticated::attest(whose, vec![factor], call.now);
        let issued = session::issue(world, &call, &proof, None).await.unwrap();
        let name = self.name("session");
        let cookie = issued.cookie.reveal().to_owned();
        self.cookies.insert(name, cookie);
    }

    /// The name of one of its cookies.
    pub(crate) fn name(&self, noun: &str) -> String {
        format!("__Host-symbolon-{noun}-{}", self.site.realm.node)
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &str) -> Reply {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn ask(&mut self, method: Method, path: &str, body: Option<&str>) -> Reply {
        let mut ask = self.site.ask(method, path);
        let pairs = self.cookies.iter();
        let cookies: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            ask = ask.header("cookie", &cookies.join("; "));
        }
        if let Some(body) = body {
            ask = ask.form(body);
        }
        let reply = ask.send().await;
        assert_ne!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{reply}");
        for set in reply.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// Follows a redirect.
    pub(crate) async fn follow(&mut self, reply: &Reply) -> Reply {
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply}");
        let location = reply.header("location").to_owned();
        assert!(location.starts_with('/'), "{location}");
        self.get(&location).await
    }

    /// Sends a client's request, and follows it to the page that comes first.
    pub(crate) async fn page(&mut self, request: &str) -> Reply {
        let sent = self.get(&format!("/authorize?{request}")).await;
        self.follow(&sent).await
    }

    /// Presses a button of a page's form, with these fields filled in.
    pub(crate) async fn press(&mut self, page: &Reply, id: &str, typed: &[(&str, &str)]) -> Reply {
        let (action, fields) = Form::of(page, id).filled(typed);
        self.post(&action, &fields).await
    }

    /// Sends a client's request, allows whatever is asked, and gives what goes back to the client.
    pub(crate) async fn answer(&mut self, request: &str) -> Answer {
        let sent = self.get(&format!("/authorize?{request}")).await;
        if sent.header("location").starts_with('/') {
            let page = self.follow(&sent).await;
            let allow = [("decision", "allow")];
            return Answer::of(&self.press(&page, "consent", &allow).await);
        }
        Answer::of(&sent)
    }

    /// The same, and the code is redeemed.
    pub(crate) async fn tokens(&mut self, client_id: &str, changed: &[(&str, &str)]) -> Value {
        let code = self.answer(&request(client_id, changed)).await.code();
        let reply = redeem(self.site, client_id, &code).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply}");
        reply.json()
    }
}

/// What a client sends to prove itself.
pub(crate) fn proof(client_id: &str) -> String {
    match client_id {
        "app" => "client_id=app".to_owned(),
        _ => format!("client_id={client_id}&client_secret=a+secret+of+the+tests"),
    }
}

/// A client posts to the token endpoint.
pub(crate) async fn token(site: &Site, client_id: &str, form: &str) -> Reply {
    let form = format!("{}&{form}", proof(client_id));
    let reply = site.ask(Method::POST, "/token").form(&form).send().await;
    assert_ne!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{reply}");
    reply
}

pub(crate) async fn redeem(site: &Site, client_id: &str, code: &str) -> Reply {
    let form = format!("grant_type=authorization_code&code={code}&code_verifier={VERIFIER}");
    token(site, client_id, &form).await
}

pub(crate) async fn refresh(site: &Site, client_id: &str, given: &Value, more: &str) -> Reply {
    let text = given["refresh_token"].as_str().unwrap();
    let form = format!("grant_type=refresh_token&refresh_token={text}&{more}");
    token(site, client_id, &form).await
}

/// Whether a token is active, as the client that it was issued to is told.
pub(crate) async fn lives(site: &Site, client_id: &str, token: &Value) -> bool {
    let form = format!("{}&token={}", proof(client_id), token.as_str().unwrap());
    let reply = site
        .ask(Method::POST, "/introspect")
        .form(&form)
        .send()
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{reply}");
    reply.json()["active"].as_bool().unwrap()
}

/// What went back to a client, by the query of a redirect.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) to: String,
    pub(crate) params: BTreeMap<String, String>,
}

impl Answer {
    pub(crate) fn of(reply: &Reply) -> Self {
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply}");
        let location = reply.header("location");
        let (to, query) = location.split_once('?').unwrap_or((location, ""));
        Self {
            to: to.to_owned(),
            params: parse(query.as_bytes()).into_owned().collect(),
        }
    }

    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    pub(crate) fn error(&self) -> &str {
        self.param("error")
    }

    pub(crate) fn code(&self) -> String {
        assert!(self.params.contains_key("code"), "{self:?}");
        self.param("code").to_owned()
    }
}

/// A form of a page.
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// The form with this id, with its hidden fields.
    pub(crate) fn of(page: &Reply, id: &str) -> Self {
        let text = page.text();
        let start = text.find(&format!("<form id=\"{id}\""));
        let start = start.unwrap_or_else(|| unreachable!("no form {id}: {page}"));
        let form = text[start..].split("</form>").next().unwrap();
        let mut fields = Vec::new();
        for input in form.split("<input type=\"hidden\"").skip(1) {
            fields.push((attribute(input, "name"), attribute(input, "value")));
        }
        Self {
            action: attribute(form, "action"),
            fields,
        }
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value)
    }

    /// Where it is posted, and what, with these fields filled in.
    pub(crate) fn filled(&self, typed: &[(&str, &str)]) -> (String, String) {
        let hidden = self.fields.iter();
        let mut fields: Vec<(&str, &str)> = hidden
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| typed.iter().all(|(other, _)| other != name))
            .collect();
        fields.extend(typed);
        (self.action.clone(), form(&fields))
    }
}

fn attribute(element: &str, name: &str) -> String {
    let rest = element.split_once(&format!(" {name}=\"")).unwrap().1;
    let value = rest.split('"').next().unwrap();
    let entities = [
        ("&#38;", "&"),
        ("&amp;", "&"),
        ("&#34;", "\""),
        ("&#39;", "'"),
    ];
    let plain = |text: String, (entity, plain): &(&str, &str)| text.replace(entity, plain);
    entities.iter().fold(value.to_owned(), plain)
}

/// The code of a page that tells of a fault, or nothing.
pub(crate) fn error_code(page: &Reply) -> &str {
    let after = page.text().split_once("id=\"error-code\">");
    after.map_or("", |(_, rest)| rest.split('<').next().unwrap())
}

/// Asserts that it is the error page with this code.
pub(crate) fn assert_error(page: &Reply, code: &str) {
    assert!(page.status.is_client_error(), "{page}");
    assert_eq!(error_code(page), code, "{page}");
    assert!(page.text().contains("<h1>We cannot continue</h1>"));
    assert!(!page.headers.contains_key("location"));
}

/// A reply for a snapshot: what is sealed, random or a digest stands there by a name, and so does its
/// length.
pub(crate) fn told(mut reply: Reply) -> String {
    if let Some(length) = reply.headers.get_mut("content-length") {
        *length = "[length]".parse().unwrap();
    }
    let id = reply.header("x-request-id").to_owned();
    let text = reply.text().replace(&id, "[request]");
    reply.body = text.into();
    *reply.headers.get_mut("x-request-id").unwrap() = "[request]".parse().unwrap();
    let text = reply.to_string();
    let is_word = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '-');
    let (mut out, mut before) = (String::new(), String::new());
    for piece in text.split_inclusive(|one| !is_word(one)) {
        let word = piece.trim_end_matches(|one| !is_word(one));
        let is_asset = matches!(before.as_str(), "symbol." | "style." | "form_post.");
        let is_csrf = before == "value=\"" && word.len() == 22;
        let is_random = word.len() >= 40 || is_csrf || is_asset;
        out.push_str(if is_random { "[random]" } else { word });
        out.push_str(&piece[word.len()..]);
        before = if piece == "\"" {
            before + piece
        } else {
            piece.to_owned()
        };
    }
    out
}
