//! A PostgreSQL server that lives as long as the test process.
//!
//! 1. One folder per user under the system's temporary one; a lock keeps its processes apart.
//! 2. What processes that were killed left there is swept: a run's folder is dead once its file
//!    `alive` can be locked.
//! 3. `initdb` runs once and leaves a template; each run copies it.
//! 4. A shell starts the server and reads its standard input, which ends with this process however
//!    it ends; then it stops the server and empties the folder.
//!
//! PostgreSQL refuses to run as root; there it runs as the user `postgres`, or `nobody`. It listens
//! on a socket in its folder and nowhere else. Its language orders text otherwise than by bytes, so
//! that tests find whatever relies on that.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::NoTls;

/// Where Debian keeps each version's programs.
const DEBIAN: &str = "/usr/lib/postgresql";

const KEEPER: &str = r#"
trap '' INT
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w -o "$3" start >/dev/null 2>&1 && echo ready || echo failed
cat >/dev/null
"$1/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$2/data"
"#;

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// It does. For measuring.
    Always,
    /// It does not. For everything else.
    Never,
}

/// A running server.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    options: String,
    databases: AtomicU32,
    /// Its standard input is what keeps the server running.
    _keeper: Child,
    /// Locked as long as this process lives.
    _alive: File,
}

static SHARED: OnceLock<Server> = OnceLock::new();

impl Server {
    /// The server of this process, started when it is first asked for.
    ///
    /// # Panics
    /// Where PostgreSQL is not installed, or does not start.
    #[must_use]
    pub fn shared() -> &'static Self {
        SHARED.get_or_init(|| Self::start(Flush::Never, &[]))
    }

    /// Starts a server with further settings, each `name=value`. It stops when the value is dropped.
    ///
    /// # Panics
    /// Where PostgreSQL is not installed, or does not start.
    #[must_use]
    pub fn start(flush: Flush, settings: &[&str]) -> Self {
        let programs = programs();
        let base = std::env::temp_dir().join("symbolon-postgres");
        fs::create_dir_all(&base).unwrap();
        let base = per_user(&base);
        let lock = File::create(base.join("lock")).unwrap();
        lock.lock().unwrap();
        sweep(&base, &programs);
        let template = template(&base, &programs);
        let folder = run_folder(&base);
        let alive = File::create(folder.join("alive")).unwrap();
        alive.lock().unwrap();
        drop(lock);
        run(Command::new("cp").args([
            "-a".as_ref(),
            template.as_os_str(),
            folder.join("data").as_os_str(),
        ]));
        let data = fs::metadata(&template).unwrap();
        chown(&folder, Some(data.uid()), Some(data.gid())).unwrap();
        let options = options(&folder, flush, settings);
        let keeper = keep(&programs, &folder, &options);
        Self {
            programs,
            folder,
            options,
            databases: AtomicU32::new(0),
            _keeper: keeper,
            _alive: alive,
        }
    }

    /// The folder with the server's socket.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The URL of a fresh, empty database.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub async fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("CREATE DATABASE {name}")).await;
        self.url(&name)
    }

    /// Drops a database, whoever still uses it.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub async fn forget(&self, url: &str) {
        let name = url.rsplit('/').next().unwrap_or_default();
        self.run(&format!("DROP DATABASE {name} WITH (FORCE)"))
            .await;
    }

    /// Runs a statement as the server's owner.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn run(&self, sql: &str) {
        let url = self.url("postgres");
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        let carried = tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
        drop(client);
        drop(carried.await);
    }

    /// Puts a file beside the server's data, readable by the server alone; answers its path.
    ///
    /// # Panics
    /// Where it cannot be written.
    #[must_use]
    pub fn place(&self, name: &str, contents: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, contents).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let owner = fs::metadata(self.folder.join("data")).unwrap();
        chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        path
    }

    /// Has it listen on this machine's port too, once it starts again.
    #[must_use]
    pub fn listening(mut self, port: u16) -> Self {
        self.options = format!(
            "{} -c listen_addresses=127.0.0.1 -c port={port}",
            self.options
        );
        self
    }

    /// Stops the server as a crash would.
    ///
    /// # Panics
    /// Where it does not stop.
    pub fn crash(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    /// Starts it again.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn recover(&self) {
        let log = self.folder.join("log");
        self.control(&["-o", &self.options, "-l", log.to_str().unwrap(), "start"]);
    }

    fn control(&self, arguments: &[&str]) {
        let base = self.folder.parent().unwrap();
        let mut command = unprivileged(base, &self.programs.join("pg_ctl"));
        command.arg("-w").arg("-D").arg(self.folder.join("data"));
        command.args(arguments).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let status = command.stderr(Stdio::null()).status().unwrap();
        assert!(status.success(), "{command:?}");
    }

    fn url(&self, database: &str) -> String {
        let host = self.folder.to_str().unwrap().replace('/', "%2F");
        format!("postgres://postgres@{host}/{database}")
    }
}

/// The folder of the newest version's programs.
fn programs() -> PathBuf {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let newest = versions
        .map(|entry| entry.path().join("bin"))
        .filter(|programs| programs.join("initdb").exists())
        .max_by_key(|programs| {
            let version = programs.parent().and_then(Path::file_name);
            version.and_then(|version| version.to_str()?.parse::<u32>().ok())
        });
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest
        .or_else(|| std::env::split_paths(&path).find(|folder| folder.join("initdb").exists()))
        .expect("PostgreSQL is not installed; on Debian: apt-get install postgresql")
}

/// This user's own folder: nobody else may put anything there.
fn per_user(base: &Path) -> PathBuf {
    // Open to all, as the system's temporary folder is; another user may have made it.
    drop(fs::set_permissions(
        base,
        fs::Permissions::from_mode(0o1777),
    ));
    let mine = tempfile::tempfile().unwrap().metadata().unwrap().uid();
    let folder = base.join(mine.to_string());
    fs::create_dir_all(&folder).unwrap();
    assert_eq!(fs::metadata(&folder).unwrap().uid(), mine);
    folder
}

fn is_root(base: &Path) -> bool {
    fs::metadata(base).unwrap().uid() == 0
}

/// The user that the server runs as, where this process may not.
fn other_user() -> &'static str {
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    if known.lines().any(|line| line.starts_with("postgres:")) {
        "postgres"
    } else {
        "nobody"
    }
}

/// A command, run as a user that PostgreSQL accepts.
fn unprivileged(base: &Path, program: &Path) -> Command {
    if is_root(base) {
        let mut command = Command::new("runuser");
        command.args(["-u", other_user(), "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Step 2.
fn sweep(base: &Path, programs: &Path) {
    for run in fs::read_dir(base).unwrap().flatten() {
        let folder = run.path();
        let Ok(alive) = File::open(folder.join("alive")) else {
            continue;
        };
        if alive.try_lock().is_err() {
            continue;
        }
        let data = folder.join("data");
        if data.join("postmaster.pid").exists() {
            let mut stop = unprivileged(base, &programs.join("pg_ctl"));
            stop.arg("-D").arg(&data).args(["-m", "immediate", "stop"]);
            drop(stop.output());
        }
        drop(fs::remove_dir_all(folder));
    }
}

/// Step 3.
fn template(base: &Path, programs: &Path) -> PathBuf {
    let version = Command::new(programs.join("initdb"))
        .arg("--version")
        .output()
        .unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let version = version.split_whitespace().nth(2).unwrap();
    let folder = base.join(format!("template-{version}"));
    let data = folder.join("data");
    if folder.join("done").exists() {
        return data;
    }
    drop(fs::remove_dir_all(&folder));
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    let mut initdb = unprivileged(base, &programs.join("initdb"));
    initdb.arg("-D").arg(&data);
    initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
    initdb.args(["--locale=C.UTF-8"]);
    let major: u32 = version.split('.').next().unwrap().parse().unwrap();
    if major >= 15 {
        initdb.args(["--locale-provider=icu", "--icu-locale=en-US"]);
    }
    run(initdb.current_dir(base));
    File::create(folder.join("done")).unwrap();
    data
}

fn run_folder(base: &Path) -> PathBuf {
    let folder = tempfile::Builder::new()
        .prefix("run-")
        .permissions(fs::Permissions::from_mode(0o755))
        .tempdir_in(base)
        .unwrap();
    folder.keep()
}

/// What the server is told on its command line.
fn options(folder: &Path, flush: Flush, settings: &[&str]) -> String {
    let flush = match flush {
        Flush::Always => "on",
        Flush::Never => "off",
    };
    let socket = folder.display();
    let mut options = format!(
        "-c fsync={flush} -c full_page_writes={flush} -c listen_addresses= \
         -c unix_socket_directories={socket} -c max_connections=300 -c shared_buffers=64MB \
         -c log_min_messages=warning"
    );
    for setting in settings {
        options.push_str(" -c ");
        options.push_str(setting);
    }
    options
}

/// Step 4.
fn keep(programs: &Path, folder: &Path, options: &str) -> Child {
    let mut keeper = unprivileged(folder.parent().unwrap(), Path::new("/bin/sh"))
        .args(["-c", KEEPER, "keeper"])
        .args([programs, folder])
        .arg(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .current_dir("/")
        .spawn()
        .unwrap();
    let mut word = String::new();
    let mut said = BufReader::new(keeper.stdout.take().unwrap());
    said.read_line(&mut word).unwrap();
    if word.trim() != "ready" {
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL does not start:\n{log}");
    }
    keeper
}
