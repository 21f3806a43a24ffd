//! The log, and what may not get into it.
//!
//! One line a record, on stderr: time, level, where, what. The redaction rule is
//! that nothing is logged which was sent: Nejtack's own lines name codes, ids,
//! counts and times; libraries are held to warnings, since at finer levels they
//! print headers and bodies; and a panic is told by its place.

mod lines;

use crate::config::LogLevel;
use lines::{Gathering, Lines};
use log::LevelFilter;
use std::io::IsTerminal as _;

/// Turns the log on. Call it once, first.
pub fn start(level: LogLevel) {
    let own = match level {
        LogLevel::Off => LevelFilter::Off,
        LogLevel::Error => LevelFilter::Error,
        LogLevel::Warn => LevelFilter::Warn,
        LogLevel::Info => LevelFilter::Info,
        LogLevel::Debug => LevelFilter::Debug,
        LogLevel::Trace => LevelFilter::Trace,
    };
    let mut logger = env_logger::Builder::new();
    logger
        .filter_level(own.min(LevelFilter::Warn))
        .filter_module("nejtack", own)
        .format_timestamp_millis();
    // Who looks on sees each line as it comes, in colour.
    let lines = if std::io::stderr().is_terminal() { None } else { Lines::start().ok() };
    let on = match lines {
        None => logger.target(env_logger::Target::Stderr).try_init(),
        Some(lines) => {
            let pipe = env_logger::Target::Pipe(Box::new(lines.clone()));
            let logger = logger.target(pipe).build();
            let level = logger.filter();
            let on = log::set_boxed_logger(Box::new(Gathering { logger, lines }));
            on.map(|()| log::set_max_level(level))
        }
    };
    if on.is_err() {
        log::debug!("the log was on already");
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "somewhere".to_owned(), ToString::to_string);
        log::error!("internal error at {place}: {}", told(panic.payload()));
    }));
}

/// Writes what the log still holds. Call it last.
pub fn end() {
    log::logger().flush();
}

/// What of a panic's message may be told. A literal was written by us; a composed
/// text may hold what was sent (`unwrap` prints the error, `expect` on a result
/// too), so it is left out.
fn told(payload: &(dyn std::any::Any + Send)) -> &'static str {
    payload.downcast_ref::<&'static str>().copied().unwrap_or("(its message is not logged)")
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_panic_tells_its_literal_and_never_what_was_put_into_it() {
        let literal = std::panic::catch_unwind(|| panic!("the pool is empty")).expect_err("panic");
        assert_eq!(told(literal.as_ref()), "the pool is empty");
        let name = String::from("Anna-Karin");
        let composed =
            std::panic::catch_unwind(move || panic!("no room for {name}")).expect_err("panic");
        assert_eq!(told(composed.as_ref()), "(its message is not logged)");
    }
}
