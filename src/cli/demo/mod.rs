//! `nejtack demo`: everything with made-up persons, over real HTTP.
//!
//! It has a folder of its own, never the real one: a ledger forgets nothing, and
//! made-up persons do not belong in it.

mod people;
mod proof;
mod register;
mod show;
mod tour;
mod ways;
mod web;
mod world;

use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::instance::{self, Instance};
use super::serving::Serving;
use super::socket::Socket;
use super::{client::Api, port::Reserved};
use crate::app::Settings;
use crate::app::shred::Retention;
use crate::config::{Demo, Place};
use crate::domain::identifier::KindSet;
use crate::http::server::ServerOptions;
use proof::Kept;
use show::{Ink, Screen};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use web::{Credentials, Web};
use world::World;

/// Shows everything, and serves until a signal ends it.
pub(super) fn run(options: &Demo) -> Outcome {
    let temporary = match &options.keep {
        Some(_) => None,
        None => Some(temporary()?),
    };
    let folder = match (&options.keep, &temporary) {
        (Some(folder), _) => new_folder(folder)?,
        (None, Some(folder)) => folder.path().to_owned(),
        (None, None) => return Err(Failure::Quiet),
    };
    let place = Place::demo(&folder);
    let listen = reserve(options.listen)?;
    let url = listen.url(false);
    let owner = instance::take(&place)?;
    let settings = Settings {
        public_url: url.clone(),
        refused: KindSet::NONE,
        seal_personnummer: false,
        retention: Retention::default(),
    };
    let instance = Instance::open(&place, Need::Write, owner, settings)?;
    let socket = || Socket::of(&folder).map_err(|error| no_folder(&folder, &error));
    let server = ServerOptions {
        listen: Some(listen.release()),
        socket: Some(socket()?.path()),
        ..ServerOptions::default()
    };
    let serving = Serving::start(&instance.app, server)?;
    let shown = Api::over(socket()?, Some("demo".to_owned()))
        .and_then(|api| show(&api, url, options, &folder));
    let ended = match shown {
        Ok(()) if !options.once => serving.wait(),
        shown => serving.stop().and(shown),
    };
    instance.close();
    ended
}

/// Registers everybody, gives the tour, and says how to go on.
fn show(api: &Api, url: String, options: &Demo, folder: &Path) -> Outcome {
    let screen = Screen::new();
    let web = Web::at(url)?;
    let world = world::register(api)?;
    let mut tour = tour::Tour { web: &web, world: &world, screen: &screen, wrong: 0 };
    let kept = tour.run()?;
    let wrong = tour.wrong;
    if wrong > 0 {
        return Err(Failure::refused(format!("{wrong} answers of the tour were not right")));
    }
    if options.once {
        screen.line("\nAll answers were right.")
    } else {
        go_on(&screen, &web, &world, &kept, folder)
    }
}

/// What to try next.
fn go_on(screen: &Screen, web: &Web, world: &World, kept: &Kept, folder: &Path) -> Outcome {
    screen.step("Your turn")?;
    let base = &web.base;
    screen.say("The documentation, with an Authorize button that takes these clients:")?;
    screen.line(&format!("    {}", screen.ink(Ink::Bold, &format!("{base}/docs"))))?;
    let clients = [
        ("posts objections", &world.service),
        ("asks before it sends", &world.crm),
        ("staff (with X-Actor)", &world.staff),
        ("reads the audit record", &world.auditor),
    ];
    screen.line(&format!("\n    {:<24}{:<20}client_secret", "", "client_id"))?;
    for (who, Credentials { client_id, secret }) in clients {
        screen.line(&format!("    {who:<24}{client_id:<20}{secret}"))?;
    }
    screen.line("")?;
    screen.say("Ask yourself, in another terminal:")?;
    let Credentials { client_id, secret } = &world.crm;
    let [question, ..] = people::anna_karin().map(|question| question.body());
    screen.line(&format!(
        "\nTOKEN=$(curl -s -u '{client_id}:{secret}' -d grant_type=client_credentials \\
  {base}/oauth2/token | sed -E 's/.*\"access_token\": ?\"([^\"]+)\".*/\\1/')
curl -s {base}/v1/lookups -H \"Authorization: Bearer $TOKEN\" \\
  -H 'Content-Type: application/json' -d '{question}'; echo\n"
    ))?;
    let (receipt, key) = kept.save(folder)?;
    screen.say("Check her receipt, with this program or any other (README, \"Evidence\"):")?;
    screen.line(&format!(
        "\nnejtack receipt check {} --key {}\n",
        receipt.display(),
        key.display()
    ))?;
    screen.say(&format!(
        "Commands work on it too: `nejtack clients list --data {}`. Ctrl-C ends the demo.",
        folder.display()
    ))
}

/// The address asked for; otherwise port 8080, or where that is taken any other.
fn reserve(asked: Option<SocketAddr>) -> Outcome<Reserved> {
    let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match asked {
        Some(address) => Reserved::at(address),
        None => Reserved::at(local(8080)).or_else(|_| Reserved::at(local(0))),
    }
}

fn temporary() -> Outcome<tempfile::TempDir> {
    let made = tempfile::Builder::new().prefix("nejtack-demo-").tempdir();
    made.map_err(|error| Failure::refused(format!("no temporary folder could be made: {error}")))
}

/// A folder to keep the demo in, with nothing in it.
fn new_folder(folder: &Path) -> Outcome<PathBuf> {
    super::owner::make_folder(folder).map_err(|error| no_folder(folder, &error))?;
    let mut inside = std::fs::read_dir(folder).map_err(|error| no_folder(folder, &error))?;
    if inside.next().is_some() {
        return Err(Failure::refused(format!(
            "{} is not empty: the demo begins anew each time; name another folder, or serve that \
             one with `nejtack serve --data`",
            folder.display()
        )));
    }
    Ok(folder.to_owned())
}

fn no_folder(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::refused(format!("{} cannot be used: {error}", folder.display()))
}
