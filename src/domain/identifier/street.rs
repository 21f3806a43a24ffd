//! The place of a postal address: postcode, street, number, letter and flat.

use super::{Unreadable, code, folding};
use crate::domain::person::Address;

/// A line of an address.
const LONGEST: usize = 200;

const NO_POSTCODE: Unreadable = Unreadable {
    code: code::UNREADABLE,
    detail: "Not a Swedish postcode. Write five digits, as 413 01; one of Denmark or Norway as DK-2100 or NO-0150.",
};
const NO_STREET: Unreadable = Unreadable {
    code: code::UNREADABLE,
    detail: "No street or box can be read. Write it as Storgatan 1 B lgh 1102, and what follows c/o on a line of its own.",
};

/// A place to which mail is addressed. The town is ignored: the postcode says
/// as much, and spellings of towns differ.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Place {
    postcode: String,
    street: String,
    number: String,
    letter: String,
    /// What follows and is not understood; kept, so that it still tells apart.
    rest: String,
    /// The flat ("1102"), if one was given.
    pub(super) flat: Option<String>,
}
super::conceal!(Place);

/// Which part of an address could not be read ("street"), and why.
pub type AddressFault = (&'static str, Unreadable);

impl Place {
    /// Reads an address.
    ///
    /// # Errors
    /// No postcode, or no street or box.
    pub fn parse(address: &Address) -> Result<Self, AddressFault> {
        Self::parse_in(address, "SE")
    }

    /// Reads an address whose postcode belongs to `region` (ISO 3166) where it names no
    /// country. Danish and Norwegian ones have four digits, and are kept with their country.
    ///
    /// # Errors
    /// No postcode, or no street or box.
    pub fn parse_in(address: &Address, region: &str) -> Result<Self, AddressFault> {
        let postcode = postcode(address.postal_code.as_deref().unwrap_or_default(), region)
            .map_err(|why| ("postal_code", why))?;
        let street = address.street.as_deref().unwrap_or_default().trim();
        folding::check(street, LONGEST).map_err(|why| ("street", why))?;
        let tokens = tokens(street);
        let place = Self { postcode, ..Self::default() };
        let place = match tokens.as_slice() {
            [first, rest @ ..]
                if matches!(first.text.as_str(), "box" | "postbox")
                    && rest.first().is_some_and(Token::is_number) =>
            {
                // No street is called so: a box is a kind of its own.
                let number = rest.iter().filter(|token| token.is_number());
                let number = number.map(|token| token.text.as_str()).collect();
                Self { street: "box".to_owned(), number, ..place }
            }
            tokens => place.at_street(tokens),
        };
        if place.street.contains(char::is_alphabetic) {
            Ok(place)
        } else {
            Err(("street", NO_STREET))
        }
    }

    /// The postcode; where it is not Sweden's, with its country before it.
    #[must_use]
    pub fn postcode(&self) -> &str {
        &self.postcode
    }

    /// The country that the postcode names, where it is not Sweden.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.postcode.get(..2).filter(|country| country.bytes().all(|b| b.is_ascii_uppercase()))
    }

    /// Postcode, street, number, letter and the rest, without the flat; the
    /// fields cannot hold the separator.
    #[must_use]
    pub fn canonical(&self) -> String {
        [&self.postcode, &self.street, &self.number, &self.letter, &self.rest]
            .map(String::as_str)
            .join("\u{1f}")
    }

    /// A place in Denmark or Norway as it is compared however its letters are written;
    /// `None` elsewhere.
    pub(super) fn respelled(&self) -> Option<Self> {
        let abroad = self.postcode.starts_with(|c: char| c.is_ascii_alphabetic());
        let street = || match self.street.split_once(' ') {
            Some(("sct" | "skt" | "st", name)) => respelled(&format!("sankt {name}")),
            _ => respelled(&self.street),
        };
        abroad.then(|| Self { street: street(), ..self.clone() })
    }

    fn at_street(mut self, tokens: &[Token]) -> Self {
        // Some streets begin with a number ("1:a Långgatan"): not the first word.
        let ends_street =
            |(at, token): (usize, &Token)| at > 0 && (token.is_number() || token.is_flat_label());
        let words = tokens.iter().enumerate().position(ends_street).unwrap_or(tokens.len());
        let (words, mut tail) = tokens.split_at(words);
        self.street = street(words);
        if let [number, rest @ ..] = tail
            && number.is_number()
        {
            number.text.trim_start_matches('0').clone_into(&mut self.number);
            tail = rest;
        }
        if let [letter, rest @ ..] = tail
            && letter.is_letter()
            && !is_ground_floor(tail)
        {
            self.letter.clone_from(&letter.text);
            tail = rest;
        }
        if self.postcode.starts_with("DK") {
            self.read_danish_tail(tail);
        } else {
            self.read_tail(tail);
        }
        self
    }

    /// In Denmark floor and side or door name the flat ("3. tv", "st. 2"), and nothing
    /// else follows the house number.
    fn read_danish_tail(&mut self, tail: &[Token]) {
        let flat: Vec<_> = tail.iter().map(|token| token.text.trim_start_matches('0')).collect();
        self.flat = Some(flat.join(" ").trim().to_owned()).filter(|flat| !flat.is_empty());
    }

    /// What follows number and letter: floors are dropped, the flat is kept.
    fn read_tail(&mut self, mut tail: &[Token]) {
        let mut rest: Vec<&str> = Vec::new();
        while let [token, after @ ..] = tail {
            let next = after.first();
            tail = after;
            if token.is_flat_label() {
                if after.first().is_some_and(|token| token.text == "nr") {
                    tail = &after[1..];
                }
                if let [flat, after @ ..] = tail
                    && flat.is_number()
                {
                    self.flat = Some(flat.text.clone());
                    tail = after;
                }
            } else if token.is_number() && next.is_some_and(Token::is_stairs) {
                tail = &after[1..]; // "2 tr"
            } else if token.is_stairs() || matches!(token.text.as_str(), "nb" | "bv") {
            } else if token.text == "n" && next.is_some_and(|next| next.text == "b") {
                tail = &after[1..]; // "n.b."
            } else if matches!(token.text.as_str(), "van" | "vaning") {
                if next.is_some_and(Token::is_number) {
                    tail = &after[1..];
                }
            } else if self.flat.is_none() && tail.is_empty() && token.is_flat_number() {
                self.flat = Some(token.text.clone());
            } else {
                rest.push(&token.text);
            }
        }
        self.rest = rest.join(" ");
    }
}

/// Five digits, with or without a space and `SE-`; or four, of Denmark or Norway, which
/// keep their country.
fn postcode(text: &str, region: &str) -> Result<String, Unreadable> {
    let text = text.trim();
    folding::check(text, LONGEST)?;
    let text = folding::number(text).to_uppercase();
    if let Some(abroad) = abroad(&text, region) {
        return Ok(abroad);
    }
    let text = text.strip_prefix("SE").or_else(|| text.strip_prefix('S')).unwrap_or(&text);
    let text = text.trim_start_matches(['-', ' ']);
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(NO_POSTCODE)
    }
}

/// A postcode of Denmark or Norway: `DK2100`.
fn abroad(text: &str, region: &str) -> Option<String> {
    let prefixes = [("DK", "DK"), ("NO", "NO"), ("N", "NO")];
    let named = prefixes.iter().find_map(|(prefix, country)| {
        Some((*country, text.strip_prefix(prefix)?.trim_start_matches(['-', ' '])))
    });
    let of_region = ["DK", "NO"].into_iter().find(|country| *country == region);
    let (country, digits) = named.or_else(|| Some((of_region?, text)))?;
    let four = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    four.then(|| format!("{country}{digits}"))
}

/// In Denmark and Norway å is also written aa, æ ae and ø oe, in names as in streets;
/// without marks they are a and o.
pub(super) fn respelled(word: &str) -> String {
    word.replace("aa", "a").replace("ae", "a").replace("oe", "o")
}

/// A word or a number.
struct Token {
    text: String,
    /// A full stop came after it: an abbreviation.
    dotted: bool,
}

impl Token {
    fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    /// A flat's number according to lag (2006:378): four digits.
    fn is_flat_number(&self) -> bool {
        self.is_number() && self.text.len() == 4
    }

    fn is_letter(&self) -> bool {
        !self.is_number() && self.text.chars().count() == 1
    }

    fn is_flat_label(&self) -> bool {
        matches!(self.text.as_str(), "lgh" | "lagenhet")
    }

    fn is_stairs(&self) -> bool {
        matches!(self.text.as_str(), "tr" | "trp" | "trappor" | "trappa")
    }
}

fn is_ground_floor(tail: &[Token]) -> bool {
    matches!(tail, [n, b, ..] if n.text == "n" && b.text == "b" && n.dotted && b.dotted)
}

/// The line in words and numbers, `c/o …` left out.
fn tokens(line: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let line = folding::words(line);
    for segment in line.split([',', ';', '\n', '\r']) {
        let segment = without_care_of(segment).trim();
        let leading = tokens.is_empty();
        let segment = match segment.strip_prefix("s:t").filter(|_| leading) {
            Some(name) if name.starts_with([' ', '.', 'a']) => format!("sankt{name}"),
            _ => segment.to_owned(),
        };
        let mut previous = ' ';
        for c in segment.chars() {
            if c.is_alphanumeric() {
                let joins =
                    previous.is_alphanumeric() && previous.is_ascii_digit() == c.is_ascii_digit();
                match tokens.last_mut().filter(|_| joins) {
                    Some(token) => token.text.push(c),
                    None => tokens.push(Token { text: c.to_string(), dotted: false }),
                }
            } else if c == '.'
                && previous.is_alphanumeric()
                && let Some(token) = tokens.last_mut()
            {
                token.dotted = true;
            }
            previous = c;
        }
    }
    tokens
}

/// The segment up to `c/o`: another's name, by which mail is only found.
fn without_care_of(segment: &str) -> &str {
    let starts_word = |at: &usize| !segment[..*at].ends_with(char::is_alphanumeric);
    let at = segment.match_indices("c/o").map(|(at, _)| at).find(starts_word);
    at.map_or(segment, |at| &segment[..at])
}

/// The street's name, abbreviations written out by where they stand only:
/// elsewhere the same letters can be something else.
fn street(words: &[Token]) -> String {
    let mut names: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
    if let (Some(last), true) = (names.last_mut(), words.last().is_some_and(|word| word.dotted)) {
        for (short, long) in [("gr", "grand"), ("g", "gatan"), ("v", "vagen")] {
            if let Some(stem) = last.strip_suffix(short) {
                *last = format!("{stem}{long}");
                break;
            }
        }
    }
    if let [first, _, ..] = names.as_mut_slice() {
        match first.as_str() {
            "n" => *first = "norra".to_owned(),
            "s" => *first = "sodra".to_owned(),
            "o" => *first = "ostra".to_owned(),
            "v" => *first = "vastra".to_owned(),
            _ => {}
        }
    }
    names.join(" ")
}
