//! Repetition, and runs along the alphabet or the keyboard.

/// Different characters that a password has at least.
const FEW_DIFFERENT: usize = 4;

/// The longest group whose mere repetition is no password: `1234`, `abcd`.
const SHORT_GROUP: usize = 4;

/// Neighbours on the keyboards of most people, in rows and, from the digits down, in columns.
const ROWS: [&str; 12] = [
    "1234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn7ujm",
];

/// Whether it has hardly any different characters, or is one short group over and over.
pub(super) fn repeats(text: &[char]) -> bool {
    let mut different = text.to_vec();
    different.sort_unstable();
    different.dedup();
    let group = |length: usize| {
        text.iter()
            .skip(length)
            .eq(text.iter().take(text.len() - length))
    };
    different.len() < FEW_DIFFERENT || (1..=SHORT_GROUP.min(text.len() / 2)).any(group)
}

/// How many characters from the beginning follow one another in the alphabet or on a keyboard, in
/// either direction, or are the same.
pub(super) fn run(text: &[char]) -> usize {
    let pairs = text.iter().zip(text.iter().skip(1));
    let steps = pairs.take_while(|(one, next)| follows(**one, **next));
    steps.count() + 1
}

fn follows(one: char, next: char) -> bool {
    let near = u32::from(one).abs_diff(u32::from(next)) <= 1;
    let alphanumeric = one.is_alphanumeric() && next.is_alphanumeric();
    (near && (alphanumeric || one == next)) || are_neighbours(one, next)
}

fn are_neighbours(one: char, next: char) -> bool {
    let beside = |row: &str| {
        let mut pairs = row.chars().zip(row.chars().skip(1));
        pairs.any(|pair| pair == (one, next) || pair == (next, one))
    };
    ROWS.iter().any(|row| beside(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn a_short_group_over_and_over_repeats() {
        for text in [
            "aaaaaaaaaaaaaaa",
            "ababababababab",
            "abc1abc1abc1abc1",
            "aaaaaaaabbbbbbbbcccc",
        ] {
            assert!(repeats(&chars(text)), "{text}");
        }
        for text in ["abcdefgh", "correct horse", "abcdeabcdeabcde"] {
            assert!(!repeats(&chars(text)), "{text}");
        }
        assert!(repeats(&[]));
    }

    #[test]
    fn a_run_goes_along_the_alphabet_or_the_keyboard() {
        let lengths = [
            ("abcdefg", 7),
            ("7654321", 7),
            ("567890", 6),
            ("qwertyuiop", 10),
            ("qwertz", 6),
            ("azerty", 6),
            ("lkjhgf", 6),
            ("1qaz2wsx", 4),
            ("xylophone", 2),
            ("horse", 1),
            ("", 1),
        ];
        for (text, length) in lengths {
            assert_eq!(run(&chars(text)), length, "{text}");
        }
    }
}
