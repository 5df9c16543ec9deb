//! A person named by its id, or by what it signs in by.
//!
//! 1. What a subject has as its id is that subject: nobody is meant by a name that looks like it.
//! 2. Else it is a person's username or email address, whole; a search would find its beginnings too.

use axum::http::{Method, StatusCode};
use clap::Args;
use serde_json::Value;

use super::list;
use crate::exit::Fault;
use crate::transport::{Transport, escaped};

/// Characters of an id.
const ID: usize = 11;

/// The person meant.
#[derive(Args, Debug)]
pub(crate) struct Whose {
    /// The person: its id, its username or its email address
    #[arg(value_name = "SUBJECT")]
    subject: String,
}

impl Whose {
    /// What was typed.
    pub(super) fn typed(&self) -> &str {
        &self.subject
    }

    /// Where the API has the person.
    ///
    /// # Errors
    /// [`Fault`] where there is none.
    pub(super) async fn path(&self, api: &mut Transport) -> Result<String, Fault> {
        let typed = self.subject.trim();
        if looks_like_id(typed) {
            let path = path_of(typed);
            let answer = api.send(Method::GET, &path, None).await?;
            if answer.status != StatusCode::NOT_FOUND {
                return answer.value().map(|_| path);
            }
        }
        let search = format!("/v1/subjects?search={}", escaped(typed));
        let found = list::all(api, &search).await?;
        let person = found.iter().find(|person| signs_in_by(person, typed));
        let id = person.and_then(|person| person.get("id")?.as_str());
        id.map(path_of).ok_or_else(|| {
            Fault::Refused(format!(
                "there is no person here with the username, the email address or the id {typed:?}"
            ))
        })
    }
}

fn path_of(id: &str) -> String {
    format!("/v1/subjects/{}", escaped(id))
}

fn looks_like_id(text: &str) -> bool {
    text.len() == ID && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn signs_in_by(person: &Value, typed: &str) -> bool {
    let typed = typed.to_lowercase();
    let email = person.get("claims").and_then(|claims| claims.get("email"));
    let names = [person.get("username"), email];
    let mut names = names.iter().filter_map(|name| name.as_ref()?.as_str());
    names.any(|name| name.to_lowercase() == typed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_beginning_names_nobody() {
        let ada = json!({"username": "ada", "claims": {"email": "Ada@example.com"}});
        for (typed, is_meant) in [
            ("ada", true),
            ("ADA", true),
            ("ada@example.com", true),
            ("ad", false),
            ("ada@example", false),
            ("", false),
        ] {
            assert_eq!(signs_in_by(&ada, typed), is_meant, "{typed}");
        }
        assert!(!signs_in_by(&json!({"kind": "device"}), ""));
    }

    #[test]
    fn an_id_has_eleven_letters_or_digits() {
        assert!(looks_like_id("0A9as000001"));
        assert!(!looks_like_id("0A9as00000"));
        assert!(!looks_like_id("a@b.example"));
    }
}
