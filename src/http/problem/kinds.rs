//! Every kind of error this service answers with: the only table from error to
//! status. The codes are part of the API; never reuse or rename one.

use crate::app::refusal::Code;

/// A kind of error.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name in `code` and in `type` (`/problems/<code>`).
    pub code: &'static str,
    /// The HTTP status it goes with.
    pub status: u16,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

macro_rules! kinds {
    ($($name:ident, $code:literal, $status:literal, $title:literal, $meaning:literal, $remedy:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: Kind = Kind {
                code: $code, status: $status, title: $title, meaning: $meaning, remedy: $remedy,
            };
        )*
        /// Every kind, by status.
        pub static EVERY: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    MALFORMED, "malformed", 400, "Not of the documented form",
        "The body, a parameter or a header is not of the form that the API description gives. Nothing was recorded.",
        "Correct what `errors` and `detail` name; all places are listed at once. Sending the same again will not help.";
    ACTOR_REQUIRED, "actor-required", 400, "The acting person is not named",
        "Staff clients record and read on behalf of a person, and each record keeps who that was.",
        "Send the header X-Actor with the person's account name: 1 to 64 of A-Z, a-z, 0-9, dot, underscore and hyphen, with no more than five digits in a row. Never an e-mail address or a personnummer.";
    UNAUTHORIZED, "unauthorized", 401, "No token, or not a valid one",
        "The request carries no access token, or one that has expired, was not issued here, or belongs to a client that has been shut out.",
        "Get a token at POST /oauth2/token and send it as `Authorization: Bearer <token>`. A token lives for 15 minutes: get a new one when this comes.";
    INSUFFICIENT_SCOPE, "insufficient-scope", 403, "The token lacks the scope",
        "The client is known, but its token does not let it do this.",
        "Ask for a token with the scope that `detail` names. If the client does not have the scope, an administrator can grant it.";
    SIGNATURE_INVALID, "signature-invalid", 403, "Not signed by this gateway",
        "There is no such gateway here, or its signature does not fit what came. Nothing was recorded.",
        "Check that the gateway's address for incoming messages is, letter for letter, the `webhook_url` that GET /v1/clients shows (which follows from the service's public URL), and that its newest auth token has been given at POST /v1/clients/{name}/secrets.";
    CONTROLLER_NOT_YOURS, "controller-not-yours", 403, "Not one of your controllers",
        "The client is bound to controllers of its own, and this request names another.",
        "Name one of your own controllers, or ask an administrator to add it to the client.";
    LOCAL_ONLY, "local-only", 403, "Only on the machine itself",
        "This can be done by the operator only, with the nejtack command on the machine that serves.",
        "Run the command on that machine.";
    NOT_FOUND, "not-found", 404, "Nothing here",
        "There is no such thing, or not one that this client may know of. The answer is the same in both cases.",
        "Check the address and the id. An objection service finds only its own objections.";
    METHOD_NOT_ALLOWED, "method-not-allowed", 405, "Not with this method",
        "The address exists, but not for this method. Nothing can be deleted or overwritten here.",
        "Use one of the methods in the header Allow.";
    REQUEST_TIMEOUT, "request-timeout", 408, "The body came too slowly",
        "The service waited for more of the request's body, and it did not come.",
        "Send the request again. With an Idempotency-Key or a reference that is always safe.";
    REFERENCE_REUSED, "reference-reused", 409, "The reference was used before, for something else",
        "Your `reference` already names an objection with other content. The first one stands; this one was not recorded.",
        "Give the new objection a reference of its own. If you meant to repeat the first one, send it unchanged.";
    IDEMPOTENCY_KEY_REUSED, "idempotency-key-reused", 409, "The idempotency key was used before, for something else",
        "Your Idempotency-Key already names a request with other content. The first one stands; this one was not carried out.",
        "Use a new key for a new request.";
    EVENT_NOT_POSSIBLE, "event-not-possible", 409, "What has happened before rules this out",
        "The state of what you name does not allow this event: an annulled objection, for example, takes no further events.",
        "Read it again to see what has happened to it.";
    NAME_TAKEN, "name-taken", 409, "The name is taken",
        "The slug or name is in use, or was: names once used are never given to another.",
        "Choose another one.";
    RESULT_GONE, "result-gone", 410, "The result is gone",
        "The result of this screening was never kept, or is no longer: it is kept for 24 hours where `Prefer: respond-async` asked for it, and not over a restart. The certificate stands, and what it says holds.",
        "Screen the file again, if you need its rows. `GET /v1/screenings/{id}` has the certificate.";
    PAYLOAD_TOO_LARGE, "payload-too-large", 413, "The body is too large",
        "The body is larger than this operation takes.",
        "Send less at a time; the API description says how much each operation takes.";
    UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", 415, "Not a content type that is read here",
        "The body is of a type, or in a content encoding, that this operation does not read.",
        "Send the Content-Type that `detail` names, without Content-Encoding.";
    UNPROCESSABLE, "unprocessable", 422, "Understood, and refused",
        "The request is of the right form, but a rule refuses what it says. Nothing was recorded.",
        "See `errors`: each names the place and what to do. Sending the same again will not help.";
    RIGHT_NOT_COVERED, "right-not-covered", 422, "The right is not covered",
        "The proxy does not name the right that is used, or the right is not one that this service knows. It records objections to direct marketing (GDPR Art. 21.2) and takes them back; access, erasure, rectification, portability and restriction must be asked of the controller. Nothing was recorded about the person.",
        "Use `object_to_direct_marketing`, and send a proxy whose `rights` name it.";
    NOTHING_READABLE, "nothing-readable", 422, "Nothing that identifies the person could be read",
        "None of the identifiers could be read, so nobody could ever be recognised by this.",
        "See `errors` for what was wrong with each one. One readable identifier is enough.";
    QUOTA_EXCEEDED, "quota-exceeded", 429, "The day's quota is used up",
        "The client has asked about as many identifiers as it may in a day.",
        "Go on after the time in Retry-After, or ask an administrator for a larger quota.";
    TOO_MANY_ATTEMPTS, "too-many-attempts", 429, "Too many failed attempts",
        "Too many requests with wrong credentials came from this network address.",
        "Wait for the time in Retry-After, and check the client's secret or token.";
    INTERNAL, "internal", 500, "Something broke here",
        "This is a fault of the service, not of the request.",
        "Send the request again; if it stays, tell the operator the request id in `instance`.";
    UNAVAILABLE, "unavailable", 503, "Cannot be done just now",
        "The database is away, full or busy. Nothing was recorded, unless an earlier try of the same request was.",
        "Send the same request again after the time in Retry-After. With an Idempotency-Key or a reference that is always safe.";
    NOT_READY, "not-ready", 503, "Not ready",
        "This instance is starting, or cannot prove that what it knows is new enough. It answers nothing rather than something wrong.",
        "Try again after the time in Retry-After.";
}

/// The kind with this code.
#[must_use]
pub fn named(code: &str) -> Option<&'static Kind> {
    EVERY.iter().copied().find(|kind| kind.code == code)
}

/// The kind that stands for a bare status, where the framework refused.
#[must_use]
pub fn of_status(status: u16) -> &'static Kind {
    match status {
        401 => &UNAUTHORIZED,
        403 => &INSUFFICIENT_SCOPE,
        404 => &NOT_FOUND,
        405 => &METHOD_NOT_ALLOWED,
        408 => &REQUEST_TIMEOUT,
        410 => &RESULT_GONE,
        413 => &PAYLOAD_TOO_LARGE,
        415 => &UNSUPPORTED_MEDIA_TYPE,
        422 => &UNPROCESSABLE,
        503 => &UNAVAILABLE,
        400..500 => &MALFORMED,
        _ => &INTERNAL,
    }
}

/// The kind of a refusal.
#[must_use]
pub fn of_code(code: Code) -> &'static Kind {
    match code {
        Code::Malformed => &MALFORMED,
        Code::Unprocessable => &UNPROCESSABLE,
        Code::RightNotCovered => &RIGHT_NOT_COVERED,
        Code::NothingReadable => &NOTHING_READABLE,
        Code::NotFound => &NOT_FOUND,
        Code::ResultGone => &RESULT_GONE,
        Code::Unauthorized => &UNAUTHORIZED,
        Code::SignatureInvalid => &SIGNATURE_INVALID,
        Code::InsufficientScope => &INSUFFICIENT_SCOPE,
        Code::ControllerNotYours => &CONTROLLER_NOT_YOURS,
        Code::LocalOnly => &LOCAL_ONLY,
        Code::ReferenceReused => &REFERENCE_REUSED,
        Code::IdempotencyKeyReused => &IDEMPOTENCY_KEY_REUSED,
        Code::EventNotPossible => &EVENT_NOT_POSSIBLE,
        Code::NameTaken => &NAME_TAKEN,
        Code::QuotaExceeded => &QUOTA_EXCEEDED,
        Code::Unavailable => &UNAVAILABLE,
        Code::NotReady => &NOT_READY,
        Code::Internal => &INTERNAL,
    }
}
