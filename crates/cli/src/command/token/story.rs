//! A token's story on a terminal: what it is, what it says, what it descends from, whether it lives and
//! why not, and what the journal has of it.

use std::fmt::Write;

use serde_json::Value;

use crate::clock;
use crate::output::{self, Column, ago, print_rows, text, time};

/// What it says, in this order.
const SAYS: [(&str, &str); 4] = [
    ("for", "sub"),
    ("client", "client_id"),
    ("audience", "audience"),
    ("scope", "scope"),
];

const ANCESTORS: [Column; 5] = [
    Column::new("DESCENDS FROM", "role"),
    Column::new("ID", "node"),
    Column::new("BORN UNDER", "born_under"),
    Column::new("EPOCH", "epoch"),
    Column::new("STATE", "state"),
];

/// Tells it.
pub(super) fn print(story: &Value) {
    output::line(&title(story));
    output::line(&format!("  {}", verdict(story)));
    for line in lines(story) {
        output::line(&format!("  {line}"));
    }
    print_ancestors(story);
    if let Some(Value::Array(records)) = story.get("journal") {
        output::line("\nJOURNAL");
        for record in records.iter().rev() {
            output::line(&format!("  {}", super::super::journal::sentence(record)));
        }
    }
    for (heading, member) in [("HEADER", "header"), ("CLAIMS", "claims")] {
        if let Some(value) = story.get(member) {
            output::line(&format!("\n{heading}"));
            output::json(value);
        }
    }
}

/// What it descends from, and how that stands.
pub(super) fn print_ancestors(story: &Value) {
    if let Some(Value::Array(ancestors)) = story.get("ancestors")
        && !ancestors.is_empty()
    {
        output::line("");
        print_rows(ancestors, &ANCESTORS);
    }
}

fn said(story: &Value, member: &str) -> String {
    story.get(member).map(text).unwrap_or_default()
}

/// `access token, jwt, issued by this realm`
fn title(story: &Value) -> String {
    let (kind, format) = (said(story, "kind"), said(story, "format"));
    let is_ours = story.get("is_ours").and_then(Value::as_bool) == Some(true);
    let mut title = match (kind.as_str(), format.as_str()) {
        ("", "") => "no token that can be read".to_owned(),
        ("", format) => format!("token, {format}"),
        (kind, format) => format!("{kind} token, {format}"),
    };
    title.push_str(if is_ours {
        ", issued by this realm"
    } else {
        ", not issued by this realm"
    });
    title
}

fn verdict(story: &Value) -> String {
    if story.get("is_alive").and_then(Value::as_bool) == Some(true) {
        return "ALIVE: it is accepted now".to_owned();
    }
    match said(story, "reason").as_str() {
        "" => "DEAD".to_owned(),
        reason => format!("DEAD: {reason}"),
    }
}

fn lines(story: &Value) -> Vec<String> {
    let now = clock::now().0;
    let mut lines = Vec::new();
    for (name, member) in SAYS {
        let value = said(story, member);
        if !value.is_empty() {
            lines.push(format!("{name:<9} {value}"));
        }
    }
    for (name, member) in [("issued", "issued_at"), ("expires", "expires_at")] {
        if let Some(millis) = story.get(member).and_then(Value::as_i64) {
            let mut line = String::new();
            let _infallible = write!(line, "{name:<9} {} ({})", time(millis), ago(millis, now));
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_dead_token_says_why() {
        let story = json!({ "is_ours": true, "is_alive": false, "kind": "access",
            "format": "jwt", "reason": "it has expired", "sub": "demo" });
        assert_eq!(title(&story), "access token, jwt, issued by this realm");
        assert_eq!(verdict(&story), "DEAD: it has expired");
        assert_eq!(lines(&story), ["for       demo"]);
    }

    #[test]
    fn anything_at_all_has_a_title() {
        assert_eq!(
            title(&json!({})),
            "no token that can be read, not issued by this realm"
        );
    }
}
