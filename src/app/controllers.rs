//! Controllers: who decides to send, and must ask first.

use super::caller::Caller;
use super::commit::{Committed, Envelope, act, commit};
use super::paging::page;
use super::refusal::{Code, Refusal};
use super::{App, binding, groups};
use crate::crypto::random;
use crate::domain::client::Scope;
use crate::domain::controller::{Directory, Party, is_slug, organisation_number};
use crate::domain::fault::Fault;
use crate::ledger::submission::{ActRows, EntryKind, Need};
use crate::store::rows::{ControllerRow, PartyNameRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A controller as callers see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ControllerView {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Ten digits.
    pub organisation_number: Option<String>,
    /// The region of its telephone numbers.
    pub region: String,
    /// Slugs of the groups it belongs to.
    pub groups: Vec<String>,
}

/// A controller about to be registered.
pub struct NewController {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its organisation number, as it was written.
    pub organisation_number: Option<String>,
    /// The group it joins.
    pub group: Option<String>,
    /// ISO 3166; SE, if not said.
    pub region: Option<String>,
}

pub(super) const LISTING: [Scope; 4] =
    [Scope::ControllersList, Scope::ControllersAdmin, Scope::ObjectionsRead, Scope::LookupsDecide];

/// The controllers the caller may know of, by slug, and where the next page begins.
///
/// # Errors
/// [`Refusal`].
pub async fn list_controllers(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<ControllerView>, Option<String>), Refusal> {
    caller.require(&LISTING)?;
    app.caught_up_for(caller).await?;
    let memory = app.memory();
    let all = memory.directory.controllers().into_iter();
    let own = all.filter(|c| memory.directory.includes(&caller.client.controllers, c.id));
    let views = own.map(|controller| controller_view(&memory.directory, controller.id));
    Ok(page(views.collect(), after, limit, |view| &view.slug))
}

/// Registers a controller.
///
/// # Errors
/// [`Code::NameTaken`] where slug or name is, or was, another's.
pub async fn add_controller(
    app: &App,
    envelope: Envelope<'_>,
    new: NewController,
) -> Result<Committed<ControllerView>, Refusal> {
    envelope.caller.require(&[Scope::ControllersAdmin])?;
    app.caught_up_for(envelope.caller).await?;
    let mut faults = name_faults(Some(&new.slug), Some(&new.name));
    let number = new.organisation_number.as_deref().map(organisation_number);
    if number == Some(None) {
        faults.push(Fault::new(
            "/organisation_number",
            "organisation_number",
            "Write ten digits with a right check digit. A sole trader's number is a personnummer: leave it out.",
        ));
    }
    let region = new.region.unwrap_or_else(|| binding::DEFAULT_REGION.to_owned());
    if region.len() != 2 || !region.bytes().all(|b| b.is_ascii_uppercase()) {
        faults.push(Fault::new("/region", "region", "Write two letters, such as SE or NO."));
    }
    let group = match &new.group {
        None => None,
        Some(name) => match app.memory().directory.find(name) {
            Some(Party::Group(id)) => Some(id),
            _ => {
                faults.push(Fault::new("/group", "unknown_group", "No group has this slug or id."));
                None
            }
        },
    };
    if !faults.is_empty() {
        return Err(Refusal::at(Code::Unprocessable, faults));
    }
    let id = random::uuid_v7(app.now());
    let (slug, name) = (new.slug, new.name.trim().to_owned());
    let number = number.flatten();
    let rows = ActRows {
        controller: Some(ControllerRow {
            position: 0,
            id: id.as_bytes().to_vec(),
            organisation_number: number.clone(),
            region: region.clone(),
        }),
        name: Some(name_row(id, &slug, &name)),
        ..ActRows::default()
    };
    let free = Need::NameFree { party: id, slug: slug.clone(), name: name.clone() };
    let mut acts = vec![act(EntryKind::ControllerRegistered, Some(id), rows, vec![free])];
    let mut groups = Vec::new();
    if let Some(group) = group {
        acts.push(groups::membership(group, id, true));
        groups.extend(app.memory().directory.group(group).map(|group| group.slug.clone()));
    }
    let view = ControllerView { id, slug, name, organisation_number: number, region, groups };
    commit(app, &envelope, "add_controller", acts, view).await
}

/// Gives a controller another slug or name. What it had stays its own.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::NameTaken`].
pub async fn rename_controller(
    app: &App,
    envelope: Envelope<'_>,
    controller: &str,
    slug: Option<String>,
    name: Option<String>,
) -> Result<Committed<ControllerView>, Refusal> {
    envelope.caller.require(&[Scope::ControllersAdmin])?;
    app.caught_up_for(envelope.caller).await?;
    let mut faults = name_faults(slug.as_deref(), name.as_deref());
    if slug.is_none() && name.is_none() {
        faults.push(Fault::new("", "nothing_given", "Give a new slug, a new name, or both."));
    }
    if !faults.is_empty() {
        return Err(Refusal::at(Code::Unprocessable, faults));
    }
    let mut view = {
        let memory = app.memory();
        let found = memory.directory.find_controller(controller);
        let id = found.ok_or_else(|| Refusal::new(Code::NotFound))?.id;
        controller_view(&memory.directory, id)
    };
    view.slug = slug.unwrap_or(view.slug);
    view.name = name.map_or(view.name, |name| name.trim().to_owned());
    let free = Need::NameFree { party: view.id, slug: view.slug.clone(), name: view.name.clone() };
    let name = Some(name_row(view.id, &view.slug, &view.name));
    let rows = ActRows { name, ..ActRows::default() };
    let acts = vec![act(EntryKind::ControllerRenamed, Some(view.id), rows, vec![free])];
    let operation = format!("rename_controller {}", view.id);
    commit(app, &envelope, &operation, acts, view).await
}

pub(super) fn name_row(party: Uuid, slug: &str, name: &str) -> PartyNameRow {
    let party = party.as_bytes().to_vec();
    PartyNameRow { position: 0, party, slug: slug.to_owned(), name: name.to_owned() }
}

pub(super) fn name_faults(slug: Option<&str>, name: Option<&str>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if slug.is_some_and(|slug| !is_slug(slug)) {
        faults.push(Fault::new(
            "/slug",
            "slug",
            "Write 2 to 64 of a-z, 0-9 and -, beginning with a letter.",
        ));
    }
    faults.extend(name.and_then(|name| super::record_objection::text_fault(name, "/name", 200)));
    faults
}

fn controller_view(directory: &Directory, id: Uuid) -> ControllerView {
    let controller = directory.controller(id);
    let mut groups: Vec<_> =
        directory.groups_of(id).into_iter().map(|group| group.slug.clone()).collect();
    groups.sort();
    ControllerView {
        id,
        slug: controller.map(|c| c.slug.clone()).unwrap_or_default(),
        name: controller.map(|c| c.name.clone()).unwrap_or_default(),
        organisation_number: controller.and_then(|c| c.organisation_number.clone()),
        region: controller.map(|c| c.region.clone()).unwrap_or_default(),
        groups,
    }
}
