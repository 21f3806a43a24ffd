//! Why a screening failed: for its certificate, and for whoever asked.

use crate::app::refusal::{Code, Refusal};
use crate::domain::fault::Fault as At;
use crate::tabular::campaign::Fault;

/// Why a screening failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The file is not one that can be read.
    File(Fault),
    /// The upload ended before its end.
    BrokenOff,
    /// Nobody takes what comes out.
    Untaken,
    /// The disk does.
    Disk(std::io::Error),
    /// A bug.
    Broken,
}

impl Failure {
    /// What the certificate says of it.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::File(fault) => fault.code,
            Self::BrokenOff => "upload_broken_off",
            Self::Untaken => "answer_not_taken",
            Self::Disk(_) => "disk",
            Self::Broken => "internal",
        }
    }

    /// The line of the file that it is about.
    pub(super) fn line(&self) -> Option<i64> {
        match self {
            Self::File(fault) => i64::try_from(fault.line).ok(),
            _ => None,
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::File(Fault { line, code, detail }) => {
                let told = format!("Line {line}: {detail} Nothing of this screening counts.");
                let errors = vec![At { pointer: format!("/{line}"), code: code.into(), detail }];
                Self { detail: Some(told.into()), ..Self::at(Code::Unprocessable, errors) }
            }
            Failure::BrokenOff | Failure::Untaken => {
                Self::saying(Code::Malformed, "The body broke off or is wrongly framed.")
            }
            Failure::Disk(error) => {
                log::error!("the spool of a screening: {error}");
                let detail = "The result could not be kept: the disk of the service is full or broken. Nothing of this screening counts.";
                Self::saying(Code::Unavailable, detail).retry_after(30)
            }
            Failure::Broken => Self::new(Code::Internal),
        }
    }
}
