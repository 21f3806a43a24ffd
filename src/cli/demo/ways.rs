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

/// What the newsletter tool asks for before it mails David.
const MAILING: &str = r#"{
  "controller": "tandgruppen-goteborg",
  "channel": "email",
  "recipients": [{"key": "row-17", "email": "David.Berg@Exempel.example"}]
}"#;

/// What a mail program posts when its own button is pressed (RFC 8058).
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

impl Tour<'_> {
    /// Shows each of them.
    pub(super) fn ways(&mut self, crm: &str) -> Outcome {
        self.screen.step("A \"no\" comes in other ways, too")?;
        self.call(crm)?;
        self.link(crm)?;
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

    /// Somebody presses the mail program's own button.
    fn link(&mut self, crm: &str) -> Outcome {
        let screen = self.screen;
        screen.say(
            "The newsletter tool gets a link for each mail it sends (POST /v1/unsubscribe-links), \
             with the headers that give the mail program a button:",
        )?;
        screen.wire(MAILING)?;
        let made = self.web.post("/v1/unsubscribe-links", crm, None, MAILING)?;
        let link = made.body["links"][0]["url"].as_str().unwrap_or_default();
        screen.wire(&format!("List-Unsubscribe: <{link}>\nList-Unsubscribe-Post: {ONE_CLICK}"))?;
        screen.say("David presses it. His mail program knows the link, and nothing else:")?;
        let answer = self.web.press(link, ONE_CLICK)?;
        self.came("the one click", &answer, 200)?;
        let david = Question {
            what: "David, by his address",
            written: "david.berg@exempel.example",
            controller: "tandgruppen-goteborg",
            channel: "email",
            person: json!({"emails": ["david.berg@exempel.example"]}),
            expected: "blocked",
        };
        self.question(crm, &david)
    }

    /// Somebody answers a text message.
    fn stop(&mut self, crm: &str) -> Outcome {
        let screen = self.screen;
        screen.say(
            "Eva answers a text message with \"Stopp tack!\". 46elks hands it over as it hands \
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
        let eva = |channel, expected| Question {
            what: "Eva, by her number",
            written: "070-174 06 14",
            controller: "tandgruppen-umea",
            channel,
            person: json!({"phones": ["070-174 06 14"]}),
            expected,
        };
        self.question(crm, &eva("sms", "blocked"))?;
        self.question(crm, &eva("phone", "clear"))
    }

    /// Says how a "no" was taken, and counts one that was not.
    fn came(&mut self, what: &str, answer: &super::web::Answer, expected: u16) -> Outcome {
        let screen = self.screen;
        let told = screen.ink(Ink::Green, &answer.status.to_string());
        screen.line(&format!("  {what} -> {told}"))?;
        if answer.status == expected { Ok(()) } else { self.judge(false, "", answer) }
    }
}
