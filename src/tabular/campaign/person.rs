//! What is said of a person in several places, put together.

use crate::domain::person::{Hash, HashOf, Name, Person};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// Adds a text to what is there, parted by a space.
pub(super) fn add(to: &mut String, more: &str) {
    let more = more.trim();
    if !to.is_empty() && !more.is_empty() {
        to.push(' ');
    }
    to.push_str(more);
}

/// Whether two personnummer are the same but for punctuation and century.
pub(super) fn same_personnummer(one: &str, other: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (one, other) = (bare(one), bare(other));
    one.ends_with(&other) || other.ends_with(&one)
}

/// A whole name says not which part is which: "Anna Åberg", "Åberg Anna" and
/// "Anna Maria Åberg Öst" are all written. So each word may be either part; only
/// a comma tells ("Åberg, Anna"). An address that is the same goes with it, so
/// that no other person is met. What the name has in parts already stays.
pub(super) fn whole_name(name: &mut Name, whole: &str) {
    let said = |part: &Option<String>| part.as_deref().is_some_and(|it| !it.trim().is_empty());
    if said(&name.given) && said(&name.family) {
        return;
    }
    let (family, given) = match whole.split_once(',') {
        Some((family, given)) if !given.trim().is_empty() => (family, given),
        _ => (whole, whole),
    };
    add(name.given.get_or_insert_default(), given);
    add(name.family.get_or_insert_default(), family);
}

/// Makes `to` the same person, in the memory that it has.
pub(super) fn copy(from: &Person, to: &mut Person) {
    to.emails.clone_from(&from.emails);
    to.phones.clone_from(&from.phones);
    to.personnummer.clone_from(&from.personnummer);
    to.name.clone_from(&from.name);
    to.addresses.clone_from(&from.addresses);
    to.customer_ids.clone_from(&from.customer_ids);
    to.cookie_ids.clone_from(&from.cookie_ids);
    to.advertising_ids.clone_from(&from.advertising_ids);
    to.hashes.clone_from(&from.hashes);
}

/// Puts the values that came hashed among the hashes, as audience files for
/// advertising platforms carry them: SHA-256 in the column of the address or the
/// number, some rows hashed and some in the clear. What can be met by nothing when
/// it is hashed (a name) says nothing, so that an address that needs it is
/// unreadable and the row never wrongly clear.
///
/// Google Customer Match: <https://support.google.com/google-ads/answer/7659867>.
/// Meta: <https://www.facebook.com/business/help/2082575038703844>.
pub(super) fn hashes_apart(person: &mut Person) {
    let Person { emails, phones, advertising_ids, hashes, name, .. } = person;
    for (of, values) in [(HashOf::Email, emails), (HashOf::Phone, phones)] {
        for value in values.iter_mut().filter(|value| is_hash(value)) {
            hashes.push(Hash { of, value: std::mem::take(value) });
        }
    }
    for id in advertising_ids.iter_mut().filter(|id| is_hash(id)) {
        // Ids are matched as they are: one that was hashed is no id that there is.
        id.clear();
        id.push(UNREADABLE);
    }
    if let Some(name) = name {
        for part in [&mut name.given, &mut name.family].into_iter().flatten() {
            if part.split_whitespace().any(is_hash) {
                part.clear();
            }
        }
    }
}

/// Stands for a value that was given and cannot be read.
const UNREADABLE: char = '-';

/// Whether the value can be nothing but a SHA-256: 64 hexadecimal digits, or 32 bytes
/// in base64. No address and no telephone number looks like one.
fn is_hash(value: &str) -> bool {
    let value = value.trim();
    match value.len() {
        64 => value.bytes().all(|byte| byte.is_ascii_hexdigit()),
        44 if value.ends_with('=') => [STANDARD, URL_SAFE]
            .iter()
            .any(|alphabet| alphabet.decode(value).is_ok_and(|bytes| bytes.len() == 32)),
        _ => false,
    }
}
