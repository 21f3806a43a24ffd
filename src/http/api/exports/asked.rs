//! What an export is asked for.

use super::super::super::params::Short;
use serde::Deserialize;
use utoipa::IntoParams;

/// Whose objections.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// The controller whose objections are handed out, by slug or id.
    #[param(value_type = String, max_length = 200, example = "tandgruppen-goteborg")]
    pub(super) controller: Short,
}
