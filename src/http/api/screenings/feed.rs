//! A file's way in.

use super::super::super::body::next_part;
use super::super::super::problem::Problem;
use crate::app::screen::Feed;
use actix_web::dev::Payload;

/// So much is handed over at once: waking a thread for every part that the network
/// brings would cost more than the part.
const PART: usize = 128 * 1024;

/// Feeds the whole upload. Where the run is over before, the outcome says why.
///
/// # Errors
/// The upload breaks off; then the run ends as failed.
pub(in super::super) async fn feed(mut payload: Payload, feed: Feed) -> Result<(), Problem> {
    let mut gathered = Vec::with_capacity(PART + PART / 4);
    while let Some(part) = next_part(&mut payload).await? {
        gathered.extend_from_slice(&part);
        if gathered.len() >= PART {
            let full = std::mem::replace(&mut gathered, Vec::with_capacity(PART + PART / 4));
            if !feed.push(full).await {
                return Ok(());
            }
        }
    }
    if gathered.is_empty() || feed.push(gathered).await {
        feed.end().await;
    }
    Ok(())
}
