//! Debian's packages: looked for by the program that they bring, installed together if missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Install;
use crate::command;
use crate::failure::Failure;

/// Where Debian keeps the servers of each version.
const POSTGRESQL: &str = "/usr/lib/postgresql";

/// Where Debian keeps the libraries of each architecture.
const LIBRARIES: &str = "/usr/lib";

/// Installs packages without starting any server: the tests start their own. The policy file is
/// Debian's way to say so, and is taken away again if it was ours.
const INSTALL: &str = r#"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"
"#;

/// Something the tests need, and the packages that bring it.
struct Need {
    packages: &'static [&'static str],
    met: fn() -> bool,
}

const SERVER: Need = Need {
    packages: &["postgresql"],
    met: has_postgresql,
};
/// PostgreSQL refuses to run as root: the tests start it as another user.
const ANOTHER_USER: Need = Need {
    packages: &["util-linux"],
    met: || command::on_path("runuser"),
};
/// The tests set the clock of a running server.
const CLOCK: Need = Need {
    packages: &["libfaketime"],
    met: has_faketime,
};
/// The proxies that the gate is tried before. Debian keeps two of them where only root looks.
const NGINX: Need = Need {
    packages: &["nginx"],
    met: || has_program("nginx"),
};
const CADDY: Need = Need {
    packages: &["caddy"],
    met: || has_program("caddy"),
};
const HAPROXY: Need = Need {
    packages: &["haproxy"],
    met: || has_program("haproxy"),
};
const NODE: Need = Need {
    packages: &["nodejs"],
    met: || command::on_path("node"),
};
const NPM: Need = Need {
    packages: &["npm"],
    met: || command::on_path("npm"),
};
/// What people look at the pages with.
const CHROMIUM: Need = Need {
    packages: &["chromium"],
    met: || command::on_path("chromium"),
};
const PYTHON: Need = Need {
    packages: &["python3", "python3-venv", "python3-pip"],
    met: has_python,
};
/// The crate josekit links the system's OpenSSL.
const OPENSSL: Need = Need {
    packages: &["libssl-dev", "pkg-config"],
    met: has_openssl,
};

/// Brings what is missing.
///
/// # Errors
/// [`Failure::Missing`] where it may not or cannot install; what apt-get said stands above.
pub(super) fn provide(contracts: &[PathBuf], install: Install) -> Result<(), Failure> {
    let holds = |name: &str| contracts.iter().any(|folder| folder.join(name).is_file());
    let mut needs = vec![SERVER, CLOCK, NGINX, CADDY, HAPROXY];
    if is_root() {
        needs.push(ANOTHER_USER);
    }
    if holds("package.json") {
        needs.extend([NODE, NPM]);
    }
    if holds("chromium.mjs") {
        needs.push(CHROMIUM);
    }
    if holds("requirements.txt") {
        needs.push(PYTHON);
    }
    if contracts.iter().any(|folder| wants_openssl(folder)) {
        needs.push(OPENSSL);
    }
    let unmet = needs.iter().filter(|need| !(need.met)());
    let packages: Vec<&str> = unmet.flat_map(|need| need.packages).copied().collect();
    if packages.is_empty() {
        return Ok(());
    }
    let mut apt = installer(install).ok_or_else(|| missing(&packages))?;
    println!("installing Debian's {}", packages.join(", "));
    command::run(apt.args(&packages)).map_err(|_| missing(&packages))
}

/// The shell that may install, if there is one: root's, or through sudo without a question.
fn installer(install: Install) -> Option<Command> {
    if install == Install::Forbidden || !command::on_path("apt-get") {
        return None;
    }
    let mut shell = if is_root() {
        Command::new("sh")
    } else if command::succeeds(Command::new("sudo").args(["-n", "true"])) {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "sh"]);
        sudo
    } else {
        return None;
    };
    shell.args(["-c", INSTALL, "install"]);
    Some(shell)
}

fn missing(packages: &[&str]) -> Failure {
    let names = packages.join(" ");
    Failure::Missing {
        what: packages.join(", "),
        command: format!("apt-get install --no-install-recommends {names}"),
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Whether a program is on the path, or among those for root.
fn has_program(name: &str) -> bool {
    command::on_path(name) || Path::new("/usr/sbin").join(name).is_file()
}

/// Whether a server can be made: on the path, or where Debian keeps it.
fn has_postgresql() -> bool {
    let versions = fs::read_dir(POSTGRESQL).into_iter().flatten().flatten();
    command::on_path("initdb")
        || versions
            .map(|version| version.path())
            .any(|path| is_server(&path))
}

fn is_server(version: &Path) -> bool {
    version.join("bin/initdb").is_file() && version.join("bin/postgres").is_file()
}

/// Whether the library is in any architecture's folder.
fn has_faketime() -> bool {
    let folders = fs::read_dir(LIBRARIES).into_iter().flatten().flatten();
    let mut paths = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    paths.any(|path| path.is_file())
}

/// Whether programs can be linked to OpenSSL.
pub(crate) fn has_openssl() -> bool {
    command::succeeds(Command::new("pkg-config").args(["--exists", "openssl"]))
}

/// Whether a folder's crates need OpenSSL, by their lockfile.
fn wants_openssl(folder: &Path) -> bool {
    let lock = fs::read_to_string(folder.join("Cargo.lock")).unwrap_or_default();
    lock.lines().any(|line| line == "name = \"openssl-sys\"")
}

/// Whether Python can make environments, or can install beside itself.
fn has_python() -> bool {
    let imports = |modules| command::succeeds(Command::new("python3").args(["-c", modules]));
    imports("import venv, ensurepip") || imports("import pip")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openssl_is_wanted_by_what_links_it_alone() {
        let folder =
            std::env::temp_dir().join(format!("symbolon-xtask-ssl-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let before = wants_openssl(&folder);
        fs::write(
            folder.join("Cargo.lock"),
            "[[package]]\nname = \"openssl-sys\"\n",
        )
        .unwrap();
        let after = wants_openssl(&folder);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!((before, after), (false, true));
    }

    #[test]
    fn what_may_not_be_installed_is_named_with_its_command() {
        assert!(installer(Install::Forbidden).is_none());
        assert_eq!(
            missing(&["postgresql", "npm"]).to_string(),
            "the tests need postgresql, npm; \
             run: apt-get install --no-install-recommends postgresql npm"
        );
    }
}
