//! `prompt` (OpenID Connect Core §3.1.2.1): what the client wants the person to be asked.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, OauthError};

/// What the client wants the person to be asked.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of its own on the wire"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Nothing: the answer comes without a page, or not at all.
    pub none: bool,
    /// To prove himself again.
    pub login: bool,
    /// To allow it again.
    pub consent: bool,
    /// To say who he is: whoever is signed in may want another account.
    pub select_account: bool,
}

impl Prompt {
    /// Reads the parameter. Words that nobody knows are ignored, as the standard lets us.
    ///
    /// # Errors
    /// `invalid_request` where `none` stands beside another.
    pub(super) fn parse(text: &str) -> Result<Self, OauthError> {
        let has = |word: &str| text.split(' ').any(|one| one == word);
        let words = text.split(' ').filter(|word| !word.is_empty()).count();
        if has("none") && words > 1 {
            let text = "prompt=none stands alone (OpenID Connect Core 3.1.2.1)";
            return Err(OauthError::new(ErrorCode::InvalidRequest, text));
        }
        Ok(Self {
            none: has("none"),
            login: has("login"),
            consent: has("consent"),
            select_account: has("select_account"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone() {
        assert!(Prompt::parse("none").unwrap().none);
        assert!(Prompt::parse("none login").is_err());
        assert!(Prompt::parse("login none").is_err());
    }

    #[test]
    fn several_words_are_all_asked_and_strange_ones_ignored() {
        let prompt = Prompt::parse("login consent create").unwrap();
        let expected = Prompt {
            login: true,
            consent: true,
            ..Prompt::default()
        };
        assert_eq!(prompt, expected);
    }
}
