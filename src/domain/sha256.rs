//! SHA-256 of a few bytes, without what a general hasher does around it.
//!
//! Look-ups and screenings hash two short texts and make two tags for each person;
//! there a hasher's buffer, and wiping it, cost more than the one block. The
//! compression itself is `sha2`'s, with the processor's instructions where it has them.

use sha2::block_api::compress256;

/// The state between two blocks.
pub(crate) type State = [u32; 8];

/// The state before the first block (FIPS 180-4, 5.3.3).
pub(crate) const START: State = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// SHA-256 of the first `length` bytes, at most 119, of two blocks that hold zeros after
/// them: hashed where they stand.
#[inline]
pub(crate) fn in_place(bytes: &mut [u8; 128], length: usize) -> [u8; 32] {
    let end = if length + 9 > 64 { 128 } else { 64 };
    bytes[length] = 0x80;
    bytes[end - 8..end].copy_from_slice(&(length as u64 * 8).to_be_bytes());
    let mut state = START;
    compress256(&mut state, bytes[..end].as_chunks().0);
    written(state)
}

/// The state after one more block.
#[inline]
pub(crate) fn after(mut state: State, block: &[u8; 64]) -> State {
    compress256(&mut state, std::slice::from_ref(block));
    state
}

/// The hash of what led to this state (`taken` bytes, a multiple of 64) and of these
/// parts after it. Inlined: parts of a known length then cost no copying by length.
#[inline(always)]
pub(crate) fn finish<const PARTS: usize>(
    mut state: State,
    taken: u64,
    parts: [&[u8]; PARTS],
) -> [u8; 32] {
    let (mut block, mut filled, mut length) = ([0; 64], 0, taken);
    for mut part in parts {
        length += part.len() as u64;
        while filled + part.len() >= block.len() {
            let (fits, rest) = part.split_at(block.len() - filled);
            block[filled..].copy_from_slice(fits);
            state = after(state, &block);
            (part, filled) = (rest, 0);
        }
        block[filled..filled + part.len()].copy_from_slice(part);
        filled += part.len();
    }
    block[filled] = 0x80;
    block[filled + 1..].fill(0);
    if filled + 9 > block.len() {
        state = after(state, &block);
        block.fill(0);
    }
    block[56..].copy_from_slice(&(length * 8).to_be_bytes());
    written(after(state, &block))
}

#[inline]
fn written(state: State) -> [u8; 32] {
    let mut hash = [0; 32];
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    hash
}
