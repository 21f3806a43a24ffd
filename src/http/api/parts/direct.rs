//! A person's own request, as staff record it.

use super::super::super::body::absent;
use super::words::MediumWord;
use crate::app::DirectGiven;
use serde::Deserialize;
use utoipa::ToSchema;

/// How the person's own request reached staff. There is no field for why: nobody has to give a
/// reason (GDPR Art. 21.2), and nothing about health or treatment belongs here.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Direct)]
pub(crate) struct DirectForm {
    /// By what means.
    #[serde(deserialize_with = "absent::required")]
    medium: MediumWord,
    /// The account name of whoever took it; the acting person (`X-Actor`), if left out.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$", example = "elin.berg")]
    taken_by: Option<String>,
    /// Whether staff made sure who it was. The objection counts either way.
    #[serde(deserialize_with = "absent::required")]
    #[schema(example = true)]
    identity_checked: bool,
}

impl From<DirectForm> for DirectGiven {
    fn from(form: DirectForm) -> Self {
        Self {
            medium: form.medium.0,
            taken_by: form.taken_by,
            identity_checked: form.identity_checked,
        }
    }
}
