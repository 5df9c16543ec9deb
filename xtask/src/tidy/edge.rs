//! Who may import whom: the table of ARCHITECTURE.md, held against what the manifests declare.
//!
//! Normal and build dependencies count; what only tests use does not. Crates banned everywhere stand
//! in `deny.toml`: the lockfile also names optional ones that no build ever has, so its text proves
//! nothing.

use serde_json::Value;

use super::tree::Fault;
use crate::failure::Failure;

/// What the four worlds are built on.
const GROUND: [&str; 6] = ["token", "jose", "store", "journal", "lineage", "keys"];
/// The worlds.
const WORLDS: [&str; 4] = ["identity", "hardware", "payment", "chain"];

/// Heavy libraries and the only folders that may declare them.
const KEPT: &[(&str, &[&str])] = &[
    ("rusqlite", &["crates/store"]),
    ("tokio-postgres", &["crates/store"]),
    ("deadpool-postgres", &["crates/store"]),
    (
        "axum",
        &["crates/http", "crates/cli", "examples/resource-server"],
    ),
];

/// What never enters the pure libraries: runtime, SQL, HTTP.
const IMPURE: &[&str] = &[
    "tokio",
    "axum",
    "hyper",
    "hyper-util",
    "rusqlite",
    "tokio-postgres",
];
/// The pure libraries.
const PURE: &[&str] = &["lib/token", "lib/jose"];

/// A crate of the workspace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its folder from the root: `crates/store`.
    pub(crate) folder: String,
    /// What it declares for itself and its build, by package name.
    pub(crate) imports: Vec<String>,
}

/// The crates in what `cargo metadata --no-deps` prints.
///
/// # Errors
/// [`Failure::Shape`].
pub(crate) fn members(metadata: &str) -> Result<Vec<Member>, Failure> {
    let shape = |why: String| Failure::Shape {
        what: "cargo metadata",
        why,
    };
    let value: Value = serde_json::from_str(metadata).map_err(|why| shape(why.to_string()))?;
    let root = value
        .get("workspace_root")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let packages = value.get("packages").and_then(Value::as_array);
    let packages = packages.ok_or_else(|| shape("no packages".into()))?;
    Ok(packages
        .iter()
        .map(|package| member(package, root))
        .collect())
}

fn member(package: &Value, root: &str) -> Member {
    let text = |value: &Value, key| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let manifest = text(package, "manifest_path").unwrap_or_default();
    let folder = manifest.trim_start_matches(root).trim_start_matches('/');
    let declared = package.get("dependencies").and_then(Value::as_array);
    let counted = declared
        .into_iter()
        .flatten()
        .filter(|one| text(one, "kind").as_deref() != Some("dev"));
    Member {
        folder: folder.trim_end_matches("/Cargo.toml").to_owned(),
        imports: counted.filter_map(|one| text(one, "name")).collect(),
    }
}

/// Edges that the table does not have.
pub(crate) fn edges(members: &[Member]) -> Vec<Fault> {
    members.iter().flat_map(of_member).collect()
}

fn of_member(member: &Member) -> Vec<Fault> {
    let fault = |sentence| Fault {
        path: format!("{}/Cargo.toml", member.folder),
        line: None,
        sentence,
    };
    let name = member.folder.rsplit('/').next().unwrap_or_default();
    let row = row(name);
    let outside = |import: &str| {
        let inner = import.strip_prefix("symbolon-")?;
        match &row {
            None => Some(format!("`{name}` has no row in the table of crate edges")),
            Some(Row::All) => None,
            Some(Row::Only(allowed)) => (!allowed.contains(&inner)).then(|| {
                format!("`{name}` may not import `{inner}` (who may import whom: ARCHITECTURE.md)")
            }),
        }
    };
    let foreign = |import: &str| {
        let kept = KEPT.iter().find(|(heavy, _)| *heavy == import);
        let strays = kept.filter(|(_, folders)| !folders.contains(&member.folder.as_str()));
        let impure = PURE.contains(&member.folder.as_str()) && IMPURE.contains(&import);
        match strays {
            _ if impure => Some(format!(
                "`{import}` in a pure library: no runtime, SQL or HTTP"
            )),
            Some((_, folders)) => Some(format!(
                "`{import}` belongs to {} only",
                folders.join(" and ")
            )),
            None => None,
        }
    };
    let found = member
        .imports
        .iter()
        .flat_map(|import| [outside(import), foreign(import)]);
    found.flatten().map(fault).collect()
}

/// What a crate may import of the workspace.
enum Row {
    /// Everything: it wires.
    All,
    /// These.
    Only(Vec<&'static str>),
}

/// The table. `oauth` imports `authority`: the endpoints of RFC 7662 and RFC 7009 ask the one door
/// over all kinds, and `authority` never imports `oauth`.
fn row(name: &str) -> Option<Row> {
    let ruled = ["token", "jose", "journal", "lineage", "keys"];
    let allowed: Vec<&[&'static str]> = match name {
        "cli" | "bench" | "fuzz" => return Some(Row::All),
        "token" | "xtask" => vec![],
        "jose" | "outbound" | "store" | "web" => vec![&["token"]],
        // The gate is handed who judges and who signs: docs/decisions/0047.
        "verify" | "gate" => vec![&["token", "jose"]],
        // As others use it: by what is published.
        "resource-server" => vec![&["verify"]],
        "journal" | "keys" => vec![&["token", "jose", "store"]],
        "lineage" => vec![&["token", "jose", "store", "journal"]],
        "identity" | "hardware" | "payment" | "chain" => vec![&GROUND],
        // Passwords are rows of no world: docs/decisions/0020.
        "signin" => vec![&["hardware", "identity", "store"], &ruled],
        "oauth" => vec![&["identity", "signin", "authority"], &ruled],
        // Setup links and answers to retries are rows of no single world; revoking by cause reaches
        // passwords too: docs/decisions/0041.
        "authority" => vec![&WORLDS, &ruled, &["signin", "store"]],
        "watch" => vec![&WORLDS, &ruled],
        // It knows addresses and bytes, and no noun: docs/decisions/0024.
        // Pages are text: what they show is handed to them.
        "http" => {
            vec![
                &[
                    "authority",
                    "gate",
                    "oauth",
                    "signin",
                    "web",
                    "token",
                    "journal",
                    "keys",
                    // The demo resource verifies as others do.
                    "verify",
                ],
                &WORLDS,
            ]
        }
        _ => return None,
    };
    Some(Row::Only(allowed.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folder: &str, imports: &[&str]) -> Vec<String> {
        let imports = imports.iter().map(|one| (*one).to_owned()).collect();
        let faults = edges(&[Member {
            folder: folder.into(),
            imports,
        }]);
        faults.into_iter().map(|fault| fault.sentence).collect()
    }

    #[test]
    fn the_edges_of_the_table_pass() {
        assert!(
            found(
                "crates/lineage",
                &["symbolon-journal", "symbolon-store", "serde"]
            )
            .is_empty()
        );
        assert!(found("crates/oauth", &["symbolon-authority", "symbolon-identity"]).is_empty());
        assert!(found("crates/http", &["symbolon-web", "symbolon-oauth"]).is_empty());
        assert!(found("crates/cli", &["symbolon-store", "symbolon-http", "axum"]).is_empty());
    }

    #[test]
    fn every_other_edge_is_refused() {
        let pairs = [
            ("lib/jose", "symbolon-store"),
            ("crates/store", "symbolon-identity"),
            ("crates/journal", "symbolon-lineage"),
            ("crates/authority", "symbolon-oauth"),
            ("crates/signin", "symbolon-oauth"),
            ("crates/oauth", "symbolon-store"),
            ("crates/http", "symbolon-store"),
            ("crates/http", "symbolon-outbound"),
            ("crates/oauth", "symbolon-outbound"),
            ("crates/outbound", "symbolon-oauth"),
            ("crates/web", "symbolon-oauth"),
            ("crates/gate", "symbolon-authority"),
            ("crates/identity", "symbolon-payment"),
            ("xtask", "symbolon-token"),
        ];
        for (folder, import) in pairs {
            assert_eq!(found(folder, &[import]).len(), 1, "{folder} → {import}");
        }
    }

    #[test]
    fn a_crate_without_a_row_is_refused() {
        assert_eq!(found("crates/novel", &["symbolon-token"]).len(), 1);
    }

    #[test]
    fn heavy_libraries_stay_where_they_belong() {
        assert!(found("crates/store", &["rusqlite", "tokio-postgres", "tokio"]).is_empty());
        assert_eq!(
            found("crates/keys", &["rusqlite"]),
            ["`rusqlite` belongs to crates/store only"]
        );
        assert_eq!(found("crates/oauth", &["axum"]).len(), 1);
        assert_eq!(
            found("lib/jose", &["tokio"]),
            ["`tokio` in a pure library: no runtime, SQL or HTTP"]
        );
    }

    #[test]
    fn what_only_tests_use_is_no_edge() {
        let metadata = r#"{"workspace_root": "/w", "packages": [{"manifest_path": "/w/crates/keys/Cargo.toml",
            "dependencies": [{"name": "symbolon-store", "kind": null}, {"name": "cc", "kind": "build"},
                             {"name": "symbolon-http", "kind": "dev"}]}]}"#;
        let expected = Member {
            folder: "crates/keys".into(),
            imports: vec!["symbolon-store".into(), "cc".into()],
        };
        assert_eq!(members(metadata).unwrap(), [expected]);
    }
}
