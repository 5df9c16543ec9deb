//! Client authentication: who asks (RFC 6749 §2.3, RFC 7523 §2.2).
//!
//! 1. Read what is presented: one way of proving oneself, not two.
//! 2. Find the client; a disabled one is refused like an unknown one.
//! 3. The way must be the client's. A secret may come by header and body alike unless the client is
//!    set to be strict; a client set to assertions never sends its secret.
//! 4. The secret or the assertion must hold, and an assertion is spent.
//!
//! This is the only place that may [`attest`](AuthenticatedClient::attest).

mod presented;

pub use presented::{Credential, Presented, Via};

use symbolon_identity::client::{self, AuthMethod, AuthenticatedClient, Proof};
use symbolon_identity::client_assertion::{self, AssertionError, Expectation, RedeemError};
use symbolon_identity::jwks_uri::JwksUriError;
use symbolon_identity::{KnownClient, client_secret};
use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

use crate::error::{ErrorCode, OauthError};
use presented::presented_by;

use crate::Request;

/// Recognises the client of a request.
///
/// # Errors
/// `invalid_client`, with the same sentence for an unknown client, a disabled one and a wrong secret
/// (a client that proves itself in a way that is not its own is told which way is: ids are no secrets);
/// `invalid_request` for a request that cannot be read.
pub async fn authenticate(request: &Request<'_>) -> Result<AuthenticatedClient, OauthError> {
    let presented = presented_by(request)?;
    let realm = request.realm.node;
    let known = client::known(request.world, realm, &presented.client_id).await?;
    let Some(known) = known else {
        request.world.refusals.count();
        return Err(refused());
    };
    let proof = match judge(request, &known, &presented.credential).await {
        Ok(proof) => proof,
        Err(error) => {
            journal(request, &known, &presented.credential, &error).await;
            return Err(error);
        }
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that recognises clients"
    )]
    Ok(AuthenticatedClient::attest(known, proof))
}

async fn judge(
    request: &Request<'_>,
    known: &KnownClient,
    credential: &Credential,
) -> Result<Proof, OauthError> {
    if !known.is_enabled {
        return Err(refused());
    }
    let settings = &known.client.settings;
    let method = settings.token_endpoint_auth_method;
    match credential {
        Credential::None if method == AuthMethod::None => Ok(Proof::Public),
        Credential::None => Err(OauthError::new(
            ErrorCode::InvalidClient,
            "this client is confidential: send its secret or an assertion",
        )),
        Credential::Secret { texts, via } => {
            let fits = match (method, via) {
                (AuthMethod::ClientSecretBasic, Via::Header)
                | (AuthMethod::ClientSecretPost, Via::Body) => true,
                (AuthMethod::ClientSecretBasic, Via::Body)
                | (AuthMethod::ClientSecretPost, Via::Header) => !settings.strict_auth_method,
                (
                    AuthMethod::ClientSecretJwt | AuthMethod::PrivateKeyJwt | AuthMethod::None,
                    Via::Header | Via::Body,
                ) => false,
            };
            if !fits {
                return Err(wrong_method(method));
            }
            secret(request, known, texts).ok_or_else(refused)
        }
        Credential::Assertion(assertion) => {
            self::assertion(request, known, assertion.reveal()).await
        }
    }
}

fn secret(request: &Request<'_>, known: &KnownClient, texts: &[Secret]) -> Option<Proof> {
    let now = request.call.now;
    let mut found = texts
        .iter()
        .filter_map(|text| client_secret::verify(request.world, known, text, now));
    found.next().map(Proof::Secret)
}

async fn assertion(
    request: &Request<'_>,
    known: &KnownClient,
    assertion: &str,
) -> Result<Proof, OauthError> {
    let token_endpoint = request.realm.token_endpoint();
    let expectation = Expectation {
        issuer: request.realm.issuer.as_str(),
        token_endpoint: &token_endpoint,
    };
    let (world, now) = (request.world, request.call.now);
    let verified = client_assertion::verify(world, known, (assertion, expectation), now).await;
    let (proof, verified) = verified.map_err(assertion_error)?;
    let expires_at = verified.expires_at().map_or(now, Time::from_seconds);
    let jti = &verified.claims().jti;
    match client_assertion::redeem(world, known.client.node, jti, expires_at).await {
        Ok(()) => Ok(proof),
        Err(error @ RedeemError::Spent) => {
            Err(OauthError::new(ErrorCode::InvalidClient, error.to_string()))
        }
        Err(RedeemError::Load(error)) => Err(error.into()),
    }
}

fn assertion_error(error: AssertionError) -> OauthError {
    match error {
        AssertionError::Load(error) => error.into(),
        AssertionError::Keys(JwksUriError::Unfetched) => OauthError::unavailable(&error),
        AssertionError::Method
        | AssertionError::Token(_)
        | AssertionError::Subject
        | AssertionError::Keys(_) => {
            let text = format!("the client assertion was refused: {error}");
            OauthError::new(ErrorCode::InvalidClient, text)
        }
    }
}

/// A refusal of a known client is journaled, within the rate.
async fn journal(
    request: &Request<'_>,
    known: &KnownClient,
    credential: &Credential,
    error: &OauthError,
) {
    if error.code != ErrorCode::InvalidClient {
        return;
    }
    let noun = match credential {
        Credential::Assertion(_) => Noun::ClientAssertion,
        Credential::None | Credential::Secret { .. } => Noun::ClientSecret,
    };
    let realm = request.realm.node;
    let event = Event::refused(&request.call, realm, Verb::Verify, noun, error.code.name());
    request.world.refuse(event.client(known.client.node)).await;
}

fn refused() -> OauthError {
    OauthError::new(
        ErrorCode::InvalidClient,
        "the client is unknown or disabled, or its secret is wrong",
    )
}

fn wrong_method(method: AuthMethod) -> OauthError {
    let text = format!("this client authenticates by {}", method.name());
    OauthError::new(ErrorCode::InvalidClient, text)
}
