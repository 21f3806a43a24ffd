//! Tiles: how the tree is read from outside (C2SP tlog-tiles). A tile holds up
//! to 256 hashes of a level that is a multiple of eight.

use super::tree::Place;

/// Hashes in a full tile.
pub const WIDTH: u64 = 256;

/// What can be asked for below `/log/tile/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tile {
    /// Hashes of the tree.
    Hashes {
        /// The level, from 0: a hash stands for 256^`level` leaves.
        level: u8,
        /// Which tile of the level, from 0.
        number: u64,
        /// How many hashes.
        width: u64,
    },
    /// What the leaves are hashes of, each after its length in two bytes.
    Entries {
        /// Which bundle, from 0.
        number: u64,
        /// How many.
        width: u64,
    },
}

impl Tile {
    /// Reads `<level>/<number>[.p/<width>]` or `entries/<number>[.p/<width>]`.
    #[must_use]
    pub fn read(path: &str) -> Option<Self> {
        let (kind, rest) = path.split_once('/')?;
        let (number, width) = match rest.split_once(".p/") {
            None => (rest, WIDTH),
            Some((number, width)) => (number, plain(width).filter(|w| (1..WIDTH).contains(w))?),
        };
        let number = number_in(number)?;
        if kind == "entries" {
            return Some(Self::Entries { number, width });
        }
        let level = u8::try_from(plain(kind)?).ok().filter(|level| *level < 8)?;
        Some(Self::Hashes { level, number, width })
    }

    /// How many entries the tree must have for it.
    #[must_use]
    pub fn needs(&self) -> Option<u64> {
        let (level, number, width) = match *self {
            Self::Hashes { level, number, width } => (level, number, width),
            Self::Entries { number, width } => (0, number, width),
        };
        let last = number.checked_mul(WIDTH)?.checked_add(width)?;
        last.checked_mul(WIDTH.checked_pow(level.into())?)
    }

    /// Where the tile's hashes are kept; for entries: their leaves.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        let (level, number, width) = match *self {
            Self::Hashes { level, number, width } => (level, number, width),
            Self::Entries { number, width } => (0, number, width),
        };
        (number * WIDTH..number * WIDTH + width).map(|n| Place::of(level * 8, n)).collect()
    }
}

/// `x001/x234/067`: three digits each, all but the last after an `x`.
fn number_in(path: &str) -> Option<u64> {
    let mut parts = path.split('/').peekable();
    let mut number = 0_u64;
    let mut first = true;
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let digits = if last { part } else { part.strip_prefix('x')? };
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let value: u64 = digits.parse().ok()?;
        if first && !last && value == 0 {
            return None; // a second way to write the same number
        }
        number = number.checked_mul(1_000)?.checked_add(value)?;
        first = false;
    }
    Some(number)
}

/// A decimal without leading zeros.
fn plain(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_has_one_name() {
        let hashes = |level, number, width| Some(Tile::Hashes { level, number, width });
        assert_eq!(Tile::read("0/000"), hashes(0, 0, 256));
        assert_eq!(Tile::read("1/x001/x234/067.p/12"), hashes(1, 1_234_067, 12));
        assert_eq!(Tile::read("entries/001"), Some(Tile::Entries { number: 1, width: 256 }));
        for bad in [
            "",
            "0",
            "0/",
            "0/0",
            "0/0000",
            "00/000",
            "0/x001",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "8/000",
            "0/x000/001",
            "data/000",
            "0/000/",
            "0/+01",
            "-1/000",
        ] {
            assert_eq!(Tile::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_tile_knows_its_tree() {
        assert_eq!(Tile::read("0/001.p/1").and_then(|tile| tile.needs()), Some(257));
        assert_eq!(Tile::read("1/000.p/3").and_then(|tile| tile.needs()), Some(768));
        let huge = Tile::read("7/x999/x999/x999/x999/x999/999").and_then(|tile| tile.needs());
        assert_eq!(huge, None);
    }
}
