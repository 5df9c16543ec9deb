//! What is wrong with the file, in our words: the line, the key, and what it must be. The reader's own
//! words are for programmers; those that are not understood here are not repeated.

/// What some keys must be, where their type says too little.
const EXPECTED: [(&str, &str); 6] = [
    ("listen", "an address and a port, such as \"0.0.0.0:443\""),
    ("proxies", "a list of networks, such as [\"10.0.0.0/8\"]"),
    (
        "allow_private_targets",
        "a list of networks, such as [\"10.0.0.0/8\"]",
    ),
    ("format", "\"plain\" or \"json\""),
    ("mode", "\"introspect\" or \"follow\""),
    ("credential", "\"keep\" or \"remove\""),
];

/// Keys that only the whole file's shape is at fault for.
const TABLES: [&str; 7] = [
    "tls",
    "database",
    "root_key",
    "log",
    "limits",
    "authority",
    "gate",
];

/// `line 3: colour is no key of this configuration; there are issuer, listen, …`
pub(super) fn told(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count();
    // What is no TOML has no key.
    let key = text
        .parse::<toml::Table>()
        .ok()
        .and_then(|_| key_at(text, line));
    let what = what(error.message(), key);
    match error.span() {
        Some(_) => format!("line {}: {what}", line + 1),
        None => what,
    }
}

/// The key that a line begins with; of a list over several lines, the one above.
fn key_at(text: &str, line: usize) -> Option<&str> {
    let lines: Vec<_> = text.lines().take(line + 1).collect();
    lines.into_iter().rev().find_map(|line| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim();
        let is_key = |one: char| one.is_ascii_alphanumeric() || "_-.".contains(one);
        (!key.is_empty() && key.chars().all(is_key)).then_some(key)
    })
}

fn what(message: &str, key: Option<&str>) -> String {
    let message = message.trim();
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let mut names = rest.split('`').step_by(2);
        let unknown = names.next().unwrap_or_default();
        let known: Vec<_> = names.filter(|name| !name.is_empty()).collect();
        let known = known.join(", ");
        return format!("{unknown} is no key here; there are {known}");
    }
    if let Some(rest) = message.strip_prefix("missing field `") {
        let missing = rest.split('`').next().unwrap_or_default();
        let kind = if TABLES.contains(&missing) {
            "table"
        } else {
            "key"
        };
        return format!("the {kind} {missing} is missing");
    }
    if message.starts_with("duplicate key") {
        return "this key, or this table, stands there twice".to_owned();
    }
    let expected = key.and_then(|key| EXPECTED.iter().find(|(name, _)| *name == key));
    let expected = expected.map(|(_, expected)| *expected);
    let expected = expected.or_else(|| by_type(message));
    match (key, expected) {
        (Some(key), Some(expected)) => format!("{key} must be {expected}"),
        (_, _) => "this is no TOML: a line is a [table], or a key, = and a value".to_owned(),
    }
}

/// What a message about a type expected.
fn by_type(message: &str) -> Option<&'static str> {
    let is_about_type = ["invalid type", "invalid value", "unknown variant"]
        .iter()
        .any(|beginning| message.starts_with(beginning));
    if !is_about_type {
        return None;
    }
    let (_, expected) = message.rsplit_once("expected ")?;
    Some(match expected.trim() {
        "a boolean" => "true or false",
        "u32" | "usize" | "u64" => "a whole number from 0 on",
        "a sequence" => "a list, in [ ]",
        name if name.starts_with("struct ") => "a table, such as [database]",
        _ => "a text, in quotes",
    })
}

#[cfg(test)]
mod tests {
    use super::super::file::File;
    use super::*;

    const MINIMAL: &str = "issuer = \"https://a.example\"\nlisten = \"127.0.0.1:1\"\n\
                           [database]\nsqlite = \"a.db\"\n[root_key]\nfile = \"root.key\"\n";

    fn refusal(from: &str, to: &str) -> String {
        let text = MINIMAL.replacen(from, to, 1);
        assert_ne!(text, MINIMAL);
        let read: Result<File, _> = toml::from_str(&text);
        told(&text, &read.err().unwrap())
    }

    #[test]
    fn what_is_wrong_is_said_without_the_readers_words() {
        for (from, to, expected) in [
            (
                "sqlite",
                "sqlight",
                "line 4: sqlight is no key here; there are sqlite, postgres, postgres_file, \
                 postgres_environment, postgres_ca, postgres_connections, witness",
            ),
            ("issuer", "#", "line 1: the key issuer is missing"),
            ("\"a.db\"", "7", "line 4: sqlite must be a text, in quotes"),
            (
                "127.0.0.1:1",
                "nowhere",
                "line 2: listen must be an address and a port, such as \"0.0.0.0:443\"",
            ),
            (
                "[database]",
                "metrics_public = \"yes\"\n[database]",
                "line 3: metrics_public must be true or false",
            ),
            (
                "[database]",
                "proxies = [\n\"x\",\n]\n[database]",
                "line 4: proxies must be a list of networks, such as [\"10.0.0.0/8\"]",
            ),
            (
                "[root_key]",
                "[limits]\nmax_streams = -1\n[root_key]",
                "line 6: max_streams must be a whole number from 0 on",
            ),
            (
                "[root_key]",
                "[log]\nformat = \"xml\"\n[root_key]",
                "line 6: format must be \"plain\" or \"json\"",
            ),
            (
                "[database]",
                "[database",
                "line 3: this is no TOML: a line is a [table], or a key, = and a value",
            ),
            (
                "[database]",
                "listen = \"127.0.0.1:2\"\n[database]",
                "line 3: this key, or this table, stands there twice",
            ),
        ] {
            assert_eq!(refusal(from, to), expected);
        }
    }
}
