//! The help of every command, as it stands: whoever changes it, means to.

use crate::harness::run;

const COMMANDS: [&str; 69] = [
    "",
    "dev",
    "serve",
    "gate",
    "realm",
    "realm create",
    "realm enable",
    "realm list",
    "client",
    "client create",
    "client list",
    "client show",
    "client change",
    "client disable",
    "client enable",
    "client end",
    "client secret",
    "client secret issue",
    "client secret list",
    "client secret revoke",
    "resource",
    "resource create",
    "resource list",
    "resource show",
    "resource change",
    "resource end",
    "subject",
    "subject create",
    "subject list",
    "subject show",
    "subject change",
    "subject erase",
    "subject password-link",
    "subject password",
    "subject password show",
    "subject password disable",
    "subject password enable",
    "subject password end",
    "subject end",
    "session",
    "session list",
    "session show",
    "session end",
    "session end-all",
    "grant",
    "grant list",
    "grant show",
    "grant withdraw",
    "token",
    "token inspect",
    "token verify",
    "token revoke",
    "token why",
    "revoke",
    "key",
    "key list",
    "key rotate",
    "key revoke",
    "journal tail",
    "journal search",
    "journal verify",
    "journal checkpoint",
    "journal prove",
    "journal check-proof",
    "journal export",
    "journal retention",
    "backup",
    "restore",
    "doctor",
];

#[test]
fn every_command_explains_itself() {
    let all: Vec<_> = COMMANDS.iter().map(|command| explained(command)).collect();
    insta::assert_snapshot!("help", all.concat());
}

fn explained(command: &str) -> String {
    let mut arguments: Vec<_> = command.split_whitespace().collect();
    arguments.push("--help");
    let spoken = run(&arguments);
    assert_eq!(spoken.code, 0, "{command}: {}", spoken.err);
    format!("$ symbolon {command} --help\n{}\n", spoken.out)
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    for arguments in [
        &["nonsense"][..],
        &["client", "create", "--colour"],
        &["realm", "create"],
    ] {
        assert_eq!(run(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn shells_get_a_completion_script() {
    for shell in ["bash", "zsh", "fish"] {
        let spoken = run(&["completion", shell]);
        assert_eq!(spoken.code, 0);
        assert!(spoken.out.contains("symbolon"), "{shell}");
    }
}
