//! Which deliveries can be asked for.

use super::super::super::params::{Limit, Short};
use super::super::parts::words::words;
use serde::Deserialize;
use utoipa::IntoParams;

words! {
    StatusWord(&'static str) as "DeliveryStatus", "What became of a delivery.":
        ["pending", "delivered", "given_up"].map(|name| (name, name));
}

/// Which deliveries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveriesQuery {
    /// Only those of which this became.
    #[param(value_type = StatusWord, required = false, nullable = false, inline)]
    status: Option<StatusWord>,
    /// The `next` of the page before.
    #[param(value_type = String, required = false, nullable = false, max_length = 200)]
    after: Option<Short>,
    /// How many at most.
    #[param(value_type = u16, required = false, nullable = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

impl DeliveriesQuery {
    /// What became of them, and which page; a blank cursor is none.
    pub(super) fn parts(&self) -> (Option<&'static str>, (Option<&str>, usize)) {
        let after = self.after.as_ref().map(Short::as_str).filter(|text| !text.trim().is_empty());
        (self.status.map(|status| status.0), (after, Limit::or_usual(self.limit.as_ref())))
    }
}
