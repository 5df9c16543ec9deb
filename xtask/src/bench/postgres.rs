//! A PostgreSQL server of the bench's own: fresh, on a socket in its own folder, with PostgreSQL's
//! own defaults. So every commit waits for the disk, as in production.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::fault::Fault;
use super::folder::{self, Folder};
use super::process::rest;
use crate::command;
use crate::failure::Failure;

/// Where Debian keeps each version's programs.
const DEBIAN: &str = "/usr/lib/postgresql";

/// How long it may take to start.
const START: Duration = Duration::from_secs(30);

/// How often to ask whether it has.
const GLANCE: Duration = Duration::from_millis(50);

/// Whom it runs as where this process may be anybody: it refuses to run as root.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A running server. It ends with this value.
pub(super) struct Postgres {
    child: Child,
    programs: PathBuf,
    folder: Folder,
}

/// A user of the system.
#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

impl Postgres {
    /// Makes a server and starts it.
    ///
    /// # Errors
    /// [`Fault::Missing`], [`Fault::NotReady`].
    pub(super) fn start() -> Result<Self, Failure> {
        let programs = programs()?;
        let folder = Folder::new("bench-postgres")?;
        let user = other_user()?;
        if let Some(User { id, group }) = user {
            let given = chown(folder.path(), Some(id), Some(group));
            given.map_err(|source| folder::fault(folder.path(), source))?;
        }
        let data = folder.path().join("data");
        let mut initdb = Command::new(programs.join("initdb"));
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        initdb.args(["--no-sync", "--pgdata"]).arg(&data);
        run_as(&mut initdb, user, folder.path());
        command::read(&mut initdb)?;
        let mut server = Command::new(programs.join("postgres"));
        server
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses="]);
        server.arg("-k").arg(folder.path());
        run_as(&mut server, user, folder.path());
        let log = fs::File::create(folder.path().join("log"));
        let log = log.map_err(|source| folder::fault(folder.path(), source))?;
        let server = server.stdin(Stdio::null()).stdout(Stdio::null());
        let child = server.stderr(log).spawn().map_err(|source| {
            let command = "postgres".to_owned();
            Failure::Start { command, source }
        })?;
        let started = Self {
            child,
            programs,
            folder,
        };
        started.wait()?;
        Ok(started)
    }

    fn wait(&self) -> Result<(), Fault> {
        let begin = Instant::now();
        let mut ask = Command::new(self.programs.join("pg_isready"));
        ask.arg("-q").arg("-h").arg(self.folder.path());
        while !command::succeeds(&mut ask) {
            if begin.elapsed() > START {
                let log = fs::read_to_string(self.folder.path().join("log"));
                return Err(Fault::NotReady {
                    program: "postgres",
                    log: log.unwrap_or_default(),
                });
            }
            rest(GLANCE);
        }
        Ok(())
    }

    /// Where its one database is.
    pub(super) fn url(&self) -> String {
        let host = self.folder.path().display().to_string();
        format!("postgres://postgres@{}/postgres", host.replace('/', "%2F"))
    }

    /// Bytes of the database on the disk.
    ///
    /// # Errors
    /// [`Failure`] where it cannot be asked.
    pub(super) fn size(&self) -> Result<u64, Failure> {
        let sql = "SELECT pg_database_size(current_database())";
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-U", "postgres", "-d", "postgres", "-Atqc", sql]);
        let size = command::read(psql.arg("-h").arg(self.folder.path()))?;
        size.trim().parse().map_err(|_| Failure::Shape {
            what: "the size of a database",
            why: size,
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT asks it to end without waiting for whoever is connected.
        let id = self.child.id().to_string();
        if !command::succeeds(Command::new("kill").args(["-INT", &id])) {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

fn run_as(command: &mut Command, user: Option<User>, folder: &Path) {
    command.current_dir(folder);
    if let Some(User { id, group }) = user {
        command.uid(id).gid(group);
    }
}

/// The folder of the newest version's programs.
fn programs() -> Result<PathBuf, Fault> {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path().join("bin"))
        .filter(|programs| programs.join("initdb").is_file())
        .max_by_key(|programs| version(programs));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = || {
        let mut folders = std::env::split_paths(&path);
        folders.find(|folder| folder.join("initdb").is_file())
    };
    newest.or_else(on_path).ok_or(Fault::Missing {
        what: "PostgreSQL",
        command: "apt-get install --no-install-recommends postgresql",
    })
}

/// The number in `/usr/lib/postgresql/15/bin`.
fn version(programs: &Path) -> Option<u32> {
    programs.parent()?.file_name()?.to_str()?.parse().ok()
}

/// Another user than root, where this process is root's.
fn other_user() -> Result<Option<User>, Failure> {
    let mine = command::read(Command::new("id").arg("-u"))?;
    if mine.trim() != "0" {
        return Ok(None);
    }
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    Ok(USERS.into_iter().find_map(|name| user(&known, name)))
}

/// Finds a user in passwd(5): `postgres:x:105:113:…`.
fn user(known: &str, name: &str) -> Option<User> {
    let mut lines = known.lines().map(|line| line.split(':'));
    let mut fields =
        lines.find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
    let id = fields.nth(1)?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    Some(User { id, group })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_name() {
        let known = "root:x:0:0:root:/:/bin/sh\npostgres:x:105:113:PostgreSQL:/var:/bin/sh\n";
        let found = user(known, "postgres").map(|user| (user.id, user.group));
        assert_eq!(found, Some((105, 113)));
        assert!(user(known, "post").is_none());
    }

    #[test]
    fn the_newest_version_is_the_highest_number() {
        assert!(version(Path::new("/v/9/bin")) < version(Path::new("/v/15/bin")));
    }
}
