//! The demo's persons. None of them exists: the numbers are PTS's fictional ones,
//! the personnummer from the serials kept for tests, the mail under `.example`.

use serde_json::{Value, json};

/// What an objection service posts for Anna-Karin, who gave it a proxy. As text,
/// laid out for people.
pub(super) fn objection() -> String {
    let hours_ago = |hours| {
        let time = chrono::Utc::now() - chrono::TimeDelta::hours(hours);
        time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    };
    let (today, yesterday) = (hours_ago(1), hours_ago(14));
    format!(
        r#"{{
  "reference": "spt-2026-004711",
  "controllers": ["tandgruppen"],
  "right": "object_to_direct_marketing",
  "objected_at": "{today}",
  "person": {{
    "name": {{"given": "Anna-Karin", "family": "Åberg Öst"}},
    "personnummer": "19701104-2392",
    "emails": ["Anna.Karin@exempel.example"],
    "phones": ["070-174 06 05"],
    "addresses": [
      {{"street": "Storgatan 1 B lgh 1102", "postal_code": "413 01", "city": "Göteborg"}}
    ]
  }},
  "proxy": {{
    "reference": "fm-88121",
    "holder": {{"name": "Spärrtjänst AB", "organisation_number": "559999-0008"}},
    "grantor": "self",
    "granted_at": "{yesterday}",
    "rights": ["object_to_direct_marketing"],
    "identification": {{"method": "bankid", "at": "{yesterday}"}}
  }}
}}"#
    )
}

/// A question that the clinics' CRM asks, and what must be answered.
pub(super) struct Question {
    /// What is different this time.
    pub what: &'static str,
    /// As it stands in the CRM.
    pub written: &'static str,
    /// The clinic that wants to send.
    pub controller: &'static str,
    /// How it wants to send.
    pub channel: &'static str,
    /// The person, as the CRM writes one.
    pub person: Value,
    /// The decision.
    pub expected: &'static str,
}

impl Question {
    /// The body of the look-up.
    pub(super) fn body(&self) -> String {
        let (controller, channel, person) = (self.controller, self.channel, &self.person);
        format!(
            r#"{{"controller": "{controller}", "channels": ["{channel}"], "person": {person}}}"#
        )
    }
}

/// Anna-Karin four times, spelled otherwise each time.
pub(super) fn anna_karin() -> [Question; 4] {
    [
        Question {
            what: "her e-mail, in capitals and with a +tag",
            written: "ANNA.KARIN+kampanj@Exempel.example",
            controller: "tandgruppen-goteborg",
            channel: "email",
            person: json!({"emails": ["ANNA.KARIN+kampanj@Exempel.example"]}),
            expected: "blocked",
        },
        Question {
            what: "her telephone, with the country and a bracket",
            written: "+46 (0)70 174 06 05",
            controller: "tandgruppen-malmo",
            channel: "sms",
            person: json!({"phones": ["+46 (0)70 174 06 05"]}),
            expected: "blocked",
        },
        Question {
            what: "her personnummer, without the century",
            written: "701104-2392",
            controller: "tandgruppen-umea",
            channel: "phone",
            person: json!({"personnummer": "701104-2392"}),
            expected: "blocked",
        },
        Question {
            what: "her name and address, shortened and without the dots",
            written: "ANNA ABERG, Storg. 1b lgh 1102, SE-413 01",
            controller: "tandgruppen-goteborg",
            channel: "post",
            person: json!({
                "name": {"given": "ANNA", "family": "ABERG"},
                "addresses": [{"street": "Storg. 1b lgh 1102", "postal_code": "SE-413 01"}]
            }),
            expected: "blocked",
        },
    ]
}

/// Bo, who never objected.
pub(super) fn bo() -> Question {
    Question {
        what: "Bo, who never objected",
        written: "bo.ek@exempel.example",
        controller: "tandgruppen-goteborg",
        channel: "email",
        person: json!({"emails": ["bo.ek@exempel.example"], "phones": ["070-174 06 11"]}),
        expected: "clear",
    }
}

/// Somebody, unreadably.
pub(super) fn somebody() -> Question {
    Question {
        what: "an address that nobody can read",
        written: "bo.ek(at)exempel",
        controller: "tandgruppen-goteborg",
        channel: "email",
        person: json!({"emails": ["bo.ek(at)exempel"]}),
        expected: "undecidable",
    }
}
