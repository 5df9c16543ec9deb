//! The crate openidconnect: what programs in Rust use that people sign in to.
//!
//! 1. Metadata and keys are found, and what the crate wants of them is there.
//! 2. A person comes by code and PKCE, to a public and to confidential clients; the ID token verifies
//!    by the keys, RS256 and ES256, with its `nonce` and its `at_hash`.
//! 3. Userinfo tells of the same person.
//! 4. A refresh brings an ID token that verifies by the same rules, with the same `nonce`.

use std::process::ExitCode;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    RedirectUrl, Scope, TokenResponse as _,
};
use symbolon_contract_oauth2::authority::text;
use symbolon_contract_oauth2::{Authority, Browser, Checked, Transport, ensure, report};

/// The application, as metadata and description make it.
type App = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

fn main() -> ExitCode {
    report(run)
}

fn run() -> Checked {
    let authority = Authority::read()?;
    let transport = Transport::default();
    // Step 1.
    let issuer = IssuerUrl::new(authority.issuer()?)?;
    let metadata = CoreProviderMetadata::discover(&issuer, &transport.call())?;
    println!("holds   metadata and keys are found");
    let world = World {
        authority,
        metadata,
        transport,
    };
    for (name, algorithm) in [
        ("public", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
        ("basic", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
        ("ES256", CoreJwsSigningAlgorithm::EcdsaP256Sha256),
    ] {
        world.a_person_signs_in(name, algorithm)?;
        println!("holds   a person signs in to the {name} client, is told of, and stays");
    }
    Ok(())
}

/// Everything that a check needs.
struct World {
    authority: Authority,
    metadata: CoreProviderMetadata,
    transport: Transport,
}

/// A sign-in that an application began: what it remembers of it.
struct Asked<'a> {
    app: &'a App,
    nonce: &'a Nonce,
    algorithm: CoreJwsSigningAlgorithm,
}

impl World {
    fn app(&self, name: &str) -> Checked<App> {
        let app = self.authority.app(name);
        let secret = app["client_secret"].as_str();
        let client = CoreClient::from_provider_metadata(
            self.metadata.clone(),
            ClientId::new(text(app, "client_id")?),
            secret.map(|secret| ClientSecret::new(secret.to_owned())),
        );
        Ok(client.set_redirect_uri(RedirectUrl::new(text(app, "redirect_uri")?)?))
    }

    /// Steps 2 to 4.
    fn a_person_signs_in(&self, name: &str, algorithm: CoreJwsSigningAlgorithm) -> Checked {
        let app = self.app(name)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (address, state, nonce) = app
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email", "offline_access"].map(|one| Scope::new(one.into())))
            .set_pkce_challenge(challenge)
            .url();
        let said = Browser::new(&self.authority, &self.transport)?.through(address.as_str())?;
        ensure(said["state"] == *state.secret(), &said)?;
        let first = app
            .exchange_code(AuthorizationCode::new(said["code"].clone()))?
            .set_pkce_verifier(verifier)
            .request(&self.transport.call())?;
        let asked = Asked {
            app: &app,
            nonce: &nonce,
            algorithm,
        };
        let claims = asked.verified(&first)?;
        self.is_told_of(&app, &first, claims)?;
        let refresh = first.refresh_token().ok_or("no refresh token")?;
        let second = app
            .exchange_refresh_token(refresh)?
            .request(&self.transport.call())?;
        let again = asked.verified(&second)?;
        ensure(again.subject() == claims.subject(), again)?;
        ensure(again.auth_time() == claims.auth_time(), again)
    }

    /// Step 3.
    fn is_told_of(
        &self,
        app: &App,
        answer: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
    ) -> Checked {
        let token = answer.access_token().clone();
        let told: CoreUserInfoClaims = app
            .user_info(token, Some(claims.subject().clone()))?
            .request(&self.transport.call())?;
        ensure(
            told.email().is_some_and(|one| **one == "demo@example.com"),
            &told,
        )?;
        ensure(told.email_verified() == Some(true), &told)?;
        let name = told.name().and_then(|names| names.get(None));
        ensure(name.is_some_and(|one| **one == "Demo Person"), &told)
    }
}

impl Asked<'_> {
    /// The claims of an answer's ID token, judged by the crate.
    fn verified<'a>(&self, answer: &'a CoreTokenResponse) -> Checked<&'a CoreIdTokenClaims> {
        let token = answer.id_token().ok_or("no ID token")?;
        let verifier = self.app.id_token_verifier();
        let claims = token.claims(&verifier, self.nonce)?;
        let algorithm = token.signing_alg()?;
        ensure(*algorithm == self.algorithm, algorithm)?;
        let own = AccessTokenHash::from_token(
            answer.access_token(),
            algorithm,
            token.signing_key(&verifier)?,
        )?;
        ensure(claims.access_token_hash() == Some(&own), claims)?;
        Ok(claims)
    }
}
