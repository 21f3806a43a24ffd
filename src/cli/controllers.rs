//! `nejtack controllers`.

use super::failure::Outcome;
use super::first_start::Need;
use super::instance;
use super::out;
use crate::config::{Asking, Controllers, ControllersAction, NewController};
use serde_json::{Map, Value, json};

/// Does what `controllers` was asked.
pub(super) fn run(options: &Controllers) -> Outcome {
    let asking = &options.asking;
    match &options.action {
        ControllersAction::Add(new) => add(asking, new),
        ControllersAction::List => {
            list(asking, &instance::with(asking, Need::Read, |api| api.list("controllers"))?)
        }
        ControllersAction::Rename { controller, slug, name } => {
            let new = [("slug", slug.clone()), ("name", name.clone())];
            let path = ["v1", "controllers", controller, "names"];
            let answer =
                instance::with(asking, Need::Write, |api| api.post(&path, &only_given(new)))?;
            if asking.json {
                return out::json(&answer);
            }
            let (slug, name) = (out::cell(&answer["slug"]), out::cell(&answer["name"]));
            out::line(format!("{controller} is now {slug}, {name}. Its earlier slug leads to it."))
        }
    }
}

fn add(asking: &Asking, new: &NewController) -> Outcome {
    let body = only_given([
        ("slug", Some(new.slug.clone())),
        ("name", Some(new.name.clone())),
        ("organisation_number", new.organisation_number.clone()),
        ("group", new.group.clone()),
        ("region", new.region.clone()),
    ]);
    let answer =
        instance::with(asking, Need::Write, |api| api.post(&["v1", "controllers"], &body))?;
    if asking.json {
        return out::json(&answer);
    }
    let belongs =
        new.group.as_ref().map_or(String::new(), |group| format!(", and belongs to {group}"));
    out::line(format!("{} is now a controller: {}{belongs}.", new.name, new.slug))
}

fn list(asking: &Asking, controllers: &[Value]) -> Outcome {
    if asking.json {
        return out::json(&json!({"controllers": controllers}));
    }
    if controllers.is_empty() {
        return out::line("There are no controllers.");
    }
    let columns = ["slug", "name", "organisation_number", "region", "groups"];
    let rows: Vec<_> =
        controllers.iter().map(|row| columns.map(|column| out::cell(&row[column]))).collect();
    out::table(["CONTROLLER", "NAME", "ORGANISATION", "REGION", "GROUPS"], &rows)
}

/// A body of what was said; the rest is left out.
pub(super) fn only_given<const N: usize>(fields: [(&str, Option<String>); N]) -> Value {
    let given =
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    Value::Object(given.collect::<Map<_, _>>())
}
