//! A token that was forged with a stolen signing key is reported, wherever it is presented; other
//! dead tokens are presented all day.

use symbolon_identity::access::Refusal;
use symbolon_identity::client::AuthenticatedClient;
use symbolon_journal::{Event, Noun, Verb};

use crate::Request;

/// Writes a forgery to the journal, within the rate.
pub(crate) async fn report(
    request: &Request<'_>,
    caller: &AuthenticatedClient,
    verb: Verb,
    refusal: &Refusal,
) {
    if !refusal.is_forgery() {
        return;
    }
    let (call, realm) = (caller.call(&request.call), request.realm.node);
    let mut event = Event::refused(&call, realm, verb, Noun::Access, "forged");
    if let Refusal::Forged(key) = refusal {
        event = event.signing_key(*key);
    }
    request.world.refuse(event).await;
}
