//! The options of `nejtack registers`.

use super::{Asking, values};
use crate::domain::channel::Channel;
use crate::domain::identifier::Kind;
use crate::domain::register::Preset;
use std::path::PathBuf;

/// `registers`.
#[derive(clap::Args)]
pub struct Registers {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
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
    /// What to do.
    #[command(subcommand)]
    pub action: RegistersAction,
}

/// What to do with registers.
#[derive(clap::Subcommand)]
pub enum RegistersAction {
    /// Add a register; it binds nobody until it is bound
    Add(NewRegister),
    /// List the registers, and whether their versions can be relied on
    List,
    /// Load a version from its file: all of it, or nothing where a row is broken
    Load(LoadRegister),
    /// Let a register count for controllers, in every look-up and screening
    Bind {
        /// The register's slug or id
        register: String,
        /// A controller or group. May be repeated [default: every controller]
        #[arg(long = "controller", value_name = "SLUG")]
        controllers: Vec<String>,
        /// A channel that is closed to them. May be repeated [default: the register's]
        #[arg(long = "channel", value_name = "CHANNEL", value_parser = values::channels())]
        channels: Vec<Channel>,
    },
    /// List whom a register binds
    Bindings {
        /// The register's slug or id
        register: String,
    },
    /// End a binding: the register counts no more for those whom nothing else binds
    Unbind {
        /// The register's slug or id
        register: String,
        /// The binding's id, as `bindings` lists it
        binding: uuid::Uuid,
    },
}

/// A register to add. What is left out is as the preset has it.
#[derive(clap::Args)]
pub struct NewRegister {
    /// Its name in requests, such as `nix-telefon`; never given to another
    pub slug: String,
    /// Its name for people
    #[arg(long)]
    pub name: String,
    /// Whose rules it has
    #[arg(long, value_parser = values::presets())]
    pub preset: Option<Preset>,
    /// What it holds. May be repeated; needed without a preset
    #[arg(long, value_name = "WHAT", value_parser = values::holdings())]
    pub holds: Vec<String>,
    /// A channel that it closes. May be repeated; needed without a preset
    #[arg(long = "channel", value_name = "CHANNEL", value_parser = values::channels())]
    pub channels: Vec<Channel>,
    /// For how many days after its date a version can be relied on; needed without a
    /// preset
    #[arg(long, value_name = "DAYS")]
    pub max_age_days: Option<u16>,
    /// A consent lifts its block, besides what the preset has
    #[arg(long = "lifted-by-consent")]
    pub consent: bool,
    /// A consent lifts it only for so many days after it was given
    #[arg(long, value_name = "DAYS")]
    pub consent_days: Option<u16>,
    /// Being a customer lifts its block, and so many days after that ended; what the preset
    /// has besides stays
    #[arg(long = "lifted-by-customer", value_name = "DAYS")]
    pub customer: Option<u16>,
    /// For a customer, only with an offer of the same kind
    #[arg(long, requires = "customer")]
    pub similar_offer: bool,
    /// What headings of its files mean that are not known: phone:Abonnentnummer
    #[arg(long, value_name = "NAME:HEADING,...")]
    pub columns: Option<String>,
    /// The country of numbers and postcodes that do not name one [default: SE]
    #[arg(long, value_name = "COUNTRY")]
    pub region: Option<String>,
}

/// A version to load.
#[derive(clap::Args)]
pub struct LoadRegister {
    /// The register's slug or id
    pub register: String,
    /// The file: CSV, NDJSON, or Denmark's list as it is; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The day that the file is of
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = values::date)]
    pub date: chrono::NaiveDate,
    /// What headings mean that are not known: phone:Nummer,phone:#2
    #[arg(long, value_name = "NAME:HEADING,...")]
    pub columns: Option<String>,
    /// The id of the version in force, where its date or its file is wrong: this one may be
    /// of an earlier day
    #[arg(long, value_name = "VERSION")]
    pub replaces: Option<uuid::Uuid>,
    /// Load it though it has lost more than a fifth of the rows in force
    #[arg(long)]
    pub allow_shrink: bool,
    /// Check every row, and load nothing
    #[arg(long)]
    pub dry_run: bool,
}
