//! Covers a password, from its beginning on, with what guessers try first, and says what is left.
//!
//! The list of common passwords is one of their words: what people put around a word (a year, `123`,
//! an exclamation mark) or in a letter's place (`p4ssw0rd`) is covered by rule, so that 400 words
//! stand for some hundred thousand passwords.

use std::collections::BTreeSet;

use super::sequence::run;

/// Words that common passwords are made of, a line each: the ones that every leaked list begins with.
const WORDS: &str = include_str!("word.txt");

/// Characters of a run that counts: shorter ones stand in every sentence.
const SHORTEST_RUN: usize = 4;

/// Digits that people put around words: two years, or a date.
const DIGITS: usize = 8;

/// Signs that they put around them.
const SIGNS: usize = 6;

/// What a password consists of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cover {
    /// The different words in it.
    pub(super) words: BTreeSet<String>,
    /// Whether one of them is the person's own or the server's.
    pub(super) has_own: bool,
    /// Whether there are runs.
    pub(super) has_run: bool,
    /// How many characters are none of these.
    pub(super) left_over: usize,
}

/// How typed characters are read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reading {
    /// As they stand.
    Plain,
    /// Signs and digits may stand for letters.
    Signs,
}

/// Covers a folded text. Own words are folded too.
pub(super) fn cover(text: &[char], own: &[String], reading: Reading) -> Cover {
    let mut cover = Cover::default();
    let (mut rest, mut digits, mut signs) = (text, 0, 0);
    while let Some(first) = rest.first() {
        let covered = match take(rest, own, reading) {
            Some(Piece::Run(length)) => {
                cover.has_run = true;
                length
            }
            Some(Piece::Word { word, is_own }) => {
                cover.has_own |= is_own;
                cover.words.insert(word.to_owned());
                length(word)
            }
            None => {
                if first.is_ascii_digit() {
                    digits += 1;
                } else if first.is_alphanumeric() {
                    cover.left_over += 1;
                } else {
                    signs += 1;
                }
                1
            }
        };
        rest = rest.get(covered..).unwrap_or_default();
    }
    cover.left_over += digits.max(DIGITS) - DIGITS + signs.max(SIGNS) - SIGNS;
    cover
}

/// Something that guessers try first.
enum Piece<'a> {
    /// So many characters that follow one another.
    Run(usize),
    /// A word.
    Word { word: &'a str, is_own: bool },
}

/// The longest piece that the text begins with; of two that are as long, a run, then an own word.
fn take<'a>(text: &[char], own: &'a [String], reading: Reading) -> Option<Piece<'a>> {
    let mine = longest((text, reading), own.iter().map(String::as_str));
    let common = longest((text, reading), WORDS.lines());
    let is_own = mine.map(length) >= common.map(length);
    let word = if is_own { mine } else { common };
    let run = run(text);
    if run >= SHORTEST_RUN && run >= word.map_or(0, length) {
        return Some(Piece::Run(run));
    }
    word.map(|word| Piece::Word { word, is_own })
}

fn length(word: &str) -> usize {
    word.chars().count()
}

/// The longest of these words that the text begins with.
fn longest<'a>(
    (text, reading): (&[char], Reading),
    words: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let reads = |typed: char, letter: char| match reading {
        Reading::Plain => typed == letter,
        Reading::Signs => stands_for(typed, letter),
    };
    let begins = |word: &&str| {
        let mut text = text.iter();
        let mut fits = |letter| text.next().is_some_and(|typed| reads(*typed, letter));
        !word.is_empty() && word.chars().all(&mut fits)
    };
    words.filter(begins).max_by_key(|word| length(word))
}

/// Whether people type this in the place of that letter.
fn stands_for(typed: char, letter: char) -> bool {
    typed == letter
        || match letter {
            'a' => matches!(typed, '4' | '@'),
            'b' => typed == '8',
            'e' => matches!(typed, '3' | '€'),
            'g' => matches!(typed, '6' | '9'),
            'i' | 'l' => matches!(typed, '1' | '!' | '|'),
            'o' => typed == '0',
            's' => matches!(typed, '5' | '$'),
            't' => matches!(typed, '7' | '+'),
            'z' => typed == '2',
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(text: &str) -> Cover {
        let text: Vec<char> = text.chars().collect();
        cover(&text, &["maria".to_owned()], Reading::Signs)
    }

    fn words(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_word_is_found_behind_the_signs_that_stand_for_letters() {
        for text in [
            "password",
            "p4ssw0rd",
            "pa$$word",
            "p@55w0rd",
            "password1!",
            "2024password",
        ] {
            let found = covered(text);
            assert_eq!(
                (found.words, found.left_over),
                (words(&["password"]), 0),
                "{text}"
            );
        }
    }

    #[test]
    fn a_run_and_an_own_word_are_told_apart_from_common_ones() {
        let found = covered("maria-qwertz-1999");
        assert!(found.has_own && found.has_run);
        assert_eq!((found.words, found.left_over), (words(&["maria"]), 0));
    }

    #[test]
    fn what_nobody_guesses_is_left_over() {
        assert_eq!(covered("vxkwmpjt").left_over, 8);
        assert_eq!(covered("830294857203").left_over, 4);
        assert!(covered("correct horse battery staple").left_over > 10);
    }

    #[test]
    fn the_list_is_folded_sorted_and_without_short_words() {
        let list: Vec<&str> = WORDS.lines().collect();
        assert!(list.is_sorted() && list.len() > 350, "{}", list.len());
        for word in &list {
            let plain = word
                .chars()
                .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit());
            assert!(plain && word.len() >= 4, "{word}");
        }
        let distinct: BTreeSet<&&str> = list.iter().collect();
        assert_eq!(distinct.len(), list.len());
    }
}
