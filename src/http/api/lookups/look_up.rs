//! `look_up`

use super::super::super::auth::{Allowed, scopes::LookUp as MayLookUp};
use super::super::super::body::{Body, Posted, absent};
use super::super::super::params::{NoQuery, Params};
use super::super::super::problem::Problem;
use super::super::super::state::State;
use super::super::parts::answers::AsOfBody;
use super::super::parts::person::PersonForm;
use super::super::parts::relationship::RelationshipForm;
use super::super::parts::words::ChannelWord;
use super::parts::{AtForm, FoundBody, asked, at_schema, count, metered};
use crate::app::look_up as app;
use crate::domain::register::Relationship;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A question about one person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLookUp)]
pub(crate) struct LookUp {
    /// The controller that wants to send, by slug, id or organisation number.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", example = "tandgruppen-goteborg")]
    controller: String,
    /// How it wants to send; every channel, if left out.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["email"]))]
    channels: Vec<ChannelWord>,
    /// The person: at least one identifier.
    #[serde(deserialize_with = "absent::required")]
    pub(super) person: PersonForm,
    /// What the sender has to do with the person.
    #[serde(default, deserialize_with = "absent::option")]
    relationship: Option<RelationshipForm>,
    /// Opt-out registers that count besides those that bind the controller, by slug or id. A
    /// look-up can only add registers.
    #[serde(default, deserialize_with = "absent::set::<_, _, 20>")]
    #[schema(max_items = 20, example = json!(["nix-telefon"]))]
    registers: Vec<String>,
    /// As of when.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(schema_with = at_schema)]
    at: Option<AtForm>,
}

impl Posted for LookUp {}

/// The decisions.
#[derive(Serialize, ToSchema)]
#[schema(as = LookedUp)]
pub(crate) struct LookedUp {
    #[serde(flatten)]
    found: FoundBody,
    /// The state of the ledger that the answer is true at.
    as_of: AsOfBody,
}

/// Ask before sending to one person
///
/// Send only where the decision is `clear`. `blocked`: the person objected. `undecidable`: do not
/// send; the contact point of that channel could not be read, or the person may be one who
/// objected. **`clear` is no consent** (marknadsföringslagen 19 §): it means that nobody objected.
///
/// While a text message from one of the numbers waits to be read (`GET /v1/review`), `sms` is
/// `undecidable` for the controllers that it came to, with the warning `message_waiting`: it may be
/// an objection.
///
/// The answer is never older than the question: an objection that got its 201 before the question
/// came counts.
///
/// **Opt-out registers** that bind the controller count too (`GET /v1/registers`), and a look-up can
/// only add to them. One that is too old (`register_stale`), has no version (`register_missing`), or
/// cannot be asked since nothing readable was given of what each of its rows has, or some of it could
/// not be read (`register_unchecked`), makes its channels
/// `undecidable`, and so does `at` before the version in force (`register_version_gone`): `warnings`
/// says which. `relationship` lifts a register's block where its rules say so, and never an
/// objection's.
#[utoipa::path(
    tag = "Look-ups",
    security(("oauth2" = ["lookups:decide"]), ("static_key" = [])),
    request_body(content = LookUp, description = "At most 64 KiB.", example = json!({
        "controller": "tandgruppen-goteborg", "channels": ["email"],
        "person": {"emails": ["anna.karin+kampanj@exempel.example"]}})),
    responses((status = 200, description = "The decisions.", body = LookedUp,
        headers(("RateLimit-Policy" = String, description = "The quota; only for a client that has one"),
                ("RateLimit" = String, description = "What is left of it")),
        example = json!({"decisions": {"email": "blocked"},
            "reasons": [{"objection": "0193505c-2f6b-7c5a-9d3e-5d1f0c7a9b42", "source": "proxy",
                "since": "2026-11-20T09:12:03.481516Z", "channels": ["all"], "matched": "email",
                "grade": "equivalent", "shared": false}],
            "warnings": [], "as_of": {"position": 48211, "time": "2026-11-20T14:20:58.002117Z"}}))),
    extensions(("x-refusals" = json!(["controller-not-yours", "unprocessable", "quota-exceeded"]))),
)]
#[post("/v1/lookups")]
pub(crate) async fn look_up(
    caller: Allowed<MayLookUp>,
    _query: Params<NoQuery>,
    body: Body<LookUp>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let LookUp { controller, channels, person, relationship, registers, at } = body.value;
    let (channels, at) = (asked(&channels), at.map(|at| at.0));
    let question = app::LookUp { controller, channels, at, registers };
    let relationship = relationship.map(Relationship::from);
    let whom = app::Whom { person: person.into(), relationship };
    let (found, as_of) = app::look_up(&state.app, &caller, question, whom).await?;
    count(&state, std::iter::once(&found));
    let answer = LookedUp { found: found.into(), as_of: as_of.into() };
    Ok(metered(&state, &caller).json(answer))
}

#[cfg(test)]
mod tests {
    use super::LookUp;
    use crate::app::refusal::{Code, Refusal};
    use crate::domain::channel::Channel;
    use crate::http::api::lookups::parts::asked;
    use crate::http::explain::read;

    fn refused(body: &str) -> Refusal {
        match read::<LookUp>(body.as_bytes()) {
            Ok(_) => panic!("it was read"),
            Err(refusal) => refusal,
        }
    }

    fn faults(body: &str) -> Vec<(String, String)> {
        let refusal = refused(body);
        assert_eq!(refusal.code, Code::Malformed);
        refusal.errors.into_iter().map(|fault| (fault.pointer, fault.code.into_owned())).collect()
    }

    #[test]
    fn what_a_crm_leaves_empty_counts_as_absent() {
        let body = r#"{"controller": "a", "channels": [], "at": "", "person": {"name": null,
            "personnummer": " ", "emails": [null, "", "a@exempel.example"], "phones": "",
            "addresses": [{}, null, {"street": null, "city": ""}], "customer_ids": null, "hashes": []}}"#;
        let Ok(LookUp { channels, person, at, .. }) = read::<LookUp>(body.as_bytes()) else {
            panic!("refused");
        };
        let person = crate::domain::person::Person::from(person);
        assert!(channels.is_empty() && at.is_none() && person.personnummer.is_none());
        assert_eq!(person.emails, ["", "", "a@exempel.example"], "an element keeps its place");
        assert_eq!(person.addresses.len(), 3);
        assert!(person.phones.is_empty() && person.name.is_none());
    }

    #[test]
    fn everything_wrong_is_told_at_once_and_nothing_is_repeated() {
        let secret = "701104-2392";
        let body = format!(
            r#"{{"controler": "a", "channels": ["{secret}"], "at": "{secret}", "{secret}": 1, "person":
            {{"phone": "{secret}", "emails": "{secret}", "name": ["{secret}"], "a {secret}": {{"{secret}": 1}}}}}}"#
        );
        let refusal = refused(&body);
        assert!(!format!("{refusal:?}").contains("701104"), "{refusal:?}");
        let expected = [
            ("", "unknown_field"),
            ("/at", "format"),
            ("/channels/0", "unknown_value"),
            ("/controler", "unknown_field"),
            ("/controller", "required"),
            ("/person", "unknown_field"),
            ("/person/emails", "type"),
            ("/person/name", "type"),
            ("/person/phone", "unknown_field"),
        ];
        let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
        assert_eq!(faults(&body), expected);
        assert!(refusal.errors.iter().any(|fault| fault.detail.ends_with("Did you mean phones?")));
    }

    #[test]
    fn a_list_is_never_taken_for_an_object() {
        for body in [
            r#"["a", [], {}]"#,
            r#"{"controller": "a", "person": [null]}"#,
            r#"{"controller": "a", "person": {"addresses": [["Storgatan 1"]]}}"#,
            r#"{"controller": "a", "channels": [{"email": null}], "person": {}}"#,
        ] {
            assert_eq!(faults(body).len(), 1, "{body}");
        }
    }

    #[test]
    fn a_blank_among_names_is_refused_since_none_would_mean_every_one() {
        let body = r#"{"controller": " ", "channels": [""], "person": {}}"#;
        let expected = [("/channels/0", "unknown_value"), ("/controller", "required")];
        assert_eq!(faults(body), expected.map(|(p, c)| (p.to_owned(), c.to_owned())));
    }

    #[test]
    fn what_is_no_json_is_refused_by_its_place() {
        let deep = format!(r#"{{"controller": {}{}}}"#, "[".repeat(30_000), "]".repeat(30_000));
        for body in [
            "",
            "{",
            "nonsense",
            r#"{"controller": "a", "controller": "b", "person": {}}"#,
            r#"{"controller": "a", "person": {"emails": [1e999]}}"#,
            &deep,
        ] {
            let refusal = refused(body);
            assert!(refusal.errors.is_empty(), "{body:.60}");
            assert!(refusal.detail.is_some_and(|detail| detail.contains("line 1")), "{body:.60}");
        }
    }

    #[test]
    fn all_channels_are_asked_by_naming_none_or_all() {
        for (body, expected) in [
            (r#"{"controller": "a", "person": {}}"#, vec![]),
            (r#"{"controller": "a", "channels": ["all", "email"], "person": {}}"#, vec![]),
            (
                r#"{"controller": "a", "channels": ["sms", "email", "sms"], "person": {}}"#,
                vec![Channel::Email, Channel::Sms],
            ),
        ] {
            let Ok(read) = read::<LookUp>(body.as_bytes()) else { panic!("refused") };
            assert_eq!(asked(&read.channels), expected);
        }
    }
}
