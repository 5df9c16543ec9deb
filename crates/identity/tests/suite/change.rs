//! What can happen to what a token descends from, as values that tests go through.

use symbolon_identity::With;
use symbolon_identity::access;
use symbolon_identity::client;
use symbolon_identity::client_secret;
use symbolon_identity::signing_key;
use symbolon_identity::subject;
use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_store::Unit;
use symbolon_token::secret::Secret;

use crate::arrange::{NOON, Service, Stage, call};

/// A cause of death.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Token,
    Client,
    Secret,
    Subject,
    Realm,
    SigningKey,
}

impl Cause {
    pub(crate) const ALL: [Self; 6] = [
        Self::Token,
        Self::Client,
        Self::Secret,
        Self::Subject,
        Self::Realm,
        Self::SigningKey,
    ];

    /// Whether another token of the same client and secret dies of it too.
    pub(crate) fn is_shared(self) -> bool {
        self != Self::Token
    }

    /// Kills a token of this service by this cause.
    pub(crate) async fn strike(self, stage: &Stage, service: &Service, token: &Secret) {
        let (world, realm, call) = (&stage.world, stage.realm.node, &call(NOON));
        match self {
            Self::Token => {
                let access = stage.verify(token, NOON).await.unwrap();
                access::revoke(world, call, &access).await.unwrap();
            }
            Self::Client => client::end(world, call, realm, service.id()).await.unwrap(),
            Self::Secret => {
                let revoked =
                    client_secret::revoke(world, call, &service.client, service.secret).await;
                revoked.unwrap();
            }
            Self::Subject => {
                let subject = service.client.subject.unwrap();
                subject::end(world, call, realm, subject).await.unwrap();
            }
            Self::Realm => revoke_realm(stage).await,
            Self::SigningKey => {
                let access = stage.verify(token, NOON).await.unwrap();
                let key = (access.signing_key.unwrap(), With::default());
                signing_key::revoke(world, call, realm, key).await.unwrap();
            }
        }
    }
}

/// Everything that the realm ever issued dies.
async fn revoke_realm(stage: &Stage) {
    let realm = stage.realm.node;
    let (after, step) = change(
        &stage.world.lineages,
        (realm, realm.0),
        Change::Revoke,
        NOON,
    );
    let event = Event::done(&call(NOON), realm, Verb::Revoke, Noun::Realm);
    let unit = Unit::entry(event.stands(after.fact(realm)).entry()).step(step);
    stage.world.db.commit(unit).await.unwrap();
}
