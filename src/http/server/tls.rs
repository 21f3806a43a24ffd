//! TLS from two PEM files.

use super::{ServerError, TlsFiles};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;

pub(super) fn config(files: &TlsFiles) -> Result<ServerConfig, ServerError> {
    let wrong = |path: &Path, what: String| ServerError::Tls(path.to_owned(), what);
    let unreadable = |path: &Path, error: &dyn std::fmt::Display| {
        wrong(path, format!("it cannot be read as PEM ({error})"))
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable(&files.cert, &error))?;
    if chain.is_empty() {
        return Err(wrong(&files.cert, "there is no certificate in it".to_owned()));
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| unreadable(&files.key, &error))?;
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| match error {
            rustls::Error::InvalidCertificate(_) => {
                wrong(&files.cert, format!("it holds no valid certificate ({error})"))
            }
            _ => wrong(&files.key, format!("certificate and key do not go together ({error})")),
        })
}
