//! The rules of the house: what every file of this crate keeps to, whatever it
//! is about.

mod layering;
mod licences;
mod names;
mod source;
mod tracked;

/// Fails with every offence at once, and with what to do about them.
#[track_caller]
fn hold(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}\n  {}\n", offences.join("\n  "));
}
