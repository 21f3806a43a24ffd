//! Saying that an objection never was the person's.

use super::App;
use super::commit::{Committed, Envelope, commit};
use super::event::{EventRecorded, NewEvent};
use super::refusal::{Code, Refusal};
use super::{visible, withdraw};
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::controller::Binding;
use crate::domain::objection::{AnnulmentReason, EventKind};
use uuid::Uuid;

/// Annuls an objection, for everybody it binds.
///
/// # Errors
/// [`Code::ControllerNotYours`] where it also binds controllers that the caller
/// does not act for: those must be asked, or a withdrawal used.
pub async fn annul_objection(
    app: &App,
    envelope: Envelope<'_>,
    id: Uuid,
    reason: AnnulmentReason,
) -> Result<Committed<EventRecorded>, Refusal> {
    envelope.caller.require(&[Scope::ObjectionsWithdraw])?;
    let row = visible::find(app, envelope.caller, id).await?;
    if !withdraw::wholly_own(app, &envelope, &row) {
        return Err(Refusal::saying(
            Code::ControllerNotYours,
            "This objection binds other controllers too, and an annulment is for all of them. Withdraw it for your own, or ask somebody who acts for all.",
        ));
    }
    let event = NewEvent {
        kind: EventKind::Annulled,
        objection: (row.position, id),
        channels: ChannelSet::ALL,
        binding: &Binding::Every,
        reason: Some(reason.name()),
        warnings: &[],
        tags: Vec::new(),
    };
    let (act, recorded) = event.act(app, envelope.caller, |_| ())?;
    commit(app, &envelope, &format!("annul_objection {id}"), vec![act], recorded).await
}
