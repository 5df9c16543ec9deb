//! Words that have no place in the tree: in code, in tests, and in any text.

use super::tree::{Fault, File};

/// In Rust code: the word, and what to do instead.
const CODE: &[(&str, &str)] = &[
    ("#[ignore", "a test runs or is deleted"),
    ("#[allow(", "write #[expect(…, reason = \"…\")]"),
    ("#![allow(", "write #![expect(…, reason = \"…\")]"),
    ("todo!", "finish it or open an issue"),
    ("unimplemented!", "finish it or open an issue"),
    ("dbg!", "log a sentence with fields, or remove it"),
    ("thread::sleep", "wait for the event itself"),
];

/// In tests, beside those: the word, and what to do instead.
const TESTS: &[(&str, &str)] = &[(
    "time::sleep",
    "wait for the event itself, or move the clock",
)];

/// Top folders of somebody's machine. A path below one of them means nothing elsewhere.
const MACHINE: &[&str] = &["work", "root", "home"];

/// Words that code must not contain.
pub(crate) fn code(file: &File) -> Vec<Fault> {
    let tests = file.tests_from();
    let lines = file
        .source
        .code
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line));
    let found = lines.flat_map(|(number, line)| {
        let in_tests = TESTS.iter().filter(move |_| number >= tests);
        let words = CODE
            .iter()
            .chain(in_tests)
            .filter(move |(word, _)| has_word(line, word));
        words.map(move |(word, instead)| file.fault(number, format!("`{word}`: {instead}")))
    });
    found.collect()
}

/// Paths of a machine, in any text.
pub(crate) fn machine_paths(file: &File) -> Vec<Fault> {
    let lines = file.text.lines().enumerate();
    let found = lines.filter(|(_, line)| MACHINE.iter().any(|folder| has_path(line, folder)));
    found
        .map(|(at, _)| file.fault(at + 1, "a path of one machine; make it relative"))
        .collect()
}

/// Whether the word stands in the line, not as the end of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let own = |at: usize| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|one| one.is_alphanumeric() || one == '_')
    };
    line.match_indices(word).any(|(at, _)| own(at))
}

/// Whether an absolute path below `/folder/` stands in the line.
fn has_path(line: &str, folder: &str) -> bool {
    let joins = |one: char| one.is_alphanumeric() || "._-*/}>)$".contains(one);
    let absolute = |at: usize| !line.get(..at).is_some_and(|text| text.ends_with(joins));
    line.match_indices(&format!("/{folder}/"))
        .any(|(at, _)| absolute(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(faults: &[Fault]) -> Vec<Option<usize>> {
        faults.iter().map(|fault| fault.line).collect()
    }

    #[test]
    fn each_banned_word_is_found_on_its_line() {
        let text =
            "fn a() {\n    todo!()\n}\n#[ignore = \"slow\"]\nfn b() {}\n#[allow(dead_code)]\n";
        assert_eq!(
            lines(&code(&File::new("a.rs", text))),
            [Some(2), Some(4), Some(6)]
        );
    }

    #[test]
    fn prose_and_literals_may_name_them() {
        let text = "// todo! and dbg!\nconst A: &str = \"#[ignore]\";\n#[expect(x)]\nmy_todo!();\n";
        assert_eq!(code(&File::new("a.rs", text)), []);
    }

    #[test]
    fn an_interval_at_the_edge_may_sleep_and_a_test_may_not() {
        let text = "fn a() { tokio::time::sleep(b) }\n#[cfg(test)]\nmod tests {\n\
                    fn c() { tokio::time::sleep(d) }\n}\n";
        assert_eq!(lines(&code(&File::new("a.rs", text))), [Some(4)]);
        assert_eq!(
            lines(&code(&File::new("crates/a/tests/b.rs", text))),
            [Some(1), Some(4)]
        );
    }

    #[test]
    fn a_thread_never_sleeps() {
        assert_eq!(
            lines(&code(&File::new("a.rs", "std::thread::sleep(x);"))),
            [Some(1)]
        );
    }

    #[test]
    fn a_path_of_a_machine_is_found_in_any_text() {
        let text = format!("fine\nsee /{}/me/notes\n\"/{}/x\"\n", "home", "work");
        assert_eq!(
            lines(&machine_paths(&File::new("README.md", &text))),
            [Some(2), Some(3)]
        );
    }

    #[test]
    fn a_relative_path_or_an_address_is_no_path_of_a_machine() {
        let text = "https://example.org/home/x docs/work/y $HOME/root/z ../root/a";
        assert_eq!(machine_paths(&File::new("README.md", text)), []);
    }
}
