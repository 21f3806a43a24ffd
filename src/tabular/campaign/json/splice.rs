//! Puts our two members at an object's end, without touching its other bytes.

use super::super::{DECISION, Outcome, REASON, layout};

/// Adds the line to `out` with the outcome in it. The line is a JSON object;
/// `ours` says that an earlier run's members are in it, which are dropped.
pub(in super::super) fn splice(line: &str, ours: bool, outcome: &Outcome<'_>, out: &mut Vec<u8>) {
    let Some(close) = line.rfind('}') else { return };
    let inside = line[..close].trim_end_matches([' ', '\t', '\r', '\n']);
    let written = out.len();
    if ours {
        without_ours(inside, out);
    } else {
        out.extend_from_slice(inside.as_bytes());
    }
    let is_empty = out[written..].trim_ascii() == b"{";
    member(out, !is_empty, DECISION, outcome.decision);
    member(out, true, REASON, &outcome.reason);
    out.extend_from_slice(&line.as_bytes()[inside.len()..]);
}

fn member(out: &mut Vec<u8>, behind_another: bool, key: &str, value: &str) {
    if behind_another {
        out.push(b',');
    }
    out.push(b'"');
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":");
    out.extend_from_slice(serde_json::Value::from(value).to_string().as_bytes());
}

/// The object up to its last member, without ours and the commas that joined them.
fn without_ours(inside: &str, out: &mut Vec<u8>) {
    let members = members(inside);
    let mut from = 0; // what is not written yet
    let mut kept_one = false;
    for (at, member) in members.iter().enumerate() {
        if !member.ours {
            kept_one = true;
            continue;
        }
        // Behind one that is kept, the comma before it goes too; else the one after.
        let (start, end) = match members.get(at + 1) {
            _ if kept_one => (members[at - 1].end.max(from), member.end),
            Some(next) => (member.start, next.start),
            None => (member.start, member.end),
        };
        out.extend_from_slice(&inside.as_bytes()[from..start]);
        from = end;
    }
    out.extend_from_slice(&inside.as_bytes()[from..]);
}

struct Member {
    start: usize,
    end: usize,
    ours: bool,
}

/// The members of an object that was read already, so that it is well formed.
fn members(text: &str) -> Vec<Member> {
    let bytes = text.as_bytes();
    let mut members = Vec::new();
    let mut at = text.find('{').map_or(text.len(), |open| open + 1);
    loop {
        at = skip(bytes, at, |byte| byte.is_ascii_whitespace() || byte == b',');
        if bytes.get(at) != Some(&b'"') {
            return members;
        }
        let start = at;
        at = string(bytes, at);
        let key: Option<String> = serde_json::from_str(&text[start..at]).ok();
        at = skip(bytes, at, |byte| byte.is_ascii_whitespace() || byte == b':');
        at = value(bytes, at);
        let ours = key.is_some_and(|key| layout::ours(&key).is_some());
        members.push(Member { start, end: at, ours });
    }
}

/// Behind the value that begins here.
fn value(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string(bytes, at),
            b'{' | b'[' => (depth, at) = (depth + 1, at + 1),
            b'}' | b']' => (depth, at) = (depth.saturating_sub(1), at + 1),
            b',' | b':' => at += 1,
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                at = skip(bytes, at, |byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
                    .max(at + 1)
            }
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

/// Behind the string that begins here.
fn string(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

fn skip(bytes: &[u8], at: usize, what: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| what(**byte)).count()
}
