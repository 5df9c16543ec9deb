//! Tables: columns as wide as their widest cell, two spaces between them.

use serde_json::Value;

use super::{cell, line};

/// A column: its heading, the member it shows, and whether that is a time.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    /// The heading.
    pub(crate) heading: &'static str,
    /// The member of each row.
    pub(crate) member: &'static str,
}

impl Column {
    /// A column.
    pub(crate) const fn new(heading: &'static str, member: &'static str) -> Self {
        Self { heading, member }
    }
}

/// Prints rows under headings.
pub(crate) fn print_rows(rows: &[Value], columns: &[Column]) {
    let heads = columns.iter().map(|column| column.heading.to_owned());
    let mut lines = vec![heads.collect::<Vec<_>>()];
    for row in rows {
        let cells = columns.iter().map(|column| shown(column.member, row));
        lines.push(cells.collect());
    }
    print_lines(&lines);
}

/// Prints the members of one record, one a line.
pub(crate) fn print_record(record: &Value) {
    let Value::Object(members) = record else {
        line(&cell::text(record));
        return;
    };
    let lines = members.iter().map(|(name, value)| {
        let shown = cell_of(name, value);
        vec![name.clone(), shown]
    });
    print_lines(&lines.collect::<Vec<_>>());
}

fn shown(member: &str, row: &Value) -> String {
    row.get(member)
        .map_or_else(String::new, |value| cell_of(member, value))
}

/// Times in seconds, as their standards have them: RFC 7591, OpenID Connect.
const IN_SECONDS: [&str; 3] = [
    "auth_time",
    "client_id_issued_at",
    "client_secret_expires_at",
];

/// Members that end in `_at` are times in milliseconds, other than those of standards.
fn cell_of(member: &str, value: &Value) -> String {
    match value.as_i64() {
        Some(0) if member == "client_secret_expires_at" => "never".to_owned(),
        Some(seconds) if IN_SECONDS.contains(&member) => cell::time(seconds.saturating_mul(1000)),
        Some(millis) if member == "at" || member.ends_with("_at") => cell::time(millis),
        Some(_) | None => cell::text(value),
    }
}

fn print_lines(lines: &[Vec<String>]) {
    for cells in arranged(lines) {
        line(&cells);
    }
}

fn arranged(lines: &[Vec<String>]) -> Vec<String> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let arrange = |cells: &Vec<String>| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(arrange).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let line = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let lines = [line(["ID", "NAME"]), line(["abc", ""]), line(["d", "é"])];
        assert_eq!(arranged(&lines), ["ID   NAME", "abc", "d    é"]);
    }
}
