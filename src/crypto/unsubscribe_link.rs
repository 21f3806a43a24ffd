//! The seal of unsubscribe links.
//!
//! A link must say whom it is of, and nobody may read or make one: so its content is
//! sealed under a subkey of the data key, and written as short as can be.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::framing::frame;
use super::keyring::Keyring;

/// The format of the content; the first byte. A later one may hold other things.
const FORMAT: u8 = 1;
/// Longer than any link that was ever made: an address has 320 bytes.
const LONGEST: usize = 1_024;
/// The seal's random nonce, which stands behind the head.
const NONCE: usize = 24;

/// An unsealed link.
pub struct Unsealed {
    /// What tells this link from every other one: the seal's random nonce. It is no
    /// secret, and tells nothing of what is in the link.
    pub id: [u8; NONCE],
    /// The content.
    pub plain: Vec<u8>,
}

impl Keyring {
    /// Seals a link's content, for a URL: base64url (RFC 4648 §5) of format, version of
    /// the data key (7 bits a byte), nonce and sealed content.
    #[must_use]
    pub fn seal_link(&self, plain: &[u8]) -> String {
        let (version, data) = self.data.current();
        let mut head = vec![FORMAT];
        write_number(version.unsigned_abs(), &mut head);
        let aad = aad(&head);
        URL_SAFE_NO_PAD.encode(data.links.seal_after(head, &aad, plain))
    }

    /// Opens what `seal_link` made, under whichever version of the key. `None`:
    /// altered, cut, or not made here; which of these, nobody is told.
    #[must_use]
    pub fn unseal_link(&self, token: &str) -> Option<Unsealed> {
        if token.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let rest = bytes.strip_prefix(&[FORMAT])?;
        let (version, rest) = read_number(rest)?;
        let data = self.data.get(i32::try_from(version).ok()?)?;
        let head = &bytes[..bytes.len() - rest.len()];
        let plain = data.links.open(&aad(head), rest)?;
        Some(Unsealed { id: *rest.first_chunk()?, plain })
    }
}

fn aad(head: &[u8]) -> Vec<u8> {
    frame(&[b"unsubscribe link", head])
}

/// Seven bits a byte, the least first; the eighth says that more follows.
fn write_number(mut number: u32, to: &mut Vec<u8>) {
    while number > 0x7f {
        to.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

fn read_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut number = 0_u32;
    for (at, byte) in bytes.iter().enumerate().take(4) {
        number |= u32::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}
