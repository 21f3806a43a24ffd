//! `nejtack clients`.

use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::instance;
use super::out;
use crate::config::{Asking, ClientChange, Clients, ClientsAction, NewClient};
use crate::domain::message::Form;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is said wherever a secret is.
const ONCE: &str =
    "It is shown this once. Keep it where the program can read it and people cannot.";

/// What keeps a message while this service is away.
const FALLBACK: &str = "Set it as the fallback URL too: Twilio does not try again by itself, and the same message that comes by both is one.";

/// Does what `clients` was asked.
pub(super) fn run(options: &Clients) -> Outcome {
    let asking = &options.asking;
    match &options.action {
        ClientsAction::Add(new) => add(asking, new),
        ClientsAction::List => {
            list(asking, &instance::with(asking, Need::Read, |api| api.list("clients"))?)
        }
        ClientsAction::Change(change) => changed(asking, change),
        ClientsAction::Disable { slug } => {
            let answer = post(asking, slug, "disablements", None)?;
            if asking.json {
                return out::json(&answer);
            }
            out::line(format!("{slug} is shut out, and its tokens no longer count."))
        }
        ClientsAction::Rotate { slug, sms_auth_tokens } => {
            let tokens = auth_tokens(sms_auth_tokens)?;
            let body = (!tokens.is_empty()).then(|| json!({"auth_tokens": tokens}));
            let answer = post(asking, slug, "secrets", body.as_ref())?;
            let text = if tokens.is_empty() {
                format!("{slug} has a new secret; the old one is void.")
            } else {
                format!("{slug} is known by what this auth token signs, and by no other.")
            };
            shown_once(asking, &answer, &text)
        }
        ClientsAction::StaticKey { slug, expires } => {
            let body = expires.map(|time| json!({"expires_at": rfc3339(time)}));
            let answer = post(asking, slug, "static-keys", body.as_ref())?;
            shown_once(asking, &answer, &format!("{slug} has a static key for look-ups."))
        }
    }
}

fn add(asking: &Asking, new: &NewClient) -> Outcome {
    let body = body(new)?;
    let answer = instance::with(asking, Need::Write, |api| api.post(&["v1", "clients"], &body))?;
    shown_once(asking, &answer, &format!("{} is now a client ({}).", new.slug, new.role.name()))
}

fn changed(asking: &Asking, change: &ClientChange) -> Outcome {
    let mut body = json!({"controllers": change.controllers, "scopes": change.scopes});
    body["no_quota"] = json!(change.no_quota);
    if let Some(quota) = change.quota_per_day {
        body["quota_per_day"] = json!(quota);
    }
    let answer = post(asking, &change.slug, "changes", Some(&body))?;
    if asking.json { out::json(&answer) } else { list(asking, &[answer]) }
}

/// The body that registers this client.
fn body(new: &NewClient) -> Outcome<Value> {
    let mut body = json!({"client_id": new.slug, "role": new.role.name()});
    let mut say = |name: &str, value: Value| body[name] = value;
    if !new.controllers.is_empty() {
        say("controllers", json!(new.controllers));
    }
    if !new.scopes.is_empty() {
        say("scopes", json!(new.scopes));
    }
    if let Some(number) = &new.organisation_number {
        say("organisation_number", json!(number));
    }
    if let Some(quota) = new.quota_per_day {
        say("quota_per_day", json!(quota));
    }
    if let Some(form) = new.sms_form {
        let tokens = auth_tokens(&new.sms_auth_tokens)?;
        say("sms", json!({"form": form.name(), "auth_tokens": tokens}));
    }
    if let Some(file) = &new.jwk {
        say("jwk", jwk(file)?);
    }
    Ok(body)
}

/// What a gateway signs with, from files: on the command line others could see it.
fn auth_tokens(files: &[PathBuf]) -> Outcome<Vec<String>> {
    let read = |file: &PathBuf| {
        let text = std::fs::read_to_string(file);
        let text = text.map_err(|error| {
            Failure::refused(format!("{} cannot be read: {error}", file.display()))
        });
        text.map(|text| text.trim().to_owned())
    };
    files.iter().map(read).collect()
}

/// A public key from a file. A private one must never leave its owner.
fn jwk(file: &Path) -> Outcome<Value> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::refused(format!("{name} cannot be read: {error}")))?;
    let key: Value = serde_json::from_str(&text)
        .map_err(|_| Failure::refused(format!("{name} is not JSON; a JWK (RFC 7517) is needed")))?;
    if key.get("d").is_some() || key.get("k").is_some() {
        return Err(Failure::refused(format!(
            "{name} holds a private key, which only the client may have: give its public half"
        )));
    }
    Ok(key)
}

fn post(asking: &Asking, slug: &str, noun: &str, body: Option<&Value>) -> Outcome<Value> {
    let path = ["v1", "clients", slug, noun];
    instance::with(asking, Need::Write, |api| match body {
        Some(body) => api.post(&path, body),
        None => api.post_nothing(&path),
    })
}

fn shown_once(asking: &Asking, answer: &Value, text: &str) -> Outcome {
    if asking.json {
        return out::json(answer);
    }
    out::line(text)?;
    let secrets = ["client_id", "client_secret", "static_key", "expires_at"];
    let rows: Vec<_> = secrets
        .iter()
        .filter_map(|name| Some(format!("  {name:<14} {}", answer.get(name)?.as_str()?)))
        .collect();
    out::line(format!("\n{}", rows.join("\n")))?;
    let urls: Vec<_> = answer["webhook_urls"].as_array().into_iter().flatten().collect();
    if !urls.is_empty() {
        out::line("\nSet one of these as the gateway's address for incoming messages (POST):\n")?;
        urls.iter().try_for_each(|url| out::line(format!("  {}", url.as_str().unwrap_or(""))))?;
        if answer["sms"]["form"] == Form::Twilio.name() {
            out::line(format!("\n{FALLBACK}"))?;
        }
    }
    if answer["client_secret"].is_string() || answer["static_key"].is_string() {
        out::line(format!("\n{ONCE}"))?;
    }
    Ok(())
}

fn list(asking: &Asking, clients: &[Value]) -> Outcome {
    if asking.json {
        return out::json(&json!({"clients": clients}));
    }
    if clients.is_empty() {
        return out::line("There are no clients.");
    }
    let rows: Vec<_> = clients
        .iter()
        .map(|client| {
            let state = if client["disabled"] == true { "disabled" } else { "active" };
            let controllers = match &client["controllers"] {
                Value::Array(_) => out::cell(&client["controllers"]),
                _ => "every".to_owned(),
            };
            [
                out::cell(&client["client_id"]),
                out::cell(&client["role"]),
                state.to_owned(),
                controllers,
                out::cell(&client["scopes"]),
            ]
        })
        .collect();
    out::table(["CLIENT", "ROLE", "STATE", "CONTROLLERS", "SCOPES"], &rows)
}

fn rfc3339(time: crate::domain::Time) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
