//! The pages of links that cannot be used. Each is in both languages and of one shape,
//! whatever is wrong: what to do instead matters, and a guesser learns nothing.

use super::super::problem::kinds;
use super::super::state::State;
use super::super::throttle;
use super::layout::{escaped, page};
use crate::app::unsubscribe_links::Unusable;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};

/// A heading and what to do, in Swedish and in English.
struct Told {
    swedish: (&'static str, &'static str),
    english: (&'static str, &'static str),
}

const FORGED: Told = Told {
    swedish: (
        "Länken går inte att använda",
        "Den kan ha blivit avklippt eller ändrad på vägen. Öppna den en gång till från utskicket, eller kopiera hela länken.",
    ),
    english: (
        "This link cannot be used",
        "It may have been cut or changed on its way. Open it once more from the message, or copy the whole link.",
    ),
};
const EXPIRED: Told = Told {
    swedish: (
        "Länken har gått ut",
        "Länken kommer från ett gammalt utskick. Öppna länken i ett senare utskick från samma avsändare.",
    ),
    english: (
        "This link has expired",
        "The link is from an old message. Open the link in a later message from the same sender.",
    ),
};
const TOO_MANY: Told = Told {
    swedish: (
        "För många länkar som inte går att använda",
        "Det kom många felaktiga länkar härifrån. Vänta en minut, och öppna sedan länken från utskicket en gång till.",
    ),
    english: (
        "Too many links that cannot be used",
        "Many wrong links came from here. Wait for a minute, and then open the link from the message once more.",
    ),
};
const NOT_NOW: Told = Told {
    swedish: (
        "Det går inte just nu",
        "Något är fel hos oss, och det är inte säkert att ditt nej har sparats. Försök igen om en stund. Det gör ingen skada att göra det två gånger.",
    ),
    english: (
        "This does not work just now",
        "Something is wrong on our side, and it is not certain that your no was kept. Try again in a while. Doing it twice does no harm.",
    ),
};

const INSTEAD: (&str, &str) = (
    "Du kan också säga nej direkt till den som skickade utskicket: svara, ring eller skriv. Ett enkelt ”ingen mer reklam, tack” räcker, och det måste följas (dataskyddsförordningen, artikel 21).",
    "You can also say no to whoever sent the message: reply, call or write. A simple “no more marketing, please” is enough, and must be followed (GDPR, Article 21).",
);

/// The answer where a link cannot be used. Failures are counted by address, as wrong
/// tokens are; genuine links, also expired ones, never are.
pub(super) fn refused(request: &HttpRequest, state: &State, unusable: &Unusable) -> HttpResponse {
    match unusable {
        Unusable::Expired => told(StatusCode::GONE, &EXPIRED, None),
        Unusable::Forged => {
            let source = throttle::source(request, state);
            match source.and_then(|address| state.throttle.failed(address)) {
                Some(wait) => told(StatusCode::TOO_MANY_REQUESTS, &TOO_MANY, Some(wait)),
                None => told(StatusCode::NOT_FOUND, &FORGED, None),
            }
        }
        Unusable::Refused(refusal) => {
            let status = kinds::of_code(refusal.code).status;
            let status = StatusCode::from_u16(status).unwrap_or_default();
            let status =
                if status.is_server_error() { status } else { StatusCode::SERVICE_UNAVAILABLE };
            told(status, &NOT_NOW, Some(refusal.retry_after.unwrap_or(60)))
        }
    }
}

fn told(status: StatusCode, told: &Told, wait: Option<u32>) -> HttpResponse {
    let part = |level: &str, (heading, what): (&str, &str), instead: &str| {
        format!(
            "<{level}>{}</{level}><p>{}</p><p>{}</p>",
            escaped(heading),
            escaped(what),
            escaped(instead)
        )
    };
    let content = format!(
        "<div class=\"card\">{}</div><div class=\"card\" lang=\"en\">{}</div>",
        part("h1", told.swedish, INSTEAD.0),
        part("h2", told.english, INSTEAD.1),
    );
    let title = format!("{} – {}", told.swedish.0, told.english.0);
    let mut answer = page(status, "sv, en", &title, &content);
    if let Some(wait) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, wait.into());
    }
    answer
}
