use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use nejtack::crypto::root_key::{RootKey, RootKeyError};
use proptest::prelude::*;
use tempfile::TempDir;

use super::support::{ROOT, hex, hmac, key_file, known_root};

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    (folder, path)
}

fn write(path: &Path, text: impl AsRef<[u8]>, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn is_malformed(path: &Path) -> bool {
    matches!(RootKey::read(path), Err(RootKeyError::Malformed(at, _)) if at == path)
}

#[test]
fn a_created_key_is_read_again_and_is_its_owners_alone() {
    let (folder, path) = folder();
    let created = RootKey::create(&path).unwrap();
    let loaded = RootKey::read(&path).unwrap();
    assert_eq!(loaded.key.id(), created.id());
    assert_eq!(loaded.warning, None);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
}

#[test]
fn a_key_is_never_overwritten() {
    let (folder, path) = folder();
    let first = RootKey::create(&path).unwrap();
    assert!(matches!(RootKey::create(&path), Err(RootKeyError::Exists(at)) if at == path));
    assert_eq!(RootKey::read(&path).unwrap().key.id(), first.id());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    // Nor is a link that leads nowhere followed.
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &link).unwrap();
    assert!(matches!(RootKey::create(&link), Err(RootKeyError::Exists(_))));
}

#[test]
fn of_many_who_create_one_wins() {
    let (_folder, path) = folder();
    let won = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| RootKey::create(&path))).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()).collect::<Vec<_>>()
    });
    assert_eq!(won.len(), 1);
    assert_eq!(RootKey::read(&path).unwrap().key.id(), won[0].id());
}

#[test]
fn without_a_folder_there_is_no_file() {
    let (folder, _) = folder();
    let path = folder.path().join("nowhere/root.key");
    assert!(matches!(RootKey::create(&path), Err(RootKeyError::Unwritable(..))));
    assert!(matches!(RootKey::read(&path), Err(RootKeyError::Missing(_))));
}

#[test]
fn errors_name_the_file() {
    let (folder, path) = folder();
    let name = path.display().to_string();
    let missing = RootKey::read(&path).unwrap_err();
    assert!(matches!(missing, RootKeyError::Missing(_)));
    assert!(missing.to_string().contains(&name), "{missing}");
    // A folder cannot be read as a file, by root either.
    let unreadable = RootKey::read(folder.path()).unwrap_err();
    assert!(matches!(unreadable, RootKeyError::Unreadable(..)));
    assert!(unreadable.to_string().contains(&folder.path().display().to_string()));
    write(&path, "", 0o600);
    let malformed = RootKey::read(&path).unwrap_err();
    assert!(malformed.to_string().contains(&name), "{malformed}");
    assert!(malformed.to_string().contains("empty"), "{malformed}");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let (_folder, path) = folder();
    for text in [key_file(&ROOT), known_root().export().to_string()] {
        for length in 0..text.trim_end().len() {
            write(&path, &text[..length], 0o600);
            assert!(is_malformed(&path), "{length} bytes");
        }
    }
}

#[test]
fn a_wrong_digit_anywhere_is_noticed() {
    let (_folder, path) = folder();
    let text = key_file(&ROOT);
    for (place, was) in text.char_indices().filter(|(_, c)| c.is_ascii_hexdigit()) {
        let mut wrong = text.clone();
        wrong.replace_range(place..=place, if was == '0' { "1" } else { "0" });
        write(&path, &wrong, 0o600);
        assert!(is_malformed(&path), "at {place}");
    }
    write(&path, key_file(&ROOT).replace("5a5a check", "5a5a 5a check"), 0o600);
    assert!(is_malformed(&path), "a group too many");
}

#[test]
fn foreign_files_are_refused() {
    let (_folder, path) = folder();
    let long = [b'a'; 1 << 20];
    let pem = include_str!("keys/p256.pem");
    let later = key_file(&ROOT).replace("key-1", "key-2");
    for foreign in
        [pem.as_bytes(), &long, &[0xff, 0, 1], &ROOT, b"SQLite format 3\0", later.as_bytes()]
    {
        write(&path, foreign, 0o600);
        assert!(is_malformed(&path));
    }
}

#[test]
fn a_file_that_others_may_open_is_a_warning() {
    let (_folder, path) = folder();
    for (mode, warned) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
        write(&path, key_file(&ROOT), mode);
        let warning = RootKey::read(&path).unwrap().warning;
        assert_eq!(warning.is_some(), warned, "{mode:o}");
        if let Some(warning) = warning {
            assert_eq!(warning.mode, mode);
            assert!(warning.to_string().contains(&format!("chmod 600 {}", path.display())));
        }
    }
}

#[test]
fn the_id_is_public_and_the_key_is_not() {
    let key = known_root();
    assert_eq!(key.id(), hex(&hmac(&ROOT, b"nejtack root key id")[..8]));
    assert_eq!(format!("{key:?}"), format!("RootKey({:?})", key.id()));
    assert_ne!(RootKey::generate().id(), RootKey::generate().id());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A printed key may be typed back in whatever lines, groups and case.
    #[test]
    fn what_is_exported_is_read(
        capitals in any::<bool>(),
        ends in prop::sample::select(vec!["\n", "\r\n", "\n\n", " \n\t"]),
        gap in prop::sample::select(vec![" ", "  ", "\t", "\n", ""]),
    ) {
        let (_folder, path) = folder();
        let key = RootKey::generate();
        let mut text: String = key.export().lines().enumerate().map(|(number, line)| {
            // The comments, the header and the check stay lines of their own.
            let line = if (3..7).contains(&number) { line.replace(' ', gap) } else { line.into() };
            line + ends
        }).collect();
        if capitals {
            text = text.to_uppercase();
        }
        write(&path, &text, 0o600);
        prop_assert_eq!(RootKey::read(&path).unwrap().key.id(), key.id());
    }
}
