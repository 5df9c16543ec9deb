//! What is wrong with a configuration is one sentence that names the key; the exit code is 2.

use std::fs;

use crate::harness::Site;

fn refused(change: impl Fn(&str) -> String) -> String {
    let site = Site::sqlite();
    let text = fs::read_to_string(site.config()).unwrap();
    site.write(&change(&text));
    let spoken = site.command(&["serve"]);
    assert_eq!(
        (spoken.code, spoken.out.as_str()),
        (2, ""),
        "{}",
        spoken.err
    );
    let folder = site.path().to_str().unwrap();
    let told = spoken.err.trim_end().replace(folder, "DIR");
    assert!(!told.contains('\n'), "{told}");
    told
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let told = refused(|text| format!("colour = \"red\"\n{text}"));
    assert!(
        told.starts_with("symbolon: DIR/symbolon.toml: line 1: colour is no key here"),
        "{told}"
    );
}

#[test]
fn an_unreachable_postgresql_is_one_sentence_without_the_password() {
    let told = refused(|text| {
        text.replace(
            "sqlite = \"symbolon.db\"",
            "postgres = \"postgres://user:hunter2@127.0.0.1:1/db\"",
        )
    });
    assert!(
        told.starts_with("symbolon: the database cannot be reached: "),
        "{told}"
    );
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn an_unreadable_certificate_is_one_sentence() {
    let told = refused(|text| format!("{text}[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n"));
    assert!(
        told.starts_with("symbolon: cannot read DIR/a.pem: "),
        "{told}"
    );
}

#[test]
fn a_missing_root_key_is_one_sentence() {
    let told = refused(|text| text.replace("root.key", "other.key"));
    let sentence = "symbolon: the root key file DIR/other.key cannot be used: ";
    assert!(told.starts_with(sentence), "{told}");
    let told = refused(|text| {
        text.replace(
            "file = \"root.key\"",
            "environment = \"SYMBOLON_NO_SUCH_KEY\"",
        )
    });
    assert_eq!(
        told,
        "symbolon: the environment variable SYMBOLON_NO_SUCH_KEY is not set, and the root key is \
         read from it"
    );
}

#[test]
fn a_missing_configuration_is_one_sentence() {
    let site = Site::sqlite();
    fs::remove_file(site.config()).unwrap();
    let spoken = site.command(&["serve"]);
    assert_eq!(spoken.code, 2);
    assert!(
        spoken.err.contains("symbolon.toml: No such file"),
        "{}",
        spoken.err
    );
}
