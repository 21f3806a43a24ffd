//! Groups: controllers that people say no to in one breath.

use super::App;
use super::caller::Caller;
use super::commit::{Committed, Envelope, act, answered_before, commit};
use super::controllers::{LISTING, name_faults, name_row};
use super::paging::page;
use super::refusal::{Code, Refusal};
use crate::crypto::random;
use crate::domain::client::Scope;
use crate::domain::controller::{Binding, Directory, Party};
use crate::domain::fault::Fault;
use crate::ledger::submission::{Act, ActRows, EntryKind, Need};
use crate::store::rows::{GroupRow, MembershipEventRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A group as callers see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GroupView {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Slugs of its members.
    pub controllers: Vec<String>,
}

/// The groups the caller may know of, by slug, and where the next page begins.
///
/// # Errors
/// [`Refusal`].
pub async fn list_groups(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<GroupView>, Option<String>), Refusal> {
    caller.require(&LISTING)?;
    app.caught_up_for(caller).await?;
    let memory = app.memory();
    let own = &caller.client.controllers;
    let mut views: Vec<_> =
        memory.directory.groups().iter().map(|g| group_view(&memory.directory, g.id)).collect();
    views.retain(|view| {
        let members = view.controllers.iter().filter_map(|slug| memory.directory.find(slug));
        *own == Binding::Every
            || members.into_iter().any(
                |party| matches!(party, Party::Controller(id) if memory.directory.includes(own, id)),
            )
    });
    Ok(page(views, after, limit, |view| &view.slug))
}

/// Registers a group.
///
/// # Errors
/// [`Code::NameTaken`] where slug or name is, or was, another's.
pub async fn add_group(
    app: &App,
    envelope: Envelope<'_>,
    slug: String,
    name: String,
) -> Result<Committed<GroupView>, Refusal> {
    envelope.caller.require(&[Scope::ControllersAdmin])?;
    let faults = name_faults(Some(&slug), Some(&name));
    if !faults.is_empty() {
        return Err(Refusal::at(Code::Unprocessable, faults));
    }
    let name = name.trim().to_owned();
    let id = random::uuid_v7(app.now());
    let rows = ActRows {
        group: Some(GroupRow { position: 0, id: id.as_bytes().to_vec() }),
        name: Some(name_row(id, &slug, &name)),
        ..ActRows::default()
    };
    let free = Need::NameFree { party: id, slug: slug.clone(), name: name.clone() };
    let acts = vec![act(EntryKind::GroupRegistered, Some(id), rows, vec![free])];
    let view = GroupView { id, slug, name, controllers: Vec::new() };
    commit(app, &envelope, "add_group", acts, view).await
}

/// Makes a controller a member of a group: the group's objections bind it.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::EventNotPossible`] where it already is one.
pub async fn join_group(
    app: &App,
    envelope: Envelope<'_>,
    group: &str,
    controller: &str,
) -> Result<Committed<GroupView>, Refusal> {
    change_membership(app, envelope, group, controller, true).await
}

/// Ends a membership. What bound the controller till then goes on binding it.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::EventNotPossible`] where it is no member.
pub async fn leave_group(
    app: &App,
    envelope: Envelope<'_>,
    group: &str,
    controller: &str,
) -> Result<Committed<GroupView>, Refusal> {
    change_membership(app, envelope, group, controller, false).await
}

async fn change_membership(
    app: &App,
    envelope: Envelope<'_>,
    group: &str,
    controller: &str,
    joins: bool,
) -> Result<Committed<GroupView>, Refusal> {
    envelope.caller.require(&[Scope::ControllersAdmin])?;
    app.caught_up_for(envelope.caller).await?;
    let (mut view, controller, slug) = {
        let memory = app.memory();
        let Some(Party::Group(group)) = memory.directory.find(group) else {
            return Err(Refusal::new(Code::NotFound));
        };
        let Some(controller) = memory.directory.find_controller(controller) else {
            return Err(Refusal::at(
                Code::Unprocessable,
                vec![Fault::new(
                    "/controller",
                    "unknown_controller",
                    "No controller has this slug or id.",
                )],
            ));
        };
        (group_view(&memory.directory, group), controller.id, controller.slug.clone())
    };
    let operation = format!("membership {} {joins}", view.id);
    if let Some(before) = answered_before(app, &envelope, &operation).await? {
        return Ok(before);
    }
    if view.controllers.contains(&slug) == joins {
        let said = if joins { "It already is a member." } else { "It is no member." };
        return Err(Refusal::saying(Code::EventNotPossible, said));
    }
    if joins {
        view.controllers.push(slug);
        view.controllers.sort();
    } else {
        view.controllers.retain(|member| *member != slug);
    }
    let acts = vec![membership(view.id, controller, joins)];
    commit(app, &envelope, &operation, acts, view).await
}

pub(super) fn membership(group: Uuid, controller: Uuid, began: bool) -> Act {
    let kind = if began { EntryKind::MembershipBegan } else { EntryKind::MembershipEnded };
    let row = MembershipEventRow {
        position: 0,
        group_id: group.as_bytes().to_vec(),
        controller_id: controller.as_bytes().to_vec(),
        began,
    };
    let rows = ActRows { membership: Some(row), ..ActRows::default() };
    let need = Need::Membership { group, controller, is: !began };
    act(kind, Some(controller), rows, vec![need])
}

fn group_view(directory: &Directory, id: Uuid) -> GroupView {
    let group = directory.group(id);
    let all = directory.controllers().into_iter();
    let members = all.filter(|c| directory.groups_of(c.id).iter().any(|group| group.id == id));
    GroupView {
        id,
        slug: group.map(|group| group.slug.clone()).unwrap_or_default(),
        name: group.map(|group| group.name.clone()).unwrap_or_default(),
        controllers: members.map(|controller| controller.slug.clone()).collect(),
    }
}
