//! The tour's receipt: who was given it can show later what was recorded.

use super::show::Ink;
use super::tour::Tour;
use crate::cli::failure::{Failure, Outcome};
use crate::evidence::checkpoint::LogKey;
use crate::evidence::receipt::Receipt;
use std::path::{Path, PathBuf};

/// What an objection service keeps: a receipt, and the log's public key.
pub(super) struct Kept {
    /// The receipt of Anna-Karin's objection.
    pub receipt: String,
    /// The key, as `/log/key` gives it.
    pub key: String,
}

impl Kept {
    /// Puts both into files in the demo's folder; the receipt's and the key's.
    pub(super) fn save(&self, folder: &Path) -> Outcome<(PathBuf, PathBuf)> {
        let (receipt, key) = (folder.join("anna-karin.tlog-proof"), folder.join("log.key"));
        let written =
            std::fs::write(&receipt, &self.receipt).and_then(|()| std::fs::write(&key, &self.key));
        written.map_err(|error| super::no_folder(folder, &error))?;
        Ok((receipt, key))
    }
}

impl Tour<'_> {
    /// Checks the receipt that came with the 201, and one that was altered.
    pub(super) fn prove(&mut self, receipt: String) -> Outcome<Kept> {
        let screen = self.screen;
        screen.step("Spärrtjänst can prove that it delivered")?;
        screen.say(
            "The receipt in the 201 is checked offline, with the log's public key (GET /log/key) \
             and nothing else:",
        )?;
        let key = self.web.get("/log/key")?.text;
        let unusable = |_| Failure::refused("the demo's own instance gave no key");
        let log = LogKey::read(&key).map_err(unusable)?;
        let check = |text: &str| Receipt::read(text).and_then(|receipt| receipt.check(&log));
        match check(&receipt) {
            Ok(checkpoint) => screen.line(&format!(
                "  the entry stands in a log of {} entries -> {}",
                checkpoint.size,
                screen.ink(Ink::Green, "good")
            ))?,
            Err(why) => self.wrong(&why.to_string())?,
        }
        let back_dated = receipt.replacen("\nindex ", "\nindex 1", 1);
        match check(&back_dated) {
            Err(why) => {
                let refused = screen.ink(Ink::Red, "refused");
                screen.line(&format!("  the same at another place in the log -> {refused}"))?;
                screen.say(&format!("({why}.)"))?;
            }
            Ok(_) => self.wrong("a receipt that was altered is good")?,
        }
        Ok(Kept { receipt, key })
    }

    fn wrong(&mut self, what: &str) -> Outcome {
        self.wrong += 1;
        let screen = self.screen;
        screen.line(&screen.ink(Ink::Red, &format!("  This is not right: {what}")))
    }
}
