//! `nejtack export`: all that a controller holds, into a file.

use super::failure::{Failure, Outcome};
use super::first_start::Need;
use super::partial::{Partial, sync_folder_of};
use super::screen::{Sink, taken};
use super::{instance, out};
use crate::config::Export;
use reqwest::blocking::Body;

/// Exports.
pub(super) fn run(options: &Export) -> Outcome {
    let mut sink = Sink::File(Partial::begin(&options.output)?);
    let certificate = instance::with(&options.asking, Need::Read, |api| {
        let query = [("controller", options.controller.clone())];
        let body = ("application/octet-stream", Body::from(""));
        let answer = api.post_file(&["v1", "exports"], &query, body)?;
        let id = answer.headers().get("nejtack-export").and_then(|id| id.to_str().ok());
        let id = id.unwrap_or_default().to_owned();
        let length = answer.content_length();
        taken(answer, &mut sink)?;
        let certificate = api.get(&["v1", "exports", &id])?;
        if length.is_some_and(|length| certificate["file"]["bytes"] != length) {
            return Err(Failure::refused(
                "what came is not what the certificate is of: export again",
            ));
        }
        Ok(certificate)
    })?;
    sink.finish()?;
    sync_folder_of(&options.output)?;
    if options.asking.json {
        return out::json(&certificate);
    }
    let file = options.output.display();
    out::note(format!("{} objections, in {file}", out::cell(&certificate["objections"])));
    out::note(format!(
        "it says who said no, in the clear: keep it as you keep the root key. Export {}",
        out::cell(&certificate["id"])
    ));
    Ok(())
}
