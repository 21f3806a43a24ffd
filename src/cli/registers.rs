//! `nejtack registers`: national opt-out registers.

use super::client::Api;
use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::screen::{Input, Watched};
use super::{instance, out};
use crate::config::{LoadRegister, NewRegister, Registers, RegistersAction};
use crate::domain::identifier::KindSet;
use crate::domain::register::{CustomerRule, Preset};
use reqwest::blocking::Body;
use serde_json::{Value, json};

const PATH: [&str; 2] = ["v1", "registers"];

/// Does what `registers` was asked.
pub(super) fn run(options: &Registers) -> Outcome {
    match &options.action {
        RegistersAction::Add(new) => {
            let body = body(new);
            let added = ask(options, Need::Write, |api| api.post(&PATH, &body))?;
            let text = format!(
                "{} is now a register: {}. It binds nobody yet (nejtack registers bind).",
                new.name, new.slug
            );
            said(options, &added, text)
        }
        RegistersAction::List => {
            let registers = ask(options, Need::Read, |api| api.list("registers"))?;
            list(options, &registers)
        }
        RegistersAction::Load(load) => loaded(options, load),
        RegistersAction::Bind { register, controllers, channels } => {
            let channels: Vec<_> = channels.iter().map(|channel| channel.name()).collect();
            let body = json!({"controllers": controllers, "channels": channels});
            let path = [&PATH[..], &[register, "bindings"]].concat();
            let bound = ask(options, Need::Write, |api| api.post(&path, &body))?;
            let whom = match controllers.as_slice() {
                [] => "every controller".to_owned(),
                some => some.join(", "),
            };
            let (id, channels) = (out::cell(&bound["id"]), out::cell(&bound["channels"]));
            said(options, &bound, format!("{register} now binds {whom} for {channels}: {id}."))
        }
        RegistersAction::Bindings { register } => {
            let path = [&PATH[..], &[register, "bindings"]].concat();
            let all = ask(options, Need::Read, |api| api.list_at(&path, "bindings"))?;
            bindings(options, &all)
        }
        RegistersAction::Unbind { register, binding } => {
            let id = binding.to_string();
            let path = [&PATH[..], &[register, "bindings", &id, "endings"]].concat();
            let ended = ask(options, Need::Write, |api| api.post_nothing(&path))?;
            said(options, &ended, format!("The binding {id} of {register} has ended."))
        }
    }
}

fn ask<T>(options: &Registers, need: Need, ask: impl FnOnce(&Api) -> Outcome<T>) -> Outcome<T> {
    let refused = KindSet::of(&options.refuse_kinds);
    instance::with_refused(&options.asking, need, refused, ask)
}

fn body(new: &NewRegister) -> Value {
    let channels: Vec<_> = new.channels.iter().map(|channel| channel.name()).collect();
    let mut body = json!({
        "slug": new.slug, "name": new.name, "preset": new.preset.map(Preset::name),
        "holds": new.holds, "channels": channels, "max_age_days": new.max_age_days,
        "columns": new.columns, "region": new.region,
    });
    if new.consent || new.consent_days.is_some() || new.customer.is_some() {
        // What is not said of it stays as the preset has it: the API takes it as a whole.
        let begun = new.preset.map(|preset| preset.rules().lifted_by).unwrap_or_default();
        let similar = begun.customer.is_some_and(|rule| rule.similar_offer) || new.similar_offer;
        let said =
            new.customer.map(|days| CustomerRule { days_after_end: days, similar_offer: similar });
        let customer = said.or(begun.customer);
        let consent_days = new.consent_days.or(begun.consent_days);
        let consent = new.consent || begun.consent;
        body["lifted_by"] =
            json!({"consent": consent, "consent_days": consent_days, "customer": customer});
    }
    body
}

/// Sends the file of a new version.
fn loaded(options: &Registers, load: &LoadRegister) -> Outcome {
    let Input { bytes, length, kind, .. } = Input::open(&load.file)?;
    let answer = ask(options, Need::Write, |api| {
        let all = api.list("registers")?;
        let named = |register: &&Value| {
            [&register["slug"], &register["id"]].iter().any(|own| **own == load.register.as_str())
        };
        let own = all.iter().find(named);
        let own = own.ok_or_else(|| Failure::refused("there is no register of that name"))?;
        let kind = match own["preset"] == Preset::DkRobinson.name() {
            true => "text/plain",
            false => kind,
        };
        let bar = out::progress_of_bytes("loading", length);
        let body = Watched { inner: bytes, bar: bar.clone() };
        let body = match length {
            Some(length) => Body::sized(body, length),
            None => Body::new(body),
        };
        let mut query = vec![("date", load.date.to_string())];
        query.extend(load.columns.clone().map(|columns| ("columns", columns)));
        query.extend(load.replaces.map(|id| ("replaces", id.to_string())));
        if load.allow_shrink {
            query.push(("allow_shrink", "true".to_owned()));
        }
        if load.dry_run {
            query.push(("dry_run", "true".to_owned()));
        }
        let path = [&PATH[..], &[&load.register, "versions"]].concat();
        let answer = api.post_file(&path, &query, (kind, body));
        bar.finish_and_clear();
        let answer = answer?.bytes().ok();
        answer.and_then(|body| serde_json::from_slice::<Value>(&body).ok()).ok_or_else(|| {
            Failure::refused(
                "the answer broke off: see with `nejtack registers list` what is in force",
            )
        })
    })?;
    let (register, version) = (&load.register, &answer["version"]);
    let [date, rows, until] = ["date", "rows", "good_until"].map(|name| out::cell(&version[name]));
    let text = match load.dry_run {
        true => format!("All {rows} rows can be read. Nothing was loaded."),
        false => {
            let before = match answer["rows_before"].as_i64() {
                Some(before) => format!(" ({before} before)"),
                None => String::new(),
            };
            format!("{register} of {date} is in force: {rows} rows{before}, good until {until}.")
        }
    };
    if version["every_row_has"].as_array().is_some_and(Vec::is_empty) {
        out::note(
            "its rows have nothing in common, so nobody can be told not to be on it and all others \
             stay undecidable: load numbers, addresses and ids as registers of their own",
        );
    }
    said(options, &answer, text)
}

fn said(options: &Registers, answer: &Value, text: String) -> Outcome {
    if options.asking.json { out::json(answer) } else { out::line(text) }
}

fn list(options: &Registers, registers: &[Value]) -> Outcome {
    if options.asking.json {
        return out::json(&json!({"registers": registers}));
    }
    if registers.is_empty() {
        return out::line("There are no registers.");
    }
    let rows: Vec<_> = registers
        .iter()
        .map(|register| {
            let version = &register["version"];
            let stands = match (version.is_null(), version["stale"] == true) {
                (true, _) => "no version: undecidable".to_owned(),
                (_, true) => "too old: undecidable".to_owned(),
                _ => format!("good until {}", out::cell(&version["good_until"])),
            };
            [
                out::cell(&register["slug"]),
                out::cell(&register["holds"]),
                out::cell(&register["channels"]),
                out::cell(&version["date"]),
                out::cell(&version["rows"]),
                stands,
            ]
        })
        .collect();
    out::table(["REGISTER", "HOLDS", "CLOSES", "OF", "ROWS", "STANDS"], &rows)
}

fn bindings(options: &Registers, bindings: &[Value]) -> Outcome {
    if options.asking.json {
        return out::json(&json!({"bindings": bindings}));
    }
    if bindings.is_empty() {
        return out::line("It binds nobody.");
    }
    let rows: Vec<_> = bindings
        .iter()
        .map(|binding| {
            let every = binding["controllers"].as_array().is_some_and(Vec::is_empty);
            let whom = if every { "all".to_owned() } else { out::cell(&binding["controllers"]) };
            let ended = if binding["ended"] == true { "ended" } else { "binds" };
            [out::cell(&binding["id"]), whom, out::cell(&binding["channels"]), ended.to_owned()]
        })
        .collect();
    out::table(["BINDING", "CONTROLLERS", "CHANNELS", "STANDS"], &rows)
}
