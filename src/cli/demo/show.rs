//! How the tour looks in a terminal.

use crate::cli::failure::Outcome;
use crate::cli::out;

/// Columns that a line of the tour may take.
const WIDTH: usize = 78;

/// A terminal, or a file.
pub(super) struct Screen {
    colours: bool,
    step: std::cell::Cell<u32>,
}

/// What a piece of text is.
#[derive(Clone, Copy)]
pub(super) enum Ink {
    /// A heading.
    Bold,
    /// What is only there for completeness.
    Faint,
    /// Good.
    Green,
    /// Stop.
    Red,
    /// Stop as well.
    Yellow,
}

impl Screen {
    /// The terminal, in colours if it is one and nobody asked for none.
    pub(super) fn new() -> Self {
        let colours = out::is_terminal() && !crate::config::no_colours();
        Self { colours, step: std::cell::Cell::new(0) }
    }

    /// A numbered heading.
    pub(super) fn step(&self, title: &str) -> Outcome {
        self.step.set(self.step.get() + 1);
        out::line(format!("\n{}", self.ink(Ink::Bold, &format!("{}. {title}", self.step.get()))))
    }

    /// A paragraph, broken where the line ends.
    pub(super) fn say(&self, text: &str) -> Outcome {
        let mut line = String::from("  ");
        for word in text.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > WIDTH {
                out::line(&line)?;
                line = String::from("  ");
            }
            if line.len() > 2 {
                line.push(' ');
            }
            line.push_str(word);
        }
        out::line(line)
    }

    /// What goes over the wire, faint, as it is.
    pub(super) fn wire(&self, text: &str) -> Outcome {
        text.lines().try_for_each(|line| out::line(self.ink(Ink::Faint, &format!("    {line}"))))
    }

    /// A line as it is.
    pub(super) fn line(&self, text: &str) -> Outcome {
        out::line(text)
    }

    /// The text in this ink.
    pub(super) fn ink(&self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Bold => 1,
            Ink::Faint => 2,
            Ink::Green => 32,
            Ink::Red => 31,
            Ink::Yellow => 33,
        };
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A decision in the ink that fits it.
    pub(super) fn decision(&self, decision: &str) -> String {
        let ink = match decision {
            "clear" => Ink::Green,
            "blocked" => Ink::Red,
            _ => Ink::Yellow,
        };
        self.ink(ink, decision)
    }
}
