//! `nejtack groups`.

use super::failure::Outcome;
use super::first_start::Need;
use super::instance;
use super::out;
use crate::config::{Groups, GroupsAction, Place};
use serde_json::{Value, json};

/// Does what `groups` was asked.
pub(super) fn run(options: &Groups) -> Outcome {
    let place = &options.place;
    match &options.action {
        GroupsAction::Add { slug, name } => {
            let body = json!({"slug": slug, "name": name});
            let group =
                instance::with(place, Need::Write, |api| api.post(&["v1", "groups"], &body))?;
            said(place, &group, format!("{name} is now a group: {slug}."))
        }
        GroupsAction::List => {
            let groups = instance::with(place, Need::Read, |api| api.list("groups"))?;
            list(place, groups)
        }
        GroupsAction::Join { group, controller } => {
            let answer = change(place, group, "members", controller)?;
            said(place, &answer, format!("{controller} now belongs to {group}."))
        }
        GroupsAction::Leave { group, controller } => {
            let answer = change(place, group, "departures", controller)?;
            let text = format!(
                "{controller} no longer belongs to {group}. What bound it before binds it still."
            );
            said(place, &answer, text)
        }
    }
}

fn change(place: &Place, group: &str, noun: &str, controller: &str) -> Outcome<Value> {
    let body = json!({"controller": controller});
    instance::with(place, Need::Write, |api| api.post(&["v1", "groups", group, noun], &body))
}

fn said(place: &Place, answer: &Value, text: String) -> Outcome {
    if place.json { out::json(answer) } else { out::line(text) }
}

fn list(place: &Place, groups: Vec<Value>) -> Outcome {
    if place.json {
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
