//! A row of the table: who took how long, and whether that is as it should be.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::bench::table::{grid, thousands, verdict};

/// The heads of the columns.
const HEADS: [&str; 7] = [
    "row",
    "bare",
    "ours",
    "above bare",
    "jsonwebtoken",
    "josekit",
    "aim",
];

/// How far above the bare call a verification may be, in nanoseconds.
const VERIFY_EXCESS: f64 = 1_000.0;

/// How much more than a peer is noise, as a ratio.
const NOISE: f64 = 1.05;

/// The libraries that ours may not be slower than.
const PEERS: [&str; 2] = ["jsonwebtoken", "josekit"];

/// What was measured of one contender.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    /// Nanoseconds a call.
    ns: f64,
    /// How much longer ours took in the same round, in nanoseconds.
    excess: f64,
    /// The same as a ratio.
    ratio: f64,
}

/// One operation by one algorithm.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    name: String,
    entries: BTreeMap<String, Entry>,
}

impl Row {
    /// As the program prints it; `None` where something is missing.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let entries = value.get("entries")?.as_array()?;
        let entries = entries.iter().map(|one| {
            let number = |name: &str| one.get(name)?.as_f64();
            let entry = Entry {
                ns: number("ns")?,
                excess: number("excess")?,
                ratio: number("ratio")?,
            };
            Some((one.get("name")?.as_str()?.to_owned(), entry))
        });
        let entries: Option<BTreeMap<_, _>> = entries.collect();
        let found = entries.filter(|one| one.contains_key("bare") && one.contains_key("ours"));
        Some(Self {
            name: value.get("name")?.as_str()?.to_owned(),
            entries: found?,
        })
    }

    fn cells(&self) -> [String; HEADS.len()] {
        let entry = |name: &str| self.entries.get(name);
        let time = |name: &str| entry(name).map_or_else(String::new, |one| thousands(one.ns));
        let excess = entry("bare").map_or_else(String::new, |one| thousands(one.excess.max(0.0)));
        [
            self.name.clone(),
            time("bare"),
            time("ours"),
            excess,
            time("jsonwebtoken"),
            time("josekit"),
            self.aims(),
        ]
    }

    fn aims(&self) -> String {
        let bare = self.entries.get("bare");
        let mut aims = Vec::new();
        if let (true, Some(bare)) = (self.name.starts_with("verify "), bare) {
            aims.push(verdict("≤ 1 µs above", bare.excess <= VERIFY_EXCESS));
        }
        for peer in PEERS {
            let Some(found) = self.entries.get(peer) else {
                continue;
            };
            let is_met = found.ratio <= NOISE;
            let words = verdict(&format!("≤ {peer}"), is_met);
            // Then it is the cryptography that is slower, not what is done around it.
            let is_slower = bare.is_some_and(|bare| bare.ns > found.ns);
            let why = if !is_met && is_slower {
                " (bare too)"
            } else {
                ""
            };
            aims.push(words + why);
        }
        aims.join(", ")
    }
}

/// All rows under their heads.
pub(super) fn table(rows: &[Row]) -> String {
    let rows: Vec<_> = rows.iter().map(Row::cells).collect();
    let cells: Vec<[&str; HEADS.len()]> = rows
        .iter()
        .map(|row| row.each_ref().map(String::as_str))
        .collect();
    grid(&HEADS, &cells, 1..=5)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(name: &str, excess: u32, josekit: (u32, f64)) -> Row {
        let row = json!({ "name": name, "entries": [
            { "name": "bare", "ns": 1_000, "excess": excess, "ratio": 1.5 },
            { "name": "ours", "ns": 1_500, "excess": 0, "ratio": 1 },
            { "name": "josekit", "ns": josekit.0, "excess": 0, "ratio": josekit.1 },
        ] });
        Row::read(&row).unwrap()
    }

    #[test]
    fn each_aim_is_marked_by_itself() {
        for (row, aims) in [
            (
                row("verify A", 1_000, (9_000, 0.2)),
                "≤ 1 µs above ✓, ≤ josekit ✓",
            ),
            (
                row("verify A", 1_001, (1_200, 1.2)),
                "≤ 1 µs above ✗, ≤ josekit ✗",
            ),
            (row("sign A", 9_999, (1_450, 1.05)), "≤ josekit ✓"),
            (row("sign A", 500, (900, 1.6)), "≤ josekit ✗ (bare too)"),
        ] {
            assert_eq!(row.aims(), aims);
        }
    }

    #[test]
    fn a_row_without_the_bare_call_is_none() {
        assert_eq!(Row::read(&json!({ "name": "sign A", "entries": [] })), None);
    }

    #[test]
    fn who_lacks_an_algorithm_has_an_empty_cell() {
        let expected = "\
| row    |  bare |  ours | above bare | jsonwebtoken | josekit | aim         |
| ------ | ----: | ----: | ---------: | -----------: | ------: | ----------- |
| sign A | 1,000 | 1,500 |        500 |              |   9,000 | ≤ josekit ✓ |
";
        assert_eq!(table(&[row("sign A", 500, (9_000, 0.2))]), expected);
    }
}
