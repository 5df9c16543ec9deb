//! Which dead tokens are journaled where they are presented: one that was forged with a stolen signing
//! key, and one that was told to be expired. The latter keeps the time at which it was told, so that a
//! clock which steps back over a restart does not let it live again. The others are presented all
//! day.

use symbolon_identity::access::Refusal;
use symbolon_identity::client::AuthenticatedClient;
use symbolon_journal::{Event, Noun, Verb};

use crate::Request;

/// Writes such a token to the journal, within the rate.
pub(crate) async fn report(
    request: &Request<'_>,
    caller: &AuthenticatedClient,
    verb: Verb,
    refusal: &Refusal,
) {
    let reason = match refusal {
        Refusal::Expired => "expired",
        forged if forged.is_forgery() => "forged",
        Refusal::NotOurs | Refusal::Forged(_) | Refusal::Dead(_) => return,
    };
    let (call, realm) = (caller.call(&request.call), request.realm.node);
    let mut event = Event::refused(&call, realm, verb, Noun::Access, reason);
    if let Refusal::Forged(key) = refusal {
        event = event.signing_key(*key);
    }
    request.world.refuse(event).await;
}
