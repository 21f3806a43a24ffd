//! `nejtack groups`.

use super::failure::Outcome;
use super::first_start::Need;
use super::instance;
use super::out;
use crate::config::{Asking, Groups, GroupsAction};
use serde_json::{Value, json};

/// Does what `groups` was asked.
pub(super) fn run(options: &Groups) -> Outcome {
    let asking = &options.asking;
    match &options.action {
        GroupsAction::Add { slug, name } => {
            let body = json!({"slug": slug, "name": name});
            let group =
                instance::with(asking, Need::Write, |api| api.post(&["v1", "groups"], &body))?;
            said(asking, &group, format!("{name} is now a group: {slug}."))
        }
        GroupsAction::List => {
            let groups = instance::with(asking, Need::Read, |api| api.list("groups"))?;
            list(asking, &groups)
        }
        GroupsAction::Join { group, controller } => {
            let answer = change(asking, group, "members", controller)?;
            said(asking, &answer, format!("{controller} now belongs to {group}."))
        }
        GroupsAction::Leave { group, controller } => {
            let answer = change(asking, group, "departures", controller)?;
            let text = format!(
                "{controller} no longer belongs to {group}. What bound it before binds it still."
            );
            said(asking, &answer, text)
        }
    }
}

fn change(asking: &Asking, group: &str, noun: &str, controller: &str) -> Outcome<Value> {
    let body = json!({"controller": controller});
    instance::with(asking, Need::Write, |api| api.post(&["v1", "groups", group, noun], &body))
}

fn said(asking: &Asking, answer: &Value, text: String) -> Outcome {
    if asking.json { out::json(answer) } else { out::line(text) }
}

fn list(asking: &Asking, groups: &[Value]) -> Outcome {
    if asking.json {
        return out::json(&json!({"groups": groups}));
    }
    if groups.is_empty() {
        return out::line("There are no groups.");
    }
    let rows: Vec<_> = groups
        .iter()
        .map(|group| {
            [out::cell(&group["slug"]), out::cell(&group["name"]), out::cell(&group["controllers"])]
        })
        .collect();
    out::table(["GROUP", "NAME", "CONTROLLERS"], &rows)
}
