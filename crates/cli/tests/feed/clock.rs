//! The authority's clock is set ahead and back by an hour while a verifier follows: nothing dead lives
//! again there either. The verifier's own wall clock serves nothing while it follows; that it may
//! jump is a claim of `lib/verify`'s simulations.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use symbolon_verify::Demand;

use crate::harness::Site;
use crate::present::until_dead;
use crate::stage::{LIMIT, Stage};

const HOUR: i64 = 3600;

/// How soon a verifier knows of the authority's new time: it hears an echo a second.
const SOON: Duration = Duration::from_secs(3);

/// Where Debian puts the library, on any machine.
fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten();
    let mut paths = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    let found = paths.find(|path| path.exists());
    found.expect("libfaketime is not installed; on Debian: apt-get install libfaketime")
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_authoritys_clock_jumps_nothing_dead_lives_again() {
    let (site, library) = (Site::sqlite(), library());
    let offset = site.path().join("offset");
    fs::write(&offset, "+0").unwrap();
    let environment = [
        ("LD_PRELOAD", library.as_os_str()),
        ("FAKETIME_TIMESTAMP_FILE", offset.as_os_str()),
        ("FAKETIME_NO_CACHE", OsStr::new("1")),
        ("FAKETIME_DONT_FAKE_MONOTONIC", OsStr::new("1")),
    ];
    let stage = Stage::start_in(site, "sqlite = \"symbolon.db\"", &environment);
    let following = stage.followed().await;
    let guard = following.guard();
    let mut dead = Vec::new();
    for jump in [0, -HOUR, 0, HOUR, 0] {
        let next = offset.with_extension("next");
        fs::write(&next, format!("{jump:+}")).unwrap();
        fs::rename(&next, &offset).unwrap();
        let (living, dies) = (stage.token(), stage.token());
        let start = Instant::now();
        for token in [&living, &dies] {
            while guard.bearer(token, &Demand::any()).await.is_err() {
                assert!(start.elapsed() < SOON, "{jump}: {:?}", following.status());
            }
        }
        println!("{jump:+}: {:?}", start.elapsed());
        stage.revoke(&dies);
        until_dead(&following, &dies, LIMIT).await;
        dead.push(dies);
        for token in &dead {
            let said = guard.bearer(token, &Demand::any()).await;
            assert!(
                said.is_err(),
                "after a jump to {jump:+} a dead token lives again"
            );
        }
        assert!(
            guard.bearer(&living, &Demand::any()).await.is_ok(),
            "{jump}"
        );
    }
}
