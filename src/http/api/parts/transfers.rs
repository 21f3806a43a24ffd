//! What certificates of imports and exports have in common.

use serde::Serialize;
use std::fmt::Write as _;
use utoipa::ToSchema;

/// A file that came or went.
#[derive(Serialize, ToSchema)]
#[schema(as = TransferredFile)]
pub(crate) struct FileBody {
    /// How many bytes.
    #[schema(example = 48_211)]
    bytes: i64,
    /// Salt of the digest, as hexadecimal: a short list could be guessed.
    #[schema(example = "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7")]
    salt: String,
    /// SHA-256 over the salt's 32 bytes and the 32 of the file's SHA-256, as hexadecimal; null where
    /// the file broke off.
    #[schema(example = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    digest: Option<String>,
}

impl FileBody {
    pub(crate) fn new(bytes: i64, salt: &[u8], digest: Option<&[u8]>) -> Self {
        let hex = |bytes: &[u8]| {
            bytes.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
        };
        Self { bytes, salt: hex(salt), digest: digest.map(hex) }
    }
}

/// Why a file ended before its end.
#[derive(Serialize, ToSchema)]
#[schema(as = TransferFailure)]
pub(crate) struct EndedBody {
    /// A stable word for programs. New ones may come.
    #[schema(example = "encoding")]
    pub(crate) code: String,
    /// The line of the file that it is about.
    #[schema(example = 17)]
    pub(crate) line: Option<i64>,
}
