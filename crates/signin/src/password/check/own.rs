//! The words that a person and the server are known by: nobody's password is made of them.

use symbolon_identity::realm::Realm;
use symbolon_identity::subject::Subject;

use super::fold;

/// Characters of the shortest word that counts; shorter ones stand in everything.
const SHORTEST: usize = 3;

/// Words of addresses that are nobody's own.
const EVERYBODYS: [&str; 6] = ["www", "com", "net", "org", "mail", "auth"];

/// The words of a person and a realm, folded.
pub(in crate::password) fn own(realm: &Realm, subject: &Subject) -> Vec<String> {
    let claims = &subject.claims;
    let of_person = [
        Some(&subject.name),
        subject.username.as_ref(),
        claims.email.as_ref(),
        claims.given_name.as_ref(),
        claims.family_name.as_ref(),
        claims.nickname.as_ref(),
        claims.preferred_username.as_ref(),
    ];
    let of_server = [realm.issuer.authority(), &realm.name];
    let texts = of_person.into_iter().flatten().map(String::as_str);
    words(texts.chain(of_server))
}

/// The words of these texts, and of each all its words without what stands between.
fn words<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for text in texts {
        let folded: String = fold(text).collect();
        let parts = folded.split(|one: char| !one.is_alphanumeric());
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        words.push(parts.concat());
        words.extend(parts.into_iter().map(str::to_owned));
    }
    words.retain(|word| word.chars().count() >= SHORTEST && !EVERYBODYS.contains(&word.as_str()));
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_words_are_parts_and_wholes_but_not_everybodys() {
        let texts = [
            "Zoë Ward-Li",
            "zoe@mail.example.com",
            "auth.example.com:8443",
        ];
        let expected = [
            "8443",
            "authexamplecom8443",
            "example",
            "ward",
            "zoe",
            "zoemailexamplecom",
            "zoë",
            "zoëwardli",
        ];
        assert_eq!(words(texts.into_iter()), expected);
    }
}
