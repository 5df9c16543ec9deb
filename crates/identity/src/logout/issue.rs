//! Issue a logout token (OpenID Connect Back-Channel Logout §2.4). Its entry is written when the
//! client has taken it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};
use symbolon_jose::jwt::Purpose;
use symbolon_token::call::Call;
use symbolon_token::random;
use symbolon_token::secret::Secret;

use super::{Due, LIFETIME};
use crate::World;
use crate::client::Client;
use crate::realm::Realm;
use crate::session::sid;
use crate::signing_key::{SignError, ensure};

/// The event that the token tells of.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

#[derive(Serialize)]
struct LogoutClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    events: Value,
    sid: String,
}

/// The token that tells a client of the end of a session; `sub` is the person as this client knows
/// him.
///
/// # Errors
/// [`SignError`].
pub async fn issue(
    world: &World,
    call: &Call,
    (realm, client): (&Realm, &Client),
    (due, sub): (&Due, &str),
) -> Result<Secret, SignError> {
    let algorithm = client.settings.id_token_signed_response_alg;
    let key = ensure(world, call, realm.node, algorithm).await?;
    let claims = LogoutClaims {
        iss: realm.issuer.as_str(),
        sub,
        aud: &client.client_id,
        iat: call.now.seconds(),
        exp: call.now.plus(LIFETIME).seconds(),
        jti: URL_SAFE_NO_PAD.encode(random::bytes::<16>(&*world.random)),
        events: json!({ EVENT: {} }),
        sid: sid(world, realm.node, due.session, client.node),
    };
    Ok(Secret::new(key.sign(Purpose::LogoutToken, &claims)?))
}
