//! What is still missing before a code goes back. Pure.
//!
//! 1. Somebody must be signed in; recently enough for `max_age`, since the request for
//!    `prompt=login` and `prompt=select_account`; and be whom `id_token_hint` names: whoever signed
//!    in for this request as somebody else is not asked again.
//! 2. He must have allowed it: never asked for the operator's own confidential programs; asked each
//!    time where anybody's program could say that it is this client (RFC 8252 §8.6) and for
//!    `prompt=consent`; else where what he allowed before does not cover it.
//! 3. `prompt=none` forbids both questions.

use std::sync::Arc;
use std::time::Duration;

use symbolon_identity::KnownClient;
use symbolon_identity::client::{Client, is_shared};
use symbolon_identity::session::Session;
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

use super::Authorization;
use crate::error::{ErrorCode, OauthError};

/// Whether the person has answered the consent page of this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Not yet.
    NotYet,
    /// Yes, and allowed it.
    Allowed,
}

/// Who is signed in, and what he has allowed to this client before.
pub(super) struct Standing {
    pub(super) session: Session,
    /// Whether it is he whom the request names, if it names anybody.
    pub(super) is_hinted: bool,
    pub(super) allowed: Option<Scope>,
}

/// What happens next.
pub(super) enum Step {
    SignIn,
    Consent,
    Allow(Session, Arc<KnownClient>),
    Refuse(OauthError),
}

/// The rules.
pub(super) fn decide(
    authorization: &Authorization,
    client: &Arc<KnownClient>,
    standing: Option<Standing>,
    (asked, now): (Asked, Time),
) -> Step {
    let silent = authorization.prompt.none;
    if standing
        .as_ref()
        .is_some_and(|one| is_another(authorization, one))
    {
        return refuse(
            ErrorCode::LoginRequired,
            "somebody else has signed in than id_token_hint names",
        );
    }
    let standing = standing.filter(|one| is_fresh(authorization, one, now));
    let Some(standing) = standing else {
        return if silent {
            refuse(
                ErrorCode::LoginRequired,
                "the person must sign in, and prompt=none forbids to ask",
            )
        } else {
            Step::SignIn
        };
    };
    if asked == Asked::NotYet && must_ask(authorization, &client.client, standing.allowed.as_ref())
    {
        return if silent {
            refuse(
                ErrorCode::ConsentRequired,
                "the person must allow it, and prompt=none forbids to ask",
            )
        } else {
            Step::Consent
        };
    }
    Step::Allow(standing.session, Arc::clone(client))
}

fn refuse(code: ErrorCode, text: &'static str) -> Step {
    Step::Refuse(OauthError::new(code, text))
}

/// Step 1.
fn is_fresh(authorization: &Authorization, standing: &Standing, now: Time) -> bool {
    let proved_at = standing.session.auth_time;
    let prompt = authorization.prompt;
    let again = prompt.login || prompt.select_account || authorization.max_age == Some(0);
    if again && proved_at < authorization.asked_at {
        return false;
    }
    let longest = authorization.max_age.filter(|age| *age > 0);
    let longest = longest.map(|age| Duration::from_secs(age.into()));
    // A person who has just come from the sign-in page is fresh enough for any age.
    let recent = longest.is_none_or(|longest| {
        now <= proved_at.plus(longest) || authorization.asked_at <= proved_at
    });
    recent && standing.is_hinted
}

/// Step 1: whether somebody else than the hint names has signed in for this request.
fn is_another(authorization: &Authorization, standing: &Standing) -> bool {
    !standing.is_hinted && authorization.asked_at < standing.session.auth_time
}

/// Step 2.
fn must_ask(authorization: &Authorization, client: &Client, allowed: Option<&Scope>) -> bool {
    let shared = is_shared(&authorization.back.redirect_uri);
    if client.settings.first_party && !client.is_public() {
        return false;
    }
    if authorization.prompt.consent || (client.is_public() && shared) {
        return true;
    }
    let covered = allowed.is_some_and(|allowed| allowed.covers(&authorization.scope));
    !client.settings.first_party && !covered
}

#[cfg(test)]
mod tests {
    use symbolon_identity::client::{AuthMethod, Settings};
    use symbolon_token::lineage::Lineage;
    use symbolon_token::node::{ClientNode, NodeId, RealmNode, SessionNode, SubjectNode};

    use super::*;
    use crate::authorize::Prompt;
    use crate::authorize::reply::{Back, Mode};

    const NOON: Time = Time(1_800_000_000_000);

    fn minutes(count: u64) -> Duration {
        Duration::from_secs(count * 60)
    }

    fn node(number: i64) -> NodeId {
        NodeId::from_number(number).unwrap()
    }

    fn client(settings: Settings) -> Client {
        Client {
            node: ClientNode(node(1)),
            realm: RealmNode(node(2)),
            client_id: "app".to_owned(),
            subject: None,
            settings,
            created_at: NOON,
        }
    }

    fn authorization(redirect_uri: &str) -> Authorization {
        Authorization {
            client_id: "app".to_owned(),
            back: Back {
                redirect_uri: redirect_uri.to_owned(),
                is_named: true,
                mode: Mode::Query,
                state: None,
            },
            scope: Scope::parse("openid read").unwrap(),
            resources: Vec::new(),
            nonce: None,
            challenge: None,
            prompt: Prompt::default(),
            max_age: None,
            login_hint: None,
            hinted: None,
            claims: Default::default(),
            asked_at: NOON,
        }
    }

    fn signed_in(at: Time) -> Standing {
        Standing {
            session: Session {
                node: SessionNode(node(3)),
                realm: RealmNode(node(2)),
                subject: SubjectNode(node(4)),
                auth_time: at,
                methods: Vec::new(),
                lineage: Lineage::default(),
                created_at: at,
                seen_at: at,
                ends_at: at.plus(minutes(600)),
            },
            is_hinted: true,
            allowed: None,
        }
    }

    const WEB: &str = "https://app.example/cb";
    const NATIVE: &str = "http://127.0.0.1:7/cb";

    fn public() -> Settings {
        Settings {
            token_endpoint_auth_method: AuthMethod::None,
            ..Settings::default()
        }
    }

    fn asks(settings: Settings, redirect_uri: &str, allowed: Option<&str>) -> bool {
        let allowed = allowed.map(|text| Scope::parse(text).unwrap());
        must_ask(
            &authorization(redirect_uri),
            &client(settings),
            allowed.as_ref(),
        )
    }

    #[test]
    fn what_was_allowed_before_is_not_asked_again() {
        assert!(asks(Settings::default(), WEB, None));
        assert!(asks(Settings::default(), WEB, Some("openid")));
        assert!(!asks(Settings::default(), WEB, Some("openid read write")));
        assert!(!asks(public(), WEB, Some("openid read")));
    }

    #[test]
    fn a_public_client_at_a_shared_address_is_always_asked_for() {
        assert!(asks(public(), NATIVE, Some("openid read")));
        assert!(asks(public(), "com.example:/cb", Some("openid read")));
        let own = Settings {
            first_party: true,
            ..public()
        };
        assert!(asks(own.clone(), NATIVE, None));
        assert!(!asks(own, WEB, None));
    }

    #[test]
    fn the_operators_own_confidential_programs_never_are() {
        let own = Settings {
            first_party: true,
            ..Settings::default()
        };
        assert!(!asks(own.clone(), NATIVE, None));
        let mut pressed = authorization(WEB);
        pressed.prompt.consent = true;
        assert!(!must_ask(&pressed, &client(own), None));
    }

    #[test]
    fn prompt_consent_asks_again() {
        let mut pressed = authorization(WEB);
        pressed.prompt.consent = true;
        let allowed = Scope::parse("openid read").unwrap();
        assert!(must_ask(
            &pressed,
            &client(Settings::default()),
            Some(&allowed)
        ));
    }

    #[test]
    fn prompt_login_wants_a_sign_in_after_the_request() {
        let mut again = authorization(WEB);
        again.prompt.login = true;
        let before = signed_in(NOON.minus(minutes(1)));
        assert!(!is_fresh(&again, &before, NOON));
        assert!(is_fresh(&again, &signed_in(NOON), NOON));
    }

    #[test]
    fn a_sign_in_for_the_request_counts_where_another_nodes_clock_is_late() {
        let mut again = authorization(WEB);
        again.prompt.login = true;
        let proved_at = NOON.minus(minutes(1));
        let again = again.proved(proved_at);
        assert!(is_fresh(&again, &signed_in(proved_at), NOON));
        let before = signed_in(proved_at.minus(minutes(1)));
        assert!(!is_fresh(&again, &before, NOON));
    }

    #[test]
    fn max_age_counts_from_the_last_proof() {
        let mut young = authorization(WEB);
        young.max_age = Some(60);
        let at = |minutes_ago| signed_in(NOON.minus(minutes(minutes_ago)));
        assert!(is_fresh(&young, &at(1), NOON));
        assert!(!is_fresh(&young, &at(2), NOON));
        young.max_age = Some(0);
        assert!(!is_fresh(&young, &at(1), NOON));
        // The page took a while, and the person has just proved himself.
        assert!(is_fresh(&young, &signed_in(NOON), NOON.plus(minutes(5))));
    }

    #[test]
    fn somebody_else_than_the_hint_names_signs_in() {
        let other = Standing {
            is_hinted: false,
            ..signed_in(NOON)
        };
        assert!(!is_fresh(&authorization(WEB), &other, NOON));
    }
}
