//! The authority judges from its own memory, and its first realm signs. What it refuses of an authentic
//! token is journaled, within the rate of refusals, as where its own API is asked.

use std::fmt::Display;
use std::sync::{Arc, OnceLock};

use symbolon_authority::assertion::assert;
use symbolon_authority::token::{Token, find_alive};
use symbolon_gate::{Claims, Identity, Judge, NotSigned, Sign, Unfit, Verdict};
use symbolon_identity::access::{Access, Refusal};
use symbolon_identity::realm::Realm;
use symbolon_token::call::Call;

use crate::app::App;
use crate::bearer::Presented;

/// One question, and whom it is put to.
pub(super) struct Ports<'a> {
    pub(super) app: &'a App,
    pub(super) call: &'a Call,
    pub(super) realm: &'a Realm,
    /// The living token that it was put about.
    pub(super) judged: OnceLock<Arc<Access>>,
}

impl Ports<'_> {
    fn presented(&self) -> Presented<'_> {
        Presented {
            app: self.app,
            call: self.call,
            realm: self.realm,
        }
    }

    /// What is wrong with a token is told to the journal, never to its bearer.
    async fn dead(&self, refusal: &Refusal) -> Verdict {
        let _told = self.presented().dead(refusal).await;
        Verdict::Dead
    }

    fn unknown(&self, error: &dyn Display) -> Verdict {
        let name = self.call.request_id;
        tracing::warn!(request.id = %name, %error, "the gate cannot judge now, and refuses");
        Verdict::Unknown
    }
}

impl Judge for Ports<'_> {
    async fn judge(&self, token: &str, _: &str) -> Verdict {
        let found = find_alive(self.app.world(), self.realm, token, self.call.now).await;
        let access = match found {
            Ok(Ok(Token::Access(access))) => access,
            // A refresh token is good for the token endpoint alone.
            Ok(Ok(Token::Refresh(_))) => return self.dead(&Refusal::NotOurs).await,
            Ok(Err(refusal)) => return self.dead(&refusal).await,
            Err(error) => return self.unknown(&error),
        };
        let access = self.judged.get_or_init(|| access);
        Verdict::Alive(Box::new(Identity {
            issuer: self.realm.issuer.as_str().to_owned(),
            subject: access.sub.clone(),
            client: access.client_id.clone(),
            scope: access.scope.clone(),
            audience: access.audience.clone(),
            issued_at: Some(access.issued_at),
            expires_at: access.expires_at,
            auth_time: None,
            acr: None,
            token_id: None,
            // This authority binds no tokens to keys yet.
            is_bound: false,
        }))
    }

    async fn unfit(&self, _: &str, why: Unfit) {
        let reason = match why {
            Unfit::Bound => "invalid_binding",
            Unfit::Audience => "invalid_audience",
            Unfit::Scope => "insufficient_scope",
        };
        if let Some(access) = self.judged.get() {
            self.presented().journal(access, reason).await;
        }
    }
}

impl Sign for Ports<'_> {
    async fn sign(&self, claims: &Claims<'_>) -> Result<String, NotSigned> {
        let signed = assert(self.app.world(), self.call, self.realm, claims).await;
        signed.map_err(|error| NotSigned(error.to_string()))
    }
}
