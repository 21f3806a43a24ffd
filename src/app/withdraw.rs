//! Taking an objection back, for some controllers and channels: never an erasure.

use super::commit::{Committed, Envelope, answered_before, commit, receipts};
pub use super::event::EventRecorded;
use super::event::NewEvent;
use super::originals::Sealer;
use super::record_objection::text_fault;
use super::refusal::{Code, Refusal};
use super::visible::{self, binding_of, id_of};
use super::{App, ProxyGiven, binding};
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::controller::Binding;
use crate::domain::fault::Fault;
use crate::domain::identifier::{Side, read};
use crate::domain::objection::{EventKind, Right};
use crate::domain::person::Person;
use crate::domain::proxy::{Proxy, check};
use crate::ledger::submission::Act;
use crate::store::objections;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is taken back, and how.
#[derive(Default)]
pub struct Withdrawal {
    /// For which controllers; empty: all that the caller may speak for.
    pub controllers: Vec<String>,
    /// For which channels; all, if not said.
    pub channels: Option<ChannelSet>,
    /// In the recorder's words; sealed.
    pub reason: Option<String>,
    /// The proxy; an objection service needs one that names the right to withdraw.
    pub proxy: Option<ProxyGiven>,
}

/// What staff get back for a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PersonWithdrawn {
    /// An event for each objection of the person's.
    pub withdrawals: Vec<EventRecorded>,
}

/// Takes one objection back.
///
/// # Errors
/// [`Refusal`]; then nothing was recorded.
pub async fn withdraw_objection(
    app: &App,
    envelope: Envelope<'_>,
    id: Uuid,
    withdrawal: Withdrawal,
) -> Result<Committed<EventRecorded>, Refusal> {
    let caller = envelope.caller;
    caller.require(&[Scope::ObjectionsWithdraw, Scope::ObjectionsWithdrawOwn])?;
    let row = visible::find(app, caller, id).await?;
    rules(app, &envelope, &withdrawal)?;
    let binding = binding::named(&app.memory().directory, caller, &withdrawal.controllers)?;
    let (act, recorded) = act(app, &envelope, &withdrawal, &binding, (row.position, id))?;
    let operation = format!("withdraw_objection {id}");
    commit(app, &envelope, &operation, vec![act], recorded).await
}

/// Takes back, for the caller's controllers, every objection that is the
/// person's for certain: met by an exact or equivalent key, and not by a contact
/// point shared with another.
///
/// # Errors
/// [`Code::NotFound`] where there is none.
pub async fn withdraw_person(
    app: &App,
    envelope: Envelope<'_>,
    person: Person,
    withdrawal: Withdrawal,
) -> Result<Committed<PersonWithdrawn>, Refusal> {
    let caller = envelope.caller;
    caller.require(&[Scope::ObjectionsWithdraw])?;
    let before: Option<Committed<PersonWithdrawn>> =
        answered_before(app, &envelope, "withdraw_person").await?;
    if let Some(mut before) = before {
        let entries = i64::try_from(before.value.withdrawals.len()).unwrap_or(i64::MAX);
        before.receipts = receipts(app, before.position - entries + 1, before.position).await?;
        return Ok(before);
    }
    app.caught_up_for(caller).await?;
    rules(app, &envelope, &withdrawal)?;
    let (binding, own) = {
        let memory = app.memory();
        let binding = binding::named(&memory.directory, caller, &withdrawal.controllers)?;
        let regions = binding::regions(&memory.directory, &binding);
        let reading = read(&person, "/person", &regions.rules(app), Side::Probe);
        if reading.readable == 0 {
            return Err(Refusal::at(Code::NothingReadable, reading.warnings));
        }
        let probes = memory.probes(&reading.keys);
        (binding, memory.blocklist.objections_of(&probes, memory.position))
    };
    let found = app.waiting(move |instance| {
        let all = |conn: &mut _| {
            let mut rows = Vec::new();
            for position in own {
                rows.extend(objections::by_position(conn, position)?);
            }
            Ok(rows)
        };
        instance.ledger.store().read(all).map_err(Refusal::from)
    });
    let (mut acts, mut withdrawals) = (Vec::new(), Vec::new());
    for row in found.await? {
        if !visible::touches(app, caller, &row) {
            continue;
        }
        let objection = (row.position, id_of(&row.id)?);
        let (act, recorded) = act(app, &envelope, &withdrawal, &binding, objection)?;
        acts.push(act);
        withdrawals.push(recorded);
    }
    if acts.is_empty() {
        return Err(Refusal::saying(Code::NotFound, "No objection of this person is known here."));
    }
    commit(app, &envelope, "withdraw_person", acts, PersonWithdrawn { withdrawals }).await
}

fn act(
    app: &App,
    envelope: &Envelope<'_>,
    withdrawal: &Withdrawal,
    binding: &Binding,
    objection: (i64, Uuid),
) -> Result<(Act, EventRecorded), Refusal> {
    let event = NewEvent {
        kind: EventKind::Withdrawn,
        objection,
        channels: withdrawal.channels.unwrap_or(ChannelSet::ALL),
        binding,
        reason: None,
        warnings: &[],
        tags: Vec::new(),
    };
    event.act(app, envelope.caller, |sealer: &mut Sealer<'_>| {
        if let Some(reason) = &withdrawal.reason {
            sealer.seal_text("reason", reason);
        }
        if let Some(proxy) = &withdrawal.proxy {
            proxy.seal(sealer);
        }
    })
}

/// What a withdrawal needs: from an objection service, a proxy for it.
fn rules(app: &App, envelope: &Envelope<'_>, withdrawal: &Withdrawal) -> Result<(), Refusal> {
    let caller = envelope.caller;
    let mut faults: Vec<Fault> = withdrawal
        .reason
        .as_ref()
        .and_then(|reason| text_fault(reason, "/reason", 500))
        .into_iter()
        .collect();
    if withdrawal.channels.is_some_and(ChannelSet::is_empty) {
        faults.push(Fault::new("/channels", "required", "Name a channel, or leave this out."));
    }
    let on_behalf = !caller.holds(Scope::ObjectionsWithdraw);
    match &withdrawal.proxy {
        None if on_behalf => faults.push(Fault::new(
            "/proxy",
            "right_not_covered",
            "Taking an objection back on somebody's behalf needs a proxy that names withdraw_objection.",
        )),
        None => {}
        Some(proxy) => {
            faults.extend(proxy.faults());
            let own = caller.client.organisation_number.as_deref().unwrap_or("");
            let holder = on_behalf.then_some(own);
            let now = app.now();
            faults.extend(check(&Proxy::from(proxy), Right::WithdrawObjection, now, now, holder));
        }
    }
    match faults.iter().all(|fault| fault.code == "right_not_covered") {
        true if faults.is_empty() => Ok(()),
        true => Err(Refusal::at(Code::RightNotCovered, faults)),
        false => Err(Refusal::at(Code::Unprocessable, faults)),
    }
}

/// Whether all that an objection binds is the caller's to speak for.
pub(super) fn wholly_own(
    app: &App,
    envelope: &Envelope<'_>,
    row: &crate::store::rows::ObjectionRow,
) -> bool {
    let memory = app.memory();
    binding_of(row).is_some_and(|binding| {
        let own = &envelope.caller.client.controllers;
        memory.directory.within(&binding, own)
            && memory.directory.all_bound_within(&binding, row.position, own)
    })
}
