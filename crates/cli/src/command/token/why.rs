//! Why a token is dead: which ancestor killed it, by whom, when, and for what reason.

use axum::http::Method;
use serde_json::{Value, json};
use symbolon_token::secret::Secret;

use super::story;
use crate::exit::Fault;
use crate::output::{self, Format, text, time};
use crate::transport::Transport;

pub(super) async fn run(token: &Secret, api: &mut Transport, format: Format) -> Result<(), Fault> {
    let body = json!({ "token": token.reveal() });
    let told = api.ask(Method::POST, "/v1/tokens/why", Some(&body)).await?;
    match format {
        Format::Json => output::json(&told),
        Format::Table => print(&told),
    }
    Ok(())
}

fn print(told: &Value) {
    output::line(&verdict(told));
    for line in lines(told) {
        output::line(&format!("  {line}"));
    }
    story::print_ancestors(told);
}

fn said(told: &Value, member: &str) -> Option<String> {
    let value = told.get(member).filter(|value| !value.is_null());
    value.map(text)
}

fn verdict(told: &Value) -> String {
    match said(told, "verdict") {
        None => "ALIVE: it is accepted now".to_owned(),
        Some(verdict) => format!("DEAD: {verdict}"),
    }
}

/// What killed it, and what the journal says of that.
fn lines(told: &Value) -> Vec<String> {
    let killer = told.get("ancestor").and_then(|killer| {
        let role = killer.get("role")?.as_str()?;
        Some(match said(killer, "node") {
            Some(node) => format!("{role} {node}"),
            None => "the token by itself".to_owned(),
        })
    });
    let at = told.get("at").and_then(Value::as_i64).map(time);
    let says = [
        ("killed by", killer),
        ("done", said(told, "verb")),
        ("actor", said(told, "actor")),
        ("reason", said(told, "reason")),
        ("at", at),
        ("journal", said(told, "sequence")),
    ];
    let said = says
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    said.map(|(name, value)| format!("{name:<9} {value}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_token_says_what_killed_it() {
        let told = json!({
            "is_alive": false, "verdict": "what it descends from was revoked: x",
            "ancestor": {"role": "client", "node": "x"}, "sequence": 14, "verb": "revoke",
            "actor": "operator", "reason": "INC-7", "at": 0,
        });
        assert_eq!(verdict(&told), "DEAD: what it descends from was revoked: x");
        let lines = lines(&told);
        assert_eq!(lines[0], "killed by client x");
        assert_eq!(lines[3], "reason    INC-7");
    }

    #[test]
    fn a_living_token_was_killed_by_nothing() {
        let told = json!({"is_alive": true, "verdict": null, "ancestor": null, "at": null});
        assert_eq!(verdict(&told), "ALIVE: it is accepted now");
        assert_eq!(lines(&told), Vec::<String>::new());
    }
}
