use proptest::prelude::*;

use super::*;

fn own_words() -> Vec<String> {
    ["maria", "lopez", "example", "authexamplecom"]
        .map(str::to_owned)
        .to_vec()
}

fn checked(text: &str, part: Part) -> Result<(), Weakness> {
    check(&Secret::from(text), part, &own_words()).map(|_| ())
}

fn weakness(text: &str) -> Option<Weakness> {
    checked(text, Part::Alone).err()
}

#[test]
fn alone_it_has_15_characters_and_beside_a_second_factor_8() {
    assert_eq!(
        checked("vxkwmpjtzrhqdn", Part::Alone),
        Err(Weakness::Short { least: 15 })
    );
    assert_eq!(checked("vxkwmpjtzrhqdnb", Part::Alone), Ok(()));
    assert_eq!(
        checked("vxkwmpj", Part::WithAnother),
        Err(Weakness::Short { least: 8 })
    );
    assert_eq!(checked("vxkwmpjt", Part::WithAnother), Ok(()));
}

#[test]
fn characters_are_counted_not_bytes() {
    let mixed = "ключ-от-дачи-там";
    assert_eq!(mixed.chars().count(), 16);
    assert_eq!(checked(mixed, Part::Alone), Ok(()));
    assert_eq!(
        checked("клюн-до", Part::WithAnother),
        Err(Weakness::Short { least: 8 })
    );
}

#[test]
fn long_passphrases_are_accepted_up_to_a_kibibyte() {
    let phrase = "a quiet river carries every lantern past the sleeping mill at dusk";
    assert!(phrase.len() > 64);
    assert_eq!(checked(phrase, Part::Alone), Ok(()));
    let long = |bytes: usize| phrase.chars().cycle().take(bytes).collect::<String>();
    assert_eq!(checked(&long(1024), Part::Alone), Ok(()));
    assert_eq!(checked(&long(1025), Part::Alone), Err(Weakness::Long));
}

#[test]
fn no_characters_are_demanded() {
    for text in [
        "correct horse battery staple",
        "velvetmuskratquarrel",
        "58203 91746 30028 5",
    ] {
        assert_eq!(weakness(text), None, "{text}");
    }
}

#[test]
fn the_same_over_and_over_is_refused() {
    for text in ["aaaaaaaaaaaaaaaa", "AbAbAbAbAbAbAbAb", "x1y2x1y2x1y2x1y2"] {
        assert_eq!(weakness(text), Some(Weakness::Repeated), "{text}");
    }
}

#[test]
fn runs_are_refused() {
    for text in [
        "123456789012345",
        "abcdefghijklmnop",
        "qwertyuiopasdfgh",
        "1qaz2wsx3edc4rfv",
        "QWERTZUIOP12345",
    ] {
        assert_eq!(weakness(text), Some(Weakness::Sequential), "{text}");
    }
}

#[test]
fn what_everybody_chooses_is_refused() {
    for text in [
        "passwordpassword",
        "Password12345678!",
        "iloveyou20012001",
        "P4ssw0rd!!!!2024",
        "welcome2024welcome",
        "dragon monkey 123",
        "ｐａｓｓｗｏｒｄ123456789",
    ] {
        assert_eq!(weakness(text), Some(Weakness::Common), "{text}");
    }
    for text in ["password", "sunshine1", "19870523", "football!"] {
        assert_eq!(
            checked(text, Part::WithAnother),
            Err(Weakness::Common),
            "{text}"
        );
    }
}

#[test]
fn the_persons_own_words_are_refused() {
    for text in [
        "marialopez12345678",
        "Maria.Lopez.1987!!",
        "maria@example 2024",
    ] {
        assert_eq!(weakness(text), Some(Weakness::Own), "{text}");
    }
    assert_eq!(weakness("maria keeps a velvet muskrat"), None);
}

#[test]
fn one_text_is_one_password_however_its_accents_are_typed() {
    let composed = normal(&Secret::from("caf\u{e9} au lait, deux")).unwrap();
    let apart = normal(&Secret::from("cafe\u{301} au lait, deux")).unwrap();
    assert!(composed == apart);
}

proptest! {
    #[test]
    fn no_text_panics_and_what_passes_has_the_length(text in ".*") {
        if let Ok(normal) = check(&Secret::from(text.as_str()), Part::Alone, &own_words()) {
            prop_assert!(normal.reveal().chars().count() >= MIN_ALONE);
            prop_assert!(text.len() <= MAX_BYTES);
        }
    }

    #[test]
    fn random_passwords_pass(text in "[a-zA-Z0-9]{20}") {
        prop_assert_eq!(weakness(&text), None);
    }

    #[test]
    fn every_word_with_what_people_put_around_it_is_refused(
        word in prop::sample::select(vec!["football", "princess", "starwars", "liverpool", "butterfly"]),
        year in 1940..2030,
        sign in "[!?.@#]{0,3}",
    ) {
        let text = format!("{word}{sign}{year}{word}{year}");
        prop_assert_eq!(weakness(&text), Some(Weakness::Common));
    }
}
