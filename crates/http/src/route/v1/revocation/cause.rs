//! A cause as it is named: by exactly one member, and perhaps between two times.

use serde::Deserialize;
use symbolon_authority::issued::{Network, NetworkError};
use symbolon_authority::revocation::{Asked, Backwards, Cause, Of, Span};
use symbolon_token::node::{
    AuthenticatorNode, ClientSecretNode, GrantNode, NodeId, SessionNode, SigningKeyNode,
    SubjectNode,
};
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

use crate::problem::Problem;

/// One of these.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Named {
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
    network: Option<String>,
    from: Option<Time>,
    until: Option<Time>,
}

/// What there is to name.
const CAUSES: &str = "realm, subject, client, client_secret, session, grant, authenticator, \
                      signing_key, node, token, network";

impl Named {
    /// The one cause: a node or a token; or, of a network, and of a key between two times, a span.
    ///
    /// # Errors
    /// 400 where there is none, or several.
    pub(super) fn asked(self) -> Result<Asked, Problem> {
        let (from, until) = (self.from, self.until);
        let span = |of| -> Result<Asked, Problem> { Ok(Asked::Span(Span::new(of, from, until)?)) };
        let is_between = from.is_some() || until.is_some();
        let (key, network) = (self.signing_key, self.network.clone());
        match (self.one()?, key, network) {
            (_, _, Some(network)) => span(Of::Network(network.parse::<Network>()?)),
            (_, Some(key), None) if is_between => span(Of::SigningKey(key)),
            (Some(_), _, None) if is_between => {
                let detail = "cause: from and until go with network and signing_key alone";
                Err(Problem::bad("invalid_cause", detail))
            }
            (Some(cause), _, None) => Ok(Asked::Cause(cause)),
            (None, _, None) => Err(nothing()),
        }
    }

    /// The one cause, where only a node or a token will do.
    ///
    /// # Errors
    /// 400.
    pub(in super::super) fn node(self) -> Result<Cause, Problem> {
        match self.asked()? {
            Asked::Cause(cause) => Ok(cause),
            Asked::Span(_) => {
                let detail = "cause: a network, or a key between two times, can only be revoked";
                Err(Problem::bad("cannot_be_suspended", detail))
            }
        }
    }

    /// The one that is named, and none where that is a network.
    fn one(self) -> Result<Option<Cause>, Problem> {
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
        let mut told: Vec<_> = named.iter().map(|(name, _)| *name).collect();
        told.extend(self.network.map(|_| "network"));
        match told.len() {
            0 => Err(nothing()),
            1 => Ok(named.pop().map(|(_, cause)| cause)),
            _ => {
                let several = told.join(" and ");
                let detail = format!("cause: it names {several}; name exactly one");
                Err(Problem::bad("invalid_cause", detail))
            }
        }
    }
}

fn nothing() -> Problem {
    let detail = format!("cause: it names nothing; name exactly one of {CAUSES}");
    Problem::bad("invalid_cause", detail)
}

impl From<NetworkError> for Problem {
    fn from(error: NetworkError) -> Self {
        let code = match error {
            NetworkError::Form(_) => "invalid_network",
            NetworkError::TooNarrow { .. } => "network_too_narrow",
            NetworkError::TooWide { .. } => "network_too_wide",
        };
        Self::bad(code, format!("cause: {error}"))
    }
}

impl From<Backwards> for Problem {
    fn from(error: Backwards) -> Self {
        Self::bad("invalid_cause", format!("cause: {error}"))
    }
}
