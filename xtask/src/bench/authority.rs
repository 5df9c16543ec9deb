//! An authority to drive: whom to ask, with which credentials, and the resources that say how its
//! tokens look.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::fault::Fault;
use super::folder::{self, Folder};
use super::http::{Answer, Connection, Request};
use super::process::{Process, free_address};
use super::row::Form;
use crate::failure::Failure;

/// What says that it is ready.
const READY: &str = "/readyz";

/// How long the tokens live, in seconds: longer than a bench takes.
const LIFETIME: u32 = 3600;

/// The client that a production authority gets.
const CLIENT_ID: &str = "bench-service";

/// Its scope, and that of each resource.
pub(super) const SCOPE: &str = "demo:read";

/// Whom to ask, and as whom.
pub(super) struct Authority {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// The client's `Authorization` header.
    pub(super) basic: String,
    /// The operator's `Authorization` header.
    admin: String,
    /// The demo resource's path, where there is one.
    pub(super) demo: Option<String>,
}

/// Starts a development authority in a folder; the same one again where it was started before.
///
/// # Errors
/// [`Failure`] where it does not start.
pub(super) fn start_dev(symbolon: &Path, folder: &Folder) -> Result<Process, Failure> {
    let address = free_address()?;
    let mut command = Command::new(symbolon);
    command.args(["dev", "--listen", &address.to_string(), "--dir"]);
    command.arg(folder.path().join("dev"));
    Process::start(("symbolon dev", folder), &mut command, (address, READY))
}

/// Reads the credentials of a running development authority.
///
/// # Errors
/// [`Failure::File`], [`Failure::Shape`].
pub(super) fn development(process: &Process, folder: &Folder) -> Result<Authority, Failure> {
    let path = folder.path().join("dev").join("dev.json");
    let text = std::fs::read_to_string(&path).map_err(|source| folder::fault(&path, source))?;
    let record: Value = serde_json::from_str(&text).unwrap_or_default();
    let member = |name: &str| {
        let text = record.get(name).and_then(Value::as_str);
        text.ok_or_else(|| Failure::Shape {
            what: "dev.json",
            why: format!("it has no {name}"),
        })
    };
    let resource = member("resource_url")?;
    let path = resource.strip_prefix(member("issuer")?);
    Ok(Authority {
        address: process.address,
        basic: basic(member("client_id")?, member("client_secret")?),
        admin: format!("Bearer {}", member("admin_token")?),
        demo: path.map(str::to_owned),
    })
}

/// Starts a production authority on a database of PostgreSQL.
///
/// # Errors
/// [`Failure`] where it does not start.
pub(super) fn start_serve(
    symbolon: &Path,
    folder: &Folder,
    database: &str,
) -> Result<Process, Failure> {
    let address = free_address()?;
    serve(
        (symbolon, folder),
        "symbolon serve",
        database,
        (address, address),
    )
}

/// Starts another one on the same database, which serves the same issuer.
///
/// # Errors
/// [`Failure`] where it does not start.
pub(super) fn start_beside(
    symbolon: &Path,
    folder: &Folder,
    database: &str,
    first: &Process,
) -> Result<Process, Failure> {
    let addresses = (first.address, free_address()?);
    serve(
        (symbolon, folder),
        "second symbolon serve",
        database,
        addresses,
    )
}

fn serve(
    (symbolon, folder): (&Path, &Folder),
    name: &'static str,
    database: &str,
    (issuer, address): (SocketAddr, SocketAddr),
) -> Result<Process, Failure> {
    let root_key = folder.path().join("root.key");
    if !root_key.exists() {
        let mut command = Command::new(symbolon);
        command
            .args(["root-key", "create", "--file"])
            .arg(&root_key);
        crate::command::run(command.stderr(Stdio::null()))?;
    }
    let audience = Form::Es256.audience();
    let config = format!(
        "issuer = \"http://{issuer}\"\nlisten = \"{address}\"\n\n[database]\n\
         postgres = \"{database}\"\n\n[root_key]\nfile = \"root.key\"\n\n\
         [gate]\nproxies = [\"127.0.0.1/32\"]\n\n\
         [[gate.routes]]\npath = \"/plain\"\naudience = \"{audience}\"\n\n\
         [[gate.routes]]\nhost = \"127.0.0.1\"\npath = \"/asserted\"\n\
         audience = \"{audience}\"\nscope = \"{SCOPE}\"\n"
    );
    let config = folder.write(&format!("{name}.toml"), &config)?;
    let mut command = Command::new(symbolon);
    command.arg("serve").arg("--config").arg(config);
    Process::start((name, folder), &mut command, (address, READY))
}

/// Enters a new production authority by its one-time link, and makes a client.
///
/// # Errors
/// [`Failure`] where the authority does not do what it should.
pub(super) fn production(process: &Process) -> Result<Authority, Failure> {
    let log = process.log();
    let link = opaque(&log, "st").ok_or_else(|| Failure::Shape {
        what: "the log of a first start",
        why: "it names no link".into(),
    })?;
    let mut connection = connect(process.address)?;
    let answer = connection.succeed(Request {
        path: &format!("/setup/{link}"),
        body: Some(("application/x-www-form-urlencoded", "")),
        ..Request::default()
    })?;
    let token = opaque(&answer.body, "at").ok_or_else(|| Failure::Shape {
        what: "the answer of a link",
        why: "it holds no token".into(),
    })?;
    let mut authority = Authority {
        address: process.address,
        basic: String::new(),
        admin: format!("Bearer {token}"),
        demo: None,
    };
    let client = json!({
        "client_id": CLIENT_ID,
        "grant_types": ["client_credentials"],
        "scope": SCOPE,
        "introspect_all": true,
    });
    let (id, secret) = authority.make_client(&client)?;
    authority.basic = basic(&id, &secret);
    Ok(authority)
}

impl Authority {
    /// Makes a resource for each form of token.
    ///
    /// # Errors
    /// [`Fault`] where it is refused.
    pub(super) fn make_resources(&self) -> Result<(), Fault> {
        for form in Form::ALL {
            let (format, algorithm) = form.settings();
            let resource = json!({
                "audience": form.audience(),
                "name": format!("Bench, {format}, {algorithm}"),
                "scopes": [{ "name": SCOPE, "description": "Read" }],
                "token_format": format,
                "token_algorithm": algorithm,
                "token_lifetime": LIFETIME,
            });
            self.make("/v1/resources", &resource)?;
        }
        Ok(())
    }

    /// Makes a confidential client, and gives its identifier and its secret.
    ///
    /// # Errors
    /// [`Fault`] where it is refused.
    pub(super) fn make_client(&self, client: &Value) -> Result<(String, String), Fault> {
        let made = self.make("/v1/clients", client)?;
        match (made.member("client_id"), made.member("client_secret")) {
            (Some(id), Some(secret)) => Ok((id, secret)),
            (None, _) | (_, None) => Err(made.fault("/v1/clients")),
        }
    }

    /// A token by this form.
    ///
    /// # Errors
    /// [`Fault`] where it is refused.
    pub(super) fn token(&self, form: &str) -> Result<String, Fault> {
        let answer = connect(self.address)?.succeed(Request {
            path: "/token",
            authorization: Some(&self.basic),
            body: Some(("application/x-www-form-urlencoded", form)),
            ..Request::default()
        })?;
        let token = answer.member("access_token");
        token.ok_or_else(|| answer.fault("/token"))
    }

    /// Makes something by the management API.
    ///
    /// # Errors
    /// [`Fault`] where it is refused.
    pub(super) fn make(&self, path: &str, what: &Value) -> Result<Answer, Fault> {
        connect(self.address)?.succeed(Request {
            path,
            authorization: Some(&self.admin),
            body: Some(("application/json", &what.to_string())),
            ..Request::default()
        })
    }
}

/// Connects to a running server.
///
/// # Errors
/// [`Fault::Connection`].
pub(super) fn connect(address: SocketAddr) -> Result<Connection, Fault> {
    Connection::open(address).map_err(|source| Fault::Connection {
        what: address.to_string(),
        source,
    })
}

/// The Basic credentials of a client (RFC 6749 §2.3.1). Ours need no form encoding.
pub(super) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The first opaque text of this kind, wherever it stands.
fn opaque<'a>(text: &'a str, kind: &str) -> Option<&'a str> {
    let start = text.find(&format!("sym_{kind}_"))?;
    let rest = text.get(start..)?;
    let end = rest.find(|one: char| !one.is_ascii_alphanumeric() && one != '_');
    rest.get(..end.unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_basic() {
        assert_eq!(basic("a", "b"), "Basic YTpi");
    }

    #[test]
    fn an_opaque_text_is_found_wherever_it_stands() {
        let log = "open http://127.0.0.1:1/setup/sym_st_0Az within 30 minutes\n";
        assert_eq!(opaque(log, "st"), Some("sym_st_0Az"));
        assert_eq!(
            opaque("{\"access_token\":\"sym_at_1\"}", "at"),
            Some("sym_at_1")
        );
        assert_eq!(opaque(log, "at"), None);
    }
}
