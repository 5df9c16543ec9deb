//! A root key file under a passphrase: made, opened by a variable that the configuration names, and by
//! nothing else.

use std::fs;

use crate::harness::{Running, Site, run, run_with_input, symbolon};

const PASSPHRASE: &str = "correct horse battery staple";

/// A site whose root key is under the passphrase, and whose configuration names a variable.
fn locked() -> Site {
    let site = Site::sqlite();
    let key = site.path().join("root.key");
    let lock = ["root-key", "lock", "--file", key.to_str().unwrap()];
    let done = run_with_input(&lock, &format!("{PASSPHRASE}\n"));
    assert_eq!(done.code, 0, "{}", done.err);
    let config = fs::read_to_string(site.config()).unwrap();
    site.write(&format!(
        "{config}passphrase_environment = \"SYMBOLON_TEST_PASSPHRASE\"\n"
    ));
    site
}

#[test]
fn a_root_key_under_a_passphrase_opens_with_the_variable_that_is_named() {
    let site = locked();
    let config = site.config();
    let mut command = symbolon();
    command.args(["serve", "--config", config.to_str().unwrap()]);
    command.env("SYMBOLON_TEST_PASSPHRASE", PASSPHRASE);
    let mut process = Running::spawn(command);
    process.wait_for("Symbolon serves ");
    assert!(process.stop().success());
}

#[test]
fn without_the_right_passphrase_a_start_is_one_sentence() {
    let site = locked();
    let config = site.config();
    let key = site.path().join("root.key").display().to_string();
    for (passphrase, told) in [
        (
            None,
            "the environment variable SYMBOLON_TEST_PASSPHRASE is not set, and the root key's \
             passphrase is read from it"
                .to_owned(),
        ),
        (
            Some("incorrect horse battery staple"),
            format!(
                "the root key file {key} cannot be opened: the passphrase is not the one it was \
                 made with, or the file was changed"
            ),
        ),
    ] {
        let mut command = symbolon();
        command.args(["serve", "--config", config.to_str().unwrap()]);
        if let Some(passphrase) = passphrase {
            command.env("SYMBOLON_TEST_PASSPHRASE", passphrase);
        }
        let spoken = command.output().unwrap();
        assert_eq!(spoken.status.code(), Some(2));
        let err = String::from_utf8(spoken.stderr).unwrap();
        assert_eq!(err, format!("symbolon: {told}\n"));
    }
}

#[test]
fn a_file_under_a_passphrase_is_made_rotated_and_never_holds_a_key_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("root.key");
    let name = path.to_str().unwrap();
    let create = ["root-key", "create", "--passphrase", "--file", name];
    let short = run_with_input(&create, "hunter2\n");
    assert_eq!(short.code, 2);
    assert!(
        short.err.contains("at least 15 characters"),
        "{}",
        short.err
    );
    assert!(!path.exists());
    let made = run_with_input(&create, PASSPHRASE);
    assert_eq!(made.code, 0, "{}", made.err);
    let rotate = ["root-key", "rotate", "--file", name];
    assert_eq!(run(&rotate).code, 2);
    let rotated = run_with_input(&rotate, PASSPHRASE);
    assert_eq!(rotated.code, 0, "{}", rotated.err);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("symbolon-root-key-1 600000 "), "{text}");
    assert_eq!(text.lines().count(), 1);
}
