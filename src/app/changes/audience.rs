//! Whose changes somebody hears of. Memberships count as they were at each entry: so
//! what is told of an entry is the same whenever it is asked for, and nobody misses
//! what came just before a controller left, or reads what happened at one before it
//! joined.

use crate::domain::Position;
use crate::domain::controller::{Binding, Directory};
use uuid::Uuid;

/// What a consumer, or an endpoint, is bound to.
pub(in crate::app) struct Audience {
    /// What lies within all of these.
    bindings: Vec<Binding>,
    /// Every controller that they have ever spoken of, by slug.
    ever: Vec<Uuid>,
}

impl Audience {
    /// Those who hear of what lies within all of these bindings, of which there is one
    /// at least. The directory must have come as far as the entries that are asked about.
    pub(in crate::app) fn of(directory: &Directory, bindings: Vec<Binding>) -> Self {
        let mut ever = directory.ever(bindings.first().unwrap_or(&Binding::Every));
        for further in bindings.iter().skip(1) {
            let within = directory.ever(further);
            ever.retain(|controller| within.contains(controller));
        }
        Self { bindings, ever }
    }

    /// The controllers within reach at a position.
    pub(super) fn at<'a>(
        &'a self,
        directory: &'a Directory,
        at: Position,
    ) -> impl Iterator<Item = Uuid> + 'a {
        let within = move |binding: &Binding, controller| directory.named(binding, at, controller);
        let reached = move |controller: &Uuid| {
            self.bindings.iter().all(|binding| within(binding, *controller))
        };
        self.ever.iter().copied().filter(reached)
    }

    /// Whether it hears that a controller joined or left a group: who is bound to the
    /// group hears of both, although the one that left is not within reach any more.
    pub(super) fn hears_of(
        &self,
        directory: &Directory,
        at: Position,
        (controller, group): (Uuid, Uuid),
    ) -> bool {
        let of_group = |binding: &Binding| match binding {
            Binding::Every => true,
            Binding::Named { groups, .. } => groups.contains(&group),
        };
        let hears = |binding| of_group(binding) || directory.named(binding, at, controller);
        self.bindings.iter().all(hears)
    }
}

/// Whether somebody who was bound so is told of the objection at a position.
pub(super) fn told(
    directory: &Directory,
    (position, binding): (Position, &Binding),
    own: &Binding,
) -> bool {
    let audience = Audience::of(directory, vec![own.clone()]);
    audience.at(directory, position).any(|id| directory.binds(binding, position, id, position))
}
