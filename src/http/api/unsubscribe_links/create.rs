//! `create_unsubscribe_links`

use super::super::super::auth::{Allowed, scopes::CreateLinks};
use super::super::super::body::{Body, LOOKUP_BATCH, Posted, absent};
use super::super::super::params::{NoQuery, Params};
use super::super::super::problem::{FaultBody, Problem};
use super::super::super::state::State;
use super::super::lookups::parts::metered;
use super::super::parts::words::ChannelWord;
use crate::app::unsubscribe_links::{self as app, NewLinks, Recipient};
use crate::domain::Time;
use crate::domain::channel::ChannelSet;
use crate::domain::fault::Fault;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A mailing that needs links.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewUnsubscribeLinks)]
pub(crate) struct CreateLinksForm {
    /// The controller that sends, by slug or id: the one that a no binds.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", example = "tandgruppen-goteborg")]
    controller: String,
    /// How it is sent: `email`, `sms`, `phone` or `automated_call`.
    #[serde(deserialize_with = "absent::required")]
    #[schema(example = "email")]
    channel: ChannelWord,
    /// To whom.
    #[serde(deserialize_with = "absent::required_set::<_, _, 10000>")]
    #[schema(min_items = 1, max_items = 10000)]
    recipients: Vec<RecipientForm>,
}

impl Posted for CreateLinksForm {
    const LIMIT: usize = LOOKUP_BATCH;
}

/// Whom a link is for: an `email` for the channel `email`, a `phone` for the others.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkRecipient)]
pub(crate) struct RecipientForm {
    /// Your own name for the row; it comes back with the link. No personal data is needed here.
    #[serde(default, deserialize_with = "absent::short")]
    #[schema(max_length = 200, example = "row-17")]
    key: Option<String>,
    /// The e-mail address.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "eva.lind@exempel.example")]
    email: Option<String>,
    /// The telephone number; without a country code it belongs to the controller's region.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "070-174 06 05")]
    phone: Option<String>,
}

/// A recipient's link, or why there is none.
#[derive(Serialize, ToSchema)]
#[schema(as = UnsubscribeLink)]
pub(crate) struct LinkBody {
    /// Your own name for the row.
    #[schema(example = "row-17")]
    key: Option<String>,
    /// The link, for the text of the mailing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, format = "uri", example = json!(URL))]
    url: Option<String>,
    /// The value of the mail's header `List-Unsubscribe` (RFC 2369); only for the channel `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = json!(HEADER))]
    list_unsubscribe: Option<String>,
    /// The value of the mail's header `List-Unsubscribe-Post` (RFC 8058); only for the channel
    /// `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "List-Unsubscribe=One-Click")]
    list_unsubscribe_post: Option<&'static str>,
    /// What could not be read: send nothing to this recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Option<FaultBody>)]
    problem: Option<Fault>,
}

/// The links, in the order of the recipients.
#[derive(Serialize, ToSchema)]
#[schema(as = UnsubscribeLinks)]
pub(crate) struct LinksBody {
    /// One for each recipient.
    links: Vec<LinkBody>,
    /// Until when they work: at least three years, whatever becomes of the client.
    #[schema(value_type = DateTime<Utc>)]
    valid_until: Time,
}

/// RFC 8058 §3.1.
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";
const URL: &str = "https://nejtack.example/u/AQEpSGu1Yk0vYB1W7cQv0mYkq1o9mP3Ww5xkJcE0c7q2n1hQzqk2xgqzB7T8nq6qkTq0c1oGvJtXy6b0Qm3eLr9aWc5uZs8dHf2pKj4xVn7tRg1yBw";
const HEADER: &str = "<https://nejtack.example/u/AQEpSGu1Yk0vYB1W7cQv0mYkq1o9mP3Ww5xkJcE0c7q2n1hQzqk2xgqzB7T8nq6qkTq0c1oGvJtXy6b0Qm3eLr9aWc5uZs8dHf2pKj4xVn7tRg1yBw>";

/// Make unsubscribe links for a mailing
///
/// A link for each of up to 10,000 recipients, in order. Whoever opens one can say no to this channel
/// or to all direct marketing of the controller, without logging in. The link says all of it, sealed:
/// nothing is stored before somebody uses it, and nobody can read an address in it or make one. A
/// recipient that cannot be read has a `problem` in its place. Links are metered as look-ups are.
///
/// For a mail, add both headers to the message as they come, and sign them with DKIM (RFC 8058 §4):
///
/// ```text
/// List-Unsubscribe: <https://…/u/…>
/// List-Unsubscribe-Post: List-Unsubscribe=One-Click
/// ```
///
/// Then the mail program shows a button of its own, which posts to the link. Put the link into the
/// text as well: there it opens a page with a button, in Swedish or English, and nothing is recorded
/// before that is pressed, however often a scanner follows it. Mail programs ask for https: serve with a
/// `--public-url` that begins so.
///
/// Links work for three years, also after the client was disabled or the controller renamed. Each is
/// its recipient's own: never send one to somebody else.
#[utoipa::path(
    tag = "Unsubscribe links",
    security(("oauth2" = ["links:create"])),
    request_body(content = CreateLinksForm, description = "At most 16 MiB.", example = json!({
        "controller": "tandgruppen-goteborg", "channel": "email", "recipients": [
            {"key": "row-17", "email": "eva.lind@exempel.example"},
            {"key": "row-18", "email": "eva.lind"}]})),
    responses((status = 200, description = "The links.", body = LinksBody,
        headers(("RateLimit-Policy" = String, description = "The quota; only for a client that has one"),
                ("RateLimit" = String, description = "What is left of it")),
        example = json!({"links": [
            {"key": "row-17", "url": URL, "list_unsubscribe": HEADER, "list_unsubscribe_post": ONE_CLICK},
            {"key": "row-18", "problem": {"pointer": "/recipients/1/email", "code": "unreadable",
                "detail": "Not an e-mail address. Write one address in each item of the list."}}],
            "valid_until": "2029-11-20T00:00:00Z"}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "unprocessable", "quota-exceeded"]))),
)]
#[post("/v1/unsubscribe-links")]
pub(crate) async fn create_unsubscribe_links(
    caller: Allowed<CreateLinks>,
    _query: Params<NoQuery>,
    body: Body<CreateLinksForm>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let CreateLinksForm { controller, channel, recipients } = body.value;
    let channel = (channel.0 != ChannelSet::ALL).then(|| channel.0.iter().next()).flatten();
    let recipients = recipients.into_iter().map(Recipient::from).collect();
    let made = app::create_links(&state.app, &caller, NewLinks { controller, channel, recipients })
        .await?;
    let public_url = &state.app.settings().public_url;
    let mail = made.mail;
    let links = made.links.into_iter().map(|(key, link)| {
        let (url, problem) = match link {
            Ok(token) => (Some(format!("{public_url}/u/{token}")), None),
            Err(fault) => (None, Some(fault)),
        };
        let list_unsubscribe = url.as_ref().filter(|_| mail).map(|url| format!("<{url}>"));
        let list_unsubscribe_post = list_unsubscribe.as_ref().map(|_| ONE_CLICK);
        LinkBody { key, url, list_unsubscribe, list_unsubscribe_post, problem }
    });
    let answer = LinksBody { links: links.collect(), valid_until: made.valid_until };
    Ok(metered(&state, &caller).json(answer))
}

impl From<RecipientForm> for Recipient {
    fn from(form: RecipientForm) -> Self {
        Self { key: form.key, email: form.email, phone: form.phone }
    }
}
