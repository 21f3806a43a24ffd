//! What benchmarks share: a service of their own, in this process or as the
//! program; persons in it; load; and facts about the machine. A benchmark compares within one run on one machine; its figures alone
//! say little.

pub(crate) mod fill;
pub(crate) mod load;
pub(crate) mod machine;
pub(crate) mod process;
pub(crate) mod service;
pub(crate) mod table;
pub(crate) mod upload;
pub(crate) mod wrk;

#[path = "../../tests/it/support/persons.rs"]
pub(crate) mod persons;
