//! Reads an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1 and
//! §5.5).
//!
//! What nobody knows is ignored (`access_type`, `approval_prompt` …); so are `display`,
//! `ui_locales`, `claims_locales` and `acr_values`, which are wishes.

use symbolon_identity::KnownClient;
use symbolon_identity::client::{Client, GrantType};
use symbolon_identity::code::Challenge;

use super::reply::{Back, Mode};
use super::wish::Wishes;
use super::{Authorization, PageError, Prompt, hinted};
use crate::error::{ErrorCode, OauthError};
use crate::permission::{self, OPENID};
use crate::{Params, Request};

/// Longest `nonce`, in bytes: it travels in code, row and token.
const MAX_NONCE: usize = 512;

/// Longest `state`, in bytes: it travels in addresses.
const MAX_STATE: usize = 2048;

/// Longest `login_hint`, in bytes: no identifier is longer.
const MAX_HINT: usize = 320;

/// Where the answer goes. What is wrong here is told to the person: there is nowhere else.
pub(super) fn back(params: &Params, client: &Client) -> Result<Back, PageError> {
    let one = |name| params.one(name).map_err(|_| PageError::Malformed);
    let asked = one("redirect_uri")?;
    let redirect_uri = match (asked, client.settings.redirect_uris.as_slice()) {
        (Some(asked), _) if client.has_redirect(asked) => asked.to_owned(),
        (None, [only]) => only.clone(),
        (Some(_) | None, _) => return Err(PageError::RedirectUri),
    };
    // How the answer to a request with a wrong mode travels: as it does where nobody says.
    let mode = match params.one("response_mode") {
        Ok(Some("form_post")) => Mode::FormPost,
        Ok(_) | Err(_) => Mode::Query,
    };
    let state = params.one("state").ok().flatten();
    Ok(Back {
        redirect_uri,
        is_named: asked.is_some(),
        mode,
        state: state
            .filter(|state| state.len() <= MAX_STATE)
            .map(str::to_owned),
    })
}

/// What is asked.
pub(super) async fn read(
    request: &Request<'_>,
    known: &KnownClient,
    back: &Back,
) -> Result<Authorization, OauthError> {
    let (params, client) = (request.params, &known.client);
    unsupported(params)?;
    response(params)?;
    if !client.may(GrantType::AuthorizationCode) {
        let text = "this client may not use authorization_code";
        return Err(OauthError::new(ErrorCode::UnauthorizedClient, text));
    }
    if params
        .one("state")?
        .is_some_and(|state| state.len() > MAX_STATE)
    {
        return Err(too_long("state", MAX_STATE));
    }
    let target = permission::asked(request.world, request.realm, client, params).await?;
    let nonce = params.one("nonce")?;
    if nonce.is_some_and(|nonce| nonce.len() > MAX_NONCE) {
        return Err(too_long("nonce", MAX_NONCE));
    }
    let challenge = challenge(params)?;
    let is_openid = target.scope.contains(OPENID);
    bound(client, challenge.is_some(), nonce.is_some() && is_openid)?;
    let prompt = Prompt::parse(params.one("prompt")?.unwrap_or_default())?;
    let max_age = params.one("max_age")?.map(seconds).transpose()?;
    let wishes = params.one("claims")?.filter(|_| is_openid);
    let wishes = wishes.map(Wishes::parse).transpose()?.unwrap_or_default();
    let hinted = match params.one("id_token_hint")? {
        Some(hint) => Some(hinted(request, hint).await?.sub),
        None => wishes.sub,
    };
    let login_hint = params.one("login_hint")?;
    let login_hint = login_hint.filter(|hint| hint.len() <= MAX_HINT);
    Ok(Authorization {
        client_id: client.client_id.clone(),
        back: back.clone(),
        scope: target.scope,
        resources: target
            .resources
            .iter()
            .map(|one| one.audience.clone())
            .collect(),
        nonce: nonce.filter(|_| is_openid).map(str::to_owned),
        challenge,
        prompt,
        max_age: max_age.or(client.settings.default_max_age),
        login_hint: login_hint.map(str::to_owned),
        hinted,
        claims: (wishes.id_token, wishes.userinfo),
        asked_at: request.call.now,
    })
}

fn invalid(text: impl Into<std::borrow::Cow<'static, str>>) -> OauthError {
    OauthError::new(ErrorCode::InvalidRequest, text)
}

fn too_long(name: &str, bytes: usize) -> OauthError {
    invalid(format!("{name} has at most {bytes} bytes"))
}

/// OpenID Connect Core §3.1.2.6: what is announced as unsupported is refused, not ignored.
fn unsupported(params: &Params) -> Result<(), OauthError> {
    for (name, code) in [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ] {
        if params.one(name)?.is_some() {
            let text = format!("the parameter {name} is not supported; send plain parameters");
            return Err(OauthError::new(code, text));
        }
    }
    Ok(())
}

fn response(params: &Params) -> Result<(), OauthError> {
    if params.required("response_type")? != "code" {
        let text = "response_type must be code: tokens in addresses leak (RFC 9700, 2.1.2)";
        return Err(OauthError::new(ErrorCode::UnsupportedResponseType, text));
    }
    match params.one("response_mode")? {
        None | Some("query" | "form_post") => Ok(()),
        Some(_) => Err(invalid("response_mode must be query or form_post")),
    }
}

fn challenge(params: &Params) -> Result<Option<Challenge>, OauthError> {
    let method = params.one("code_challenge_method")?;
    let Some(challenge) = params.one("code_challenge")? else {
        return Ok(None);
    };
    let challenge = Challenge::parse(challenge, method);
    challenge
        .map(Some)
        .map_err(|error| invalid(error.to_string()))
}

/// RFC 9700 §2.1.1: a code is bound to the browser that asked, by a challenge; only a confidential
/// client of OpenID Connect that is configured so may rely on its nonce instead.
fn bound(client: &Client, has_challenge: bool, has_nonce: bool) -> Result<(), OauthError> {
    let needs_challenge = client.is_public() || client.settings.require_pkce;
    if has_challenge || (!needs_challenge && has_nonce) {
        return Ok(());
    }
    Err(invalid(if needs_challenge {
        "code_challenge is missing: this client must use PKCE with S256 (RFC 7636)"
    } else {
        "neither code_challenge nor, with the scope openid, nonce: send one of them"
    }))
}

fn seconds(text: &str) -> Result<u32, OauthError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = plain.then(|| text.parse().ok()).flatten();
    seconds.ok_or_else(|| invalid("max_age must be a number of seconds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(form: &str) -> Params {
        Params::parse(form.as_bytes()).unwrap()
    }

    #[test]
    fn only_codes_are_given() {
        assert!(response(&params("response_type=code&response_mode=form_post")).is_ok());
        for (form, code) in [
            ("response_type=token", ErrorCode::UnsupportedResponseType),
            (
                "response_type=code+id_token",
                ErrorCode::UnsupportedResponseType,
            ),
            ("response_type=none", ErrorCode::UnsupportedResponseType),
            (
                "response_type=code&response_mode=fragment",
                ErrorCode::InvalidRequest,
            ),
            ("", ErrorCode::InvalidRequest),
        ] {
            assert_eq!(response(&params(form)).unwrap_err().code, code, "{form}");
        }
    }
}
