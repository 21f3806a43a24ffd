//! Whom a register binds: configuration, so that no caller can forget one.

use super::add::may_write;
use super::{all_yours, found};
use crate::app::App;
use crate::app::binding::named;
use crate::app::caller::Caller;
use crate::app::commit::{Committed, Envelope, act, commit};
use crate::app::paging::page;
use crate::app::record::json;
use crate::app::refusal::{Code, Refusal};
use crate::blocklist::registers::{Bound, Register};
use crate::crypto::random;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::controller::Directory;
use crate::ledger::submission::{ActRows, EntryKind, Need};
use crate::store::{RegisterBindingRow, RegisterEndingRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whom a register binds, as callers see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BindingView {
    /// The binding's id.
    pub id: Uuid,
    /// The register's slug.
    pub register: String,
    /// Slugs of controllers and groups; none: every controller.
    pub controllers: Vec<String>,
    /// The channels that are closed to them.
    pub channels: Vec<String>,
    /// The entry that began it; 0 in the answer that made it.
    pub position: i64,
    /// Whether it was ended.
    pub ended: bool,
}

/// A binding about to be made.
pub struct NewBinding {
    /// Slugs, ids or organisation numbers; none: every controller, now and later, or the
    /// caller's own where it is bound to some.
    pub controllers: Vec<String>,
    /// Channels; none: those of the register's rules.
    pub channels: Option<ChannelSet>,
}

fn view(directory: &Directory, register: &Register, bound: &Bound) -> BindingView {
    let names = bound.channels.names().into_iter();
    BindingView {
        id: bound.id,
        register: register.slug.clone(),
        controllers: directory.names(&bound.binding),
        channels: names.map(str::to_owned).collect(),
        position: bound.position,
        ended: bound.ended.is_some(),
    }
}

/// Binds controllers to a register, from this entry on.
///
/// # Errors
/// [`Code::NotFound`]; names that lead to nothing.
pub async fn bind_register(
    app: &App,
    envelope: Envelope<'_>,
    register: &str,
    new: NewBinding,
) -> Result<Committed<BindingView>, Refusal> {
    may_write(envelope.caller)?;
    app.caught_up_for(envelope.caller).await?;
    let id = random::uuid_v7(app.now());
    let (register, binding, view) = {
        let memory = app.memory();
        let register = found(&memory, register)?;
        let binding = named(&memory.directory, envelope.caller, &new.controllers)?;
        let channels = new.channels.unwrap_or_else(|| register.rules.channels());
        let bound = Bound { id, position: 0, ended: None, binding: binding.clone(), channels };
        let view = view(&memory.directory, &register, &bound);
        (
            register.id,
            RegisterBindingRow {
                position: 0,
                id: id.as_bytes().to_vec(),
                register: register.id.as_bytes().to_vec(),
                binding: json(&binding)?,
                channels: channels.bits().into(),
            },
            view,
        )
    };
    let rows = ActRows { register_binding: Some(binding), ..ActRows::default() };
    let acts = vec![act(EntryKind::RegisterBound, Some(id), rows, Vec::new())];
    commit(app, &envelope, &format!("bind_register {register}"), acts, view).await
}

/// Ends a binding: the register counts no more for those whom nothing else binds to it.
///
/// # Errors
/// [`Code::NotFound`]; [`Code::ControllerNotYours`]; [`Code::EventNotPossible`] where it
/// was ended before.
pub async fn unbind_register(
    app: &App,
    envelope: Envelope<'_>,
    register: &str,
    binding: Uuid,
) -> Result<Committed<BindingView>, Refusal> {
    may_write(envelope.caller)?;
    app.caught_up_for(envelope.caller).await?;
    let view = {
        let memory = app.memory();
        let register = found(&memory, register)?;
        let bound = register.bindings.iter().find(|bound| bound.id == binding);
        let bound = bound.ok_or_else(|| Refusal::new(Code::NotFound))?;
        all_yours(&memory, envelope.caller, std::iter::once(bound))?;
        BindingView { ended: true, ..view(&memory.directory, &register, bound) }
    };
    let row = RegisterEndingRow { position: 0, binding: binding.as_bytes().to_vec() };
    let rows = ActRows { register_ending: Some(row), ..ActRows::default() };
    let need = Need::RegisterBinds(binding);
    let acts = vec![act(EntryKind::RegisterUnbound, Some(binding), rows, vec![need])];
    commit(app, &envelope, &format!("unbind_register {binding}"), acts, view).await
}

/// Whom a register binds and bound, in the order in which they came.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn list_register_bindings(
    app: &App,
    caller: &Caller,
    register: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<BindingView>, Option<String>), Refusal> {
    caller.require(&[Scope::RegistersWrite, Scope::AuditRead])?;
    app.caught_up_for(caller).await?;
    let memory = app.memory();
    let register = found(&memory, register)?;
    let views = register.bindings.iter().map(|bound| {
        let view = view(&memory.directory, &register, bound);
        (view.id.to_string(), view) // ids grow with time
    });
    let (views, next) = page(views.collect(), after, limit, |(id, _)| id);
    Ok((views.into_iter().map(|(_, view)| view).collect(), next))
}
