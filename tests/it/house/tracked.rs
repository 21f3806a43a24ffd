//! The files that belong to the project: all that is here, less what
//! `.gitignore` names.

use std::path::{Path, PathBuf};

/// A file that is text.
pub(super) struct Text {
    /// Its path from the crate's folder.
    pub(super) path: String,
    /// What it says.
    pub(super) text: String,
}

/// Every text file of the project.
pub(super) fn texts() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ignored = std::fs::read_to_string(root.join(".gitignore")).expect(".gitignore");
    let ignored: Vec<_> = ignored.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut files = Vec::new();
    walk(root, root, &ignored, &mut files);
    files.sort();
    let texts: Vec<_> = files
        .into_iter()
        .filter_map(|file| {
            let text = String::from_utf8(std::fs::read(root.join(&file)).expect("a file")).ok()?;
            Some(Text { path: file.to_str().expect("a path in UTF-8").to_owned(), text })
        })
        .collect();
    assert!(texts.iter().any(|file| file.path == "Cargo.toml"), "the walk found no Cargo.toml");
    texts
}

/// The Rust files under this folder of the crate.
pub(super) fn rust(folder: &str) -> Vec<Text> {
    let mut files = texts();
    files.retain(|file| file.path.starts_with(folder) && file.path.ends_with(".rs"));
    assert!(!files.is_empty(), "there is no Rust file under {folder}");
    files
}

fn walk(root: &Path, folder: &Path, ignored: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = entry.path();
        let short = path.strip_prefix(root).expect("a path under the crate").to_owned();
        if entry.file_name() == ".git" || is_ignored(&short, ignored) {
            continue;
        }
        let kind = entry.file_type().expect("a kind of file");
        if kind.is_dir() {
            walk(root, &path, ignored, found);
        } else if kind.is_file() {
            found.push(short);
        }
    }
}

/// Understands the lines that our `.gitignore` has: `/name` at the top, and
/// `name` or `name/` anywhere.
fn is_ignored(path: &Path, ignored: &[&str]) -> bool {
    ignored.iter().any(|line| match line.strip_prefix('/') {
        Some(top) => path == Path::new(top.trim_end_matches('/')),
        None => path.file_name().is_some_and(|name| name == line.trim_end_matches('/')),
    })
}
