//! Report: a verifier refused what was validly signed and never issued. Somebody has the signing key.

use symbolon_identity::World;
use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::call::Call;
use symbolon_token::feed::{Finding, Report};
use symbolon_token::node::{ClientNode, RealmNode, SigningKeyNode};

/// Longest name of a token that is kept, in bytes: ours have some forty.
const MAX_JTI: usize = 64;

/// Writes it to the journal, within the rate of refusals. It says what the verifier claims, so nothing
/// follows from it by itself.
pub async fn report(
    world: &World,
    call: &Call,
    (realm, client): (RealmNode, Option<ClientNode>),
    report: &Report,
) {
    let reason = match report.finding {
        Finding::NeverLeased => "never_leased",
        Finding::Unborn => "unborn",
        Finding::Orphan => "orphan",
    };
    let mut event = Event::refused(call, realm, Verb::Verify, Noun::Access, reason);
    if let Some(client) = client {
        event = event.client(client);
    }
    if let Ok(key) = report.kid.parse() {
        event = event.signing_key(SigningKeyNode(key));
    }
    let is_plain =
        report.jti.len() <= MAX_JTI && report.jti.chars().all(|one| one.is_ascii_graphic());
    if is_plain {
        event = event.name(report.jti.as_str());
    }
    world.refuse(event).await;
}
