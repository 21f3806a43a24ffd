//! The command line, a file a command.
//!
//! Every command (but [`verify`], which must also judge what no instance opens) that
//! says something to an instance is a client of its HTTP API
//! over a local socket ([`client`]); where nobody serves, the command brings the
//! instance up itself for as long as it runs ([`instance`]). So there is one way
//! to do each thing, and one owner of a data folder ([`owner`]).

mod backup;
mod client;
mod clients;
mod controllers;
mod demo;
mod export;
mod failure;
mod first_start;
mod groups;
mod import;
mod instance;
mod keys;
mod openapi;
mod originals;
mod out;
mod owner;
mod partial;
mod port;
mod receipt;
mod registers;
mod restore;
mod screen;
mod serve;
mod serving;
mod socket;
mod token;
mod verify;
mod webhooks;

use crate::config::{Arguments, Command};
use std::process::ExitCode;

/// Does what the arguments say. The exit code is 0 when it was done, 1 when it
/// was refused or failed, 2 when it makes no sense.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    crate::telemetry::start(arguments.log());
    let outcome = match arguments.command {
        Command::Serve(options) => serve::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Groups(options) => groups::run(&options),
        Command::Controllers(options) => controllers::run(&options),
        Command::Clients(options) => clients::run(&options),
        Command::Webhooks(options) => webhooks::run(&options),
        Command::Token(options) => token::run(&options),
        Command::Screen(options) => screen::run(&options),
        Command::Import(options) => import::run(&options),
        Command::Export(options) => export::run(&options),
        Command::Registers(options) => registers::run(&options),
        Command::Keys(options) => keys::run(&options),
        Command::Originals(options) => originals::run(&options),
        Command::Receipt(options) => receipt::run(&options),
        Command::Backup(options) => backup::run(&options),
        Command::Restore(options) => restore::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Openapi => openapi::run(),
    };
    crate::telemetry::end();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}
