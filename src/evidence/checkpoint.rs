//! The log's signed heads: C2SP tlog-checkpoint in a signed note (Ed25519).

use super::tree::Hash;
use crate::domain::Position;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};
use signed_note::{Note, NoteError, Signer, StandardSigner, StandardVerifier, Verifier};
use signed_note::{VerifierList, is_key_name_valid};
use tlog_tiles::checkpoint as tlog;

/// Ed25519 in a note's keys (C2SP signed-note, "Signature types").
const ED25519: u8 = 1;

/// Signs the log's checkpoints.
pub struct LogSigner {
    origin: String,
    signer: StandardSigner,
    key: String,
}

/// By which checkpoints are checked: the log's name and public key.
pub struct LogKey {
    text: String,
    origin: String,
}

/// A checkpoint whose signature was good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many entries the tree holds.
    pub size: Position,
    /// Its root hash.
    pub root: [u8; 32],
}

/// Why a checkpoint is not accepted. `Display` says what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckpointError {
    /// No checkpoint, or cut, or altered beyond recognition.
    Malformed,
    /// Of another log, or not signed with this log's key.
    ForeignLog {
        /// The name that it carries.
        origin: String,
    },
    /// The signature is not of this text.
    Altered,
}

impl LogSigner {
    /// For the log with this name.
    ///
    /// # Errors
    /// The name cannot stand in a note: it is empty, or holds a blank or a plus.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Result<Self, CheckpointError> {
        let public = SigningKey::from_bytes(seed).verifying_key().to_bytes();
        let (id, key) = (key_id(origin, &public), with_type(&public));
        let private = STANDARD.encode(with_type(seed));
        let text = format!("PRIVATE+KEY+{origin}+{id:08x}+{private}");
        let signer = StandardSigner::new(&text).map_err(|_| CheckpointError::Malformed)?;
        let key = format!("{origin}+{id:08x}+{}", STANDARD.encode(key));
        Ok(Self { origin: origin.to_owned(), signer, key })
    }

    /// The public key, as a signed note's verifier key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The signed head of a tree. The same tree gives the same text.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`], which a good name rules out.
    pub fn sign(&self, size: u64, root: Hash) -> Result<String, CheckpointError> {
        let head = tlog::Checkpoint::new(&self.origin, size, root, "");
        let head = head.map_err(|_| CheckpointError::Malformed)?;
        let mut note = Note::new(&head.to_bytes(), &[]).map_err(|_| CheckpointError::Malformed)?;
        let signers: [&dyn Signer; 1] = [&self.signer];
        note.add_sigs(&signers).map_err(|_| CheckpointError::Malformed)?;
        String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::Malformed)
    }
}

impl LogKey {
    /// Reads a verifier key: `NAME+ID+KEY`, as `/log/key` gives it.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn read(text: &str) -> Result<Self, CheckpointError> {
        let text = text.trim();
        let verifier = StandardVerifier::new(text).map_err(|_| CheckpointError::Malformed)?;
        Ok(Self { text: text.to_owned(), origin: verifier.name().to_owned() })
    }

    /// The key as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Reads a checkpoint and checks its signature. Signatures of others, such
    /// as a witness's, may stand beside the log's.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(&self, checkpoint: &str) -> Result<Checkpoint, CheckpointError> {
        let malformed = CheckpointError::Malformed;
        let note = Note::from_bytes(checkpoint.as_bytes()).map_err(|_| malformed.clone())?;
        let head = tlog::Checkpoint::from_bytes(note.text()).map_err(|_| malformed.clone())?;
        if head.origin() != self.origin {
            return Err(CheckpointError::ForeignLog { origin: head.origin().to_owned() });
        }
        let verifier = StandardVerifier::new(&self.text).map_err(|_| malformed.clone())?;
        note.verify(&VerifierList::new(vec![Box::new(verifier)])).map_err(|error| match error {
            NoteError::InvalidSignature { .. } => CheckpointError::Altered,
            NoteError::UnverifiedNote => {
                CheckpointError::ForeignLog { origin: head.origin().to_owned() }
            }
            _ => CheckpointError::Malformed,
        })?;
        let size = i64::try_from(head.size()).map_err(|_| malformed)?;
        Ok(Checkpoint { size, root: head.hash().0 })
    }
}

/// The name's and key's short id (C2SP signed-note, "Key IDs").
fn key_id(origin: &str, public: &[u8; 32]) -> u32 {
    let digest = Sha256::new_with_prefix(origin)
        .chain_update(b"\n")
        .chain_update(with_type(public))
        .finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

fn with_type(key: &[u8; 32]) -> Vec<u8> {
    let mut typed = vec![ED25519];
    typed.extend_from_slice(key);
    typed
}

/// Whether a log can have this name.
#[must_use]
pub fn is_name(origin: &str) -> bool {
    is_key_name_valid(origin)
}

impl std::fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed => f.write_str("it is no checkpoint, or was cut or altered"),
            Self::ForeignLog { origin } => write!(
                f,
                "it is of another log: it carries the name {origin:?}, or a key that is not this log's"
            ),
            Self::Altered => f.write_str("its signature does not fit: it was altered"),
        }
    }
}

impl std::error::Error for CheckpointError {}
