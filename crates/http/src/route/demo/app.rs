//! The demo app: the smallest program that people can sign in to (RFC 6749 §4.1, RFC 7636).
//!
//! 1. It makes a code verifier, a state and a nonce, keeps them in a cookie, and sends the person to
//!    sign in.
//! 2. Who comes back with another state did not begin here: from the beginning.
//! 3. It redeems the code, in the process instead of over HTTP.
//! 4. The ID token must repeat the nonce; then what it says is shown.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use symbolon_authority::token::{Token, find_alive};
use symbolon_identity::code::Challenge;
use symbolon_identity::realm::Realm;
use symbolon_oauth::userinfo::{UserinfoReply, userinfo};
use symbolon_oauth::{Params, token};
use symbolon_token::random;
use symbolon_token::secret::Secret;
use symbolon_web::Site;
use symbolon_web::demo_app::{DemoApp, PATH};
use url::form_urlencoded::Serializer;

use crate::app::App;
use crate::call::Asked;
use crate::problem::Problem;
use crate::route::oauth::Refused;
use crate::route::page::{Reply, cookie};

/// The cookie of what it remembers.
const COOKIE_NAME: &str = "symbolon-demo-app";

/// What the app asks for.
const SCOPE: &str = "openid profile email offline_access";

/// What the app remembers of somebody whom it has sent to sign in.
struct Begun {
    verifier: String,
    state: String,
    nonce: String,
}

impl Begun {
    fn new(app: &App) -> Self {
        let chance = || URL_SAFE_NO_PAD.encode(random::bytes::<32>(&*app.world().random));
        Self {
            verifier: chance(),
            state: chance(),
            nonce: chance(),
        }
    }

    fn read(headers: &HeaderMap) -> Option<Self> {
        let kept = cookie(headers, COOKIE_NAME)?;
        let mut parts = kept.reveal().split('.').map(str::to_owned);
        Some(Self {
            verifier: parts.next()?,
            state: parts.next()?,
            nonce: parts.next()?,
        })
    }

    fn cookie(&self, base: &str) -> String {
        let value = [&*self.verifier, &self.state, &self.nonce].join(".");
        format!("{COOKIE_NAME}={value}; Path={base}{PATH}; HttpOnly; SameSite=Lax")
    }
}

pub(super) async fn begin(State(app): State<App>, asked: Asked) -> Response<Body> {
    let begun = Begun::new(&app);
    let query = Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id(&app))
        .append_pair("redirect_uri", &callback(&asked.realm))
        .append_pair("scope", SCOPE)
        .append_pair("state", &begun.state)
        .append_pair("nonce", &begun.nonce)
        .append_pair("code_challenge", Challenge::of(&begun.verifier).as_str())
        .append_pair("code_challenge_method", "S256")
        .finish();
    let base = asked.realm.issuer.path();
    let mut response = Redirect::to(&format!("{base}/authorize?{query}")).into_response();
    if let Ok(cookie) = HeaderValue::try_from(begun.cookie(base)) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

pub(super) async fn finish(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response<Body>, Problem> {
    let (Some(begun), Some(answer)) = (Begun::read(&headers), answer(&uri)) else {
        return Ok(again(&asked.realm));
    };
    let Some(code) = answer.code(&begun) else {
        return Ok(again(&asked.realm));
    };
    let form = Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("client_id", client_id(&app))
        .append_pair("redirect_uri", &callback(&asked.realm))
        .append_pair("code", code)
        .append_pair("code_verifier", &begun.verifier)
        .finish();
    match redeem(&app, &asked, &form).await {
        Ok(reply) if is_for(&reply, &begun) => shown(&app, &asked, &reply).await,
        Ok(_) => Ok(again(&asked.realm)),
        Err(refused) => Ok(refused.into_response()),
    }
}

async fn redeem(app: &App, asked: &Asked, form: &str) -> Result<token::TokenReply, Refused> {
    let params = Params::parse(form.as_bytes())?;
    let request = symbolon_oauth::Request {
        world: app.world(),
        realm: &asked.realm,
        call: asked.call,
        authorization: None,
        params: &params,
    };
    Ok(token::token(&request).await?)
}

/// The page with what the app was told.
async fn shown(
    app: &App,
    asked: &Asked,
    reply: &token::TokenReply,
) -> Result<Response<Body>, Problem> {
    let (world, realm) = (app.world(), &asked.realm);
    let text = reply.access_token.reveal();
    let told = match find_alive(world, realm, text, asked.call.now).await? {
        Ok(Token::Access(access)) => match userinfo(world, &asked.call, (realm, &access)).await {
            Ok(UserinfoReply::Json(claims)) => Value::Object(claims),
            Ok(UserinfoReply::Jwt(_)) | Err(_) => Value::Null,
        },
        Ok(Token::Refresh(_)) | Err(_) => Value::Null,
    };
    let page = DemoApp {
        site: Site {
            base: realm.issuer.path(),
            name: realm.issuer.authority(),
        },
        id_token: &pretty(&claims(reply.id_token.as_ref())),
        userinfo: &pretty(&told),
    };
    Ok(Reply::default().page(page.page()))
}

fn client_id(app: &App) -> &str {
    app.options().demo_app.as_deref().unwrap_or_default()
}

fn callback(realm: &Realm) -> String {
    format!("{}{PATH}/callback", realm.issuer.as_str())
}

/// From the beginning: the person said no, or the page was opened by itself.
fn again(realm: &Realm) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::try_from(format!("{}/", realm.issuer.path()));
    if let Ok(to) = to {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

/// What the authority sends back with the person (RFC 6749 §4.1.2).
struct Answer(Params);

fn answer(uri: &Uri) -> Option<Answer> {
    Params::parse(uri.query()?.as_bytes()).ok().map(Answer)
}

impl Answer {
    /// Step 2.
    fn code(&self, begun: &Begun) -> Option<&str> {
        let state = self.0.one("state").ok()??;
        let code = self.0.one("code").ok()?;
        code.filter(|_| state == begun.state)
    }
}

/// Step 4.
fn is_for(reply: &token::TokenReply, begun: &Begun) -> bool {
    let claims = claims(reply.id_token.as_ref());
    claims.get("nonce").and_then(Value::as_str) == Some(&begun.nonce)
}

/// The claims of a token that the authority has just made.
fn claims(token: Option<&Secret>) -> Value {
    let body = token.and_then(|token| token.reveal().split('.').nth(1));
    let bytes = body.and_then(|body| URL_SAFE_NO_PAD.decode(body).ok());
    let claims = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    claims.unwrap_or_default()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
