//! From a tag to the records that carry it, in sixteen bytes a key.
//!
//! Tags are random, so the first two bytes spread them evenly over 65,536 shards,
//! and a shard is a sorted array: no empty places, and a look-up reckons from the tag
//! where in the array it must be and is there in one or two cache lines. An insertion
//! moves half a shard up: with ten million persons about eight kilobytes.
//!
//! Of a tag 104 bits are kept: 16 by the shard and 88 in the entry. Among n keys a
//! probe that belongs to nobody meets one with a probability of n · 2⁻¹⁰⁴; a look-up
//! of fifty probes among a hundred million keys 2⁻⁷¹.

use crate::crypto::tag::Tag;
use crate::domain::identifier::{Grade, Kind};

const SHARDS: usize = 1 << 16;

/// Every key, by its tag.
pub(super) struct Index {
    shards: Box<[Vec<Entry>]>,
    keys: usize,
}

/// What a key leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Which record, as its owner counts them.
    pub(super) slot: u32,
    pub(super) kind: Kind,
    pub(super) grade: Grade,
}

/// From the highest bit: 88 bits of the tag, 6 of the kind, 2 of the grade, 32 of the
/// slot. So the entries of one tag stand together, in the order of their records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u128);

const TAIL: u32 = 40;

impl Entry {
    fn new(tail: u128, found: Found) -> Self {
        let of_kind = u128::from(found.kind as u8) << 34 | u128::from(found.grade as u8) << 32;
        Self(tail | of_kind | u128::from(found.slot))
    }

    const fn tail(self) -> u128 {
        self.0 >> TAIL << TAIL
    }

    fn found(self) -> Option<Found> {
        let [.., of_kind, a, b, c, d] = self.0.to_be_bytes();
        Some(Found {
            slot: u32::from_be_bytes([a, b, c, d]),
            kind: Kind::from_code(i16::from(of_kind >> 2))?,
            grade: Grade::from_code(i16::from(of_kind & 3))?,
        })
    }
}

/// A tag's shard, and what an entry keeps of the rest.
fn split(tag: &Tag) -> (usize, u128) {
    let shard = usize::from(u16::from_be_bytes([tag.0[0], tag.0[1]]));
    let mut tail = [0; 16];
    tail[..11].copy_from_slice(&tag.0[2..13]);
    (shard, u128::from_be_bytes(tail))
}

impl Default for Index {
    fn default() -> Self {
        Self { shards: vec![Vec::new(); SHARDS].into_boxed_slice(), keys: 0 }
    }
}

impl Index {
    /// How many keys are held: pairs of a tag and a record.
    pub(super) const fn keys(&self) -> usize {
        self.keys
    }

    /// Where a tag leads, oldest record first.
    pub(super) fn find(&self, tag: &Tag) -> impl Iterator<Item = Found> + use<'_> {
        let (shard, tail) = split(tag);
        let shard = &self.shards[shard];
        let own = shard[place(shard, Entry(tail))..].iter();
        own.take_while(move |entry| entry.tail() == tail).filter_map(|entry| entry.found())
    }

    /// Reads what stands where a tag would, and makes nothing of it but a number.
    pub(super) fn touch(&self, tag: &Tag) -> u64 {
        let (shard, tail) = split(tag);
        let shard = &self.shards[shard];
        shard.get(reckoned(shard, Entry(tail))).map_or(0, |entry| entry.0 as u64)
    }

    /// Takes in a key; false: it was here.
    pub(super) fn insert(&mut self, tag: &Tag, found: Found) -> bool {
        let (shard, tail) = split(tag);
        let (shard, entry) = (&mut self.shards[shard], Entry::new(tail, found));
        let at = place(shard, entry);
        if shard.get(at) == Some(&entry) {
            return false;
        }
        make_room(shard);
        shard.insert(at, entry);
        self.keys += 1;
        true
    }

    /// Takes in one of many keys: none is found before [`Index::settle`].
    pub(super) fn load(&mut self, tag: &Tag, found: Found) {
        let (shard, tail) = split(tag);
        let shard = &mut self.shards[shard];
        make_room(shard);
        shard.push(Entry::new(tail, found));
    }

    /// Puts in order what was loaded.
    pub(super) fn settle(&mut self) {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        std::thread::scope(|scope| {
            for some in self.shards.chunks_mut(SHARDS.div_ceil(cores)) {
                scope.spawn(move || {
                    for shard in some {
                        shard.sort_unstable();
                        shard.dedup();
                    }
                });
            }
        });
        self.keys = self.shards.iter().map(Vec::len).sum();
    }
}

/// Room for one more: a sixteenth more at a time, since a vector's own doubling
/// would leave a third of all memory empty.
fn make_room(shard: &mut Vec<Entry>) {
    if shard.len() == shard.capacity() {
        shard.reserve_exact(shard.len() / 16 + 4);
    }
}

/// Where evenly spread entries would have this one.
fn reckoned(shard: &[Entry], entry: Entry) -> usize {
    let first_bits = (entry.0 >> 64) as u64;
    ((u128::from(first_bits) * shard.len() as u128) >> 64) as usize
}

/// Where an entry stands or belongs: the first place that holds nothing smaller.
/// Begins where evenly spread entries would have it, and feels its way from there in
/// growing steps.
fn place(shard: &[Entry], entry: Entry) -> usize {
    let guess = reckoned(shard, entry);
    let smaller = |at: usize| shard[at] < entry;
    // Everything before `low` is smaller, nothing from `high` on is.
    let (mut low, mut high, mut step) = (0, shard.len(), 1);
    if guess < shard.len() && smaller(guess) {
        low = guess + 1;
        while low + step < high {
            if smaller(low + step) {
                low += step + 1;
                step *= 2;
            } else {
                high = low + step;
            }
        }
    } else {
        high = guess;
        while low < high {
            let next = high.saturating_sub(step);
            if smaller(next) {
                low = next + 1;
                break;
            }
            high = next;
            step *= 2;
        }
    }
    low + shard[low..high].partition_point(|known| *known < entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(slot: u32) -> Found {
        Found { slot, kind: Kind::Email, grade: Grade::Exact }
    }

    fn tag(first: [u8; 2], rest: u64) -> Tag {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&first);
        bytes[2..10].copy_from_slice(&rest.to_be_bytes());
        Tag(bytes)
    }

    proptest! {
        /// Also where tags are anything but evenly spread.
        #[test]
        fn what_was_put_in_is_found_and_nothing_else(
            tags in proptest::collection::vec((0_u8..2, prop_oneof![0_u64..20, any::<u64>()]), 0..400),
            others in proptest::collection::vec(any::<u64>(), 0..50),
        ) {
            let (mut one_by_one, mut loaded) = (Index::default(), Index::default());
            let mut known = std::collections::BTreeSet::new();
            for (slot, (shard, rest)) in (0..).zip(&tags) {
                let slot = slot % 7;
                let tag = tag([*shard, 9], *rest);
                prop_assert_eq!(one_by_one.insert(&tag, found(slot)), known.insert((tag, slot)));
                loaded.load(&tag, found(slot));
            }
            loaded.settle();
            prop_assert_eq!((one_by_one.keys(), loaded.keys()), (known.len(), known.len()));
            let asked = tags.iter().map(|(shard, rest)| tag([*shard, 9], *rest));
            for tag in asked.chain(others.iter().map(|rest| tag([0, 9], *rest))) {
                let expected: Vec<_> =
                    known.iter().filter(|(own, _)| *own == tag).map(|(_, slot)| found(*slot)).collect();
                prop_assert_eq!(one_by_one.find(&tag).collect::<Vec<_>>(), expected.clone());
                prop_assert_eq!(loaded.find(&tag).collect::<Vec<_>>(), expected);
            }
        }

        #[test]
        fn an_entry_keeps_kind_grade_and_slot(slot: u32, rest: u64, kind in 0_usize..7, grade in 1_i16..4) {
            let kind = Kind::EVERY[kind];
            let found = Found { slot, kind, grade: Grade::from_code(grade).expect("a grade") };
            let (_, tail) = split(&tag([1, 2], rest));
            let entry = Entry::new(tail, found);
            prop_assert_eq!((entry.tail(), entry.found()), (tail, Some(found)));
        }
    }
}
