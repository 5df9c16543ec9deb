//! Rotate a refresh token: hand out the next generation, or find that it was stolen.
//!
//! RFC 6749 §6, RFC 9700 §4.14.2. Before: the MAC holds and the client is authenticated.
//! 1. The family still lives.
//! 2. Whoever presents it is its holder; anybody else is a thief.
//! 3. The newest generation turns; or stays, where the client asked for tokens that do not.
//! 4. The one before, soon after, is a retry: the same successor again.
//! 5. Any older one is a thief's, or its owner's after a thief: the family ends.

use std::time::Duration;

use symbolon_token::node::ClientNode;
use symbolon_token::time::Time;
use thiserror::Error;

use super::{Family, Generation, IDLE_LIFETIME, Presented, rows};
use crate::Draft;
use crate::client::Client;

/// How long a client may ask again after a lost answer, where it does not say otherwise: a mobile
/// network needs seconds.
pub const WINDOW: Duration = Duration::from_secs(30);

/// How exactly the last use of a token that does not turn is known.
const USED_EVERY: Duration = Duration::from_mins(10);

/// Who presents a token, and what is set for him.
#[derive(Clone, Copy, Debug)]
pub struct Holder {
    /// The client that proved itself.
    pub client: ClientNode,
    /// Whether its tokens turn. They do, unless a confidential client asked for others.
    pub rotates: bool,
    /// How long it may ask again.
    pub window: Duration,
    /// How long its families live unused.
    pub idle: Duration,
}

impl Holder {
    /// This client, and what is set for it.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        let settings = &client.settings;
        let seconds =
            |set: Option<u32>, usual| set.map_or(usual, |one: u32| Duration::from_secs(one.into()));
        Self {
            client: client.node,
            rotates: settings.rotate_refresh_tokens || client.is_public(),
            window: seconds(settings.refresh_token_window, WINDOW),
            idle: seconds(settings.refresh_token_idle_lifetime, IDLE_LIFETIME),
        }
    }
}

/// What happens, and nothing more: no text, no status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Step 3: the family moves on to this generation.
    Turn(Generation),
    /// Step 3: the token stays as it is.
    Keep(Generation),
    /// Step 4: the answer got lost; give this generation again.
    Repeat(Generation),
    /// Steps 2 and 5.
    End(Theft),
}

/// How theft showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theft {
    /// Another client presented it.
    OtherHolder,
    /// It had been replaced, and the replacement used or long delivered.
    OldGeneration,
}

impl Theft {
    /// The reason in the journal.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::OtherHolder => "refresh token of another client",
            Self::OldGeneration => "refresh token reused",
        }
    }
}

/// Why there is no decision. All are `invalid_grant` on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RotateError {
    /// It has ended.
    #[error("the sign-in behind this refresh token has ended; sign in again")]
    Ended,
    /// It is past its end, or was not used for too long.
    #[error("this refresh token has expired; sign in again")]
    Expired,
    /// Its MAC holds, yet this turn never happened: the store has lost the past.
    #[error("this refresh token is newer than the server's memory; sign in again")]
    Unborn,
}

/// The rules. Pure: the same token, holder and time give the same decision.
///
/// # Errors
/// [`RotateError`] where nothing is to be written.
pub fn decide(presented: &Presented, holder: &Holder, now: Time) -> Result<Decision, RotateError> {
    let family = &presented.family;
    if family.is_ended {
        return Err(RotateError::Ended);
    }
    if family.ends_at <= now || family.turned_at.plus(holder.idle) <= now {
        return Err(RotateError::Expired);
    }
    if family.client != holder.client {
        return Ok(Decision::End(Theft::OtherHolder));
    }
    let (newest, own) = (family.generation, presented.generation);
    let behind = i64::from(newest.0) - i64::from(own.0);
    match behind {
        ..=-1 => Err(RotateError::Unborn),
        0 if holder.rotates => Ok(Decision::Turn(newest.next())),
        0 => Ok(Decision::Keep(newest)),
        1 if now <= family.turned_at.plus(holder.window) => Ok(Decision::Repeat(newest)),
        _ => Ok(Decision::End(Theft::OldGeneration)),
    }
}

impl Decision {
    /// What must change in the family's row, if anything.
    pub fn draft(self, family: &Family, now: Time) -> Draft {
        Draft::steps(match self {
            Self::Turn(_) => Some(rows::turn(family, now)),
            Self::Keep(_) if family.turned_at.plus(USED_EVERY) <= now => {
                Some(rows::used(family, now))
            }
            Self::Keep(_) | Self::Repeat(_) | Self::End(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use symbolon_token::node::{
        FamilyNode, GrantNode, NodeId, RealmNode, SessionNode, SubjectNode,
    };
    use symbolon_token::scope::Scope;
    use zeroize::Zeroizing;

    use super::super::Seed;
    use super::*;
    use crate::code::Allowance;

    const NOON: Time = Time(1_800_000_000_000);

    fn node(number: i64) -> NodeId {
        NodeId::from_number(number).unwrap()
    }

    fn family() -> Family {
        Family {
            node: FamilyNode(node(7)),
            realm: RealmNode(node(1)),
            client: ClientNode(node(2)),
            generation: Generation(5),
            turned_at: NOON,
            allowance: Allowance {
                client: ClientNode(node(2)),
                subject: SubjectNode(node(3)),
                session: SessionNode(node(4)),
                grant: GrantNode(node(5)),
                scope: Scope::default(),
                resources: Vec::new(),
                id_claims: Vec::new(),
                userinfo_claims: Vec::new(),
                nonce: None,
                auth_time: NOON,
                methods: Vec::new(),
                lineage: "AQ".to_owned(),
            },
            is_online: false,
            ends_at: NOON.plus(Duration::from_hours(48)),
            is_ended: false,
            seed: Seed(Zeroizing::new([7; 32])),
        }
    }

    fn presented(generation: u32) -> Presented {
        Presented {
            family: family(),
            generation: Generation(generation),
        }
    }

    fn holder() -> Holder {
        Holder {
            client: ClientNode(node(2)),
            rotates: true,
            window: WINDOW,
            idle: Duration::from_hours(24),
        }
    }

    fn decided(generation: u32, seconds: u64) -> Result<Decision, RotateError> {
        let now = NOON.plus(Duration::from_secs(seconds));
        decide(&presented(generation), &holder(), now)
    }

    #[test]
    fn the_newest_token_turns() {
        assert_eq!(decided(5, 600), Ok(Decision::Turn(Generation(6))));
    }

    #[test]
    fn a_retry_inside_the_window_gets_the_same_successor() {
        assert_eq!(decided(4, 30), Ok(Decision::Repeat(Generation(5))));
    }

    #[test]
    fn a_retry_after_the_window_is_theft() {
        let theft = Ok(Decision::End(Theft::OldGeneration));
        assert_eq!(decided(4, 31), theft);
    }

    #[test]
    fn a_token_whose_successor_was_used_is_theft_even_inside_the_window() {
        let theft = Ok(Decision::End(Theft::OldGeneration));
        assert_eq!(decided(3, 1), theft);
    }

    #[test]
    fn another_client_is_a_thief() {
        let other = Holder {
            client: ClientNode(node(9)),
            ..holder()
        };
        let theft = Ok(Decision::End(Theft::OtherHolder));
        assert_eq!(decide(&presented(5), &other, NOON), theft);
    }

    #[test]
    fn a_token_that_does_not_turn_stays_and_an_older_one_is_theft_still() {
        let steady = Holder {
            rotates: false,
            ..holder()
        };
        let kept = decide(&presented(5), &steady, NOON);
        assert_eq!(kept, Ok(Decision::Keep(Generation(5))));
        let old = decide(&presented(3), &steady, NOON);
        assert_eq!(old, Ok(Decision::End(Theft::OldGeneration)));
    }

    #[test]
    fn what_ended_expired_or_idled_gives_nothing() {
        let ended = Presented {
            family: Family {
                is_ended: true,
                ..family()
            },
            generation: Generation(5),
        };
        assert_eq!(decide(&ended, &holder(), NOON), Err(RotateError::Ended));
        assert_eq!(decided(5, 24 * 3600), Err(RotateError::Expired));
        let patient = Holder {
            idle: Duration::from_hours(1000),
            ..holder()
        };
        let end = NOON.plus(Duration::from_hours(48));
        let late = decide(&presented(5), &patient, end);
        assert_eq!(late, Err(RotateError::Expired));
    }

    #[test]
    fn a_turn_that_never_happened_is_no_theft() {
        assert_eq!(decided(6, 1), Err(RotateError::Unborn));
    }

    #[test]
    fn a_generation_has_one_token() {
        let family = family();
        let token = |generation| family.token(Generation(generation));
        assert!(token(5) == token(5));
        assert!(token(5) != token(6));
    }

    proptest! {
        #[test]
        fn only_the_newest_token_moves_the_family(generation in 0_u32..10, seconds in 0_u64..86_000) {
            let turned = matches!(decided(generation, seconds), Ok(Decision::Turn(_)));
            prop_assert_eq!(turned, generation == 5);
        }
    }
}
