//! The other ways in which a "no" arrives. All end where the proxy's ended.

use super::people::Question;
use super::show::Ink;
use super::tour::Tour;
use super::world::ACTOR;
use crate::cli::failure::Outcome;
use serde_json::json;

/// What staff type while Cilla is on the telephone: no more than she gave.
const CALL: &str = r#"{
  "controllers": ["tandgruppen-malmo"],
  "right": "object_to_direct_marketing",
  "channels": ["sms", "phone"],
  "person": {"phones": ["031-390 06 14"]},
  "direct": {"medium": "telephone", "identity_checked": false}
}"#;

impl Tour<'_> {
    /// Shows each of them.
    pub(super) fn ways(&mut self, crm: &str) -> Outcome {
        self.screen.step("A \"no\" comes in other ways, too")?;
        self.call(crm)?;
        self.register(crm)
    }

    /// Somebody telephones a clinic.
    fn call(&mut self, crm: &str) -> Outcome {
        let screen = self.screen;
        screen.say(
            "Cilla telephones the clinic in Malmö: no more text messages and calls. Staff record \
             it with nothing but her number:",
        )?;
        screen.wire(CALL)?;
        let token = self.web.token(&self.world.staff)?;
        let answer = self.web.post("/v1/objections", &token, Some(ACTOR), CALL)?;
        self.came("the telephone call", &answer, 201)?;
        let cilla = |channel, expected| Question {
            what: "Cilla, by her number",
            written: "+46 31 390 06 14",
            controller: "tandgruppen-malmo",
            channel,
            person: json!({"phones": ["+46 31 390 06 14"]}),
            expected,
        };
        self.question(crm, &cilla("sms", "blocked"))?;
        self.question(crm, &cilla("post", "clear"))
    }

    /// Says how a "no" was taken, and counts one that was not.
    fn came(&mut self, what: &str, answer: &super::web::Answer, expected: u16) -> Outcome {
        let screen = self.screen;
        let told = screen.ink(Ink::Green, &answer.status.to_string());
        screen.line(&format!("  {what} -> {told}"))?;
        if answer.status == expected { Ok(()) } else { self.judge(false, "", answer) }
    }
}
