//! The options of `import` and `export`.

use super::{Asking, Settings, values};
use crate::tabular::import::Format;
use std::path::PathBuf;

/// `import`.
#[derive(clap::Args)]
pub struct Import {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// How an instance records, where nobody serves it now: as `serve` was told.
    #[command(flatten)]
    pub settings: Settings,
    /// The list; - reads standard input. A workbook (.xlsx) must be saved as CSV first
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The controller or group whose list it is, by slug or id
    #[arg(long, value_name = "SLUG")]
    pub controller: String,
    /// Which program wrote it
    #[arg(long, value_parser = values::formats())]
    pub format: Format,
    /// What the objections cover: a channel, or all. May be repeated
    /// [default: what the program's list is about]
    #[arg(long = "channel", value_name = "CHANNEL", value_delimiter = ',')]
    pub channels: Vec<String>,
    /// What headings mean that are not known: email:E-post,objected_at:#3
    #[arg(long, value_name = "NAME:HEADING,...")]
    pub columns: Option<String>,
    /// Take addresses that bounced as objections too
    #[arg(long = "include-bounces")]
    pub bounces: bool,
    /// With --format listmonk: the file is listmonk's export of those who unsubscribed from a
    /// list, whom it keeps as enabled
    #[arg(long = "include-enabled", conflicts_with = "bounces")]
    pub enabled: bool,
    /// Say what would happen, and record nothing
    #[arg(long)]
    pub dry_run: bool,
    /// A new file for what became of each row (NDJSON)
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// `export`.
#[derive(clap::Args)]
pub struct Export {
    /// Which instance, and how it is asked.
    #[command(flatten)]
    pub asking: Asking,
    /// The controller whose objections are exported, by slug or id
    #[arg(long, value_name = "SLUG")]
    pub controller: String,
    /// A new file for them; it has its name only when it is whole
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}
