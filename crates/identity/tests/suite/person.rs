//! A person with a session, a client that may ask people, and what tests do with them.

use std::sync::Arc;

use symbolon_identity::client::{self, AuthMethod, GrantType, NewClient};
use symbolon_identity::code::{self, IssueError, NewCode};
use symbolon_identity::session::{self, Authenticated, Factor, Issued, Method, Session};
use symbolon_identity::subject::{self, Claims, NewSubject};
use symbolon_identity::{KnownClient, With};
use symbolon_token::node::{AuthenticatorNode, SubjectNode};
use symbolon_token::scope::Scope;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

use crate::arrange::{NOON, Stage, call};

pub(crate) const BACK: &str = "https://app.example/back";

impl Stage {
    pub(crate) async fn person(&self, username: &str) -> SubjectNode {
        let new = NewSubject::person(username, Claims::default());
        let new = (new, With::default());
        let made = subject::create(&self.world, &call(NOON), self.realm.node, new).await;
        made.unwrap().node
    }

    /// What signing in does.
    pub(crate) fn proof(&self, person: SubjectNode, now: Time) -> Authenticated {
        let lineages = &self.world.lineages;
        let authenticator = AuthenticatorNode(self.world.ids.next(NOON));
        let factor = Factor {
            method: Method::Password,
            authenticator: lineages.ancestor(authenticator),
        };
        let whose = (self.realm.node, lineages.ancestor(person));
        #[expect(
            clippy::disallowed_methods,
            reason = "the test stands in for signing in"
        )]
        Authenticated::attest(whose, vec![factor], now)
    }

    pub(crate) async fn sign_in(
        &self,
        person: SubjectNode,
        former: Option<&Session>,
        now: Time,
    ) -> Issued {
        let proof = self.proof(person, now);
        let issued = session::issue(&self.world, &call(now), &proof, former).await;
        issued.unwrap()
    }

    /// The session of a cookie, if it runs.
    pub(crate) async fn session(&self, cookie: &Secret, now: Time) -> Option<Session> {
        self.world.catch_up(now).await.unwrap();
        let found = session::verify(&self.world, self.realm.node, cookie.reveal(), now).await;
        found.unwrap()
    }

    /// A confidential client that may ask people.
    pub(crate) async fn app(&self, client_id: &str) -> Arc<KnownClient> {
        let settings = client::Settings {
            token_endpoint_auth_method: AuthMethod::ClientSecretPost,
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            redirect_uris: vec![BACK.to_owned()],
            ..client::Settings::default()
        };
        self.create(NewClient {
            client_id: Some(client_id.to_owned()),
            secret: None,
            secret_expires_at: None,
            settings,
            with: With::default(),
        })
        .await;
        let known = client::known(&self.world, self.realm.node, client_id).await;
        known.unwrap().unwrap()
    }

    /// What a person who allows it makes the authorization endpoint do.
    pub(crate) async fn code(
        &self,
        (client, session): (&KnownClient, &Session),
        scope: &str,
        now: Time,
    ) -> Result<Secret, IssueError> {
        let new = NewCode {
            client,
            session,
            scope: Scope::parse(scope).unwrap(),
            resources: Vec::new(),
            claims: (Vec::new(), Vec::new()),
            nonce: None,
            redirect_uri: (BACK, true),
            challenge: None,
        };
        code::issue(&self.world, &call(now), &new).await
    }
}
