//! What the document says before its first operation.

use serde_json::{Value, json};

const INTRODUCTION: &str = "\
Nejtack (\"no thanks\") records objections to direct marketing (GDPR Art. 21.2) and never forgets one. \
Marketing tools ask it before they send.

## Where to begin

**Objection services** speak for persons by proxy. Get a token at `POST /oauth2/token`, find the \
controllers at `GET /v1/controllers`, and post to `POST /v1/objections`, or many at once to \
`POST /v1/objections/batch`. A 201 means that the objection is stored and in effect, and its `receipt` \
proves it to anybody: keep it. Give each one a \
`reference` of your own: then a retry is always safe. Try your integration with `?dry_run=true`.

**Marketing tools** ask `POST /v1/lookups` before they send, or `POST /v1/lookups/batch` for a list, or send a whole campaign file through `POST /v1/screenings`. \
Send only where the decision is `clear`. `undecidable` means do not send. **`clear` means that nobody \
objected; it is no consent** (marknadsföringslagen 19 §): whether you may send at all is for you to know. \
For mailings, `POST /v1/unsubscribe-links` gives each recipient a link by which to say no.

**SMS gateways** hand over what people text to a number of yours: 46elks and Twilio in their own forms, \
others at `POST /v1/inbound-sms`. STOP is an objection; what is not understood waits for staff.

**Staff and auditors** record at `POST /v1/objections` what people tell them on the telephone, by letter, \
e-mail or in person (`direct`), and a proxy that came on paper, read objections and their history, take them back when the person asks (`POST /v1/withdrawals`), see what \
could not be read or understood (`GET /v1/review`), and who asked how much (`GET /v1/audit`). \
[How auditors check the log](/docs/auditors), and what that proves, has a page of its own. Staff clients name the \
acting person in the header `X-Actor`: an account name, never an e-mail address or a personnummer.

## Bodies

JSON in UTF-8. Unknown fields are refused, so that a misspelt one is never lost. `null`, `\"\"`, blanks \
and empty lists count as absent. Times are RFC 3339, answered in UTC with `Z`; ids are UUIDs. Personal \
data is sent in bodies only, never in an address. A body may be 64 KiB, an objection 8 MiB (a document \
of 5 MB fits), a batch look-up 16 MiB; a batch of objections has no limit, each line of it 8 MiB, nor has a file to be screened or a list to be imported. \
Enumerations in answers are open: accept values that you do not know.

## Errors

`application/problem+json` (RFC 9457). Decide by `code`; `type` is a page that says what to do; `errors` \
names all places in the body at once, by JSON Pointer. Values that you sent are never repeated. \
`/oauth2/token` answers errors as RFC 6749 says. Every answer carries `X-Request-Id`, but for those to \
what is not yet a request: bytes that are no HTTP (400), a head that comes too slowly (408) or is too large \
(431) are answered without a body, and the connection ends.

## Retrying

Send the same request again after a 408, 429, 503 or a broken connection, and wait as long as \
`Retry-After` says. Recording is safe to repeat with a `reference` (for objections, for ever) or an \
`Idempotency-Key` (any POST that records, kept for at least 30 days): the same content gets the first \
answer again, other content gets 409.

## Limits

A request's head may have 96 headers and 128 KiB, and must come within 10 seconds; each part of a body \
within 15 seconds of the last, and all of a body but a batch's or a file's within 5 minutes. An idle connection is kept \
for 75 seconds; more than 8192 connections for each processor wait. A stopping instance takes no new connections and has 30 seconds to answer what it accepted.

Look-ups are metered by identifiers, with a quota for each client and day; `RateLimit-Policy` and \
`RateLimit` tell what is left. Lists come in pages: send `next` as `after`.";

/// `info`.
pub(super) fn info() -> Value {
    json!({
        "title": "Nejtack",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Objections to direct marketing: record them, and ask before you send.",
        "description": INTRODUCTION,
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    })
}

/// `tags`.
pub(super) fn tags() -> Value {
    json!([
        {"name": "Access", "description": "Tokens, and who issues them."},
        {"name": "Objections", "description": "Recording objections, and what happens to them later. Nothing is ever erased."},
        {"name": "Look-ups", "description": "May this be sent? `clear` means that nobody objected; it is no consent."},
        {"name": "Screenings", "description": "Whole campaign files through the blocklist, each with a certificate in the ledger."},
        {"name": "Imports and exports", "description": "Lists that a company has today, taken over; and all that is held, handed out."},
        {"name": "Unsubscribe links", "description": "Links for mailings by which a person says no, with one click or on a small page."},
        {"name": "Changes", "description": "What can make a decision another one, as it comes, and who has applied it."},
        {"name": "Webhooks", "description": "Endpoints that are told of changes by themselves (Standard Webhooks)."},
        {"name": "Registers", "description": "National opt-out registers: their versions, and whom they bind."},
        {"name": "Controllers", "description": "Who sends (GDPR Art. 4.7), and the groups they belong to."},
        {"name": "Clients", "description": "The programs that may call this service."},
        {"name": "Messages", "description": "Messages that people send to a number of yours: what says stop is recorded, all else is left for staff."},
        {"name": "Review", "description": "What could not be read or understood, for staff to look at."},
        {"name": "Audit", "description": "Who asked how much, and which keys are in use."},
        {"name": "Log", "description": "The transparency log: proof of what was recorded, and that nothing was removed."},
        {"name": "Service", "description": "How this instance is."},
    ])
}
