//! The operations: a folder a noun, a file a verb. A file holds the operation's
//! body, its answer, its description and its handler.

mod audit;
mod changes;
mod clients;
mod controllers;
mod exports;
mod groups;
mod imports;
mod inbound_sms;
mod keys;
mod log;
mod lookups;
mod objections;
mod parts;
mod registers;
mod review;
mod screenings;
mod shreddings;
mod unsubscribe_links;
mod webhooks;
mod withdrawals;

pub use lookups::measured;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation under `/v1`. Routes are tried in this order, so what is asked for
/// most stands first.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(lookups::look_up::look_up)
        .service(lookups::batch::look_up_batch)
        .service(objections::record::record_objection)
        .service(objections::record_batch::record_objections_batch)
        .service(objections::list::list_objections)
        .service(objections::get::get_objection)
        .service(objections::receipt::read_receipt)
        .service(objections::withdraw::withdraw_objection)
        .service(objections::annul::annul_objection)
        .service(objections::add_identifiers::add_identifiers)
        .service(withdrawals::record::withdraw_person)
        .service(screenings::run::run_screening)
        .service(screenings::read::read_screening)
        .service(screenings::result::read_screening_result)
        .service(imports::run::run_import)
        .service(imports::read::read_import)
        .service(exports::run::run_export)
        .service(exports::read::read_export)
        .service(unsubscribe_links::create::create_unsubscribe_links)
        .service(changes::read::read_changes)
        .service(changes::acknowledge::acknowledge_changes)
        .service(changes::consumers::list_consumers)
        .service(webhooks::list::list_webhooks)
        .service(webhooks::add::add_webhook)
        .service(webhooks::get::get_webhook)
        .service(webhooks::rotate::rotate_webhook)
        .service(webhooks::test::test_webhook)
        .service(webhooks::disable::disable_webhook)
        .service(webhooks::enable::enable_webhook)
        .service(webhooks::deliveries::list_webhook_deliveries)
        .service(webhooks::redeliver::redeliver_webhook)
        .service(controllers::list::list_controllers)
        .service(controllers::add::add_controller)
        .service(controllers::rename::rename_controller)
        .service(groups::list::list_groups)
        .service(groups::add::add_group)
        .service(groups::join::join_group)
        .service(groups::leave::leave_group)
        .service(registers::list::list_registers)
        .service(registers::add::add_register)
        .service(registers::versions::list_register_versions)
        .service(registers::load::load_register_version)
        .service(registers::bindings::list_register_bindings)
        .service(registers::bind::bind_register)
        .service(registers::end::end_register_binding)
        .service(clients::list::list_clients)
        .service(clients::add::add_client)
        .service(clients::change::change_client)
        .service(clients::disable::disable_client)
        .service(clients::rotate::rotate_secret)
        .service(clients::static_key::add_static_key)
        .service(clients::token::issue_client_token)
        .service(shreddings::shred::shred_originals)
        .service(review::list::list_review)
        .service(review::clear::clear_review)
        .service(inbound_sms::json::receive_sms)
        .service(inbound_sms::elks::receive_elks_sms)
        .service(inbound_sms::elks::receive_elks_sms_by_secret)
        .service(inbound_sms::twilio::receive_twilio_sms)
        .service(audit::list::list_audit)
        .service(keys::status::read_key_status)
        .service(keys::rotate::rotate_keys)
        .service(log::checkpoint::read_checkpoint)
        .service(log::key::read_log_key)
        .service(log::tile::read_tile);
}
