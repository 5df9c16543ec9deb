//! What a person signs in by: its username, or its email address.
//!
//! Both stand in one list for each realm, normalised, each at most once, so that what is typed names
//! one living person or none: nobody can take another's email address for a username. Normalised is:
//! compatibility forms folded (NFKC), lower case, no white space around. So `Ada`, `ADA ` and full-
//! width letters are the same person, and a keyboard that composes accents differs from none.

use unicode_normalization::UnicodeNormalization;

/// Longest username, in bytes.
pub const MAX_USERNAME: usize = 200;

/// Longest text that is looked up, in bytes: an email address has at most 254 (RFC 5321 §4.5.3.1.3),
/// and white space may stand around it.
const MAX_TYPED: usize = 320;

/// The form in which identifiers are compared; none for what nobody can be called.
#[must_use]
pub(super) fn normalised(typed: &str) -> Option<String> {
    if typed.len() > MAX_TYPED {
        return None;
    }
    let folded = |text: &str| text.nfkc().flat_map(char::to_lowercase).collect::<String>();
    // Lower case may need folding again: the capital K of kelvin, or i with a dot above.
    let text = folded(&folded(typed)).nfkc().collect::<String>();
    let text = text.trim();
    let strange = text.is_empty() || text.chars().any(char::is_control);
    (!strange).then(|| text.to_owned())
}

/// The start of identifiers that an operator searches for; every identifier's, where it is empty.
/// `None` where no identifier begins so.
pub(super) fn prefix(typed: &str) -> Option<String> {
    if typed.trim().is_empty() {
        return Some(String::new());
    }
    normalised(typed)
}

/// Whether a person may be called this: 1 to [`MAX_USERNAME`] bytes, no white space around it and no
/// control characters.
pub(super) fn is_username(text: &str) -> bool {
    let fits = (1..=MAX_USERNAME).contains(&text.len());
    fits && text.trim() == text && normalised(text).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_person_however_it_is_typed() {
        let typed = ["ada", " ADA\t", "Ada", "\u{ff21}da", "A\u{ff24}A "];
        for typed in typed {
            assert_eq!(normalised(typed).as_deref(), Some("ada"), "{typed:?}");
        }
        let composed = normalised("Zoe\u{308}@Example.com");
        assert_eq!(composed, normalised("zo\u{eb}@example.COM"));
        assert_eq!(normalised("\u{212a}"), normalised("k"));
    }

    #[test]
    fn what_nobody_can_be_called_is_no_identifier() {
        for typed in ["", "  ", "\0", "a\nb", &"x".repeat(321)] {
            assert_eq!(normalised(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn a_username_has_no_white_space_around_it() {
        for text in ["", " ada", "ada ", "a\0", &"x".repeat(201)] {
            assert!(!is_username(text), "{text:?}");
        }
        for text in ["a", "Ada Lovelace", "ada@example.com", &"x".repeat(200)] {
            assert!(is_username(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_normalised_stays_as_it_is(typed in "\\PC{0,20}") {
            if let Some(once) = normalised(&typed) {
                prop_assume!(once.len() <= MAX_TYPED);
                prop_assert_eq!(normalised(&once), Some(once));
            }
        }
    }
}
