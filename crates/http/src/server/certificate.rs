//! The certificate in use, read again when its files change.
//!
//! Renewal replaces two files, and not in one step. So a change is taken up once the files have
//! looked the same twice; files that do not fit keep the old certificate in use and are reported
//! once. SIGHUP reads them at once.

use std::convert::Infallible;
use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use super::tls::{CertificateError, TlsFiles, load};

/// The shortest interval between two looks; an interval of zero would spin.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(1);

/// What shows that a file was replaced or written: device, inode, length, time of change.
type Stamp = (u64, u64, u64, i64, i64);

/// A certificate that follows its files.
pub(super) struct Certificate {
    files: TlsFiles,
    current: ArcSwap<CertifiedKey>,
    /// How the files looked just before they were read for the first time.
    first: Stamps,
}

/// Both files' stamps; `None` where a file is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamps(Option<Stamp>, Option<Stamp>);

impl Stamps {
    fn of(files: &TlsFiles) -> Self {
        Self(stamp(&files.certificate), stamp(&files.key))
    }
}

impl Certificate {
    pub(super) fn open(files: &TlsFiles) -> Result<Arc<Self>, CertificateError> {
        let first = Stamps::of(files);
        let current = ArcSwap::from_pointee(load(files)?);
        Ok(Arc::new(Self {
            files: files.clone(),
            current,
            first,
        }))
    }

    /// Looks at the files for ever.
    pub(super) async fn follow(&self, every: Duration) -> Infallible {
        let mut look = interval(every.max(SHORTEST_INTERVAL));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut hangup = signal(SignalKind::hangup()).ok();
        let mut tried = self.first;
        let mut seen = self.first;
        loop {
            let asked = tokio::select! {
                _ = look.tick() => false,
                () = next(&mut hangup) => true,
            };
            let stamps = Stamps::of(&self.files);
            let settled = stamps == seen;
            seen = stamps;
            if asked || settled && stamps != tried {
                tried = stamps;
                self.read_again().await;
            }
        }
    }

    async fn read_again(&self) {
        let files = self.files.clone();
        let file = self.files.certificate.display();
        match spawn_blocking(move || load(&files)).await {
            Ok(Ok(certified)) => {
                self.current.store(Arc::new(certified));
                tracing::info!(certificate.file = %file, "the certificate was read again");
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the new certificate cannot be used; the old one stays");
            }
            Err(error) => {
                tracing::warn!(%error, "the certificate could not be read again; the old one stays");
            }
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.files).finish()
    }
}

/// The next hang-up; never, where signals cannot be had.
async fn next(hangup: &mut Option<Signal>) {
    let hung_up = match hangup {
        Some(signal) => signal.recv().await.is_some(),
        None => false,
    };
    if !hung_up {
        std::future::pending::<()>().await;
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    let changed = (found.ctime(), found.ctime_nsec());
    Some((found.dev(), found.ino(), found.len(), changed.0, changed.1))
}
