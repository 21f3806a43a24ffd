//! Messages that people send to a controller's number: what says stop is recorded as
//! an objection, all else is for staff to read.

mod clear;
mod gateway;
mod receive;
mod register;
mod waiting;

pub use gateway::{by_secret, by_signature};
pub use receive::{InboundSms, Received, receive_from_gateway, receive_sms};

pub use register::{GatewayView, NewGateway};

pub(super) use clear::clear_message;
pub(super) use gateway::{sealed_tokens, view, webhook_urls};
pub(super) use register::{gateway_faults, tokens_fault};
pub(super) use waiting::{MESSAGE_WAITING, Newest as NewestUnread, Waiting};

use super::Instance;
use super::refusal::Refusal;
use super::{originals, visible};
use crate::store::{Connection, MessageRow, StoreError};
use serde::{Deserialize, Serialize};

/// What of a message is sealed, in one piece.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    /// Who sent it, as the gateway says.
    pub(super) from: Option<String>,
    /// The number that it was sent to.
    pub(super) to: Option<String>,
    /// Its text.
    pub(super) text: Option<String>,
}

/// Under which name it is sealed.
const FIELD: &str = "message";

impl Written {
    /// As it is sealed.
    fn sealed(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What was written in a message; nothing once it was shredded, nor where it is
    /// damaged: staff must still see that it waits, and can settle it.
    pub(super) fn opened(
        app: &Instance,
        conn: &mut Connection,
        row: &MessageRow,
    ) -> Result<Option<Self>, StoreError> {
        let opened = Self::opened_or_damaged(app, conn, row)?;
        Ok(opened.unwrap_or_else(|why| {
            log::error!("the message of entry {} cannot be read: {why}", row.position);
            None
        }))
    }

    /// The same; within, why it cannot be read where what is wrong is with this message
    /// alone: the database's own errors have kinds of their own.
    fn opened_or_damaged(
        app: &Instance,
        conn: &mut Connection,
        row: &MessageRow,
    ) -> Result<Result<Option<Self>, String>, StoreError> {
        let record = uuid::Uuid::from_slice(&row.id).unwrap_or_default();
        let originals = match originals::open(app, conn, row.position, record) {
            Err(StoreError::Other(why)) => return Ok(Err(why)),
            opened => opened?,
        };
        let found = originals.into_iter().find(|(field, ..)| field == FIELD);
        Ok(Ok(found.and_then(|(.., plain)| serde_json::from_slice(&plain).ok())))
    }
}

/// Whether a message may be told to this caller: it came to a number of its controllers.
pub(super) fn may_see(app: &Instance, caller: &super::Caller, row: &MessageRow) -> bool {
    let memory = app.memory();
    serde_json::from_str(&row.binding).is_ok_and(|binding| {
        memory.directory.touches(&binding, row.position, &caller.client.controllers)
    })
}

/// The message's id.
pub(super) fn id_of(row: &MessageRow) -> Result<uuid::Uuid, Refusal> {
    visible::id_of(&row.id)
}
