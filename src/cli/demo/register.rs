//! A national opt-out register in the tour.

use super::people::Question;
use super::show::Ink;
use super::tour::Tour;
use super::world::ACTOR;
use crate::cli::failure::Outcome;
use serde_json::json;

/// A file as a register's, with the headings that its owner gave it.
const FILE: &str = "Abonnentnummer\n040-628 04 20\n08-465 004 10\n";

impl Tour<'_> {
    /// A register is added, bound and loaded, and counts.
    pub(super) fn register(&mut self, crm: &str) -> Outcome {
        let screen = self.screen;
        screen.say(
            "Dan told nobody here: his number is on NIX-Telefon. The register is bound to the \
             whole group, so that no caller can forget it, and its file is loaded as it comes:",
        )?;
        screen.wire(FILE.trim_end())?;
        let token = self.web.token(&self.world.admin)?;
        let add = json!({"slug": "nix-telefon", "name": "NIX-Telefon", "preset": "nix-telefon",
            "columns": "phone:Abonnentnummer"});
        let bind = json!({"controllers": ["tandgruppen"]});
        for (path, body) in [("/v1/registers", add), ("/v1/registers/nix-telefon/bindings", bind)] {
            let answer = self.web.post(path, &token, Some(ACTOR), &body.to_string())?;
            if answer.status != 201 {
                return self.judge(false, "", &answer);
            }
        }
        let today = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Stockholm).date_naive();
        let path = format!("/v1/registers/nix-telefon/versions?date={today}");
        let answer = self.web.post_file(&path, &token, FILE)?;
        let told = screen.ink(Ink::Green, &answer.status.to_string());
        screen.line(&format!("  the register's file -> {told}"))?;
        if answer.status != 201 {
            return self.judge(false, "", &answer);
        }
        let dan = |channel, expected| Question {
            what: "Dan, by his number",
            written: "040-628 04 20",
            controller: "tandgruppen-umea",
            channel,
            person: json!({"phones": ["040-628 04 20"]}),
            expected,
        };
        self.question(crm, &dan("phone", "blocked"))?;
        self.question(crm, &dan("sms", "clear"))
    }
}
