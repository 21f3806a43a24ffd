//! The page of a link that can be used: what can be chosen, and what came of it.

use super::language::Language;
use super::layout::{escaped, page};
use super::words::{Words, by, fill, moment, period, words};
use crate::app::Committed;
use crate::app::record_objection::Recorded;
use crate::app::unsubscribe_links::{Covers, Opened};
use crate::domain::identifier::Kind;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

/// Why the choice is asked for once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// The form could not be read.
    Unreadable,
    /// Nothing was chosen that there is.
    NoChoice,
}

/// A link's page in a language.
pub(super) struct LinkPage<'a> {
    opened: &'a Opened,
    language: Language,
    words: &'static Words,
    period: String,
}

impl<'a> LinkPage<'a> {
    pub(super) fn new(opened: &'a Opened, language: Language) -> Self {
        let period = period(opened.originals_days.unwrap_or_default(), language);
        Self { opened, language, words: words(language), period }
    }

    /// A template with what the link says in it: as plain text.
    fn text(&self, template: &str) -> String {
        let contact = match self.opened.contact() {
            Kind::Phone => self.words.phone,
            _ => self.words.email,
        };
        fill(
            template,
            &[
                ("controller", &self.opened.controller),
                ("hint", &self.opened.hint),
                ("channel", by(self.opened.channel, self.language)),
                ("contact", contact),
                ("period", &self.period),
            ],
        )
    }

    fn html(&self, template: &str) -> String {
        escaped(&self.text(template))
    }

    /// Where the person chooses. A radio button is chosen from the start, the one that
    /// the mailing is about, so that confirming is enough.
    pub(super) fn choice(&self, again: Option<Again>) -> HttpResponse {
        let words = self.words;
        let (status, alert) = match again {
            None => (StatusCode::OK, None),
            Some(Again::Unreadable) => (StatusCode::BAD_REQUEST, Some(words.unreadable)),
            Some(Again::NoChoice) => (StatusCode::UNPROCESSABLE_ENTITY, Some(words.no_choice)),
        };
        let title = self.text(words.title);
        let title = match alert {
            None => title,
            Some(_) => fill(words.wrong_title, &[("title", &title)]),
        };
        let alert = alert.map(|alert| {
            format!("<p class=\"card wrong\" role=\"alert\">{}</p>", self.html(alert))
        });
        let content = format!(
            "{alert}<div class=\"card\"><h1>{heading}</h1><p>{lead}</p>\
             <form method=\"post\"><fieldset><legend>{choose}</legend>{channel}{all}</fieldset>\
             <button type=\"submit\">{confirm}</button></form></div>\
             <div class=\"more\">{kept}</div>",
            alert = alert.unwrap_or_default(),
            heading = self.html(words.heading),
            lead = self.html(words.lead),
            choose = self.html(words.choose),
            channel = self.radio(Covers::Channel, words.channel, words.channel_more, true),
            all = self.radio(Covers::All, words.all, words.all_more, false),
            confirm = self.html(words.confirm),
            kept = self.kept(Some(words.not_yet)),
        );
        page(status, self.language.tag(), &title, &content)
    }

    fn radio(&self, covers: Covers, label: &str, more: &str, checked: bool) -> String {
        format!(
            "<div class=\"choice\"><input type=\"radio\" name=\"scope\" id=\"{name}\" value=\"{name}\" \
             aria-describedby=\"{name}-more\" required{checked}><label for=\"{name}\">{label}</label>\
             <p id=\"{name}-more\">{more}</p></div>",
            name = covers.name(),
            checked = if checked { " checked" } else { "" },
            label = self.html(label),
            more = self.html(more),
        )
    }

    /// What is kept, for how long, and by which law.
    fn kept(&self, first: Option<&str>) -> String {
        let words = self.words;
        let original = match self.opened.originals_days {
            Some(0) => words.original_never,
            Some(_) => words.original_for,
            None => words.original_always,
        };
        let paragraphs =
            first.into_iter().chain([words.kept_what, original, words.law, words.regret]);
        let paragraphs: String =
            paragraphs.map(|text| format!("<p>{}</p>", self.html(text))).collect();
        format!("<h2>{}</h2>{paragraphs}", self.html(words.kept))
    }

    /// What was recorded. Whoever spared themselves one channel can go on to all.
    pub(super) fn confirmation(
        &self,
        covers: Covers,
        recorded: &Committed<Recorded>,
    ) -> HttpResponse {
        let words = self.words;
        let covered = match covers {
            Covers::Channel => words.channel,
            Covers::All => words.all,
        };
        let facts = [
            (words.covers, self.html(covered)),
            (words.when, moment(recorded.time, self.language)),
            (words.number, format!("<code>{}</code>", recorded.value.id)),
        ];
        let facts: String = facts
            .iter()
            .map(|(name, value)| format!("<dt>{}</dt><dd>{value}</dd>", self.html(name)))
            .collect();
        let further = match covers {
            Covers::All => String::new(),
            Covers::Channel => format!(
                "<div class=\"card\"><h2>{}</h2><form method=\"post\">\
                 <input type=\"hidden\" name=\"scope\" value=\"{}\"><p>{}</p>\
                 <button type=\"submit\" class=\"second\">{}</button></form></div>",
                self.html(words.also_all),
                Covers::All.name(),
                self.html(words.all_more),
                self.html(words.also_all_button),
            ),
        };
        let content = format!(
            "<div class=\"card\"><h1>{}</h1><p>{}</p><dl>{facts}</dl><p>{}</p></div>{further}\
             <div class=\"more\">{}</div>",
            self.html(words.done),
            self.html(words.done_more),
            self.html(words.number_more),
            self.kept(None),
        );
        page(StatusCode::OK, self.language.tag(), &self.text(words.done_title), &content)
    }
}
