//! Roots and proofs of the tree against an implementation that is not ours
//! (`ct-merkle`), at the sizes where trees change their shape.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{InclusionProof, RootHash};
use nejtack::evidence::tree::{self, Hash, Place, Tree};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::convert::Infallible;

const SIZES: [u64; 9] = [1, 2, 3, 255, 256, 257, 65_535, 65_536, 65_537];

fn leaf(number: u64) -> [u8; 32] {
    Sha256::digest(number.to_be_bytes()).into()
}

fn hash(number: u64) -> Hash {
    // RFC 6962 §2.1: a leaf's hash begins with a zero byte
    Hash(Sha256::new_with_prefix([0]).chain_update(leaf(number)).finalize().into())
}

/// Rows as the database has them.
struct Rows(HashMap<i64, Vec<u8>>);

impl Rows {
    fn read(&self, places: &[Place]) -> Result<Vec<Hash>, Infallible> {
        let found = places.iter().map(|place| {
            tree::hash_in(&self.0[&place.position], place.level).expect("a hash in its row")
        });
        Ok(found.collect())
    }
}

/// Some leaves of a tree: its ends and powers of two, and a few between.
fn some_of(size: u64) -> Vec<u64> {
    let mut some: Vec<_> = (0..17).flat_map(|bit| [(1 << bit) - 1, 1 << bit]).collect();
    some.extend((0..20).map(|step| step * size / 20).chain([size - 1]));
    some.retain(|leaf| *leaf < size);
    some.sort_unstable();
    some.dedup();
    some
}

fn is_accepted(root: &RootHash<Sha256>, index: u64, proof: &[Hash]) {
    let bytes = proof.iter().flat_map(|hash| hash.0).collect();
    let proof = InclusionProof::<Sha256>::try_from_bytes(bytes).expect("a proof");
    root.verify_inclusion(&leaf(index), index, &proof).expect("the leaf is in the tree");
}

#[test]
fn roots_and_proofs_are_those_of_another_implementation() {
    let mut rows = Rows(HashMap::new());
    let (mut ours, mut theirs) = (Tree::default(), MemoryBackedTree::<Sha256, [u8; 32]>::new());
    for size in SIZES {
        let before = ours.size();
        // as a group continues from what the database holds
        ours = Tree::continued(before, rows.read(&tree::edge(before)).unwrap());
        for number in before..size {
            theirs.push(leaf(number));
            let row = ours.append(hash(number)).expect("appended");
            rows.0.insert(i64::try_from(number + 1).unwrap(), row);
        }
        let root = theirs.root();
        assert_eq!(ours.root().expect("a root").0[..], root.as_bytes()[..], "size {size}");
        let kept = tree::root(size, |places| rows.read(places)).unwrap().expect("a root");
        assert_eq!(kept, ours.root().unwrap(), "size {size}, from rows");
        for index in some_of(size) {
            let proof = tree::prove(size, index, |places| rows.read(places)).unwrap();
            let proof = proof.expect("a proof");
            let expected = theirs.prove_inclusion(usize::try_from(index).unwrap());
            let bytes: Vec<_> = proof.iter().flat_map(|hash| hash.0).collect();
            assert_eq!(bytes, expected.as_bytes(), "leaf {index} of {size}");
            is_accepted(&root, index, &proof);
            assert!(tree::proved(&proof, size, kept, index, hash(index)));
            assert!(!tree::proved(&proof, size, kept, index, hash(index + 1)));
            if index >= before {
                assert_eq!(ours.proof(index).expect("of a new leaf"), proof, "{index} of {size}");
            }
        }
        assert_eq!(tree::prove(size, size, |places| rows.read(places)).unwrap(), None);
    }
}

#[test]
fn a_tree_is_the_same_in_whatever_groups_it_grew() {
    let mut at_once = Tree::default();
    for number in 0..700 {
        at_once.append(hash(number)).unwrap();
    }
    for group in [1, 2, 3, 64, 255, 256, 257] {
        let mut tree = Tree::default();
        for number in 0..700 {
            if number % group == 0 {
                tree = tree.trimmed();
            }
            tree.append(hash(number)).unwrap();
        }
        assert_eq!(tree.root(), at_once.root(), "groups of {group}");
    }
}

#[test]
fn a_tree_without_its_edge_is_not_continued() {
    let mut tree = Tree::continued(5, Vec::new());
    assert!(tree.root().is_err());
    assert!(tree.append(hash(5)).is_err());
    assert!(Tree::default().proof(0).is_err());
}
