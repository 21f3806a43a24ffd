//! `/docs/auditors`: the log for those who must not take our word for it.

use super::page::{escape, page};
use super::state::State;
use actix_web::{HttpResponse, get, web};

/// Paragraphs, headings and examples, in order.
enum Part {
    Heading(&'static str),
    Text(&'static str),
    Example(&'static str),
}
use Part::{Example, Heading, Text};

const PARTS: [Part; 27] = [
    Text(
        "Everything that happens to an objection is an entry in a ledger: that it came, that it was \
         withdrawn for some controllers and channels, that staff read what was posted, that originals \
         were shredded. Each entry is a leaf of a Merkle tree (RFC 6962, SHA-256). The tree's size and \
         root are signed after each commit: that is a checkpoint. Whoever holds a checkpoint, or a \
         receipt, which contains one, can show that an entry was later removed or changed.",
    ),
    Heading("Keep the key, and a checkpoint now and then"),
    Text(
        "The key above is the log's public key for as long as the instance lives. Write it down, or \
         keep it in a file, when you first come, and never take it from where a receipt came from. \
         Keep a checkpoint outside of the company, say each month; it is three lines and a signature, \
         and tells nothing of anybody.",
    ),
    Example("curl -s URL/log/key > key\ncurl -s URL/log/checkpoint > checkpoint-2026-11"),
    Heading("Check a receipt"),
    Text(
        "An objection service gets a receipt with each objection that it records, and can get it again \
         at `GET /v1/objections/{id}/receipt`. It is checked offline, with nothing but the key:",
    ),
    Example("nejtack receipt check kvitto.tlog-proof --key key --posted objection.json"),
    Text(
        "This proves that the entry stands in the tree that the checkpoint signs, with the time and \
         the client that it names, and, with `--posted`, that this body and no other was what came. \
         Any tool for C2SP tlog-proof proves the same but for the last: a leaf's data is \
         SHA-256(entry ‖ salt), both in the receipt's `extra` line (base64 of a JSON object).",
    ),
    Heading("Check the whole database"),
    Example(
        "nejtack verify --data DIR\nnejtack verify --data DIR --key key --since checkpoint-2026-11",
    ),
    Text(
        "`verify` reads the database itself, beside a serving process or without one, and makes \
         everything again from the rows: each entry and its leaf, the tree and every signed root, the \
         rows of each entry (objections, events, sealed originals, controllers, groups, memberships, \
         clients), the tags that decisions are made from. It names the first row that does not fit.",
    ),
    Text(
        "`--since` proves more: that the tree of a checkpoint that you kept is the beginning of \
         today's. Nothing it covers was removed, changed, back-dated or put in between. A checkpoint \
         that is larger than the log means that the database was put back to an older state.",
    ),
    Heading("Read the tree from outside"),
    Text(
        "With a token that has the scope `log:read` the tree can be read without the database, in the \
         layout of C2SP tlog-tiles: `/log/checkpoint`, `/log/tile/<level>/<number>` and \
         `/log/tile/entries/<number>`. An entry there is 32 bytes, the salted hash that its receipt \
         explains.",
    ),
    Heading("What this does not prove"),
    Text(
        "Whoever holds the signing key could sign another history for somebody who never saw this one. \
         Against that only checkpoints help that were kept outside: compare yours with those that \
         objection services have in their receipts.",
    ),
    Text(
        "An entry that never was made leaves no trace. So an objection service should keep its \
         receipts: no receipt, no proof that it was delivered.",
    ),
    Text(
        "Counts of use (`GET /v1/audit`), answers kept for retries and used token ids are not in the \
         log.",
    ),
    Heading("What goes, and what stays"),
    Text(
        "What was posted about a person is sealed, and its key is destroyed after a time (shredding). \
         The entry, the tags and the block stay, and so does every proof; only the salt goes by which a \
         body can be compared with the entry's `submission`. A receipt from before still has it.",
    ),
    Text(
        "When the keys of tags are changed (`nejtack keys rotate`) the tags are wrapped once more and \
         the new ones are committed to in an entry of their own; `verify` follows that.",
    ),
    Heading("Formats"),
    Text(
        "Tree: RFC 6962 §2.1. Tiles: c2sp.org/tlog-tiles. Checkpoint: c2sp.org/tlog-checkpoint in a \
         c2sp.org/signed-note (Ed25519). Receipt: c2sp.org/tlog-proof. Entry: canonical JSON, RFC 8785. \
         `submission`: SHA-256(salt ‖ body in canonical JSON); `submission_salt`: SHA-256 of that salt; \
         `document`: SHA-256(the same salt ‖ the proxy's document).",
    ),
    Text(
        "`tags`: SHA-256(the leaf's salt ‖ tags), where each tag is its number, kind, grade, version of \
         the key and version of the reading rules, as big-endian integers of 4, 2, 2, 4 and 4 bytes, \
         and then the tag's 32 bytes.",
    ),
    Text(
        "`rows`: SHA-256 over the entry's rows, for each the table's name, a blank, the row as JSON \
         (columns in the order of the table, without position and time of receipt; bytes in base64) \
         and a line feed.",
    ),
    Heading("See also"),
    Text("The operations are described under “Log” in the API's documentation."),
];

/// The page.
#[get("/docs/auditors")]
pub(crate) async fn read_auditors_page(state: web::Data<State>) -> HttpResponse {
    let url = &state.app.settings().public_url;
    let mut body = format!("<p>The log's public key:</p><pre>{}</pre>", plain(state.app.log_key()));
    for part in &PARTS {
        body.push_str(&match part {
            Heading(text) => format!("<h2>{}</h2>", escape(text)),
            Text(text) => format!("<p>{}</p>", escape(text)),
            Example(text) => format!("<pre>{}</pre>", plain(&text.replace("URL", url))),
        });
    }
    body.push_str("<p><a href=\"/docs/\">The API</a> · <a href=\"/problems/\">Errors</a></p>");
    page("The log, for auditors", &body)
}

fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
