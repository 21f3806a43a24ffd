//! What benchmarks share: a service of their own, load, and facts about the
//! machine. A benchmark compares within one run on one machine; its figures alone
//! say little.

pub(crate) mod load;
pub(crate) mod machine;
pub(crate) mod service;
pub(crate) mod table;

#[path = "../../tests/it/support/persons.rs"]
pub(crate) mod persons;
