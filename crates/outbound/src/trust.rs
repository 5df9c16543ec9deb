//! Whom to believe: the system's certificate authorities, and those that the operator added.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;

use crate::{CallError, TrustError};

/// Certificate authorities beside the system's.
#[derive(Clone)]
pub struct ExtraRoots(RootCertStore);

impl Default for ExtraRoots {
    fn default() -> Self {
        Self(RootCertStore::empty())
    }
}

impl fmt::Debug for ExtraRoots {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ExtraRoots({})", self.0.len())
    }
}

impl ExtraRoots {
    /// Those in a PEM file.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn read(path: &Path) -> Result<Self, TrustError> {
        let path = || path.to_owned();
        let found: Vec<_> = CertificateDer::pem_file_iter(path())
            .and_then(Iterator::collect)
            .map_err(|error| TrustError::File {
                path: path(),
                reason: error.to_string(),
            })?;
        if found.is_empty() {
            return Err(TrustError::Empty { path: path() });
        }
        let mut roots = RootCertStore::empty();
        for (number, certificate) in (1..).zip(found) {
            roots
                .add(certificate)
                .map_err(|source| TrustError::Certificate {
                    path: path(),
                    number,
                    source,
                })?;
        }
        Ok(Self(roots))
    }
}

/// Step 4. The system's authorities are read at the first call: a server that makes none has no
/// use for their memory.
pub(crate) struct Trust {
    extra: ExtraRoots,
    config: OnceCell<Arc<ClientConfig>>,
}

impl Trust {
    pub(crate) fn new(extra: ExtraRoots) -> Self {
        Self {
            extra,
            config: OnceCell::new(),
        }
    }

    /// # Errors
    /// [`CallError::Roots`].
    pub(crate) async fn config(&self) -> Result<Arc<ClientConfig>, CallError> {
        let made = self.config.get_or_try_init(|| async {
            let ExtraRoots(mut roots) = self.extra.clone();
            // Files are read; whoever stops waiting does not stop that.
            let system = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
            let system = system.map(|found| found.certs).unwrap_or_default();
            let (known, _strange) = roots.add_parsable_certificates(system);
            if known == 0 {
                tracing::warn!("the system has no certificate authorities that can be read");
            }
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let mut config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(CallError::Roots)?
                .with_root_certificates(roots)
                .with_no_client_auth();
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            Ok(Arc::new(config))
        });
        made.await.map(Arc::clone)
    }
}
