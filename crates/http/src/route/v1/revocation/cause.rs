//! A cause as it is named: by exactly one member.

use serde::Deserialize;
use symbolon_authority::revocation::Cause;
use symbolon_token::node::{
    AuthenticatorNode, ClientSecretNode, GrantNode, NodeId, SessionNode, SigningKeyNode,
    SubjectNode,
};
use symbolon_token::secret::Secret;

use crate::problem::Problem;

/// One of these.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    realm: Option<String>,
    subject: Option<SubjectNode>,
    client: Option<String>,
    client_secret: Option<ClientSecretNode>,
    session: Option<SessionNode>,
    grant: Option<GrantNode>,
    authenticator: Option<AuthenticatorNode>,
    signing_key: Option<SigningKeyNode>,
    node: Option<NodeId>,
    token: Option<String>,
}

/// What there is to name.
const CAUSES: &str = "realm, subject, client, client_secret, session, grant, authenticator, \
                      signing_key, node, token";

impl Named {
    /// The one cause.
    ///
    /// # Errors
    /// 400 where there is none, or several.
    pub(super) fn one(self) -> Result<Cause, Problem> {
        let secret = |token| Cause::Token(Secret::new(token));
        let named = [
            ("realm", self.realm.map(Cause::Realm)),
            ("subject", self.subject.map(Cause::Subject)),
            ("client", self.client.map(Cause::Client)),
            ("client_secret", self.client_secret.map(Cause::ClientSecret)),
            ("session", self.session.map(Cause::Session)),
            ("grant", self.grant.map(Cause::Grant)),
            (
                "authenticator",
                self.authenticator.map(Cause::Authenticator),
            ),
            ("signing_key", self.signing_key.map(Cause::SigningKey)),
            ("node", self.node.map(Cause::Node)),
            ("token", self.token.map(secret)),
        ];
        let named = named.into_iter();
        let mut named: Vec<_> = named.filter_map(|(name, one)| Some((name, one?))).collect();
        let told: Vec<_> = named.iter().map(|(name, _)| *name).collect();
        match (named.pop(), told.len()) {
            (Some((_, cause)), 1) => Ok(cause),
            (None, _) => {
                let detail = format!("cause: it names nothing; name exactly one of {CAUSES}");
                Err(Problem::bad("invalid_cause", detail))
            }
            (Some(_), _) => {
                let several = told.join(" and ");
                let detail = format!("cause: it names {several}; name exactly one");
                Err(Problem::bad("invalid_cause", detail))
            }
        }
    }
}
