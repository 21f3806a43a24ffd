//! Which controllers a request speaks of, and whether the caller may.

use super::Instance;
use super::caller::Caller;
use super::refusal::{Code, Refusal};
use crate::domain::controller::{Binding, Controller, Directory};
use crate::domain::fault::Fault;
use crate::domain::identifier::Rules;

/// The region of an instance's numbers where no controller says otherwise.
pub(super) const DEFAULT_REGION: &str = "SE";

/// The binding that `/controllers` names. Left out, it is every controller, or
/// all of the caller's own where the caller is bound to some.
///
/// # Errors
/// The names that lead to nothing; [`Code::ControllerNotYours`].
pub(super) fn named(
    directory: &Directory,
    caller: &Caller,
    names: &[String],
) -> Result<Binding, Refusal> {
    if names.is_empty() {
        return Ok(caller.client.controllers.clone());
    }
    let binding = directory.resolve(names).map_err(|unknown| {
        let fault = |index| {
            Fault::new(
                format!("/controllers/{index}"),
                "unknown_controller",
                "No controller or group has this slug, id or organisation number. GET /v1/controllers lists them.",
            )
        };
        Refusal::at(Code::Unprocessable, unknown.into_iter().map(fault).collect())
    })?;
    if directory.within(&binding, &caller.client.controllers) {
        Ok(binding)
    } else {
        Err(Refusal::new(Code::ControllerNotYours))
    }
}

/// Where values that name no country belong: the regions of the controllers bound.
pub(super) struct Regions(Vec<String>);

impl Regions {
    /// What reading depends on besides the person.
    pub(super) fn rules<'a>(&'a self, app: &Instance) -> Rules<'a> {
        let Self(all) = self;
        let (region, other_regions) = match all.as_slice() {
            [] => (DEFAULT_REGION, [].as_slice()),
            [first, others @ ..] => (first.as_str(), others),
        };
        Rules { other_regions, ..app.rules(region) }
    }
}

/// The regions of the controllers that are bound, groups' members among them. A number
/// that names no country is told by none of them, so the ledger keeps it as each would
/// read it: each asks about it as its own.
pub(super) fn regions(directory: &Directory, binding: &Binding) -> Regions {
    let mut all: Vec<_> = directory.regions(binding).into_iter().map(str::to_owned).collect();
    all.sort_unstable_by_key(|region| region != DEFAULT_REGION);
    Regions(all)
}

/// The one controller that a look-up is for.
///
/// # Errors
/// A fault at `/controller`; [`Code::ControllerNotYours`].
pub(super) fn one<'a>(
    directory: &'a Directory,
    caller: &Caller,
    name: &str,
) -> Result<&'a Controller, Refusal> {
    let controller = directory.find_controller(name).ok_or_else(|| {
        Refusal::at(
            Code::Unprocessable,
            vec![Fault::new(
                "/controller",
                "unknown_controller",
                "No controller has this slug or id. GET /v1/controllers lists them; name one controller, not a group.",
            )],
        )
    })?;
    if directory.includes(&caller.client.controllers, controller.id) {
        Ok(controller)
    } else {
        Err(Refusal::new(Code::ControllerNotYours))
    }
}

/// The one controller that a row of a file names, by slug, id or organisation
/// number; `None` where it is not the caller's, or not one.
pub(super) fn in_a_row<'a>(
    directory: &'a Directory,
    caller: &Caller,
    name: &str,
) -> Option<&'a Controller> {
    let Ok(Binding::Named { controllers, groups }) = directory.resolve(&[name.to_owned()]) else {
        return None;
    };
    let own = |id: &&uuid::Uuid| directory.includes(&caller.client.controllers, **id);
    let mut own = controllers.iter().filter(own);
    match (own.next(), own.next()) {
        (Some(one), None) if groups.is_empty() => directory.controller(*one),
        _ => None,
    }
}
