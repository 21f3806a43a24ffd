//! Key files, wrapped keys and tokens made by hand: what is stored has to open with
//! what the documentation says, not only with the code that wrote it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, EncodingKey};
use nejtack::crypto::keyring::{Keyring, Purpose, WrappedKey};
use nejtack::crypto::root_key::RootKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The root key of tests that need to know it.
pub(super) const ROOT: [u8; 32] = [0x5a; 32];

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A key file's text, made by hand.
pub(super) fn key_file(key: &[u8; 32]) -> String {
    let check = Sha256::new_with_prefix("nejtack-root-key-1").chain_update(key).finalize();
    format!("nejtack-root-key-1 {} check {}\n", hex(key), hex(&check[..4]))
}

/// `ROOT` by way of a file.
pub(super) fn known_root() -> RootKey {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    std::fs::write(&path, key_file(&ROOT)).unwrap();
    RootKey::read(&path).unwrap().key
}

pub(super) fn frame(parts: &[&[u8]]) -> Vec<u8> {
    parts.iter().flat_map(|part| [&(part.len() as u64).to_be_bytes(), *part].concat()).collect()
}

pub(super) fn derive(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut out = [0; 32];
    Hkdf::<Sha256>::new(None, key).expand(&frame(parts), &mut out).unwrap();
    out
}

pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(key)
        .unwrap()
        .chain_update(message)
        .finalize()
        .into_bytes()
        .into()
}

/// A stored key whose bytes the test knows, under `ROOT`.
pub(super) fn wrapped(purpose: Purpose, version: i32, key: [u8; 32]) -> WrappedKey {
    let place: [&[u8]; 2] = [purpose.name().as_bytes(), &version.to_be_bytes()];
    let head = [&[1][..], &hmac(&ROOT, b"nejtack root key id")[..8]].concat();
    let aad = frame(&[&head, place[0], place[1]]);
    let cipher = XChaCha20Poly1305::new(&derive(&ROOT, &[b"wrap", place[0], place[1]]).into());
    let nonce = [9; 24];
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: &key, aad: &aad }).unwrap();
    WrappedKey { purpose, version, wrapped: [&head[..], &nonce, &sealed].concat() }
}

/// Rows of version 1 for every purpose: the key of the n-th is 32 times n + 1.
pub(super) fn known_rows() -> Vec<WrappedKey> {
    (1..).zip(Purpose::EVERY).map(|(byte, purpose)| wrapped(purpose, 1, [byte; 32])).collect()
}

pub(super) fn known_keyring() -> Keyring {
    Keyring::open(&known_root(), &known_rows()).unwrap()
}

/// The Token key of `known_rows`, to sign with what the service never would.
pub(super) const TOKEN_SEED: [u8; 32] = [4; 32];

pub(crate) fn ed25519_key(seed: [u8; 32]) -> EncodingKey {
    let head = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    EncodingKey::from_ed_der(&[&head[..], &seed].concat())
}

pub(crate) fn ed25519_x(seed: [u8; 32]) -> String {
    let key = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
    URL_SAFE_NO_PAD.encode(key.as_bytes())
}

/// A compact JWS over these texts, whatever they are.
pub(crate) fn sign(header: &str, claims: &str, algorithm: Algorithm, key: &EncodingKey) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

/// `value` with these members changed; `Value::Null` takes one away.
pub(crate) fn with(value: &Value, changes: &[(&str, Value)]) -> Value {
    let mut value = value.clone();
    for (name, new) in changes {
        let object = value.as_object_mut().unwrap();
        match new {
            Value::Null => object.remove(*name),
            new => object.insert((*name).to_owned(), new.clone()),
        };
    }
    value
}
