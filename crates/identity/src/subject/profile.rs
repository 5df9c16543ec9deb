//! What can be set about a subject, and whether it fits together.
//!
//! A person has a username and claims; what operators see as its name follows from them. Anything
//! else has a name alone.

use symbolon_token::time::Time;
use thiserror::Error;

use super::claims::is_text;
use super::identifier::{MAX_USERNAME, is_username};
use super::{Claims, ClaimsError, OPERATOR, Subject, SubjectKind};

/// What can be set about a subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// What operators call it. A person's follows from its claim `name`, or else its username.
    pub name: Option<String>,
    /// A person: what it types to sign in.
    pub username: Option<String>,
    /// A person: what is known about it.
    pub claims: Claims,
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// The name is absent, empty, too long, or has control characters.
    #[error("a subject's name has 1 to 200 bytes, none of them control characters")]
    Name,
    /// Management tokens of operators speak for the agent by this name.
    #[error("the agent {OPERATOR:?} is built in; choose another name")]
    Reserved,
    /// A person is called what its claims say.
    #[error("a person's name follows from the claim name, or else the username; set that")]
    NameFollows,
    /// A person without a username, or one that cannot be typed.
    #[error(
        "a person has a username of 1 to {MAX_USERNAME} bytes, \
         without control characters and without white space around it"
    )]
    Username,
    /// Something else with a username or claims.
    #[error("only a person has a username and claims")]
    NotPerson,
    /// A claim that cannot be.
    #[error(transparent)]
    Claims(#[from] ClaimsError),
}

/// Gives a subject this profile; its claims are updated now, if they are a person's.
///
/// # Errors
/// [`ProfileError`].
pub(super) fn settle(
    subject: Subject,
    profile: Profile,
    now: Time,
) -> Result<Subject, ProfileError> {
    let Profile {
        name,
        username,
        claims,
    } = profile;
    if subject.kind != SubjectKind::Person {
        if username.is_some() || !claims.is_empty() {
            return Err(ProfileError::NotPerson);
        }
        let name = name.filter(|name| is_text(name));
        let name = name.ok_or(ProfileError::Name)?;
        if subject.kind == SubjectKind::Agent && name == OPERATOR && subject.name != OPERATOR {
            return Err(ProfileError::Reserved);
        }
        return Ok(Subject { name, ..subject });
    }
    let username = username.filter(|username| is_username(username));
    let username = username.ok_or(ProfileError::Username)?;
    claims.check()?;
    let follows = claims.name.as_ref().unwrap_or(&username).clone();
    // What was read may be sent back, although another member of it changed.
    if name.is_some_and(|name| name != follows && name != subject.name) {
        return Err(ProfileError::NameFollows);
    }
    Ok(Subject {
        name: follows,
        username: Some(username),
        claims: claims.updated(now),
        ..subject
    })
}

#[cfg(test)]
mod tests {
    use symbolon_token::node::{NodeId, RealmNode, SubjectNode};

    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    fn blank(kind: SubjectKind) -> Subject {
        let node = NodeId::from_number(1).unwrap();
        Subject::blank(RealmNode(node), SubjectNode(node), kind, NOON)
    }

    fn settled(kind: SubjectKind, profile: Profile) -> Result<Subject, ProfileError> {
        settle(blank(kind), profile, NOON)
    }

    fn person() -> Profile {
        Profile {
            username: Some("ada".to_owned()),
            ..Profile::default()
        }
    }

    fn named(name: &str) -> Profile {
        Profile {
            name: Some(name.to_owned()),
            ..Profile::default()
        }
    }

    #[test]
    fn a_person_is_called_by_its_claim_or_else_its_username() {
        let ada = settled(SubjectKind::Person, person()).unwrap();
        assert_eq!(ada.name, "ada");
        let claims = Claims {
            name: Some("Ada Lovelace".to_owned()),
            ..Claims::default()
        };
        let claimed = Profile { claims, ..person() };
        let ada = settled(SubjectKind::Person, claimed).unwrap();
        assert_eq!(ada.name, "Ada Lovelace");
        assert_eq!(ada.claims.updated_at, Some(1_800_000_000));
    }

    #[test]
    fn what_was_read_may_be_sent_back() {
        let ada = settled(SubjectKind::Person, person()).unwrap();
        let sent = Profile {
            username: Some("countess".to_owned()),
            ..named("ada")
        };
        let ada = settle(ada, sent, NOON).unwrap();
        assert_eq!(ada.name, "countess");
        let other = Profile {
            name: Some("Eve".to_owned()),
            ..person()
        };
        assert_eq!(settle(ada, other, NOON), Err(ProfileError::NameFollows));
    }

    #[test]
    fn only_a_person_has_a_username_and_claims() {
        for kind in [SubjectKind::Device, SubjectKind::Agent] {
            let username = settled(kind, person());
            assert_eq!(username, Err(ProfileError::NotPerson));
            assert_eq!(settled(kind, Profile::default()), Err(ProfileError::Name));
            let made = settled(kind, named("Door 7")).unwrap();
            assert_eq!(
                (made.name.as_str(), made.claims),
                ("Door 7", Claims::default())
            );
        }
    }

    #[test]
    fn nobody_makes_another_operator() {
        let refused = settled(SubjectKind::Agent, named(OPERATOR));
        assert_eq!(refused, Err(ProfileError::Reserved));
        let own = Subject {
            name: OPERATOR.to_owned(),
            ..blank(SubjectKind::Agent)
        };
        assert_eq!(settle(own.clone(), named(OPERATOR), NOON), Ok(own));
        settled(SubjectKind::Device, named(OPERATOR)).unwrap();
    }

    #[test]
    fn a_person_has_a_username() {
        for username in [None, Some(""), Some(" ada"), Some("a\0b")] {
            let profile = Profile {
                username: username.map(str::to_owned),
                ..Profile::default()
            };
            let refused = settled(SubjectKind::Person, profile);
            assert_eq!(refused, Err(ProfileError::Username), "{username:?}");
        }
    }
}
