//! National opt-out registers: which there are, whom they bind, and their versions.
//!
//! A version is loaded in three steps: its file is read row by row, tagged, and written
//! beside the ledger in small pieces ([`stage`]); then one entry puts it in force at one
//! moment ([`load`]); and then the rows of the version that it replaced go ([`sweep`]). A
//! file with a broken row is refused whole, and nothing of it is left.

mod add;
mod bind;
mod list;
mod load;
mod read;
mod room;
mod settle;
mod stage;
mod sweep;

pub use add::{NewRegister, add_register};
pub use bind::{BindingView, NewBinding, bind_register, list_register_bindings, unbind_register};
pub use list::{Age, RegisterView, VersionView, list_register_versions, list_registers};
pub use load::{Begun, Loaded, NewVersion, begin_load, layout_of, put_in_force};

pub(super) use stage::Loads;

use super::caller::Caller;
use super::refusal::{Code, Refusal};
use crate::blocklist::registers::{Bound, Register};
use crate::ledger::memory::Memory;
use std::sync::Arc;

/// The register with this slug or id.
///
/// # Errors
/// [`Code::NotFound`].
fn found(memory: &Memory, name: &str) -> Result<Arc<Register>, Refusal> {
    memory.registers.find(name).cloned().ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Goes on only where all whom these bindings bind are the caller's: what is done to the
/// register, or to a binding, is done to them.
///
/// # Errors
/// [`Code::ControllerNotYours`].
fn all_yours<'a>(
    memory: &Memory,
    caller: &Caller,
    mut bindings: impl Iterator<Item = &'a Bound>,
) -> Result<(), Refusal> {
    let own = &caller.client.controllers;
    match bindings.all(|bound| memory.directory.within(&bound.binding, own)) {
        true => Ok(()),
        false => Err(Refusal::new(Code::ControllerNotYours)),
    }
}
