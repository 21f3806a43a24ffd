//! What can be asked of the change feed.

use super::super::super::params::Limit;
use crate::app::changes::Asked;
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

/// Which changes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangesQuery {
    /// Changes after this position: the `next` of the answer before; 0 for all there are. After the
    /// database was put back to an older state, no position after that state counts any more.
    #[param(value_type = i64, required = false, nullable = false, minimum = 0, default = 0, example = 48211)]
    after: Option<u64>,
    /// How many at most.
    #[param(value_type = u16, required = false, nullable = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
    /// How many seconds to wait for a change where there is none.
    #[param(value_type = u16, required = false, nullable = false, minimum = 0, maximum = 60, default = 0)]
    wait: Option<Wait>,
    /// `true`: with what was said of the persons. Needs `identifiers:read`; at most 100 at a time.
    #[serde(default)]
    #[param(required = false, default = false)]
    originals: bool,
}

/// How long to wait, in seconds.
#[derive(Deserialize)]
#[serde(try_from = "u16")]
struct Wait(u16);

impl TryFrom<u16> for Wait {
    type Error = &'static str;

    fn try_from(seconds: u16) -> Result<Self, Self::Error> {
        if seconds <= 60 { Ok(Self(seconds)) } else { Err("0 to 60") }
    }
}

impl From<ChangesQuery> for Asked {
    fn from(query: ChangesQuery) -> Self {
        Self {
            after: query.after.map_or(0, |after| i64::try_from(after).unwrap_or(i64::MAX)),
            limit: Limit::or_usual(query.limit.as_ref()),
            wait: Duration::from_secs(query.wait.map_or(0, |wait| wait.0.into())),
            originals: query.originals,
        }
    }
}
