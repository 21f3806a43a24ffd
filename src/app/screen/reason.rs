//! Why a row is not clear: a closed list of codes, without ids, and without
//! anything of the row itself.

use crate::blocklist::registers::Doubt;
use crate::domain::identifier::Kind;
use crate::tabular::campaign::Row;

/// No identifier was given, or a name alone.
pub const NOTHING_GIVEN: &str = "nothing_given";
/// What was given cannot be read, or must not be held here.
pub const NOTHING_READABLE: &str = "nothing_readable";
/// The row names a controller that there is not, or not for this caller.
pub const CONTROLLER_UNKNOWN: &str = "controller_unknown";
/// The row names no controller, and the request does not either.
pub const CONTROLLER_MISSING: &str = "controller_missing";

/// A register that binds the controller has the person.
pub const REGISTER_MATCHED: &str = "register_matched";
/// A register that binds the controller perhaps has the person.
pub const REGISTER_POSSIBLE: &str = "register_possible";

/// A message from the row's number has not been read yet.
pub const MESSAGE_WAITING: &str = crate::app::sms::MESSAGE_WAITING;

macro_rules! by_kind {
    ($($name:ident, $doc:literal, $end:literal;)*) => {$(
        #[doc = $doc]
        #[must_use]
        pub const fn $name(kind: Kind) -> &'static str {
            match kind {
                Kind::Email => concat!("email_", $end),
                Kind::Phone => concat!("phone_", $end),
                Kind::Personnummer => concat!("personnummer_", $end),
                Kind::Postal => concat!("postal_", $end),
                Kind::CustomerId => concat!("customer_id_", $end),
                Kind::CookieId => concat!("cookie_id_", $end),
                Kind::AdvertisingId => concat!("advertising_id_", $end),
            }
        }
    )*};
}

by_kind! {
    matched, "An objection was met by this kind, for sure.", "matched";
    possible, "An objection was perhaps met by this kind.", "possible";
    unreadable, "A value of this kind was given and cannot be read.", "unreadable";
}

/// Every code; what makes a row as such unreadable is `tabular`'s to say.
pub fn every() -> impl Iterator<Item = &'static str> {
    let kinds = |code: fn(Kind) -> &'static str| Kind::EVERY.into_iter().map(code);
    let others = [
        NOTHING_GIVEN,
        NOTHING_READABLE,
        CONTROLLER_UNKNOWN,
        CONTROLLER_MISSING,
        REGISTER_MATCHED,
        REGISTER_POSSIBLE,
        MESSAGE_WAITING,
    ];
    let doubts = Doubt::EVERY.map(Doubt::code);
    let others = others.into_iter().chain(doubts);
    let rows = Row::FAULTS.into_iter();
    kinds(matched).chain(kinds(possible)).chain(kinds(unreadable)).chain(others).chain(rows)
}
