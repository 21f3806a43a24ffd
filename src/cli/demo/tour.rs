//! The tour: what is posted, what comes back, and whether it is what it should be.

use super::people::{self, Question};
use super::proof::Kept;
use super::show::{Ink, Screen};
use super::web::{Answer, Web};
use super::world::{ACTOR, World};
use crate::cli::failure::Outcome;

/// A text in an answer is shown this far.
const LONGEST: usize = 80;

/// A tour under way.
pub(super) struct Tour<'a> {
    /// The instance.
    pub web: &'a Web,
    /// Who takes part.
    pub world: &'a World,
    /// Where it is shown.
    pub screen: &'a Screen,
    /// Answers that were not as they should be.
    pub wrong: u32,
}

impl Tour<'_> {
    /// Goes through all of it; gives what the objection service keeps.
    pub(super) fn run(&mut self) -> Outcome<Kept> {
        let screen = self.screen;
        screen.line(&screen.ink(Ink::Bold, "Nejtack: a guided tour"))?;
        screen.say(
            "Everyone in it is made up. Tandgruppen runs three dental clinics; its CRM must ask \
             Nejtack before it sends advertising to anybody.",
        )?;
        let receipt = self.object()?;
        let crm = self.web.token(&self.world.crm)?;
        self.ask(&crm)?;
        self.ask_about_others(&crm)?;
        self.explain()?;
        self.ways(&crm)?;
        let kept = self.prove(receipt)?;
        self.refuse(&crm)?;
        Ok(kept)
    }

    /// An objection by proxy; gives its receipt.
    fn object(&mut self) -> Outcome<String> {
        let screen = self.screen;
        screen.step("Anna-Karin has had enough of advertising")?;
        screen.say(
            "She gave Spärrtjänst AB a proxy, and its program posts her objection for the whole \
             group (POST /v1/objections):",
        )?;
        let body = people::objection();
        screen.wire(&body)?;
        let token = self.web.token(&self.world.service)?;
        let answer = self.web.post("/v1/objections", &token, None, &body)?;
        screen.say("What came back:")?;
        screen.wire(&format!("{} {}", answer.status, laid_out(&answer.text)))?;
        let recorded = answer.status == 201 && answer.body["status"] == "recorded";
        let then = "It is in the ledger, and no route or statement removes it.";
        self.judge(recorded, then, &answer)?;
        Ok(answer.body["receipt"].as_str().unwrap_or_default().to_owned())
    }

    /// The same person, four spellings.
    fn ask(&mut self, token: &str) -> Outcome {
        let screen = self.screen;
        screen.step("The CRM asks about her, and spells her in its own way each time")?;
        let [first, ..] = people::anna_karin();
        screen.say("It posts to /v1/lookups, for example:")?;
        screen.wire(&first.body())?;
        people::anna_karin().iter().try_for_each(|question| self.question(token, question))
    }

    /// One who is clear, and one that cannot be told.
    fn ask_about_others(&mut self, token: &str) -> Outcome {
        let screen = self.screen;
        screen.step("Others")?;
        self.question(token, &people::bo())?;
        screen.say("Clear means that nobody objected. It is no consent.")?;
        self.question(token, &people::somebody())?;
        screen.say("Undecidable means: do not send. What cannot be read is never clear.")
    }

    /// Why she is blocked.
    fn explain(&mut self) -> Outcome {
        let screen = self.screen;
        screen.step("Staff see why")?;
        let [question, ..] = people::anna_karin();
        let token = self.web.token(&self.world.staff)?;
        let answer = self.web.post("/v1/lookups", &token, Some(ACTOR), &question.body())?;
        let reason = &answer.body["reasons"][0];
        screen.wire(&laid_out(&reason.to_string()))?;
        let explained = reason["source"] == "proxy" && reason["matched"] == "email";
        self.judge(explained, "The CRM only learns the decision, never the reason.", &answer)
    }

    /// Tokens that do not count.
    fn refuse(&mut self, crm: &str) -> Outcome {
        self.screen.step("Who may not, cannot")?;
        let body = people::objection();
        let answer = self.web.post("/v1/objections", crm, None, &body)?;
        let wrong_role = answer.status == 403;
        self.refusal("the CRM posts an objection", &answer, wrong_role)?;
        let answer = self.web.post("/v1/lookups", &forged(crm), None, &people::bo().body())?;
        let bad_token = answer.status == 401;
        self.refusal("somebody asks with a forged token", &answer, bad_token)
    }

    /// Asks, and shows the decision.
    pub(super) fn question(&mut self, token: &str, question: &Question) -> Outcome {
        let answer = self.web.post("/v1/lookups", token, None, &question.body())?;
        let decision = answer.body["decisions"][question.channel].as_str().unwrap_or("no answer");
        let screen = self.screen;
        screen.line(&format!("  {}", question.what))?;
        screen.line(&format!(
            "    {:<43} {} {} -> {}",
            question.written,
            question.controller,
            question.channel,
            screen.decision(decision)
        ))?;
        if decision == question.expected {
            return Ok(());
        }
        self.judge(false, "", &answer)
    }

    fn refusal(&mut self, what: &str, answer: &Answer, right: bool) -> Outcome {
        let screen = self.screen;
        let title = answer.body["title"].as_str().unwrap_or_default();
        let told = screen.ink(Ink::Red, &format!("{} {title}", answer.status));
        screen.line(&format!("  {what} -> {told}"))?;
        if right { Ok(()) } else { self.judge(false, "", answer) }
    }

    /// Says what follows from a right answer, and counts a wrong one.
    pub(super) fn judge(&mut self, right: bool, then: &str, answer: &Answer) -> Outcome {
        let screen = self.screen;
        if right {
            return screen.say(&screen.ink(Ink::Green, then));
        }
        self.wrong += 1;
        screen.line(&screen.ink(Ink::Red, "  This is not the right answer. It was:"))?;
        screen.wire(&format!("{} {}", answer.status, laid_out(&answer.text)))
    }
}

/// The same token with another signature.
fn forged(token: &str) -> String {
    let (rest, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{rest}.{other}{}", signature.get(1..).unwrap_or_default())
}

/// A JSON object with a line for each of its members, in the order they came. A
/// long text, such as a receipt, is cut.
fn laid_out(json: &str) -> String {
    let (mut laid, mut depth, mut quoted, mut escaped) = (String::new(), 0, None, false);
    for character in json.trim().chars() {
        let closes = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        if let Some(length) = quoted {
            quoted = if closes { None } else { Some(length + 1) };
            match length {
                0..LONGEST => laid.push(character),
                LONGEST => laid.push('…'),
                _ => {}
            }
            if closes && length >= LONGEST {
                laid.push('"');
            }
            continue;
        }
        match character {
            '"' => quoted = Some(0),
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        let ends = depth == 0 && character == '}';
        laid.push_str(if ends { "\n" } else { "" });
        laid.push(character);
        match character {
            '{' if depth == 1 => laid.push_str("\n  "),
            ',' if depth == 1 => laid.push_str("\n  "),
            ':' | ',' => laid.push(' '),
            _ => {}
        }
    }
    laid
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn an_object_gets_a_line_for_each_member_and_texts_are_left_alone() {
        let json = r#"{"a":"x, {y} \"z\":","b":[1,{"c":2}]}"#;
        assert_eq!(
            laid_out(json),
            "{\n  \"a\": \"x, {y} \\\"z\\\":\",\n  \"b\": [1, {\"c\": 2}]\n}"
        );
        let long = format!(r#"{{"receipt":"{}","b":1}}"#, "x".repeat(500));
        assert!(laid_out(&long).len() < 120, "{}", laid_out(&long));
        assert!(laid_out(&long).ends_with("…\",\n  \"b\": 1\n}"), "{}", laid_out(&long));
    }
}
