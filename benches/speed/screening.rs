use crate::Run;
use crate::world::World;
pub(crate) fn against(_run: &mut Run, _world: &World, _rows: u64) {}
pub(crate) fn memory(_run: &mut Run, _world: &World, _rows: u64) {}
