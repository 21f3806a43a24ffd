//! TLS by two options, with a certificate made here.

use crate::cli::{Folder, Serving, nejtack};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A certificate for localhost and its key, in files.
struct Files {
    root: CertificateDer<'static>,
    cert: PathBuf,
    key: PathBuf,
}

impl Files {
    fn made(folder: &Path, name: &str) -> Self {
        let made = generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let CertifiedKey { cert: certificate, signing_key } = made;
        let (cert, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
        std::fs::write(&cert, certificate.pem()).expect("written");
        std::fs::write(&key, signing_key.serialize_pem()).expect("written");
        Self { root: certificate.der().clone(), cert, key }
    }
}

fn serve(folder: &Folder, cert: &Path, key: &Path) -> Serving {
    let mut command = nejtack();
    command.arg("serve").arg("--data").arg(&folder.data);
    Serving::start(command.arg("--tls-cert").arg(cert).arg("--tls-key").arg(key))
}

/// An instance with a certificate that nobody vouches for.
pub(crate) fn serving(folder: &Folder) -> Serving {
    let files = Files::made(&folder.data, "own");
    serve(folder, &files.cert, &files.key)
}

fn connected(serving: &Serving) -> TcpStream {
    let address = serving.url().trim_start_matches("https://");
    let stream = TcpStream::connect(address).expect("it accepts");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    stream
}

/// What a GET gets from a client that trusts this root alone.
fn get(
    serving: &Serving,
    root: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
    let mut stream = StreamOwned::new(connection, connected(serving));
    stream
        .write_all(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut read = Vec::new();
    match stream.read_to_end(&mut read) {
        Err(error) if read.is_empty() => Err(error),
        _ => Ok(String::from_utf8_lossy(&read).into_owned()),
    }
}

#[test]
fn it_is_served_to_who_trusts_the_certificate_and_not_in_the_clear() {
    let folder = Folder::started();
    let (files, other) = (Files::made(&folder.data, "own"), Files::made(&folder.data, "other"));
    let serving = serve(&folder, &files.cert, &files.key);
    assert!(serving.url().starts_with("https://"), "{}", serving.url());
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let heard = get(&serving, &files.root, &[version]).expect("an answer");
        assert!(heard.starts_with("HTTP/1.1 200") && heard.contains("live"), "{heard}");
    }
    assert!(get(&serving, &other.root, rustls::ALL_VERSIONS).is_err(), "another's certificate");

    let mut clear = connected(&serving);
    clear.write_all(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n").expect("sent");
    let mut read = Vec::new();
    let _ = clear.read_to_end(&mut read);
    assert!(!String::from_utf8_lossy(&read).contains("HTTP/1.1"), "{read:?}");

    // a greeting that knows TLS 1.1 at most
    let mut old = connected(&serving);
    let mut hello = vec![0x03, 0x02];
    hello.extend([7; 32]);
    hello.extend([0, 0, 4, 0xc0, 0x13, 0x00, 0x2f, 1, 0]);
    let length = u8::try_from(hello.len()).expect("short");
    let mut greeting = vec![0x16, 0x03, 0x01, 0, length + 4, 1, 0, 0, length];
    greeting.extend(hello);
    old.write_all(&greeting).expect("sent");
    read.clear();
    let _ = old.read_to_end(&mut read);
    assert!(read.first().is_none_or(|kind| *kind == 0x15), "an alert or nothing: {read:?}");

    assert!(get(&serving, &files.root, rustls::ALL_VERSIONS).is_ok(), "it lives on");
    // commands go by the folder's socket, as ever
    assert!(folder.json(&["groups", "list"])["groups"].is_array());
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = Folder::started();
    let (files, other) = (Files::made(&folder.data, "own"), Files::made(&folder.data, "other"));
    let empty = folder.data.join("empty.pem");
    std::fs::write(&empty, "").expect("written");
    let noise = folder.data.join("noise.pem");
    std::fs::write(
        &noise,
        b"-----BEGIN CERTIFICATE-----\nQplanterat7731\n-----END CERTIFICATE-----\n",
    )
    .expect("written");
    let missing = folder.data.join("missing.pem");
    for (cert, key, named) in [
        (&missing, &files.key, &missing),
        (&files.cert, &missing, &missing),
        (&empty, &files.key, &empty),
        (&files.cert, &empty, &empty),
        (&noise, &files.key, &noise),
        (&files.key, &files.key, &files.key),
        (&files.cert, &files.cert, &files.cert),
        (&files.cert, &other.key, &other.key),
        (&folder.data, &files.key, &folder.data),
    ] {
        let text = |path: &PathBuf| path.to_str().expect("UTF-8").to_owned();
        let (cert, key) = (text(cert), text(key));
        let told = folder.refused(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            &cert,
            "--tls-key",
            &key,
        ]);
        assert!(told.contains(&text(named)), "{cert} {key}: {told}");
        assert!(!told.contains("Qplanterat7731") && !told.contains("PRIVATE"), "{told}");
    }
}
