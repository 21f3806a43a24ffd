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
        self.stop(crm)?;
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

    /// Somebody answers a text message.
    fn stop(&mut self, crm: &str) -> Outcome {
        let screen = self.screen;
        screen.say(
            "David answers a text message with \"Stopp tack!\". 46elks hands it over as it hands \
             over everything, and gets nothing back that it could text him:",
        )?;
        let fields = [
            ("direction", "incoming"),
            ("id", "sf8425555e5d8db61dda7a7b3f1b91bdb"),
            ("from", "+46701740614"),
            ("to", "+46701740699"),
            ("message", "Stopp tack!"),
        ];
        let told: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        screen.wire(&told.join("&"))?;
        let path = "/v1/inbound-sms/46elks";
        let answer = self.web.form(path, &self.world.gateway, &fields)?;
        self.came("the text message", &answer, 204)?;
        let david = |channel, expected| Question {
            what: "David, by his number",
            written: "070-174 06 14",
            controller: "tandgruppen-umea",
            channel,
            person: json!({"phones": ["070-174 06 14"]}),
            expected,
        };
        self.question(crm, &david("sms", "blocked"))?;
        self.question(crm, &david("phone", "clear"))
    }

    /// Says how a "no" was taken, and counts one that was not.
    fn came(&mut self, what: &str, answer: &super::web::Answer, expected: u16) -> Outcome {
        let screen = self.screen;
        let told = screen.ink(Ink::Green, &answer.status.to_string());
        screen.line(&format!("  {what} -> {told}"))?;
        if answer.status == expected { Ok(()) } else { self.judge(false, "", answer) }
    }
}
