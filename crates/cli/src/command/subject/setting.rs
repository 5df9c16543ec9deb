//! What can be set about a subject: a username and claims about a person, a name about others.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};
use serde_json::{Map, Value};

use crate::command::input;
use crate::exit::{Fault, StartError};

/// What can be set.
#[derive(Args, Debug)]
pub(super) struct Settings {
    /// What people and operators call it; of a person, its claim name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What a person types to sign in; its email address does too
    #[arg(long, value_name = "TEXT")]
    username: Option<String>,
    /// A person's email address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Whether the address was found to be the person's own; a new one is not, unless named
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", action = ArgAction::Set)]
    email_verified: Option<bool>,
    /// File with a person's claims, a JSON object by the names of OpenID Connect (- is standard
    /// input); null takes one away
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
}

impl Settings {
    /// Whether it matters that the subject is a person: its name is a claim.
    pub(super) fn names_it(&self) -> bool {
        self.name.is_some()
    }

    /// The members of a subject of this kind. What is named goes over what the file has.
    ///
    /// # Errors
    /// [`Fault`] where the file cannot be read.
    pub(super) fn members(self, is_person: bool) -> Result<Map<String, Value>, Fault> {
        let claims = self.claims.as_deref().map(object).transpose()?;
        let (mut members, mut claims) = (Map::new(), claims.unwrap_or_default());
        let mut claim = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                claims.insert(name.to_owned(), value);
            }
        };
        claim("email", self.email.map(Value::from));
        claim("email_verified", self.email_verified.map(Value::from));
        let name = self.name.map(Value::from);
        if is_person {
            claim("name", name);
        } else if let Some(name) = name {
            members.insert("name".to_owned(), name);
        }
        if let Some(username) = self.username {
            members.insert("username".to_owned(), username.into());
        }
        if !claims.is_empty() {
            members.insert("claims".to_owned(), claims.into());
        }
        Ok(members)
    }
}

fn object(path: &Path) -> Result<Map<String, Value>, Fault> {
    let text = input::secret(path, "Claims: ")?;
    serde_json::from_str(text.reveal()).map_err(|_| {
        let sentence = format!("{} holds no JSON object of claims", path.display());
        StartError::Sentence(sentence).into()
    })
}
