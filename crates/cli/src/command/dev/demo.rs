//! What a development directory has from the start. Each is made where it is not there, and left
//! alone where it is: whoever changes it keeps the change.

use std::time::Duration;

use symbolon_identity::access::issue_management;
use symbolon_identity::client::{self, AuthMethod, GrantType, NewClient};
use symbolon_identity::realm::{self, NewRealm, Realm};
use symbolon_identity::resource::{self, MANAGEMENT_SCOPES, NewResource, ScopeWords};
use symbolon_identity::subject::{self, Claims, NewSubject, Profile, SubjectKind};
use symbolon_identity::{With, World, access};
use symbolon_keys::root::RootKeys;
use symbolon_signin::SignIn;
use symbolon_signin::password::{self, NewPassword, Part};
use symbolon_signin::pool::Limits;
use symbolon_token::kind::Kind;
use symbolon_token::node::ClientNode;
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;

use super::secret::derive;
use crate::clock;
use crate::exit::StartError;
use crate::open::{Open, own_call};

/// The realm's name.
const REALM: &str = "main";

/// The demo service.
const SERVICE: &str = "demo-service";

/// The demo app: what a person sits before.
const APP: &str = "demo-app";

/// Where the demo app is sent back to; any port will do.
const REDIRECTS: [&str; 2] = ["http://127.0.0.1:8421/callback", "http://127.0.0.1:8421"];

/// The same where it runs in this process, to be tried in a browser.
const OWN_REDIRECTS: [&str; 2] = [
    "http://127.0.0.1/demo/app/callback",
    "http://[::1]/demo/app/callback",
];

/// The demo person.
const PERSON: &str = "demo";

/// Characters of the person's password, of a derived secret behind its prefix.
const PASSWORD: std::ops::Range<usize> = 7..27;

/// The demo resource's scopes, with words.
const SCOPES: [(&str, &str); 2] = [
    ("demo:read", "Read the demo resource"),
    ("demo:write", "Change the demo resource"),
];

/// What the demo service may do beside: follow the feed.
const FEED: &str = "feed";

/// How many admin tokens a directory has had at most, one after the other: fewer than somebody who
/// tries revocations by hand kills.
const MAX_ADMIN_TOKENS: usize = 1000;

/// How long the admin token lives: longer than anybody keeps a development directory.
const ADMIN_LIFETIME: Duration = Duration::from_hours(10 * 365 * 24);

/// What was made.
pub(super) struct Demo {
    /// The realm's issuer.
    pub(super) issuer: String,
    /// The service.
    pub(super) client_id: &'static str,
    /// Its secret.
    pub(super) client_secret: Secret,
    /// A management token with every scope.
    pub(super) admin_token: Secret,
    /// The resource, and its audience.
    pub(super) resource_url: String,
    /// The app.
    pub(super) public_client_id: &'static str,
    /// Where it is sent back to.
    pub(super) redirect_uris: Vec<String>,
    /// What the person types.
    pub(super) username: &'static str,
    /// And beside it.
    pub(super) password: Secret,
}

/// Makes what is not there.
///
/// # Errors
/// [`StartError`].
pub(super) async fn ensure(open: &Open, issuer: &str) -> Result<Demo, StartError> {
    let world = &*open.world;
    let realm = ensure_realm(world, issuer).await?;
    let client_secret = derive(&open.root, Kind::ClientSecret, "dev/demo-service");
    let service = ensure_service(world, &realm, &client_secret).await?;
    let resource_url = format!("{issuer}/demo/resource");
    ensure_resource(world, &realm, (&resource_url, service)).await?;
    let redirect_uris = ensure_app(world, &realm).await?;
    let password = derive(&open.root, Kind::PasswordLink, "dev/demo-person");
    let password = Secret::from(password.reveal().get(PASSWORD).unwrap_or_default());
    ensure_person(world, &realm, &password).await?;
    let admin_token = ensure_admin(world, &realm, &open.root).await?;
    Ok(Demo {
        issuer: issuer.to_owned(),
        client_id: SERVICE,
        client_secret,
        admin_token,
        resource_url,
        public_client_id: APP,
        redirect_uris,
        username: PERSON,
        password,
    })
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> StartError {
    StartError::Sentence(format!("{what} cannot be made: {error}"))
}

async fn ensure_realm(world: &World, issuer: &str) -> Result<Realm, StartError> {
    let call = own_call(world);
    match world.realms.first() {
        Some(realm) if realm.issuer.as_str() == issuer => Ok((*realm).clone()),
        Some(realm) => {
            let moved = realm::change_issuer(world, &call, &realm, issuer).await;
            moved.map_err(|error| failed("the new issuer", &error))
        }
        None => {
            let new = NewRealm {
                name: REALM.to_owned(),
                issuer: issuer.to_owned(),
            };
            let realm = realm::create_first(world, &call, new).await?;
            realm.ok_or_else(|| failed("the realm", &"another process made one"))
        }
    }
}

async fn ensure_service(
    world: &World,
    realm: &Realm,
    secret: &Secret,
) -> Result<ClientNode, StartError> {
    if let Some(client) = client::by_id(world, realm.node, SERVICE).await? {
        return Ok(client.node);
    }
    let mut new = NewClient {
        secret: Some(secret.clone()),
        ..NewClient::service(SERVICE)
    };
    new.settings.client_name = Some("Demo service".to_owned());
    new.settings.introspect_all = true;
    let scope = SCOPES.map(|(name, _)| name).into_iter().chain([FEED]);
    new.settings.scope = Scope::from_tokens(scope.collect::<Vec<_>>())
        .map_err(|error| failed("the demo service", &error))?;
    let created = client::create(world, &own_call(world), realm.node, new).await;
    let created = created.map_err(|error| failed("the demo service", &error))?;
    Ok(created.client.node)
}

/// The app may be pointed elsewhere: what it has then is told.
async fn ensure_app(world: &World, realm: &Realm) -> Result<Vec<String>, StartError> {
    if let Some(client) = client::by_id(world, realm.node, APP).await? {
        return Ok(others(client.settings.redirect_uris));
    }
    let settings = client::Settings {
        client_name: Some("Demo app".to_owned()),
        token_endpoint_auth_method: AuthMethod::None,
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        redirect_uris: REDIRECTS
            .into_iter()
            .chain(OWN_REDIRECTS)
            .map(str::to_owned)
            .collect(),
        post_logout_redirect_uris: REDIRECTS.map(str::to_owned).to_vec(),
        origins: vec!["http://127.0.0.1:8421".to_owned()],
        scope: Scope::from_tokens(SCOPES.map(|(name, _)| name))
            .map_err(|error| failed("the demo app", &error))?,
        ..client::Settings::default()
    };
    let new = NewClient {
        client_id: Some(APP.to_owned()),
        ..NewClient::with_settings(settings)
    };
    let created = client::create(world, &own_call(world), realm.node, new).await;
    let created = created.map_err(|error| failed("the demo app", &error))?;
    Ok(others(created.client.settings.redirect_uris))
}

/// What an app of somebody else's may use.
fn others(mut redirect_uris: Vec<String>) -> Vec<String> {
    redirect_uris.retain(|uri| !OWN_REDIRECTS.contains(&uri.as_str()));
    redirect_uris
}

/// Whoever gives the person another password knows it, and `dev.json` is wrong from then on.
async fn ensure_person(world: &World, realm: &Realm, password: &Secret) -> Result<(), StartError> {
    let known = subject::find_by_identifier(world, realm.node, PERSON).await?;
    if known.is_some() {
        return Ok(());
    }
    let new = NewSubject {
        kind: SubjectKind::Person,
        profile: Profile {
            name: None,
            username: Some(PERSON.to_owned()),
            claims: Claims {
                name: Some("Demo Person".to_owned()),
                given_name: Some("Demo".to_owned()),
                family_name: Some("Person".to_owned()),
                email: Some("demo@example.com".to_owned()),
                email_verified: Some(true),
                ..Claims::default()
            },
        },
    };
    let wrong = |error: &dyn std::fmt::Display| failed("the demo person", error);
    let made = subject::create(world, &own_call(world), realm.node, (new, With::default())).await;
    let made = made.map_err(|error| wrong(&error))?;
    let new = NewPassword {
        text: password.clone(),
        part: Part::Alone,
    };
    let sign_in = SignIn::new(Limits::of_processors(1));
    let set = password::set(world, &sign_in, &own_call(world), (realm, &made), &new).await;
    set.map(|_| ()).map_err(|error| wrong(&error))
}

/// The audience holds the issuer, so it follows the port: the old resource ends, a new one begins.
async fn ensure_resource(
    world: &World,
    realm: &Realm,
    (audience, owner): (&str, ClientNode),
) -> Result<(), StartError> {
    if resource::by_audience(world, realm, audience)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let before = resource::default(world, realm).await?;
    let mut new = NewResource {
        audience: audience.to_owned(),
        is_default: true,
        ..NewResource::default()
    };
    match &before {
        Some(before) if before.audience.ends_with("/demo/resource") => {
            new.settings = before.settings.clone();
            let ended = resource::end(world, &own_call(world), realm.node, before.node).await;
            ended.map_err(|error| failed("the demo resource", &error))?;
        }
        Some(_) => new.is_default = false,
        None => {}
    }
    if new.settings.scopes.is_empty() {
        "Demo resource".clone_into(&mut new.settings.name);
        new.settings.owner = Some(owner);
        new.settings.scopes = SCOPES
            .map(|(name, description)| ScopeWords {
                name: name.to_owned(),
                description: description.to_owned(),
            })
            .to_vec();
    }
    let created = resource::create(world, &own_call(world), realm, (new, With::default())).await;
    created
        .map(|_| ())
        .map_err(|error| failed("the demo resource", &error))
}

/// The name holds what the token depends on: an issuer of its own, the history it was born in, and the
/// scopes that there are. One that died, as with its whole realm, is followed by the next.
async fn ensure_admin(world: &World, realm: &Realm, root: &RootKeys) -> Result<Secret, StartError> {
    let (term, scopes) = (world.db.term().0, MANAGEMENT_SCOPES.len());
    let first = format!("dev/admin/{term}/{scopes}/{}", realm.issuer);
    let next = (1..MAX_ADMIN_TOKENS).map(|number| format!("{first}/{number}"));
    let mut token = derive(root, Kind::Access, &first);
    for label in next {
        let known = access::authentic(world, realm, token.reveal(), clock::now()).await;
        let Ok(known) = known else {
            let wanted = (Some(token.clone()), ADMIN_LIFETIME);
            let issued = issue_management(world, &own_call(world), realm, wanted).await;
            issued.map_err(|error| failed("the admin token", &error))?;
            break;
        };
        if access::alive(world, &known, clock::now()).await.is_ok() {
            break;
        }
        token = derive(root, Kind::Access, &label);
    }
    Ok(token)
}
