//! What is said of a person in several places, put together.

use crate::domain::person::{Name, Person};

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
