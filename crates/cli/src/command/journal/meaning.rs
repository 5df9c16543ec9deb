//! What an entry means to people, where its verb and noun do not say it plainly.

use serde_json::Value;
use symbolon_identity::refresh::Theft;

/// The meaning, if there is more to say than verb, noun and reason do.
pub(super) fn meaning(record: &Value) -> Option<&'static str> {
    let said = |member| record.get(member).and_then(Value::as_str);
    let (verb, noun, reason) = (said("verb")?, said("noun")?, said("reason"));
    let is_done = said("outcome") == Some("done");
    let meaning = match (noun, verb, is_done) {
        ("code", "issue", true) => "on its way to the client",
        ("code", "redeem", true) => "exchanged for tokens",
        ("grant", "create", true) => "a person allowed it",
        ("grant", "change", true) => "a person allowed more",
        ("grant", "end", true) => "withdrawn, with its tokens",
        ("logout", "issue", true) => "the client was told of a sign-out",
        ("logout", "issue", false) => "the client could not be told of a sign-out",
        ("password", "create", true) => "a person has one now",
        ("password", "change", true) => "a person has another one now",
        ("password", "disable", true) => "nobody signs in with it for now",
        ("password", "enable", true) | (_, "resume", true) => "it is accepted again",
        ("password", "end", true) => "the person has none now",
        ("password_link", "issue", true) => "whoever has it sets a password, once",
        ("password_link", "redeem", true) => "it has set a password",
        ("refresh", "rotate", true) => return Some(turn(reason)),
        ("refresh", "revoke", true) => return reason.and_then(theft),
        ("term", "acknowledge", true) => "sealed anew behind a break of the seals",
        (_, "suspend", true) => "it is refused for now",
        ("session", "issue", true) => "signed in",
        ("session", "rotate", true) => "signed in again",
        ("session", "end", true) => "signed out",
        ("session", "verify", false) => "a form was not of our own page",
        _ => return None,
    };
    Some(meaning)
}

fn turn(reason: Option<&str>) -> &'static str {
    match reason {
        Some("repeated") => "asked again, given the same",
        Some("kept") => "used, and stays",
        Some(_) | None => "turned",
    }
}

/// Why everything that one code gave is dead.
fn theft(reason: &str) -> Option<&'static str> {
    let thefts = [Theft::OldGeneration, Theft::OtherHolder];
    if thefts.iter().any(|theft| theft.reason() == reason) {
        return Some("STOLEN, so all that the sign-in gave is dead");
    }
    (reason == "code replayed").then_some("a code came twice, so all that it gave is dead")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use symbolon_journal::{Noun, Verb};

    use super::*;

    fn of(noun: Noun, verb: Verb, reason: Option<&str>) -> Option<&'static str> {
        let (noun, verb) = (noun.name(), verb.name());
        let record = json!({"noun": noun, "verb": verb, "outcome": "done", "reason": reason});
        meaning(&record)
    }

    #[test]
    fn what_happened_to_people_is_in_words() {
        for (noun, verb, told) in [
            (Noun::Code, Verb::Issue, "on its way to the client"),
            (Noun::Code, Verb::Redeem, "exchanged for tokens"),
            (Noun::Grant, Verb::Create, "a person allowed it"),
            (Noun::Grant, Verb::Change, "a person allowed more"),
            (Noun::Grant, Verb::End, "withdrawn, with its tokens"),
            (Noun::Session, Verb::Issue, "signed in"),
            (Noun::Session, Verb::Rotate, "signed in again"),
            (Noun::Session, Verb::End, "signed out"),
            (Noun::Password, Verb::Create, "a person has one now"),
            (Noun::Password, Verb::Change, "a person has another one now"),
            (
                Noun::Password,
                Verb::Disable,
                "nobody signs in with it for now",
            ),
            (Noun::Password, Verb::Enable, "it is accepted again"),
            (Noun::Password, Verb::End, "the person has none now"),
            (Noun::PasswordLink, Verb::Redeem, "it has set a password"),
            (
                Noun::Logout,
                Verb::Issue,
                "the client was told of a sign-out",
            ),
        ] {
            assert_eq!(of(noun, verb, None), Some(told));
        }
        assert_eq!(of(Noun::Access, Verb::Issue, None), None);
        assert_eq!(meaning(&json!({})), None);
    }

    #[test]
    fn theft_is_told_from_a_retry_and_from_a_client_that_is_done() {
        let turned = of(Noun::Refresh, Verb::Rotate, None);
        assert_eq!(turned, Some("turned"));
        let again = of(Noun::Refresh, Verb::Rotate, Some("repeated"));
        assert_eq!(again, Some("asked again, given the same"));
        for theft in [Theft::OldGeneration, Theft::OtherHolder] {
            let told = of(Noun::Refresh, Verb::Revoke, Some(theft.reason()));
            assert!(told.unwrap().starts_with("STOLEN"));
        }
        assert_eq!(of(Noun::Refresh, Verb::Revoke, Some("revoked")), None);
    }

    #[test]
    fn what_was_refused_did_not_happen() {
        let refused = json!({"noun": "code", "verb": "redeem", "outcome": "refused"});
        assert_eq!(meaning(&refused), None);
        let untold = json!({"noun": "logout", "verb": "issue", "outcome": "refused"});
        let told = "the client could not be told of a sign-out";
        assert_eq!(meaning(&untold), Some(told));
    }
}
