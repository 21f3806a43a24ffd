//! `/u/{token}`: where somebody who received a mailing says no. A page for people,
//! and the one click of mail programs (RFC 8058). Nothing runs in the page, nothing is
//! loaded, no cookie is set; reading it changes nothing.

pub(super) mod follow;
mod form;
mod language;
mod layout;
mod page;
pub(super) mod read;
mod refused;
mod words;
