//! `nejtack webhooks`.

use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::{client::Api, instance, out};
use crate::app::Hearing;
use crate::config::{Asking, Webhooks, WebhooksAction};
use serde_json::{Value, json};
use uuid::Uuid;

/// Does what `webhooks` was asked.
pub(super) fn run(options: &Webhooks) -> Outcome {
    let asking = &options.asking;
    let hearing = Hearing { allow_private: options.webhook_allow_private, ..Hearing::default() };
    let with = |need, work: &dyn Fn(&Api) -> Outcome<Value>| {
        instance::with_hearing(asking, need, hearing, work)
    };
    match &options.action {
        WebhooksAction::Add { url, controllers, events, description } => {
            let body = json!({"url": url, "controllers": controllers, "events": events,
                "description": description});
            let answer = with(Need::Write, &|api| api.post(&["v1", "webhooks"], &body))?;
            with_secret(asking, &answer, "hears of changes from now on")
        }
        WebhooksAction::List => {
            let all = with(Need::Read, &|api| Ok(Value::Array(api.list("webhooks")?)))?;
            list(asking, all.as_array().map(Vec::as_slice).unwrap_or_default())
        }
        WebhooksAction::Test { id } => {
            let answer = with(Need::Read, &|api| api.post_nothing(&path(*id, "tests").each()))?;
            tested(asking, &answer)
        }
        WebhooksAction::Disable { id } => {
            let path = path(*id, "disablements");
            let answer = with(Need::Write, &|api| api.post_nothing(&path.each()))?;
            if asking.json {
                return out::json(&answer);
            }
            out::line("Nothing is sent to it any more.")
        }
        WebhooksAction::Enable { id } => {
            let path = path(*id, "enablements");
            let answer = with(Need::Write, &|api| api.post_nothing(&path.each()))?;
            if asking.json {
                return out::json(&answer);
            }
            out::line("It is sent to again, also what it has not heard of meanwhile.")
        }
        WebhooksAction::Rotate { id, overlap_hours } => {
            let path = path(*id, "rotations");
            let hours = |hours| json!({"overlap_hours": hours});
            let body = overlap_hours.map_or_else(|| json!({}), hours);
            let answer = with(Need::Write, &|api| api.post(&path.each(), &body))?;
            with_secret(asking, &answer, "has new keys")
        }
        WebhooksAction::Redeliver { id, delivery } => {
            let (id, delivery) = (id.to_string(), delivery.to_string());
            let path = ["v1", "webhooks", &id, "deliveries", &delivery, "redeliveries"];
            let answer = with(Need::Write, &|api| api.post_nothing(&path))?;
            if asking.json {
                return out::json(&answer);
            }
            out::line("It will be sent again within seconds, while the instance is served.")
        }
    }
}

/// A path below an endpoint.
struct Path(String, &'static str);

impl Path {
    fn each(&self) -> [&str; 4] {
        ["v1", "webhooks", &self.0, self.1]
    }
}

fn path(id: Uuid, noun: &'static str) -> Path {
    Path(id.to_string(), noun)
}

fn with_secret(asking: &Asking, answer: &Value, what: &str) -> Outcome {
    if asking.json {
        return out::json(answer);
    }
    let cell = |value: &Value| out::cell(value);
    out::line(format!("{} {what}.\n", cell(&answer["url"])))?;
    out::line(format!("  id          {}", cell(&answer["id"])))?;
    out::line(format!("  secret      {}", cell(&answer["secret"])))?;
    out::line(format!("  public key  {}", cell(&answer["keys"][0]["public_key"])))?;
    out::line(
        "\nThe secret is shown this once: the receiver checks messages with it, or with the public \
         key. `nejtack webhooks test` tries it.",
    )
}

fn tested(asking: &Asking, answer: &Value) -> Outcome {
    let delivered = answer["delivered"] == true;
    if asking.json {
        out::json(answer)?;
    } else if delivered {
        let (status, time) =
            (out::cell(&answer["status_code"]), out::cell(&answer["milliseconds"]));
        out::line(format!("It arrived: answered {status} after {time} ms."))?;
    }
    if delivered {
        return Ok(());
    }
    let why = out::cell(&answer["failure"]);
    let status = match &answer["status_code"] {
        Value::Null => String::new(),
        status => format!(", answered {}", out::cell(status)),
    };
    Err(Failure::refused(format!("it did not arrive: {why}{status}")))
}

fn list(asking: &Asking, webhooks: &[Value]) -> Outcome {
    if asking.json {
        return out::json(&json!({"webhooks": webhooks}));
    }
    if webhooks.is_empty() {
        return out::line("There are no webhooks.");
    }
    let every = |value: &Value| match value.as_array() {
        Some(all) if all.is_empty() => "every".to_owned(),
        _ => out::cell(value),
    };
    let rows: Vec<_> = webhooks
        .iter()
        .map(|webhook| {
            let state = match &webhook["disabled"] {
                Value::Null => "active".to_owned(),
                why => format!("disabled ({})", out::cell(why)),
            };
            [
                out::cell(&webhook["id"]),
                state,
                every(&webhook["controllers"]),
                every(&webhook["events"]),
                out::cell(&webhook["url"]),
            ]
        })
        .collect();
    out::table(["WEBHOOK", "STATE", "CONTROLLERS", "EVENTS", "URL"], &rows)
}
