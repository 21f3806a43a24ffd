//! What reading depends on besides the person.

use super::{KindSet, Phone, phone};

/// Whether keys are to be stored with an objection or to be probed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// For an objection.
    Store,
    /// For a look-up.
    Probe,
}

/// What reading depends on besides the person.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// ISO 3166 alpha-2: where a number that begins with 0 belongs ("SE").
    pub region: &'a str,
    /// Further regions, where the controllers that are meant have several. What names no
    /// country is then stored as each of them reads it: no controller may miss a no that
    /// binds it. It is probed with only where all of them agree.
    pub other_regions: &'a [String],
    /// Today in Europe/Stockholm: tells a personnummer's century.
    pub today: chrono::NaiveDate,
    /// Kinds that this instance must not hold.
    pub refused: KindSet,
}

impl Rules<'_> {
    /// Whether the text is one number in some region.
    #[must_use]
    pub fn is_phone(&self, text: &str) -> bool {
        let read = |region: &str| Phone::parse(text, region);
        self.in_each(Side::Store, phone::WHICH_COUNTRY, read).is_ok()
    }

    /// What a value is in each region, each once.
    ///
    /// # Errors
    /// What `read` says of the first region, where it is nothing in any; `unclear` where it
    /// is several and only one can be meant.
    pub(super) fn in_each<T: PartialEq, E>(
        &self,
        side: Side,
        unclear: E,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let first = read(self.region);
        let mut others = Vec::new();
        for other in self.other_regions.iter().filter_map(|region| read(region).ok()) {
            if !others.contains(&other) && first.as_ref().ok() != Some(&other) {
                others.push(other);
            }
        }
        match first {
            Err(why) if others.is_empty() => return Err(why),
            Err(_) => {}
            Ok(first) => others.insert(0, first),
        }
        if side == Side::Probe && others.len() > 1 { Err(unclear) } else { Ok(others) }
    }
}
