//! Sizes: a file that wants to be longer answers two questions.
//!
//! Functions are clippy's business (`too_many_lines`, `too_many_arguments`); files and HTTP
//! handlers are ours.

use super::tree::{Fault, File};

/// Lines of a file before its tests module.
const FILE_LINES: usize = 500;
/// From here on a file is named in the output, without failing.
const FILE_LINES_USUAL: usize = 300;
/// Lines of a file that is all tests.
const TEST_LINES: usize = 900;
/// Lines of code between the braces of an HTTP handler.
const HANDLER_LINES: usize = 25;
/// Where handlers live.
const HANDLERS: &str = "crates/http/src/route/";

/// Files past the limit.
pub(crate) fn files(file: &File) -> Option<Fault> {
    let limit = if file.test { TEST_LINES } else { FILE_LINES };
    let lines = length(file);
    (file.is_rust() && lines > limit).then(|| {
        file.fault(
            None,
            format!("{lines} lines, {limit} at most: it answers two questions, split it"),
        )
    })
}

/// Files past what is usual: worth a look.
pub(crate) fn long(file: &File) -> Option<String> {
    let lines = length(file);
    let long = file.is_rust() && !file.test && lines > FILE_LINES_USUAL && lines <= FILE_LINES;
    long.then(|| format!("{}: {lines} lines, {FILE_LINES_USUAL} usual", file.path))
}

/// HTTP handlers past the limit: the async functions of the routes.
pub(crate) fn handlers(file: &File) -> Vec<Fault> {
    if !file.path.starts_with(HANDLERS) || file.test {
        return Vec::new();
    }
    let lines: Vec<(usize, &str)> = file.source.lines().collect();
    let opens = |line: &str| line.starts_with("async fn ") || line.contains(" async fn ");
    let heads = lines
        .iter()
        .enumerate()
        .filter(|(_, (_, line))| opens(line));
    let long = heads.filter_map(|(at, (number, _))| {
        let body = body_lines(lines.get(at..).unwrap_or_default());
        (body > HANDLER_LINES).then(|| {
            let rule = "extract, one call, reply";
            file.fault(
                *number,
                format!("{body} lines, {HANDLER_LINES} for a handler: {rule}"),
            )
        })
    });
    long.collect()
}

/// All lines of a test file, else the lines before the tests module.
fn length(file: &File) -> usize {
    if file.test {
        file.text.lines().count()
    } else {
        file.source.lines().count()
    }
}

/// Lines of code between the braces of the function that begins on the first line.
fn body_lines(lines: &[(usize, &str)]) -> usize {
    let (mut braces, mut rounds, mut count) = (0_usize, 0_usize, 0);
    for (_, line) in lines {
        let inside = braces > 0;
        for one in line.chars() {
            match one {
                '(' | '[' if braces == 0 => rounds += 1,
                ')' | ']' if braces == 0 => rounds = rounds.saturating_sub(1),
                '{' if rounds == 0 => braces += 1,
                '}' if rounds == 0 => braces = braces.saturating_sub(1),
                _ => {}
            }
        }
        let ended = inside && braces == 0;
        if ended {
            return count;
        }
        count += usize::from(inside && !line.trim().is_empty());
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust(path: &str, lines: usize, tests: usize) -> File {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "//\n".repeat(tests));
        File::new(path, &format!("{}{tests}", "//\n".repeat(lines)))
    }

    fn handler(lines: usize) -> File {
        let body = "    step();\n".repeat(lines);
        let text =
            format!("pub(super) async fn post(\n    A(B {{ c }}): A,\n) -> X {{\n{body}}}\n");
        File::new("crates/http/src/route/token.rs", &text)
    }

    #[test]
    fn tests_do_not_count_towards_a_file() {
        assert_eq!(files(&rust("a.rs", 500, 400)), None);
    }

    #[test]
    fn a_file_of_501_lines_is_refused() {
        assert!(files(&rust("a.rs", 501, 0)).is_some_and(|fault| fault.sentence.contains("501")));
    }

    #[test]
    fn a_file_of_301_lines_is_named_only() {
        let file = rust("a.rs", 301, 0);
        assert_eq!(files(&file), None);
        assert_eq!(long(&file), Some("a.rs: 301 lines, 300 usual".into()));
        assert_eq!(long(&rust("a.rs", 300, 0)), None);
    }

    #[test]
    fn a_file_of_tests_has_a_limit_of_its_own() {
        let text = "//\n".repeat(900);
        assert_eq!(files(&File::new("crates/a/tests/b.rs", &text)), None);
        assert!(files(&File::new("crates/a/tests/b.rs", &format!("{text}//\n"))).is_some());
    }

    #[test]
    fn a_handler_of_25_lines_passes_and_of_26_fails() {
        assert_eq!(handlers(&handler(25)), []);
        let faults = handlers(&handler(26));
        assert_eq!(
            faults.iter().map(|fault| fault.line).collect::<Vec<_>>(),
            [Some(1)]
        );
    }

    #[test]
    fn comments_and_blank_lines_of_a_handler_do_not_count() {
        let mut file = handler(25);
        file = File::new(
            &file.path,
            &file
                .text
                .replacen("    step();", "    // why\n\n    step();", 1),
        );
        assert_eq!(handlers(&file), []);
    }

    #[test]
    fn only_routes_have_handlers() {
        let text = handler(40).text;
        assert_eq!(handlers(&File::new("crates/http/src/accept.rs", &text)), []);
    }
}
