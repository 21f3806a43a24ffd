//! The options of the commands that do one thing and end.

use super::{Asking, Place, values};
use crate::app::screen::Keep;
use crate::domain::channel::Channel;
use crate::domain::identifier::Kind;
use std::net::SocketAddr;
use std::path::PathBuf;

/// `backup`.
#[derive(clap::Args)]
pub struct Backup {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// The file to write the copy to; it must not be there yet
    #[arg(value_name = "TO")]
    pub to: PathBuf,
}

/// `restore`.
#[derive(clap::Args)]
pub struct Restore {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// The copy to take back, as `nejtack backup` made it; with --accept-older
    /// it may be left out, to go on with the database that is there
    #[arg(value_name = "FROM", required_unless_present = "accept_older")]
    pub from: Option<PathBuf>,
    /// Move a database that is there aside, into a folder `replaced-TIME` beside
    /// it; otherwise one that is there is an error
    #[arg(long, requires = "from")]
    pub replace: bool,
    /// Go on with a database that lacks what was acknowledged later, and record
    /// that in the ledger. From then on the log is another one than later
    /// receipts and checkpoints speak of, and whoever has one can prove it
    #[arg(long)]
    pub accept_older: bool,
}

/// `demo`.
#[derive(clap::Args)]
pub struct Demo {
    /// End after the tour; exit code 1 if any answer was not what the tour says
    #[arg(long)]
    pub once: bool,
    /// The address to answer on; port 0 takes a free one
    /// [default: 127.0.0.1:8080, or another port if that one is taken]
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "NEJTACK_DEMO_LISTEN",
        value_parser = values::address
    )]
    pub listen: Option<SocketAddr>,
    /// A new or empty folder to keep the demo's data in
    /// [default: a temporary folder that goes when the demo ends]
    #[arg(long, value_name = "DIR", env = "NEJTACK_DEMO_KEEP")]
    pub keep: Option<PathBuf>,
}

/// `groups`.
#[derive(clap::Args)]
pub struct Groups {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// What to do.
    #[command(subcommand)]
    pub action: GroupsAction,
}

/// What to do with groups.
#[derive(clap::Subcommand)]
pub enum GroupsAction {
    /// Register a group
    Add {
        /// Its name in requests, such as `tandgruppen`; never given to another
        slug: String,
        /// Its name for people
        #[arg(long)]
        name: String,
    },
    /// List the groups and their members
    List,
    /// Make a controller a member: it is bound by every objection to the group
    Join {
        /// The group's slug or id
        group: String,
        /// The controller's slug or id
        controller: String,
    },
    /// End a membership; what bound the controller before binds it still
    Leave {
        /// The group's slug or id
        group: String,
        /// The controller's slug or id
        controller: String,
    },
}

/// `controllers`.
#[derive(clap::Args)]
pub struct Controllers {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// What to do.
    #[command(subcommand)]
    pub action: ControllersAction,
}

/// What to do with controllers.
#[derive(clap::Subcommand)]
pub enum ControllersAction {
    /// Register a controller
    Add(NewController),
    /// List the controllers and their groups
    List,
    /// Give a controller another slug or name; the earlier slug still leads to it
    #[command(group(clap::ArgGroup::new("new").required(true).multiple(true)))]
    Rename {
        /// The controller's slug or id
        controller: String,
        /// The new slug
        #[arg(long, group = "new")]
        slug: Option<String>,
        /// The new name for people
        #[arg(long, group = "new")]
        name: Option<String>,
    },
}

/// A controller to register.
#[derive(clap::Args)]
pub struct NewController {
    /// Its name in requests, such as `tandgruppen-goteborg`; never given to another
    pub slug: String,
    /// Its name for people
    #[arg(long)]
    pub name: String,
    /// Its organisation number; several controllers may share one
    #[arg(long, value_name = "N")]
    pub organisation_number: Option<String>,
    /// A group that it belongs to from the start
    #[arg(long, value_name = "SLUG")]
    pub group: Option<String>,
    /// The country of telephone numbers that do not name one [default: SE]
    #[arg(long, value_name = "COUNTRY")]
    pub region: Option<String>,
}

/// `token`.
#[derive(clap::Args)]
pub struct Token {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// The client's slug
    #[arg(long, value_name = "SLUG")]
    pub client: String,
    /// The URL by which the instance is known, where nobody serves it now
    /// [default: http://127.0.0.1:8080]
    #[arg(long, value_name = "URL", env = "NEJTACK_PUBLIC_URL", value_parser = values::public_url)]
    pub public_url: Option<String>,
}

/// `screen`.
#[derive(clap::Args)]
pub struct Screen {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// The file: CSV, or NDJSON (.ndjson, .jsonl); - reads standard input. A
    /// workbook (.xlsx) must be saved as CSV first
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The controller that wants to send, by slug or id
    #[arg(long, value_name = "SLUG", required_unless_present = "controller_column")]
    pub controller: Option<String>,
    /// How it wants to send
    #[arg(long, value_parser = values::channels())]
    pub channel: Channel,
    /// Which rows come back; the summary counts all of them
    #[arg(long, default_value = "all", value_parser = values::keep())]
    pub keep: Keep,
    /// What headings mean that are not known: email:E-post,phone:#3
    #[arg(long, value_name = "NAME:HEADING,...")]
    pub columns: Option<String>,
    /// The heading of the column that names each row's controller
    #[arg(long, value_name = "HEADING")]
    pub controller_column: Option<String>,
    /// Only rows whose decision was another at this position of the ledger
    #[arg(long, value_name = "POSITION")]
    pub changed_since: Option<u64>,
    /// A new file for the rows; it has its name only when it is whole
    /// [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A kind of identifier that the instance must not hold, as `serve` was told;
    /// counts where nobody serves it now. May be repeated [default: every kind is held]
    #[arg(
        long = "refuse-kind",
        value_name = "KIND",
        env = "NEJTACK_REFUSE_KIND",
        value_delimiter = ',',
        num_args = 1..,
        value_parser = values::kinds()
    )]
    pub refuse_kinds: Vec<Kind>,
}

/// `keys`.
#[derive(clap::Args)]
pub struct Keys {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// What to do.
    #[command(subcommand)]
    pub action: KeysAction,
}

/// What to do with keys.
#[derive(clap::Subcommand)]
pub enum KeysAction {
    /// Print the root key, to be kept in a safe
    Export,
    /// Make a new key for the tags of identifiers, and wrap every tag under it; an
    /// instance that serves goes on meanwhile
    Rotate,
    /// Which root key this is, and the versions of the keys under it
    Status,
}

/// `receipt`.
#[derive(clap::Args)]
pub struct Receipt {
    /// Which instance is asked for the log's key where none is given.
    #[command(flatten)]
    pub asking: Asking,
    /// What to do.
    #[command(subcommand)]
    pub action: ReceiptAction,
}

/// What to do with receipts.
#[derive(clap::Subcommand)]
pub enum ReceiptAction {
    /// Check, offline, that the entry of a receipt stands in the log
    Check(CheckReceipt),
}

/// A receipt to check.
#[derive(clap::Args)]
pub struct CheckReceipt {
    /// The receipt (.tlog-proof): the text that came with the 201
    pub file: PathBuf,
    /// The log's public key, or a file with it: your own copy of what GET /log/key
    /// answered [default: the one that the instance gives]
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// What was posted, as JSON: check that it is what the receipt is of
    #[arg(long, value_name = "FILE")]
    pub posted: Option<PathBuf>,
}

/// `originals`.
#[derive(clap::Args)]
pub struct Originals {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// What to do.
    #[command(subcommand)]
    pub action: OriginalsAction,
}

/// What to do with originals.
#[derive(clap::Subcommand)]
pub enum OriginalsAction {
    /// Destroy the keys of what was posted: nobody can read it again, and it blocks
    /// as before. What is older than `serve --originals-days` goes by itself
    #[command(group(clap::ArgGroup::new("what").required(true)))]
    Shred {
        /// All that was posted more than so many days ago
        #[arg(long, value_name = "DAYS", group = "what", value_parser = values::days())]
        older_than: Option<u32>,
        /// What was posted with one objection, by its id, and with its later events
        #[arg(long, value_name = "ID", group = "what")]
        objection: Option<uuid::Uuid>,
        /// The proxies too: the proof that the person asked for it
        #[arg(long)]
        proof: bool,
    },
}

/// `verify`.
#[derive(clap::Args)]
pub struct Verify {
    /// Which instance.
    #[command(flatten)]
    pub place: Place,
    /// A checkpoint (or a receipt) kept outside: all that it covers must be there,
    /// unchanged
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Your own copy of the log's public key, or a file with it: it then counts
    /// instead of the one in the database
    #[arg(long, value_name = "VKEY")]
    pub key: Option<String>,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub json: bool,
}
