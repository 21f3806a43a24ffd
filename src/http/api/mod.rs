//! The operations, by noun: a folder a noun, a file a verb.

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation under `/v1`.
pub(super) fn routes(_config: &mut ServiceConfig<'_>) {}
