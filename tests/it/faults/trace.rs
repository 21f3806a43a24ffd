//! Reading what strace wrote.

use std::collections::HashMap;

/// A call of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) thread: String,
    pub(super) name: String,
    /// The file or socket of its first descriptor, or the first path it names.
    pub(super) path: String,
    /// The first text it was given, if that is no path.
    pub(super) bytes: Vec<u8>,
    /// The last number among its arguments: where `pwrite64` writes.
    pub(super) last: Option<u64>,
    /// -1 where it failed.
    pub(super) result: i64,
    /// The line on which strace saw it begin.
    pub(super) begun: usize,
    /// The line on which strace saw it end.
    pub(super) ended: usize,
}

/// The calls that ended, in the order in which they began.
pub(super) fn calls(text: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut open: HashMap<&str, (usize, &str)> = HashMap::new();
    for (number, line) in text.lines().enumerate() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(beginning) = rest.strip_suffix(" <unfinished ...>") {
            open.insert(thread, (number, beginning));
        } else if rest.starts_with("<... ") {
            let Some((begun, beginning)) = open.remove(thread) else { continue };
            let Some((_, end)) = rest.split_once(" resumed>") else { continue };
            calls.extend(call(thread, &format!("{beginning}{end}"), begun, number));
        } else {
            calls.extend(call(thread, rest, number, number));
        }
    }
    calls.sort_by_key(|call| call.begun);
    calls
}

/// `name(arguments) = result`; `None` for a signal or an exit.
fn call(thread: &str, line: &str, begun: usize, ended: usize) -> Option<Call> {
    let (name, rest) = line.split_once('(')?;
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') || name.is_empty() {
        return None;
    }
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let result = result.split([' ', '<']).next()?.parse().unwrap_or(-1);
    let arguments = arguments.trim_end().strip_suffix(')')?;
    let (before, text, after) = match arguments.split_once('"') {
        Some((before, rest)) => {
            let (text, after) = unescaped(rest);
            (before, Some(text), after)
        }
        None => (arguments, None, arguments),
    };
    let descriptor = before.split_once('<').and_then(|(number, rest)| {
        number.parse::<u32>().ok()?;
        Some(rest.rsplit_once('>')?.0.to_owned())
    });
    let (path, bytes) = match (descriptor, text) {
        (Some(path), text) => (path, text.unwrap_or_default()),
        (None, Some(text)) => (String::from_utf8_lossy(&text).into_owned(), Vec::new()),
        (None, None) => return None,
    };
    let last = after.rsplit([',', ' ']).next().and_then(|word| word.parse().ok());
    let (thread, name) = (thread.to_owned(), name.to_owned());
    Some(Call { thread, name, path, bytes, last, result, begun, ended })
}

/// A text up to its closing quote, and what follows.
fn unescaped(text: &str) -> (Vec<u8>, &str) {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return (out, &text[at + 1..]),
            b'\\' => {
                at += 1;
                let digits = bytes[at..].iter().take(3).take_while(|b| (b'0'..b'8').contains(b));
                let length = digits.count();
                if length > 0 {
                    let value = u16::from_str_radix(&text[at..at + length], 8).expect("octal");
                    out.push(u8::try_from(value).expect("a byte"));
                    at += length;
                    continue;
                }
                out.push(match bytes[at] {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'v' => 0x0b,
                    b'f' => 0x0c,
                    other => other,
                });
            }
            byte => out.push(byte),
        }
        at += 1;
    }
    (out, "")
}

#[test]
fn a_trace_is_read() {
    let text = r#"41 pwrite64(6</d/n.sqlite-wal>, "\0\0\1\"a\\\3771", 8, 4152) = 8
42 fsync(6</d/n.sqlite-wal> <unfinished ...>
41 sendto(28<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 201\r\n) = 5", 19, MSG_NOSIGNAL, NULL, 0) = 19
42 <... fsync resumed>) = -1 EIO (Input/output error) (INJECTED)
41 openat(AT_FDCWD</d>, "/d/x", O_RDONLY|O_CLOEXEC) = 29</d/x>
41 --- SIGTERM {si_signo=SIGTERM} ---
41 +++ killed by SIGKILL +++
42 write(3</d/y>, "cut" <unfinished ...>
"#;
    let calls = calls(text);
    let told: Vec<_> =
        calls.iter().map(|c| (&*c.name, &*c.path, c.last, c.result, c.begun, c.ended)).collect();
    assert_eq!(
        told,
        [
            ("pwrite64", "/d/n.sqlite-wal", Some(4152), 8, 0, 0),
            ("fsync", "/d/n.sqlite-wal", None, -1, 1, 3),
            ("sendto", "TCP:[127.0.0.1:1->127.0.0.1:2]", Some(0), 19, 2, 2),
            ("openat", "/d/x", None, 29, 4, 4),
        ]
    );
    assert_eq!(calls[0].bytes, [0, 0, 1, b'"', b'a', b'\\', 0o377, b'1']);
    assert_eq!(calls[2].bytes, b"HTTP/1.1 201\r\n) = 5");
}
