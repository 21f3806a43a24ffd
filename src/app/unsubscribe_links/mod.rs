//! Unsubscribe links: made for a mailing, and used by whoever received it.

mod create;
mod follow;
mod open;

pub use create::{LINKS, Made, NewLinks, Recipient, create_links};
pub use follow::{Covers, Said, Via, follow_link};
pub use open::{Opened, Unusable, open_link};
