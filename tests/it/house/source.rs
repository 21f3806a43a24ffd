//! Which paths a Rust file names, found without a parser: comments and literals
//! are dropped, and what is left is read word by word.

/// A path that a file names, from the crate (`["crate", "store", …]`) or from
/// another crate (`["diesel", …]`), and its line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// The module that a file of `src/` is: `src/app/access.rs` is `app::access`.
pub(super) fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Vec<_> = inner.split('/').map(str::to_owned).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        parts.pop();
    }
    parts
}

/// Every path that this text, of this module, names.
pub(super) fn paths(text: &str, module: &[String]) -> Vec<Named> {
    let words = words(&without_literals(text));
    let mut reader = Reader { words: &words, at: 0, module: module.to_vec(), found: Vec::new() };
    reader.read();
    reader.found
}

struct Reader<'a> {
    words: &'a [(String, usize)],
    at: usize,
    module: Vec<String>,
    found: Vec<Named>,
}

impl Reader<'_> {
    fn read(&mut self) {
        // Modules within the file, by the depth of braces at which they end.
        let (mut depth, mut inner) = (0_usize, Vec::new());
        while let Some(word) = self.peek(0).map(str::to_owned) {
            let opens_module = word == "mod" && self.peek(2) == Some("{");
            match word.as_str() {
                "mod" if opens_module => {
                    self.module.push(self.peek(1).unwrap_or_default().to_owned());
                    inner.push(depth);
                    depth += 1;
                    self.at += 3;
                }
                "{" => (depth, self.at) = (depth + 1, self.at + 1),
                "}" => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                    if inner.last() == Some(&depth) {
                        inner.pop();
                        self.module.pop();
                    }
                }
                "use" => {
                    self.at += 1;
                    self.tree(&[]);
                }
                _ if is_name(&word) => self.tree(&[]),
                _ => self.at += 1,
            }
        }
    }

    /// Reads a path, or a tree of them in braces, behind this beginning.
    fn tree(&mut self, before: &[String]) {
        let mut path = before.to_vec();
        while let Some(word) = self.peek(0).map(str::to_owned) {
            match word.as_str() {
                "{" => return self.branches(&path),
                "::" => self.at += 1,
                _ if is_name(&word) || word == "*" => {
                    let line = self.words[self.at].1;
                    path.push(word.clone());
                    self.at += 1;
                    let ends = self.peek(0) != Some("::");
                    // A path goes on behind `::`; generics (`::<`) end it.
                    if ends || self.peek(1).is_none_or(|next| !goes_on(next)) {
                        self.keep(&path, line);
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    fn branches(&mut self, before: &[String]) {
        self.at += 1;
        while let Some(word) = self.peek(0) {
            match word {
                "}" => {
                    self.at += 1;
                    return;
                }
                word if is_name(word) || word == "{" => self.tree(before),
                _ => self.at += 1,
            }
        }
    }

    /// Keeps a path, with `self` and `super` made into what they stand for.
    fn keep(&mut self, path: &[String], line: usize) {
        let up = path.iter().take_while(|part| *part == "super").count();
        let path = match path.first().map(String::as_str) {
            Some("super") => {
                let left = self.module.len().saturating_sub(up);
                let mut absolute = vec!["crate".to_owned()];
                absolute.extend_from_slice(&self.module[..left]);
                absolute.extend_from_slice(&path[up..]);
                absolute
            }
            Some("nejtack") => {
                let mut absolute = vec!["crate".to_owned()];
                absolute.extend_from_slice(&path[1..]);
                absolute
            }
            _ => path.to_vec(),
        };
        self.found.push(Named { path, line });
    }

    fn peek(&self, ahead: usize) -> Option<&str> {
        self.words.get(self.at + ahead).map(|(word, _)| word.as_str())
    }
}

fn goes_on(word: &str) -> bool {
    is_name(word) || word == "{" || word == "*"
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Names (with the `!` of a macro), `::`, and every other sign by itself, each
/// with its line.
fn words(text: &str) -> Vec<(String, usize)> {
    let (mut words, mut line) = (Vec::new(), 1);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let is_macro = rest[end..].starts_with('!') && !rest[end..].starts_with("!=");
            length = end + usize::from(is_macro);
        } else if rest.starts_with("::") {
            length = 2;
        }
        if !first.is_whitespace() {
            words.push((rest[..length].to_owned(), line));
        }
        line += usize::from(first == '\n');
        rest = &rest[length..];
    }
    words
}

/// The text with comments and what is in quotes left out, lines kept.
pub(super) fn without_literals(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    while at < chars.len() {
        let end = end_of_literal(&chars, at, out.chars().next_back());
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.push(' ');
            out.extend(chars[at..end].iter().filter(|c| **c == '\n'));
            at = end;
        }
    }
    out
}

/// Where the comment or literal that begins here ends; here, if none does.
fn end_of_literal(chars: &[char], at: usize, before: Option<char>) -> usize {
    let get = |i: usize| chars.get(i).copied().unwrap_or('\0');
    match (get(at), get(at + 1)) {
        ('/', '/') => find(chars, at, |i| get(i) == '\n'),
        ('/', '*') => {
            let mut depth = 0;
            let mut i = at;
            loop {
                match (get(i), get(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= chars.len() {
                    return i.min(chars.len());
                }
            }
        }
        ('r', '"' | '#') if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') => {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            if get(at + 1 + hashes) != '"' {
                return at;
            }
            let closes = |i: usize| {
                get(i) == '"'
                    && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
            };
            (find(chars, at + 2 + hashes, closes) + 1 + hashes).min(chars.len())
        }
        ('"', _) => {
            let mut i = at + 1;
            while i < chars.len() && get(i) != '"' {
                i += if get(i) == '\\' { 2 } else { 1 };
            }
            (i + 1).min(chars.len())
        }
        // A character, and not a lifetime.
        ('\'', '\\') => (find(chars, at + 3, |i| get(i) == '\'') + 1).min(chars.len()),
        ('\'', _) if get(at + 2) == '\'' => at + 3,
        _ => at,
    }
}

fn find(chars: &[char], from: usize, ends: impl Fn(usize) -> bool) -> usize {
    (from..chars.len()).find(|i| ends(*i)).unwrap_or(chars.len())
}
