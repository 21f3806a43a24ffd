//! Every option, as a flag and as an environment variable. The only reader of
//! the environment.
//!
//! What holds for an instance has both; what is said once, to one command (a
//! slug, a name), is a flag alone, so that no forgotten variable decides it.

mod clients;
mod commands;
mod hearing;
mod log_level;
mod registers;
mod transfers;
mod values;

use crate::app;
use crate::domain::identifier::{Kind, KindSet};
use clap::{CommandFactory, FromArgMatches};
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use log_level::LogLevel;

pub use hearing::{Hearing, Webhooks, WebhooksAction};

pub use clients::{ClientChange, Clients, ClientsAction, NewClient};
pub use commands::{
    Backup, CheckReceipt, Controllers, ControllersAction, Demo, Groups, GroupsAction, Keys,
    KeysAction, NewController, Originals, OriginalsAction, Receipt, ReceiptAction, Restore, Screen,
    Token, Verify,
};
pub use registers::{LoadRegister, NewRegister, Registers, RegistersAction};
pub use transfers::{Export, Import};

/// The data folder unless another is named.
const DATA: &str = "./nejtack-data";
/// Where `serve` listens unless told otherwise.
const LISTEN: &str = "127.0.0.1:8080";
/// For how many days originals are kept unless it is told otherwise: three years.
const ORIGINALS_DAYS: u32 = 1_095;
/// The URL by which an instance is known unless it is told another.
pub const USUAL_URL: &str = "http://127.0.0.1:8080";

/// The heading in `--help` of what says which instance is meant.
const INSTANCE: &str = "Which instance";

/// Records objections to direct marketing, and answers whom you must not contact.
#[derive(clap::Parser)]
#[command(name = "nejtack", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Begin with `nejtack demo`: it shows everything with made-up persons, and \
                        keeps nothing.\nThen `nejtack serve`, and `nejtack COMMAND --help`.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How much Nejtack tells on stderr; libraries never tell more than warnings
    /// [default: info for serve, warn for the others]
    #[arg(long, value_name = "LEVEL", env = "NEJTACK_LOG", global = true, display_order = 900)]
    log: Option<LogLevel>,
}

impl Arguments {
    /// How much is told in the log.
    #[must_use]
    pub fn log(&self) -> LogLevel {
        let usual =
            if matches!(self.command, Command::Serve(_)) { LogLevel::Info } else { LogLevel::Warn };
        self.log.unwrap_or(usual)
    }
}

/// What to do.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Answer over HTTP until told to stop
    Serve(Serve),
    /// A guided tour with made-up persons, then an instance to try things with
    Demo(Demo),
    /// Groups of controllers: an objection to a group binds every member
    Groups(Groups),
    /// Opt-out registers such as NIX-Telefon: their versions, and whom they bind
    Registers(Registers),
    /// Controllers: who decides to send, and must ask first
    Controllers(Controllers),
    /// Clients: the programs that may call this service
    Clients(Clients),
    /// Webhooks: endpoints that are told of changes by themselves
    Webhooks(Webhooks),
    /// An access token of a client, to try things with (15 minutes)
    Token(Token),
    /// Screen a campaign file: the same rows, with a decision on each
    ///
    /// Send only to rows that say `clear`; it means that nobody objected, and is no
    /// consent. Each run leaves a certificate in the ledger: counts, and digests of
    /// what came and went. Exit code 1, and no file under its name, unless that
    /// says `completed`.
    Screen(Screen),
    /// Import a list of those who said no: a mailing program's, or one of your own
    ///
    /// It only ever adds, and can be run again: what was taken back since stays taken
    /// back. Exit code 1 where the file is broken; what came before that stands.
    Import(Import),
    /// Export all that a controller holds, to be kept or to be imported again
    ///
    /// What was posted is opened for this, as far as it is still sealed, and that is
    /// an entry of the ledger. The file is a new one, for its owner alone (0600).
    Export(Export),
    /// The keys of an instance
    Keys(Keys),
    /// What was posted about persons, and its end
    Originals(Originals),
    /// Check the whole database against its log; name the first row that does not fit
    Verify(Verify),
    /// Receipts: proof that an objection was recorded
    Receipt(Receipt),
    /// Copy the database into a file, while it is in use
    ///
    /// The copy is one moment's state. It needs the root key, which is not in it
    /// and is never to be kept with it. It holds personal data, sealed: what the
    /// instance shreds later can still be read from the copy, for as long as the
    /// copy is kept. Beside it comes TO.checkpoint, the signed head of its log.
    Backup(Backup),
    /// Take a database back from a copy
    ///
    /// For a folder that nobody serves now. The copy is checked before anything
    /// is changed, and nothing is ever deleted. What was acknowledged after the
    /// copy was made is not in it: the objection services must send that again
    /// (with the same references, nothing is recorded twice).
    Restore(Restore),
    /// Print the OpenAPI document
    Openapi,
}

/// Which instance a command speaks to.
#[derive(Clone, clap::Args)]
pub struct Place {
    /// The instance's data folder (embedded database, root key, socket)
    /// [default: ./nejtack-data]
    #[arg(long, value_name = "DIR", env = "NEJTACK_DATA", global = true, help_heading = INSTANCE)]
    data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database: postgres://USER@HOST/NAME
    /// [default: the embedded database]
    ///
    /// A password belongs in the environment variable, not in the flag, which
    /// every user of the machine can read.
    #[arg(
        long,
        value_name = "URL",
        env = "NEJTACK_DATABASE_URL",
        hide_env_values = true,
        global = true,
        help_heading = INSTANCE
    )]
    database_url: Option<String>,
    /// The file of the root key, such as a mounted secret or a systemd credential
    /// [default: root.key in the data folder; on PostgreSQL only where --data is given]
    #[arg(
        long,
        value_name = "FILE",
        env = "NEJTACK_ROOT_KEY_FILE",
        global = true,
        help_heading = INSTANCE
    )]
    root_key_file: Option<PathBuf>,
    /// Where the log's newest checkpoint is kept, to notice a database that was
    /// put back to an older state; on another disk than the data, if it is to
    /// notice that of a whole folder
    /// [default: the data folder; on PostgreSQL nowhere]
    #[arg(
        long,
        value_name = "DIR",
        env = "NEJTACK_STATE",
        global = true,
        help_heading = INSTANCE
    )]
    state: Option<PathBuf>,
    /// Whether all this is a demo's.
    #[arg(skip)]
    pub demo: bool,
}

impl Place {
    /// An embedded instance in this folder, for the demo.
    #[must_use]
    pub fn demo(folder: &Path) -> Self {
        let data = Some(folder.into());
        Self { data, database_url: None, root_key_file: None, state: None, demo: true }
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new(DATA))
    }

    /// The database's URL, unless it is the embedded one.
    #[must_use]
    pub fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    /// Where the log's newest checkpoint is kept; `None` on PostgreSQL when nobody said.
    #[must_use]
    pub fn state(&self) -> Option<PathBuf> {
        let of_data = || self.database_url.is_none().then(|| self.data().to_owned());
        self.state.clone().or_else(of_data)
    }

    /// The root key's file, if it was named.
    #[must_use]
    pub fn named_root_key(&self) -> Option<&Path> {
        self.root_key_file.as_deref()
    }

    /// Where the root key is; `None` on PostgreSQL when nobody said.
    #[must_use]
    pub fn root_key(&self) -> Option<PathBuf> {
        match (&self.root_key_file, &self.data, &self.database_url) {
            (Some(file), ..) => Some(file.clone()),
            (None, Some(folder), _) => Some(folder.join("root.key")),
            (None, None, None) => Some(self.data().join("root.key")),
            (None, None, Some(_)) => None,
        }
    }
}

/// How a command asks an instance.
#[derive(Clone, clap::Args)]
pub struct Asking {
    /// Which one.
    #[command(flatten)]
    pub place: Place,
    /// Whose command this is, for the ledger: an account name
    /// [default: SUDO_USER, or else USER]
    #[arg(
        long,
        value_name = "NAME",
        env = "NEJTACK_ACTOR",
        value_parser = values::account,
        global = true,
        help_heading = INSTANCE
    )]
    actor: Option<String>,
    /// Print one JSON object on stdout
    #[arg(long, global = true)]
    pub json: bool,
}

impl Asking {
    /// Who runs this command, as far as the environment tells.
    #[must_use]
    pub fn actor(&self) -> Option<String> {
        let account = |name| values::account(&std::env::var(name).ok()?).ok();
        self.actor.clone().or_else(|| account("SUDO_USER")).or_else(|| account("USER"))
    }
}

/// What an instance is set to, served or not.
#[derive(Clone, clap::Args)]
pub struct Settings {
    /// The URL by which others reach this service: the issuer of its tokens
    /// [default: http:// (or https://) and the address of --listen]
    #[arg(long, value_name = "URL", env = "NEJTACK_PUBLIC_URL", value_parser = values::public_url)]
    pub public_url: Option<String>,
    /// A kind of identifier this instance must not hold: it is dropped with a
    /// warning and never stored. May be repeated
    /// [default: every kind is held]
    #[arg(
        long = "refuse-kind",
        value_name = "KIND",
        env = "NEJTACK_REFUSE_KIND",
        value_delimiter = ',',
        num_args = 1..,
        value_parser = values::kinds()
    )]
    pub refuse_kinds: Vec<Kind>,
    /// Keep personnummer sealed, to be read by those who may; otherwise only
    /// their keyed tags are kept [default: off]
    #[arg(
        long,
        env = "NEJTACK_SEAL_PERSONNUMMER",
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub seal_personnummer: bool,
    /// How many days what was posted about a person is kept, sealed. 0 keeps none,
    /// but for what could not be read, which staff have 30 days to settle
    #[arg(
        long,
        value_name = "DAYS",
        env = "NEJTACK_ORIGINALS_DAYS",
        default_value_t = ORIGINALS_DAYS,
        value_parser = values::days()
    )]
    pub originals_days: u32,
    /// How many days a proxy and its document are kept, sealed: the proof that the
    /// person asked for it [default: as long as the block stands]
    #[arg(
        long,
        value_name = "DAYS",
        env = "NEJTACK_PROOF_DAYS",
        value_parser = values::days().range(1..)
    )]
    pub proof_days: Option<u32>,
    /// How others hear of changes.
    #[command(flatten)]
    pub hearing: Hearing,
}

impl Settings {
    /// The settings of an instance that is known by this URL.
    #[must_use]
    pub fn of_instance(&self, public_url: String) -> app::Settings {
        let refused = KindSet::of(&self.refuse_kinds);
        let retention =
            app::shred::Retention { originals: Some(self.originals_days), proof: self.proof_days };
        let seal_personnummer = self.seal_personnummer;
        let hearing = self.hearing.of_instance();
        app::Settings { public_url, refused, seal_personnummer, retention, hearing }
    }
}

/// The options of `serve`.
#[derive(clap::Args)]
pub struct Serve {
    /// Which instance.
    #[command(flatten)]
    pub place: Place,
    /// What it is set to.
    #[command(flatten)]
    pub settings: Settings,
    /// The address to answer on; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "NEJTACK_LISTEN",
        default_value = LISTEN,
        value_parser = values::address
    )]
    pub listen: SocketAddr,
    /// A proxy in front whose X-Forwarded-For counts, as an address or a network
    /// (10.0.0.0/8). May be repeated [default: none]
    #[arg(
        long = "trusted-proxy",
        value_name = "CIDR",
        env = "NEJTACK_TRUSTED_PROXY",
        value_delimiter = ',',
        value_parser = values::network
    )]
    pub trusted_proxies: Vec<IpNet>,
    /// An address of its own for /metrics
    /// [default: /metrics is answered on --listen]
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "NEJTACK_METRICS_LISTEN",
        value_parser = values::address
    )]
    pub metrics_listen: Option<SocketAddr>,
    /// A certificate chain (PEM): answer over TLS without a proxy in front
    /// [default: plain HTTP]
    #[arg(long, value_name = "FILE", env = "NEJTACK_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    /// [default: plain HTTP]
    #[arg(long, value_name = "FILE", env = "NEJTACK_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// Reads the command line and the environment.
///
/// # Errors
/// The exit code, after help, the version or what is wrong has been printed.
pub fn read() -> Result<Arguments, ExitCode> {
    let read = without_blanks(Arguments::command()).try_get_matches();
    read.and_then(|mut matches| Arguments::from_arg_matches_mut(&mut matches)).map_err(|error| {
        // Where even this cannot be written there is nobody to tell.
        let _ = error.print();
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// Whether colours were declined (no-color.org).
#[must_use]
pub fn no_colours() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// A variable set to nothing counts as not set: container files set them so.
fn without_blanks(command: clap::Command) -> clap::Command {
    command
        .mut_args(|arg| {
            let blank = |name| std::env::var_os(name).is_some_and(|value| value.is_empty());
            if arg.get_env().is_some_and(blank) { arg.env(None) } else { arg }
        })
        .mut_subcommands(without_blanks)
}
