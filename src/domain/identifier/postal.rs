//! A name at a postal address: what identifies addressed mail.
//!
//! Stored and probed keys differ, so that flats work in one direction. Stored:
//! F (the address with its flat) or N (marked "no flat"), and B (the address
//! alone). Probed with a flat: F (exact), N (equivalent: the objector gave
//! none) and B (possible: the objector's flat was another); without: B.

use super::street::respelled;
use super::{Grade, Key, Kind, Unreadable, code, folding};
use crate::domain::person::Name;

pub use super::street::{AddressFault, Place};

/// A part of a name.
const LONGEST: usize = 200;
/// Given names times parts of the surname: six of each, or a whole name of six words
/// of which each may be either. A bound on what one record can add to the index.
const MOST_NAMES: usize = 36;
/// Particles of surnames, which are nobody's surname by themselves.
const PARTICLES: [&str; 8] = ["von", "af", "av", "van", "der", "den", "de", "la"];

/// The name has no given name or no surname.
pub const NAME_MISSING: Unreadable = Unreadable {
    code: code::NAME_MISSING,
    detail: "An address identifies somebody only with a name. Add both given name and surname.",
};

/// More names than are compared.
pub(super) const MANY_NAMES: Unreadable = Unreadable {
    code: code::TOO_LONG,
    detail: "More names than can be compared. Write the given name in use and the surname.",
};

/// The postcode is one of several countries.
pub(super) const WHICH_COUNTRY: Unreadable = Unreadable {
    code: code::AMBIGUOUS,
    detail: "The country cannot be told. Write the postcode with its country, as DK-2100.",
};

/// A name as it is compared: each given name and each part of the surname.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName {
    given: Vec<String>,
    family: Vec<String>,
}
super::conceal!(PersonName);

impl PersonName {
    /// Reads a name; both parts must be there.
    ///
    /// # Errors
    /// Which part is missing or cannot be a name ("given", "family"), and why.
    pub fn parse(name: &Name) -> Result<Self, AddressFault> {
        let part = |field, text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default().trim();
            folding::check(text, LONGEST).map_err(|why| (field, why))?;
            let words: Vec<String> = folding::words(text)
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect();
            if words.is_empty() { Err((field, NAME_MISSING)) } else { Ok(words) }
        };
        let given = part("given", &name.given)?;
        let mut family = part("family", &name.family)?;
        if family.iter().any(|part| !is_particle(part)) {
            family.retain(|part| !is_particle(part));
        }
        Ok(Self { given, family })
    }

    /// The parts as they are compared, spaced.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!("{} | {}", self.given.join(" "), self.family.join(" "))
    }

    /// Whether there are more names than are compared: some of them are not met.
    pub(super) fn is_cut(&self) -> bool {
        self.all_pairs(&self.given()).nth(MOST_NAMES).is_some()
    }

    fn respelled(&self) -> Self {
        let all = |words: &[String]| words.iter().map(|word| respelled(word)).collect();
        Self { given: all(&self.given), family: all(&self.family) }
    }

    /// Each given name with each part of the surname, the first names first.
    fn pairs<'a>(&'a self, given: &[&'a str]) -> Vec<(&'a str, &'a str)> {
        self.all_pairs(given).take(MOST_NAMES).collect()
    }

    fn all_pairs<'a>(&'a self, given: &[&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        // In a whole name each word is one or the other, and never both.
        let whole = self.family.len() > 1
            && self.given.iter().filter(|part| !is_particle(part)).eq(&self.family);
        given
            .iter()
            .flat_map(|given| self.family.iter().map(|family| (*given, family.as_str())))
            .filter(move |(given, family)| !whole || given != family)
    }

    fn given(&self) -> Vec<&str> {
        distinct(self.given.iter().map(String::as_str))
    }

    fn initials(&self) -> Vec<&str> {
        distinct(self.given.iter().map(|name| initial(name)))
    }

    /// The initials, marked as such ("a."), of a name that has nothing else.
    fn bare_initials(&self) -> Vec<String> {
        let bare = self.given.iter().all(|name| initial(name) == name.as_str());
        let marked = self.given.iter().filter(|_| bare).map(|name| mark(name));
        marked.take(MOST_NAMES).collect()
    }
}

/// The keys under which an objection is stored.
#[must_use]
pub fn stored_keys(name: &PersonName, place: &Place) -> Vec<Key> {
    in_each_spelling(name, place, stored_as)
}

/// The keys with which a look-up asks. One that has only an initial asks for
/// that, and can find no more than a possible match; neither can one with a
/// whole name that finds an objector who gave only an initial.
#[must_use]
pub fn probe_keys(name: &PersonName, place: &Place) -> Vec<Key> {
    in_each_spelling(name, place, probed_as)
}

/// The keys of the name and place as they are written, and of what they are in any
/// other spelling of their country.
fn in_each_spelling(
    name: &PersonName,
    place: &Place,
    keys: impl Fn(&PersonName, &Place) -> Vec<Key>,
) -> Vec<Key> {
    let mut all = keys(name, place);
    if let Some(at) = place.respelled() {
        let respelled = name.respelled();
        if (&respelled, &at) != (name, place) {
            let other = keys(&respelled, &at).into_iter();
            all.extend(other.map(|key| Key { grade: key.grade.meet(Grade::Equivalent), ..key }));
        }
    }
    all
}

fn stored_as(name: &PersonName, place: &Place) -> Vec<Key> {
    let own = match &place.flat {
        Some(flat) => Variant::Flat(flat),
        None => Variant::NoFlat,
    };
    let at = place.canonical();
    let mut pairs = name.pairs(&name.given());
    pairs.extend(name.pairs(&name.initials()));
    let bare = name.bare_initials();
    pairs.extend(name.pairs(&bare.iter().map(String::as_str).collect::<Vec<_>>()));
    [own, Variant::Building]
        .iter()
        .flat_map(|variant| pairs.iter().map(|pair| key(&at, *pair, *variant, Grade::Exact)))
        .collect()
}

fn probed_as(name: &PersonName, place: &Place) -> Vec<Key> {
    let mut given = name.given();
    given.retain(|name| initial(name) != *name);
    let (pairs, at_best) = if given.is_empty() {
        (name.pairs(&name.initials()), Grade::Possible)
    } else {
        (name.pairs(&given), Grade::Exact)
    };
    let variants = match &place.flat {
        Some(flat) => vec![
            (Variant::Flat(flat), Grade::Exact),
            (Variant::NoFlat, Grade::Equivalent),
            (Variant::Building, Grade::Possible),
        ],
        None => vec![(Variant::Building, Grade::Equivalent)],
    };
    let at = place.canonical();
    let asked = |(variant, grade): &(Variant<'_>, Grade)| -> Vec<Key> {
        pairs.iter().map(|pair| key(&at, *pair, *variant, grade.meet(at_best))).collect()
    };
    let mut keys: Vec<Key> = variants.iter().flat_map(asked).collect();
    let marked: Vec<String> = given.iter().map(|name| mark(initial(name))).collect();
    let marked = distinct(marked.iter().map(String::as_str));
    let to_bare = name.pairs(&marked).into_iter();
    keys.extend(to_bare.map(|pair| key(&at, pair, Variant::Building, Grade::Possible)));
    keys
}

/// How a key treats the flat.
#[derive(Clone, Copy)]
enum Variant<'a> {
    Flat(&'a str),
    NoFlat,
    Building,
}

fn key(place: &str, (given, family): (&str, &str), variant: Variant<'_>, grade: Grade) -> Key {
    let (mark, flat) = match variant {
        Variant::Flat(flat) => ("F", flat),
        Variant::NoFlat => ("N", ""),
        Variant::Building => ("B", ""),
    };
    // No field can hold the separator: names and streets keep letters and
    // digits only.
    let material = [mark, place, given, family, flat].join("\u{1f}");
    Key::plain(Kind::Postal, grade, material)
}

/// The first letter of a name.
fn initial(name: &str) -> &str {
    name.char_indices().nth(1).map_or(name, |(second, _)| &name[..second])
}

/// How an initial that stands for a whole name is told from a name of one letter.
fn mark(initial: &str) -> String {
    format!("{initial}.")
}

fn is_particle(part: &str) -> bool {
    PARTICLES.contains(&part)
}

/// Each once, in order; at most as many as can become keys.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if seen.len() < MOST_NAMES && !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}
