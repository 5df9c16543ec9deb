//! TLS from two PEM files: read them, check them, offer TLS 1.3 and 1.2 with them.
//!
//! The provider is aws-lc-rs, given by name, so that no process-wide default is needed or used.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ResolvesServerCert;
use rustls::sign::CertifiedKey;
use rustls::{InconsistentKeys, ServerConfig};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

/// The most that is read of a file: a long chain has 20 KiB.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The certificate and key to serve TLS with, both PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// The private key: PKCS#8, PKCS#1 or SEC1; RSA, ECDSA or Ed25519.
    pub key: PathBuf,
}

/// What is wrong with the files. Each sentence names the file and what to do.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// A file is missing, or may not be read.
    #[error("cannot read {}: {source}; check the path and who may read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The certificate file has no usable certificate.
    #[error("{} holds no certificate; it must be a PEM file, the server's own certificate first", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// The key file has no usable private key.
    #[error("{} holds no private key that can be used; it must be a PEM file with an unencrypted RSA, ECDSA or Ed25519 key", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// Two halves that do not fit.
    #[error("the key in {} does not belong to the first certificate in {}; give the key that the certificate was made for", key.display(), certificate.display())]
    Mismatch {
        /// The certificate file.
        certificate: PathBuf,
        /// The key file.
        key: PathBuf,
    },
    /// The cryptographic library refused to start.
    #[error("TLS cannot be set up: {0}")]
    Setup(rustls::Error),
}

/// Reads both files and checks that they fit.
pub(super) fn load(files: &TlsFiles) -> Result<CertifiedKey, CertificateError> {
    let chain = chain(&files.certificate)?;
    let no_key = || CertificateError::NoKey {
        path: files.key.clone(),
    };
    let text = read(&files.key)?;
    let mut der = PrivateKeyDer::from_pem_slice(&text).map_err(|_| no_key())?;
    let key = aws_lc_rs::sign::any_supported_type(&der);
    der.zeroize();
    let certified = CertifiedKey::new(chain, key.map_err(|_| no_key())?);
    match certified.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(certified),
        Err(rustls::Error::InconsistentKeys(_)) => Err(CertificateError::Mismatch {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
        }),
        Err(_) => Err(CertificateError::NoCertificate {
            path: files.certificate.clone(),
        }),
    }
}

/// TLS 1.3 and 1.2, HTTP/2 and HTTP/1.1 by ALPN, stateless session tickets.
pub(super) fn config(
    certificate: Arc<dyn ResolvesServerCert>,
) -> Result<Arc<ServerConfig>, CertificateError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(CertificateError::Setup)?
        .with_no_client_auth()
        .with_cert_resolver(certificate);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.ticketer = aws_lc_rs::Ticketer::new().map_err(CertificateError::Setup)?;
    Ok(Arc::new(config))
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let text = read(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        Ok(_) | Err(_) => Err(CertificateError::NoCertificate {
            path: path.to_owned(),
        }),
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, CertificateError> {
    let mut text = Zeroizing::new(Vec::new());
    File::open(path)
        .and_then(|file| file.take(MAX_FILE_BYTES).read_to_end(&mut text))
        .map_err(|source| CertificateError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rcgen::{CertifiedKey as Generated, KeyPair, generate_simple_self_signed};
    use tempfile::TempDir;

    use super::*;

    struct Case {
        _folder: TempDir,
        files: TlsFiles,
    }

    fn generated() -> Generated<KeyPair> {
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap()
    }

    /// Files with this content.
    fn case(certificate: &str, key: &str) -> Case {
        let folder = TempDir::new().unwrap();
        let files = TlsFiles {
            certificate: folder.path().join("chain.pem"),
            key: folder.path().join("key.pem"),
        };
        fs::write(&files.certificate, certificate).unwrap();
        fs::write(&files.key, key).unwrap();
        Case {
            _folder: folder,
            files,
        }
    }

    fn refused(case: &Case) -> CertificateError {
        load(&case.files).err().unwrap()
    }

    #[test]
    fn a_certificate_and_its_key_are_loaded() {
        let pair = generated();
        let case = case(&pair.cert.pem(), &pair.signing_key.serialize_pem());
        assert_eq!(load(&case.files).unwrap().cert, [pair.cert.der().clone()]);
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let pem = generated().cert.pem();
        let error = refused(&case(&pem, &generated().signing_key.serialize_pem()));
        assert!(
            matches!(error, CertificateError::Mismatch { .. }),
            "{error}"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let mut case = case("", "");
        case.files.certificate.push("absent.pem");
        let error = refused(&case);
        assert!(matches!(error, CertificateError::Unreadable { .. }));
        assert!(error.to_string().contains("absent.pem"), "{error}");
    }

    #[test]
    fn files_without_what_they_should_hold_are_refused() {
        let pair = generated();
        let (chain, key) = (pair.cert.pem(), pair.signing_key.serialize_pem());
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for certificate in ["", "text", &key, broken] {
            let error = refused(&case(certificate, &key));
            assert!(
                matches!(error, CertificateError::NoCertificate { .. }),
                "{error}"
            );
        }
        for key in [
            "",
            "text",
            &chain,
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        ] {
            let error = refused(&case(&chain, key));
            assert!(matches!(error, CertificateError::NoKey { .. }), "{error}");
        }
    }
}
