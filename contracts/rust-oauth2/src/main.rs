//! The crate oauth2: what most programs in Rust use.
//!
//! 1. Metadata names the endpoints; the crate has no discovery of its own.
//! 2. A client proves itself by header and by body; its token lives, is given up, and is dead.
//! 3. What is refused says so in the way that the crate understands.
//! 4. The demo resource answers a living token only, and only one that is meant for it.
//! 5. A person comes by code and PKCE, to a public and to a confidential client; the token is renewed.

use std::error::Error;
use std::process::ExitCode;

use oauth2::basic::{BasicClient, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, IntrospectionUrl, PkceCodeChallenge, RedirectUrl,
    RequestTokenError, RevocationUrl, Scope, TokenIntrospectionResponse as _, TokenResponse as _,
    TokenUrl,
};

use serde_json::Value;
use symbolon_contract_oauth2::authority::text;
use symbolon_contract_oauth2::transport::as_if_https;
use symbolon_contract_oauth2::{Authority, Browser, Checked, Transport, ensure, report};

/// The scope of every resource but the demo's, and the part of it that is asked for.
const ALL: [&str; 2] = ["contract:read", "contract:write"];
const SOME: &str = "contract:read";

type Client = BasicClient<EndpointNotSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>;

fn main() -> ExitCode {
    report(run)
}

fn run() -> Checked {
    let authority = Authority::read()?;
    let transport = Transport::default();
    // Step 1.
    let metadata = authority.metadata(&transport)?;
    println!("holds   metadata names the endpoints");
    let world = World {
        authority,
        metadata,
        transport,
    };
    for (way, name, auth_type) in [
        ("client_secret_basic", "basic", AuthType::BasicAuth),
        ("client_secret_post", "post", AuthType::RequestBody),
        (
            "client_secret_post of a basic client",
            "basic",
            AuthType::RequestBody,
        ),
    ] {
        let client = world.client(name, None, auth_type)?;
        world.a_token_lives_is_revoked_and_is_dead(&client)?;
        println!("holds   {way} brings a token that lives, is revoked, and is dead");
    }
    world.what_is_refused_says_so()?;
    println!("holds   what is refused says so");
    world.the_demo_resource_answers_its_own_living_tokens()?;
    println!("holds   the demo resource answers its own living tokens only");
    for name in ["public", "basic"] {
        world.a_person_comes_by_code_and_the_token_is_renewed(name)?;
        println!("holds   a person comes by code to the {name} client, and the token is renewed");
    }
    Ok(())
}

/// Everything that a check needs.
struct World {
    authority: Authority,
    metadata: Value,
    transport: Transport,
}

impl World {
    /// A client by what it is for; with another secret than its own, where one is given.
    fn client(&self, name: &str, secret: Option<&str>, auth_type: AuthType) -> Checked<Client> {
        let (id, own) = self.authority.client(name)?;
        let endpoint = |name: &str| text(&self.metadata, name);
        let revocation = as_if_https(&endpoint("revocation_endpoint")?);
        Ok(BasicClient::new(ClientId::new(id))
            .set_client_secret(ClientSecret::new(secret.map_or(own, str::to_owned)))
            .set_auth_type(auth_type)
            .set_token_uri(TokenUrl::new(endpoint("token_endpoint")?)?)
            .set_introspection_url(IntrospectionUrl::new(endpoint("introspection_endpoint")?)?)
            .set_revocation_url(RevocationUrl::new(revocation)?))
    }

    fn granted(&self, client: &Client, resource: Option<&str>) -> Checked<BasicTokenResponse> {
        let mut request = client.exchange_client_credentials();
        if let Some(resource) = resource {
            request = request.add_extra_param("resource", self.authority.resource(resource)?);
        }
        Ok(request.request(&self.transport.call())?)
    }

    fn is_active(&self, client: &Client, token: &AccessToken) -> Checked<bool> {
        let seen = client.introspect(token).request(&self.transport.call())?;
        Ok(seen.active())
    }

    fn revoke(&self, client: &Client, token: &AccessToken) -> Checked {
        let request = client.revoke_token(token.clone().into())?;
        Ok(request.request(&self.transport.call())?)
    }

    /// Step 2.
    fn a_token_lives_is_revoked_and_is_dead(&self, client: &Client) -> Checked {
        for shape in ["ES256", "opaque"] {
            let resource = self.authority.resource(shape)?;
            let request = client
                .exchange_client_credentials()
                .add_scope(Scope::new(SOME.to_owned()))
                .add_extra_param("resource", resource.clone());
            let answer = request.request(&self.transport.call())?;
            let scopes = answer.scopes().ok_or("the answer has no scope")?;
            ensure(*scopes == [Scope::new(SOME.to_owned())], scopes)?;
            ensure(answer.expires_in().is_some(), "no expires_in")?;

            let token = answer.access_token();
            let seen = client.introspect(token).request(&self.transport.call())?;
            ensure(seen.active(), "not active")?;
            ensure(
                seen.client_id() == Some(client.client_id()),
                seen.client_id(),
            )?;
            ensure(seen.aud() == Some(&vec![resource]), seen.aud())?;
            ensure(seen.exp() > seen.iat(), (seen.exp(), seen.iat()))?;

            self.revoke(client, token)?;
            ensure(!self.is_active(client, token)?, "still active")?;
        }
        let answer = self.granted(client, Some("ES256"))?;
        let all = ALL.map(|name| Scope::new(name.to_owned()));
        ensure(
            answer.scopes().is_some_and(|scopes| *scopes == all),
            answer.scopes(),
        )
    }

    /// Step 3.
    fn what_is_refused_says_so(&self) -> Checked {
        for auth_type in [AuthType::BasicAuth, AuthType::RequestBody] {
            let impostor = self.client("basic", Some("not the secret"), auth_type)?;
            let request = impostor.exchange_client_credentials();
            let code = code(request.request(&self.transport.call()))?;
            ensure(code == BasicErrorResponseType::InvalidClient, code)?;
        }
        let client = self.client("basic", None, AuthType::BasicAuth)?;
        let request = client
            .exchange_client_credentials()
            .add_scope(Scope::new("contract:none".to_owned()));
        let code = code(request.request(&self.transport.call()))?;
        ensure(code == BasicErrorResponseType::InvalidScope, code)
    }

    /// Step 4.
    fn the_demo_resource_answers_its_own_living_tokens(&self) -> Checked {
        let service = self.client("service", None, AuthType::BasicAuth)?;
        let answer = self.granted(&service, None)?;
        let token = answer.access_token();
        let demo = |token: &AccessToken| self.transport.get(&self.authority.demo, token.secret());
        let status = demo(token)?;
        ensure(status == 200, status)?;
        self.revoke(&service, token)?;
        let status = demo(token)?;
        ensure(status == 401, status)?;

        let client = self.client("basic", None, AuthType::BasicAuth)?;
        let answer = self.granted(&client, Some("ES256"))?;
        let status = demo(answer.access_token())?;
        ensure(status == 401, status)
    }
}

/// What the crate asks for at the authorization endpoint, too.
type App = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

impl World {
    /// A program before which people sit.
    fn app(&self, name: &str) -> Checked<App> {
        let app = self.authority.app(name);
        let endpoint = |name: &str| text(&self.metadata, name);
        let client = BasicClient::new(ClientId::new(text(app, "client_id")?))
            .set_auth_uri(AuthUrl::new(endpoint("authorization_endpoint")?)?)
            .set_token_uri(TokenUrl::new(endpoint("token_endpoint")?)?)
            .set_redirect_uri(RedirectUrl::new(text(app, "redirect_uri")?)?);
        Ok(match app["client_secret"].as_str() {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.to_owned())),
            None => client,
        })
    }

    /// Step 5.
    fn a_person_comes_by_code_and_the_token_is_renewed(&self, name: &str) -> Checked {
        let app = self.app(name)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state) = app
            .authorize_url(CsrfToken::new_random)
            .add_scopes(["profile", "offline_access"].map(|one| Scope::new(one.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let said = Browser::new(&self.authority, &self.transport)?.through(address.as_str())?;
        ensure(said["state"] == *state.secret(), &said)?;
        ensure(said["iss"] == self.authority.issuer()?, &said)?;
        let request = app
            .exchange_code(AuthorizationCode::new(said["code"].clone()))
            .set_pkce_verifier(verifier);
        let first = request.request(&self.transport.call())?;
        let first = first.refresh_token().ok_or("no refresh token")?;
        let renew = || {
            app.exchange_refresh_token(first)
                .request(&self.transport.call())
        };
        let second = renew()?;
        let second = second.refresh_token().ok_or("no refresh token")?;
        ensure(second.secret() != first.secret(), "the same refresh token")?;
        let third = app
            .exchange_refresh_token(second)
            .request(&self.transport.call())?;
        ensure(third.refresh_token().is_some(), "no refresh token")?;
        // An older generation is theft: it ends them all.
        let refused = code(renew())?;
        ensure(refused == BasicErrorResponseType::InvalidGrant, refused)?;
        let third = third.refresh_token().ok_or("no refresh token")?;
        let refused = code(
            app.exchange_refresh_token(third)
                .request(&self.transport.call()),
        )?;
        ensure(refused == BasicErrorResponseType::InvalidGrant, refused)
    }
}

/// The code of a refusal.
fn code<T, E: Error + 'static>(
    answer: Result<T, RequestTokenError<E, oauth2::basic::BasicErrorResponse>>,
) -> Checked<BasicErrorResponseType> {
    match answer {
        Ok(_) => Err("it was not refused".into()),
        Err(RequestTokenError::ServerResponse(refusal)) => Ok(refusal.error().clone()),
        Err(other) => Err(other.into()),
    }
}
