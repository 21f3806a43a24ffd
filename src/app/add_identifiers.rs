//! A changed e-mail address or number, added to an objection.

use super::App;
use super::commit::{Committed, Envelope, commit};
use super::event::{EventRecorded, NewEvent};
use super::record::tag_rows;
use super::refusal::{Code, Refusal};
use super::{binding, visible};
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::controller::Binding;
use crate::domain::identifier::{Side, read};
use crate::domain::objection::EventKind;
use crate::domain::person::Person;
use uuid::Uuid;

/// Adds identifiers to an objection: it then blocks them too.
///
/// # Errors
/// [`Code::NothingReadable`] where none can be read; [`Refusal`] otherwise.
pub async fn add_identifiers(
    app: &App,
    envelope: Envelope<'_>,
    id: Uuid,
    person: Person,
) -> Result<Committed<EventRecorded>, Refusal> {
    envelope.caller.require(&[Scope::ObjectionsWrite])?;
    let row = visible::find(app, envelope.caller, id).await?;
    let own = visible::binding_of(&row).unwrap_or(Binding::Every);
    let regions = binding::regions(&app.memory().directory, &own);
    let reading = read(&person, "/person", &regions.rules(app), Side::Store);
    if reading.readable == 0 {
        return Err(Refusal::at(Code::NothingReadable, reading.warnings));
    }
    let event = NewEvent {
        kind: EventKind::IdentifiersAdded,
        objection: (row.position, id),
        channels: ChannelSet::NONE,
        binding: &Binding::Every,
        reason: None,
        warnings: &reading.warnings,
        tags: tag_rows(app, &reading.keys, row.position),
    };
    let (act, recorded) = event.act(app, envelope.caller, |sealer| {
        sealer.seal_person(&person);
        sealer.seal_unread(&reading.unread, row.position);
    })?;
    commit(app, &envelope, &format!("add_identifiers {id}"), vec![act], recorded).await
}
