//! The demo's made-up group of dental clinics, and who works with it.

use super::web::Credentials;
use crate::cli::client::Api;
use crate::cli::failure::{Failure, Outcome};
use serde_json::{Value, json};

/// The person whom the demo's staff name.
pub(super) const ACTOR: &str = "elin";

/// The clients that take part.
pub(super) struct World {
    /// Posts objections.
    pub service: Credentials,
    /// Asks before it sends.
    pub crm: Credentials,
    /// The clinics' own people.
    pub staff: Credentials,
    /// Hands over what people text to the clinics.
    pub gateway: Credentials,
    /// Reads who asked how much.
    pub auditor: Credentials,
    /// Keeps the registers.
    pub admin: Credentials,
}

/// Registers the group, its clinics and the clients, as the operator would.
pub(super) fn register(api: &Api) -> Outcome<World> {
    let group = json!({"slug": "tandgruppen", "name": "Tandgruppen"});
    api.post(&["v1", "groups"], &group)?;
    for (slug, name) in [
        ("tandgruppen-goteborg", "Tandgruppen Göteborg"),
        ("tandgruppen-malmo", "Tandgruppen Malmö"),
        ("tandgruppen-umea", "Tandgruppen Umeå"),
    ] {
        let clinic = json!({
            "slug": slug, "name": name, "organisation_number": "559999-0016", "group": "tandgruppen"
        });
        api.post(&["v1", "controllers"], &clinic)?;
    }
    let bound = json!(["tandgruppen"]);
    Ok(World {
        service: client(
            api,
            "sparrtjanst",
            &json!({"role": "objection-service", "organisation_number": "559999-0008"}),
        )?,
        crm: client(
            api,
            "tandgruppen-crm",
            &json!({"role": "marketing-tool", "controllers": bound}),
        )?,
        staff: client(api, "tandgruppen-staff", &json!({"role": "staff", "controllers": bound}))?,
        gateway: client(
            api,
            "elks",
            &json!({"role": "sms-gateway", "controllers": bound, "sms": {"form": "46elks"}}),
        )?,
        auditor: client(api, "revisor", &json!({"role": "auditor"}))?,
        admin: client(api, "tandgruppen-drift", &json!({"role": "admin"}))?,
    })
}

fn client(api: &Api, slug: &'static str, what: &Value) -> Outcome<Credentials> {
    let mut body = what.clone();
    body["client_id"] = slug.into();
    let answer = api.post(&["v1", "clients"], &body)?;
    match answer["client_secret"].as_str() {
        Some(secret) => Ok(Credentials { client_id: slug, secret: secret.to_owned() }),
        None => Err(Failure::refused(format!("{slug} was registered and got no secret"))),
    }
}
