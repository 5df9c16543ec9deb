//! The proxies: the real programs, in the foreground, with the files of `docs/gate/` in which only the
//! addresses are replaced.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a proxy may take to listen, on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    /// nginx that passes on what it would drop by itself.
    NginxLenient,
    /// nginx before a gate that follows the feed.
    NginxFollow,
    Caddy,
    Haproxy,
    EnvoyGrpc,
    EnvoyHttp,
}

/// A running proxy.
pub(crate) struct Proxy {
    pub(crate) kind: Kind,
    pub(crate) address: String,
    child: Child,
    folder: TempDir,
}

/// One of the files that the documentation gives, with these texts for those.
pub(crate) fn documented(name: &str, replaced: &[(&str, &str)]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/gate");
    let mut text = fs::read_to_string(root.join(name)).unwrap();
    for (from, to) in replaced {
        assert!(text.contains(from), "{name} has no {from:?}");
        text = text.replace(from, to);
    }
    text
}

impl Proxy {
    /// Starts it, and waits until it takes connections.
    pub(crate) fn start(kind: Kind, gate: &str, service: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut command = arranged(kind, folder.path(), (port, gate, service));
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = command
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        let name = command.get_program().display();
        let child = child.unwrap_or_else(|error| panic!("{name} cannot run: {error}"));
        let mut proxy = Self {
            kind,
            address: format!("127.0.0.1:{port}"),
            child,
            folder,
        };
        proxy.wait();
        proxy
    }

    fn wait(&mut self) {
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(&self.address).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < until,
                "{:?} does not listen ({ended:?}):\n{}",
                self.kind,
                self.log()
            );
            thread::park_timeout(Duration::from_millis(10));
        }
    }

    /// What it has said.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // One that has ended cannot be killed, which is as good.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// A port that nobody has at this moment.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn arranged(kind: Kind, folder: &Path, (port, gate, service): (u16, &str, &str)) -> Command {
    let port = port.to_string();
    let (gate_port, service_port) = (port_of(gate), port_of(service));
    let places = [
        ("8080", &*port),
        ("8430", gate_port),
        ("9000", service_port),
    ];
    let place = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    match kind {
        Kind::Nginx | Kind::NginxLenient | Kind::NginxFollow => {
            let lenient = if kind == Kind::NginxLenient {
                "underscores_in_headers on; ignore_invalid_headers off;"
            } else {
                ""
            };
            place("site.conf", &documented("nginx.conf", &places));
            let around = format!(
                "daemon off; master_process off; pid nginx.pid; error_log stderr;\n\
                 events {{}}\n\
                 http {{ access_log off; {lenient} {} include site.conf; }}\n",
                ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|name| format!("{name}_temp_path {name};"))
                    .join(" ")
            );
            let path = place("nginx.conf", &around);
            let mut command = program("nginx");
            command.arg("-p").arg(folder).arg("-c").arg(path);
            command
        }
        Kind::Caddy => {
            let text = documented("Caddyfile", &places);
            let path = place("Caddyfile", &format!("{{\n\tadmin off\n}}\n{text}"));
            let mut command = program("caddy");
            command.args(["run", "--adapter", "caddyfile", "--config"]);
            command.arg(path);
            command
        }
        Kind::Haproxy => {
            place("haproxy.lua", &documented("haproxy.lua", &[]));
            let path = place("haproxy.cfg", &documented("haproxy.cfg", &places));
            let mut command = program("haproxy");
            command.arg("-db").arg("-f").arg(path);
            command
        }
        Kind::EnvoyGrpc => envoy(&place(
            "envoy.yaml",
            &documented("envoy-grpc.yaml", &places),
        )),
        Kind::EnvoyHttp => envoy(&place(
            "envoy.yaml",
            &documented("envoy-http.yaml", &places),
        )),
    }
}

fn port_of(address: &str) -> &str {
    address.rsplit(':').next().unwrap()
}

/// A program of Debian's, which keeps some where only root looks.
fn program(name: &str) -> Command {
    let path = Path::new("/usr/sbin").join(name);
    Command::new(if path.is_file() {
        path
    } else {
        PathBuf::from(name)
    })
}

fn envoy(config: &Path) -> Command {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/envoy/.venv");
    let library = fs::read_dir(home.join("lib")).into_iter().flatten();
    let packages = library
        .flatten()
        .map(|entry| entry.path().join("site-packages"));
    let mut programs = packages
        .chain([home.join("packages")])
        .map(|packages| packages.join("envoy/_bin/envoy"));
    let program = programs.find(|path| path.is_file());
    let program = program.expect("Envoy is not installed: cargo xtask test brings it");
    let mut command = Command::new(program);
    command.args(["--disable-hot-restart", "--concurrency", "1"]);
    command.args(["--log-level", "warning", "-c"]).arg(config);
    command
}
