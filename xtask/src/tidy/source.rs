//! Rust text with its comments and string literals taken apart, so that rules about code do not
//! stumble over prose, and rules about literals see nothing else.
//!
//! A scanner of characters, not a parser: enough for text that the compiler accepts.

/// One Rust file, taken apart. Lines stay where they were.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Source {
    /// The text; what stands inside comments and literals is blank.
    pub(crate) code: String,
    /// The string literals in order.
    pub(crate) literals: Vec<Literal>,
    /// The line on which the inline tests module begins, if there is one. From 1.
    pub(crate) tests_from: Option<usize>,
}

/// A string literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    /// Where it begins. From 1.
    pub(crate) line: usize,
    /// What stands between its quotes, escapes as written.
    pub(crate) text: String,
}

impl Source {
    /// Takes a file apart.
    pub(crate) fn scan(text: &str) -> Self {
        let mut scanner = Scanner {
            rest: text,
            line: 1,
            last: ' ',
            source: Self::default(),
        };
        while scanner.step() {}
        let mut source = scanner.source;
        source.tests_from = tests_from(&source.code);
        source
    }

    /// The lines of code before the tests module, numbered from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.tests_from.unwrap_or(usize::MAX);
        self.code
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
            .take_while(move |l| l.0 < end)
    }

    /// Names of the modules in files of their own that are compiled for tests only.
    pub(crate) fn test_modules(&self) -> Vec<&str> {
        let names = self.code.lines().scan(false, |testing, line| {
            let line = line.trim();
            let named = line.trim_end_matches(';').rsplit(' ').next();
            let found = named.filter(|_| *testing && line.contains("mod ") && line.ends_with(';'));
            *testing = line == TESTS_ONLY || (*testing && line.starts_with("#["));
            Some(found)
        });
        names.flatten().collect()
    }
}

const TESTS_ONLY: &str = "#[cfg(test)]";

/// The line of `#[cfg(test)]` before the first `mod … {`.
fn tests_from(code: &str) -> Option<usize> {
    let mut mark = None;
    for (at, line) in code.lines().enumerate() {
        let line = line.trim();
        if line == TESTS_ONLY {
            mark = Some(at + 1);
        } else if mark.is_some() && line.contains("mod ") && line.ends_with('{') {
            return mark;
        } else if !line.starts_with("#[") && !line.is_empty() {
            mark = None;
        }
    }
    None
}

struct Scanner<'a> {
    rest: &'a str,
    line: usize,
    /// The character before `rest`: an `r` after it may be the end of a name.
    last: char,
    source: Source,
}

impl Scanner<'_> {
    /// Takes one comment, literal or other character. False at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        if self.rest.starts_with("//") {
            self.blank(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.blank(block_comment(self.rest));
        } else if first == '"' {
            self.literal(1, string_end(self.rest), 1);
        } else if let Some(hashes) = self.raw_string() {
            let open = hashes + 2;
            let close = format!("\"{}", "#".repeat(hashes));
            let body = self.rest.get(open..).unwrap_or_default();
            self.literal(
                open,
                body.find(&close).map_or(self.rest.len(), |at| open + at),
                close.len(),
            );
        } else if first == '\'' {
            self.keep_one();
            self.blank(character(self.rest));
        } else {
            self.keep_one();
        }
        true
    }

    /// How many hashes open a raw string here.
    fn raw_string(&self) -> Option<usize> {
        let prefixed = self.last == 'b' || self.last == 'c';
        if !prefixed && (self.last.is_alphanumeric() || self.last == '_') {
            return None;
        }
        let after = self.rest.strip_prefix('r')?;
        let hashes = after.len() - after.trim_start_matches('#').len();
        after
            .trim_start_matches('#')
            .starts_with('"')
            .then_some(hashes)
    }

    /// A literal: `open` bytes of quote, text up to byte `end`, `close` bytes of quote.
    fn literal(&mut self, open: usize, end: usize, close: usize) {
        let line = self.line;
        let text = self.rest.get(open..end).unwrap_or_default().to_owned();
        for _ in 0..open {
            self.keep_one();
        }
        self.blank(text.len());
        for _ in 0..close {
            self.keep_one();
        }
        self.source.literals.push(Literal { line, text });
    }

    fn keep_one(&mut self) {
        if let Some(one) = self.rest.chars().next() {
            self.source.code.push(one);
            self.pass(one);
        }
    }

    /// Blanks so many bytes, but not the line ends.
    fn blank(&mut self, bytes: usize) {
        let (gone, _) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        for one in gone.chars() {
            self.source.code.push(if one == '\n' { '\n' } else { ' ' });
            self.pass(one);
        }
    }

    fn pass(&mut self, one: char) {
        self.rest = self.rest.get(one.len_utf8()..).unwrap_or_default();
        self.line += usize::from(one == '\n');
        self.last = one;
    }
}

/// Where a block comment ends; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let step = if rest.starts_with("/*") {
            depth += 1;
            2
        } else if rest.starts_with("*/") {
            depth = depth.saturating_sub(1);
            2
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

/// Where the closing quote of a string that opens at byte 0 stands.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, one) in text.char_indices().skip(1) {
        if one == '"' && !escaped {
            return at;
        }
        escaped = one == '\\' && !escaped;
    }
    text.len()
}

/// How many bytes after a `'` belong to a character literal; none if it opens a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), Some(escaped)) => {
            let after = 1 + escaped.len_utf8();
            rest.get(after..)
                .and_then(|tail| tail.find('\''))
                .map_or(0, |end| after + end + 1)
        }
        (Some(one), Some('\'')) => one.len_utf8() + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blank_and_lines_stay() {
        let source = Source::scan("a // todo!\n/* x /* y */ z */ b\n\"c\\\"d\" e");
        assert_eq!(source.code, "a         \n                  b\n\"    \" e");
    }

    #[test]
    fn literals_are_kept_with_their_line() {
        let source = Source::scan("f(\"one\");\ng(r#\"t\"wo\"#, b\"three\");");
        let found: Vec<_> = source
            .literals
            .iter()
            .map(|l| (l.line, l.text.as_str()))
            .collect();
        assert_eq!(found, [(1, "one"), (2, "t\"wo"), (2, "three")]);
    }

    #[test]
    fn a_quote_as_a_character_opens_no_string_and_a_lifetime_no_character() {
        let source = Source::scan("fn f<'a>(x: &'a str) { g('\"', '\\'', '\\u{22}', \"s\") }");
        let found: Vec<_> = source.literals.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(found, ["s"]);
    }

    #[test]
    fn a_raw_identifier_is_no_raw_string() {
        assert_eq!(Source::scan("r#type = for\"x\"").literals.len(), 1);
        assert_eq!(Source::scan("let r#type = 1;").literals, []);
    }

    #[test]
    fn the_tests_module_ends_the_code() {
        let source = Source::scan("fn a() {}\n\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n}\n");
        assert_eq!((source.tests_from, source.lines().count()), (Some(3), 2));
    }

    #[test]
    fn a_tests_module_in_a_sibling_file_is_named_and_ends_nothing() {
        let source = Source::scan("#[cfg(test)]\nmod race;\nmod other;\nfn a() {}\n");
        assert_eq!(
            (source.test_modules(), source.tests_from),
            (vec!["race"], None)
        );
    }

    #[test]
    fn a_function_for_tests_is_no_tests_module() {
        let source = Source::scan("#[cfg(test)]\nfn a() {}\nmod b {\n}\n");
        assert_eq!(source.tests_from, None);
    }
}
