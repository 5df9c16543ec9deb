//! Verify a code that a client presents (RFC 6749 §4.1.3, RFC 7636 §4.6). Nothing is consumed by a
//! request that fails here.
//!
//! 1. It opens: the authority sealed it, in this realm.
//! 2. It was issued to the client that proved itself.
//! 3. The redirect address is the one that it was sent to, the verifier the one that it is bound to;
//!    a verifier for a code that has no challenge is refused too (RFC 9700 §4.8.2).
//! 4. It has not expired. One that has, and was redeemed before, is a replay all the same.
//! 5. Nothing that it descends from is dead.

use symbolon_token::call::Call;
use symbolon_token::kind::Kind;
use symbolon_token::lineage::Lineage;
use symbolon_token::node::{ClientNode, RealmNode};
use symbolon_token::opaque;
use symbolon_token::time::Time;

use super::redeem::replayed;
use super::{Code, RedeemError, digest_of, place, rows};
use crate::{LoadError, World, descent};

/// What stands beside a code.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The client that proved itself.
    pub client: ClientNode,
    /// `redirect_uri`.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`.
    pub verifier: Option<&'a str>,
}

/// Verifies a code.
///
/// # Errors
/// [`RedeemError`].
pub async fn verify(
    world: &World,
    call: &Call,
    realm: RealmNode,
    (text, presented): (&str, Presented<'_>),
) -> Result<Code, RedeemError> {
    let code = open(world, realm, text).ok_or(RedeemError::Unknown)?;
    match decide(&code, presented, call.now) {
        Ok(()) => {}
        Err(RedeemError::Expired) if rows::is_spent(&world.db, code.family).await? => {
            return Err(replayed(world, call, (realm, &code)).await);
        }
        Err(other) => return Err(other),
    }
    let lineage = Lineage::from_claim(&code.allowance.lineage);
    let lineage = lineage.map_err(|_| LoadError::Value("code.lineage"))?;
    match descent::judge(world, (realm, &lineage), call.now).await? {
        Ok(()) => Ok(code),
        // Its own family is dead: it was redeemed, and presented again.
        Err(_) if rows::is_spent(&world.db, code.family).await? => {
            Err(replayed(world, call, (realm, &code)).await)
        }
        Err(death) => Err(RedeemError::Dead(death)),
    }
}

/// Step 1.
fn open(world: &World, realm: RealmNode, text: &str) -> Option<Code> {
    let body = opaque::body(Kind::Code, text).ok()?;
    let plain = world.material.seals.open(&place(realm), &body).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// Steps 2 to 4. Pure.
fn decide(code: &Code, presented: Presented<'_>, now: Time) -> Result<(), RedeemError> {
    if code.allowance.client != presented.client {
        return Err(RedeemError::OtherClient);
    }
    let (redirect, named) = &code.redirect;
    match presented.redirect_uri {
        Some(uri) if digest_of(uri) != *redirect => return Err(RedeemError::RedirectUri),
        // A challenge binds a code as well as its address does (RFC 9700 §2.1.1).
        None if *named && code.challenge.is_none() => return Err(RedeemError::RedirectUri),
        Some(_) | None => {}
    }
    match (&code.challenge, presented.verifier) {
        (Some(challenge), Some(verifier)) if challenge.holds(verifier) => {}
        (Some(_), _) | (None, Some(_)) => return Err(RedeemError::Verifier),
        (None, None) => {}
    }
    if code.expires_at <= now {
        return Err(RedeemError::Expired);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use symbolon_token::node::{FamilyNode, GrantNode, NodeId, SessionNode, SubjectNode};
    use symbolon_token::scope::Scope;

    use super::*;
    use crate::code::{Allowance, Challenge};

    const NOON: Time = Time(1_800_000_000_000);
    const URI: &str = "https://app.example/cb";
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn node(number: i64) -> NodeId {
        NodeId::from_number(number).unwrap()
    }

    fn code() -> Code {
        Code {
            family: FamilyNode(node(9)),
            allowance: Allowance {
                client: ClientNode(node(1)),
                subject: SubjectNode(node(2)),
                session: SessionNode(node(3)),
                grant: GrantNode(node(4)),
                scope: Scope::default(),
                resources: Vec::new(),
                id_claims: Vec::new(),
                userinfo_claims: Vec::new(),
                nonce: None,
                auth_time: NOON,
                methods: Vec::new(),
                lineage: "AQ".to_owned(),
            },
            redirect: (digest_of(URI), true),
            challenge: Challenge::parse(CHALLENGE, Some("S256")).ok(),
            expires_at: Time(NOON.0 + 60_000),
        }
    }

    fn presented() -> Presented<'static> {
        Presented {
            client: ClientNode(node(1)),
            redirect_uri: Some(URI),
            verifier: Some(VERIFIER),
        }
    }

    fn verdict(code: &Code, presented: Presented<'_>) -> Result<(), String> {
        decide(code, presented, NOON).map_err(|error| error.to_string())
    }

    fn refusal(error: &RedeemError) -> Result<(), String> {
        Err(error.to_string())
    }

    #[test]
    fn the_right_client_with_address_and_verifier_may_have_it() {
        assert_eq!(verdict(&code(), presented()), Ok(()));
    }

    #[test]
    fn another_client_address_or_verifier_may_not() {
        let other = Presented {
            client: ClientNode(node(7)),
            ..presented()
        };
        assert_eq!(verdict(&code(), other), refusal(&RedeemError::OtherClient));
        let elsewhere = Presented {
            redirect_uri: Some("https://app.example/cb/"),
            ..presented()
        };
        assert_eq!(
            verdict(&code(), elsewhere),
            refusal(&RedeemError::RedirectUri)
        );
        for verifier in [None, Some(CHALLENGE), Some("short")] {
            let guess = Presented {
                verifier,
                ..presented()
            };
            assert_eq!(verdict(&code(), guess), refusal(&RedeemError::Verifier));
        }
    }

    #[test]
    fn the_address_may_be_left_out_only_where_a_challenge_binds_the_code() {
        let silent = Presented {
            redirect_uri: None,
            ..presented()
        };
        assert_eq!(verdict(&code(), silent), Ok(()));
        let unbound = Code {
            challenge: None,
            ..code()
        };
        let silent = Presented {
            verifier: None,
            ..silent
        };
        assert_eq!(
            verdict(&unbound, silent),
            refusal(&RedeemError::RedirectUri)
        );
    }

    #[test]
    fn a_verifier_for_a_code_without_challenge_is_refused() {
        let unbound = Code {
            challenge: None,
            ..code()
        };
        assert_eq!(
            verdict(&unbound, presented()),
            refusal(&RedeemError::Verifier)
        );
    }

    #[test]
    fn a_minute_is_all_it_has() {
        let late = decide(&code(), presented(), Time(NOON.0 + 60_000));
        assert!(matches!(late, Err(RedeemError::Expired)));
    }
}
