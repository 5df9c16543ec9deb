//! A disk that is full, and one that cannot flush: reads go on, writes are refused for the moment,
//! nothing is corrupt, and it recovers by itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::{Dev, Running, symbolon};

/// An `fsync` that fails while a file exists.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
static int broken(void) {
    const char *path = getenv("BROKEN_DISK");
    return path && access(path, F_OK) == 0;
}
int fsync(int fd) {
    if (broken()) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
int fdatasync(int fd) {
    if (broken()) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
"#;

/// While the disk is broken, and after it was mended.
fn suffers_and_recovers(dev: Dev, dir: &Path, break_disk: impl Fn(), mend_disk: impl Fn()) {
    let token = dev.token();
    break_disk();
    let mut refused = 0;
    for _ in 0..20 {
        let answer = dev.ask_token();
        if answer.status == 503 {
            let head = answer.head.to_ascii_lowercase();
            assert!(head.contains("\r\nretry-after: "), "{head}");
            refused += 1;
        } else {
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
    }
    assert!(refused >= 15, "{refused} of 20 writes were refused");
    assert!(dev.is_active(&token), "reads go on");
    assert_eq!(dev.connect().get("/jwks").status, 200);
    let resource = dev.connect().bearer("/demo/resource", &token);
    assert_eq!(resource.status, 200, "{}", resource.body);
    mend_disk();
    let healed = (0..50).find_map(|_| {
        let answer = dev.ask_token();
        (answer.status == 200).then_some(answer)
    });
    let healed = healed.expect("writes go on once the disk is mended");
    let healed = healed.json()["access_token"].as_str().unwrap().to_owned();
    assert!(dev.is_active(&healed) && dev.is_active(&token));
    assert!(dev.process.stop().success());
    let dev = Dev::start(dir);
    assert!(
        dev.is_active(&healed) && dev.is_active(&token),
        "nothing is corrupt"
    );
}

#[test]
fn a_full_disk_refuses_writes_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    // The limit must be an error and not a deadly signal.
    command.args([
        "-c",
        "trap '' XFSZ; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_symbolon"),
    ]);
    command
        .args(["dev", "--listen", "127.0.0.1:0", "--dir"])
        .arg(dir.path());
    // The log lies on the same disk: that it cannot be written must not matter.
    let log = fs::File::create(dir.path().join("log")).unwrap();
    log.set_len(8192).unwrap();
    let mut appended = fs::OpenOptions::new();
    command.stderr(appended.append(true).open(dir.path().join("log")).unwrap());
    let dev = Dev::ready(Running::spawn_caught(command), dir.path());
    let id = dev.process.id().to_string();
    let limit = |fsize: &str| {
        let set = Command::new("prlimit").args(["--pid", &id, fsize]).status();
        assert!(set.unwrap().success());
    };
    suffers_and_recovers(
        dev,
        dir.path(),
        || limit("--fsize=4096:unlimited"),
        || limit("--fsize=unlimited:unlimited"),
    );
}

#[test]
fn a_disk_that_cannot_flush_refuses_writes_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let shim = tempfile::tempdir().unwrap();
    let (source, library) = (shim.path().join("shim.c"), shim.path().join("shim.so"));
    let broken = shim.path().join("broken");
    fs::write(&source, SHIM).unwrap();
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status();
    assert!(built.unwrap().success());
    let mut command = symbolon();
    command
        .env("LD_PRELOAD", &library)
        .env("BROKEN_DISK", &broken);
    command
        .args(["dev", "--listen", "127.0.0.1:0", "--dir"])
        .arg(dir.path());
    let dev = Dev::ready(Running::spawn(command), dir.path());
    suffers_and_recovers(
        dev,
        dir.path(),
        || fs::write(&broken, "").unwrap(),
        || fs::remove_file(&broken).unwrap(),
    );
}
