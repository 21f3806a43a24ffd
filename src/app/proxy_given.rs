//! A proxy as it was posted: what of it is checked, kept in the open, or sealed.

use super::originals::{Keeping, Sealer};
use super::record_objection::text_fault;
use crate::crypto::digest::{constant_time_eq, sha256};
use crate::domain::Time;
use crate::domain::controller::organisation_number;
use crate::domain::fault::Fault;
use crate::domain::proxy::{Grantor, Proxy};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::Serialize;
use serde_json::{Value, json};

/// The largest document that can come with a proxy.
pub(super) const DOCUMENT_BYTES: usize = 5 * 1024 * 1024;

/// A proxy as it was posted.
pub struct ProxyGiven {
    /// The objection service's own reference of the proxy.
    pub reference: Option<String>,
    /// The holder's name.
    pub holder_name: Option<String>,
    /// The holder's organisation number, as it was written.
    pub holder_organisation_number: String,
    /// Who gave it.
    pub grantor: Grantor,
    /// When.
    pub granted_at: Time,
    /// Until when it is valid; `None`: until recalled.
    pub valid_until: Option<Time>,
    /// The rights it names.
    pub rights: Vec<String>,
    /// How the person was identified.
    pub identification: Option<Identification>,
    /// The document.
    pub document: Option<Document>,
}

/// How a person was identified.
pub struct Identification {
    /// "bankid", …
    pub method: String,
    /// When.
    pub at: Option<Time>,
    /// The identity provider's transaction.
    pub transaction: Option<String>,
}

/// A proxy's document.
pub struct Document {
    /// Its media type.
    pub media_type: String,
    /// SHA-256 as it was written: hexadecimal or base64.
    pub sha256: Option<String>,
    /// The document.
    pub content: Option<Vec<u8>>,
}

impl From<&ProxyGiven> for Proxy {
    fn from(given: &ProxyGiven) -> Self {
        Self {
            holder_number: given.holder_organisation_number.clone(),
            granted_at: given.granted_at,
            valid_until: given.valid_until,
            rights: given.rights.clone(),
            identified_at: given.identification.as_ref().and_then(|identified| identified.at),
        }
    }
}

impl ProxyGiven {
    /// What is wrong with its form.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut text = |text: &Option<String>, pointer| {
            faults.extend(text.as_ref().and_then(|text| text_fault(text, pointer, 200)));
        };
        text(&self.reference, "/proxy/reference");
        text(&self.holder_name, "/proxy/holder/name");
        if let Some(identified) = &self.identification {
            text(&identified.transaction, "/proxy/identification/transaction");
            if !is_word(&identified.method) {
                faults.push(Fault::new(
                    "/proxy/identification/method",
                    "not_a_word",
                    "Write a short word such as bankid, freja or id_card.",
                ));
            }
        }
        if let Some(document) = &self.document {
            faults.extend(document.fault());
        }
        faults
    }

    /// What of it is no personal data.
    pub(super) fn details(&self) -> Value {
        let identified = self.identification.as_ref();
        let document = self.document.as_ref();
        json!({
            "holder_organisation_number": organisation_number(&self.holder_organisation_number),
            "grantor": self.grantor,
            "granted_at": self.granted_at,
            "valid_until": self.valid_until,
            "rights": self.rights.iter().filter(|right| is_word(right)).collect::<Vec<_>>(),
            "identification_method": identified.map(|identified| &identified.method),
            "identified_at": identified.and_then(|identified| identified.at),
            "document_kept": document.is_some_and(|document| document.content.is_some()),
        })
    }

    /// Seals the rest: the proof, kept as long as the block stands.
    pub(super) fn seal(&self, sealer: &mut Sealer<'_>) {
        #[derive(Serialize)]
        struct Sealed<'a> {
            reference: Option<&'a str>,
            holder_name: Option<&'a str>,
            transaction: Option<&'a str>,
            media_type: Option<&'a str>,
            sha256: Option<String>,
        }
        let identified = self.identification.as_ref();
        let document = self.document.as_ref();
        sealer.seal_json(
            Keeping::Proof,
            "proxy",
            &Sealed {
                reference: self.reference.as_deref(),
                holder_name: self.holder_name.as_deref(),
                transaction: identified.and_then(|identified| identified.transaction.as_deref()),
                media_type: document.map(|document| document.media_type.as_str()),
                sha256: document.and_then(Document::digest).map(|digest| STANDARD.encode(digest)),
            },
        );
        if let Some(content) = document.and_then(|document| document.content.as_deref()) {
            sealer.seal(Keeping::Proof, "document", content);
        }
    }
}

impl Document {
    /// The document's SHA-256: what was said, or what it is.
    fn digest(&self) -> Option<[u8; 32]> {
        match &self.sha256 {
            Some(written) => thirty_two_bytes(written),
            None => self.content.as_deref().map(sha256),
        }
    }

    fn fault(&self) -> Option<Fault> {
        let media_type = self.media_type.split_once('/').is_some_and(|(kind, sub)| {
            let token = |text: &str| {
                (1..=100).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
            };
            token(kind) && token(sub)
        });
        if !media_type {
            return Some(Fault::new(
                "/proxy/document/media_type",
                "media_type",
                "Write a media type such as application/pdf.",
            ));
        }
        if self.content.as_ref().is_some_and(|content| content.len() > DOCUMENT_BYTES) {
            return Some(Fault::new(
                "/proxy/document/content",
                "too_long",
                "Send a document of at most 5 MiB, or only its SHA-256.",
            ));
        }
        let written = self.sha256.as_deref()?;
        let Some(said) = thirty_two_bytes(written) else {
            return Some(Fault::new(
                "/proxy/document/sha256",
                "sha256",
                "Write the SHA-256 as 64 hexadecimal digits or in base64.",
            ));
        };
        let is = self.content.as_deref().map(sha256)?;
        (!constant_time_eq(&is, &said)).then(|| {
            Fault::new(
                "/proxy/document/sha256",
                "digest_mismatch",
                "The document that came does not have this SHA-256.",
            )
        })
    }
}

/// 32 bytes from hexadecimal or base64 (either alphabet, padded or not).
fn thirty_two_bytes(written: &str) -> Option<[u8; 32]> {
    let written = written.trim();
    if written.len() == 64 && written.is_ascii() {
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(written.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        return Some(bytes);
    }
    let padded = format!("{}=", written.trim_end_matches('='));
    let decoded = STANDARD.decode(&padded).or_else(|_| URL_SAFE.decode(&padded)).ok()?;
    decoded.try_into().ok()
}

/// A short word of a program's making, which can hold nobody's data.
fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'-')
}
