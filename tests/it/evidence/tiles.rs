//! Tiles, as an auditor reads the whole tree from outside: a root made of them by
//! another implementation must be the signed one.

use super::{key, text};
use crate::support::{Party, World, objection, on_both, person};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use nejtack::evidence::receipt::Receipt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn auditor(world: &World) -> Party<'_> {
    world.client(&json!({"client_id": "revision", "role": "auditor"}))
}

fn tile(auditor: &Party<'_>, path: &str) -> Vec<u8> {
    let answer = auditor.request("GET", &format!("/log/tile/{path}")).send().unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    answer.bytes().unwrap().to_vec()
}

on_both! {
    fn the_tree_can_be_built_again_from_its_tiles(world) {
        let service = world.service();
        let lines: Vec<_> =
            (0..300).map(|n| objection(&format!("spt-{n}"), &[], &person())).collect();
        assert_eq!(service.post("/v1/objections/batch", &json!(lines)).status, 200);
        let auditor = auditor(&world);
        let newest = world.stranger().get("/log/checkpoint").text;
        let checkpoint = key(&world).open(&newest).unwrap();
        let size = usize::try_from(checkpoint.size).unwrap();
        let rest = size - 256;

        // 32 bytes each, after a length of two
        let mut bundles = tile(&auditor, "entries/000");
        bundles.extend(tile(&auditor, &format!("entries/001.p/{rest}")));
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut hashes = Vec::new();
        for bundle in bundles.chunks(34) {
            assert_eq!(bundle[..2], [0, 32]);
            tree.push(bundle[2..].to_vec());
            hashes.extend(Sha256::new_with_prefix([0]).chain_update(&bundle[2..]).finalize());
        }
        assert_eq!(tree.len(), size as u64);
        assert_eq!(tree.root().as_bytes()[..], checkpoint.root[..], "the signed root");

        let mut leaves = tile(&auditor, "0/000");
        leaves.extend(tile(&auditor, &format!("0/001.p/{rest}")));
        assert_eq!(leaves, hashes);
        let mut first = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        bundles.chunks(34).take(256).for_each(|bundle| first.push(bundle[2..].to_vec()));
        assert_eq!(tile(&auditor, "1/000.p/1"), first.root().as_bytes()[..]);
    }

    fn what_the_tree_has_not_grown_to_is_not_there(world) {
        let auditor = auditor(&world);
        let size = key(&world).open(&world.stranger().get("/log/checkpoint").text).unwrap().size;
        assert_eq!(tile(&auditor, &format!("0/000.p/{size}")).len(), 32 * size as usize);
        for path in ["0/000".to_owned(), format!("0/000.p/{}", size + 1), "1/000.p/1".into(), "0/001.p/1".into(), "9/000".into(), "x".into()] {
            auditor.get(&format!("/log/tile/{path}")).is_problem(404, "not-found");
        }
        world.crm().get("/log/tile/0/000.p/1").is_problem(403, "insufficient-scope");
        world.stranger().get("/log/tile/0/000.p/1").is_problem(401, "unauthorized");
    }

    fn what_is_logged_tells_nothing_of_a_person(world) {
        let service = world.service();
        let made = service.makes("/v1/objections", &objection("19701104-2392", &[], &person()));
        let receipt = Receipt::read(text(&made["receipt"])).unwrap();
        let entry: Value = serde_json::from_str(&receipt.extra.entry).unwrap();
        let known = ["checkpoint", "client", "id", "kind", "position", "rows", "submission", "submission_salt", "tags", "time"];
        let names: Vec<_> = entry.as_object().unwrap().keys().collect();
        assert_eq!(names, known, "a new member must be shown to be no personal data");
        // Long enough to be in no digest and no id by chance.
        for of_a_person in ["701104-2392", "7011042392", "anna.karin", "Anna Karin", "0701740605", "701740605"] {
            assert!(!receipt.extra.entry.contains(of_a_person), "{of_a_person}");
        }
    }
}
