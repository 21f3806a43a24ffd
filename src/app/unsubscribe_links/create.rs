//! Making links: nothing is stored, all that a link says is sealed in it.

use super::super::caller::Caller;
use super::super::look_up::quota;
use super::super::refusal::{Code, Refusal};
use super::super::{App, Instance, binding};
use crate::domain::Time;
use crate::domain::channel::Channel;
use crate::domain::client::Scope;
use crate::domain::fault::Fault;
use crate::domain::identifier::code::{KIND_REFUSED, TOO_LONG};
use crate::domain::unsubscribe_link::{
    ContactPoint, UnsubscribeLink, channels, expiry, reaches, valid_until, wrong_contact,
};

/// The most links that are made at once.
pub const LINKS: usize = 10_000;

/// What a mail's header holds (RFC 5322 §2.1.1: 998 characters a line) with room for
/// the rest of the link: bytes of an address or number.
const LONGEST_CONTACT: usize = 320;

/// Links to be made.
pub struct NewLinks {
    /// The controller that sends.
    pub controller: String,
    /// How it sends; `None`: by no one channel.
    pub channel: Option<Channel>,
    /// To whom.
    pub recipients: Vec<Recipient>,
}

/// Whom a link is for: one contact point, as it was written.
pub struct Recipient {
    /// The caller's own name for the row.
    pub key: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
}

/// Links that were made.
pub struct Made {
    /// For each recipient, in order: its key, and the link's sealed content for the
    /// address, or why there is none.
    pub links: Vec<(Option<String>, Result<String, Fault>)>,
    /// Until when all of them work.
    pub valid_until: Time,
    /// Whether they go into mails, which have headers for them.
    pub mail: bool,
}

/// Makes a link for each recipient. Metered as look-ups are: an identifier a link.
///
/// # Errors
/// [`Refusal`]; a recipient that cannot be read has a fault in its place.
pub async fn create_links(app: &App, caller: &Caller, new: NewLinks) -> Result<Made, Refusal> {
    caller.require(&[Scope::LinksCreate])?;
    if let Some(left) = quota(app, caller).filter(|quota| quota.remaining == 0) {
        return Err(Refusal::new(Code::QuotaExceeded).retry_after(left.reset_seconds));
    }
    let mut faults = Vec::new();
    if new.recipients.is_empty() || new.recipients.len() > LINKS {
        let detail = "Make 1 to 10,000 links at once.";
        faults.push(Fault::new("/recipients", "count", detail));
    }
    let channel = new.channel.filter(|channel| channels().contains(*channel));
    let Some(channel) = channel.filter(|_| faults.is_empty()) else {
        if channel.is_none() {
            let detail =
                "Name one channel by which a mailing is sent: email, sms, phone or automated_call.";
            faults.push(Fault::new("/channel", "no_mailing", detail));
        }
        return Err(Refusal::at(Code::Unprocessable, faults));
    };
    app.caught_up_for(caller).await?;
    let caller = caller.clone();
    app.waiting(move |instance| make(instance, &caller, &new, channel)).await
}

fn make(
    app: &Instance,
    caller: &Caller,
    new: &NewLinks,
    channel: Channel,
) -> Result<Made, Refusal> {
    let (controller, region) = {
        let memory = app.memory();
        let found = binding::one(&memory.directory, caller, &new.controller)?;
        (found.id, found.region.clone())
    };
    let (keyring, now) = (app.keyring(), app.now());
    let expires = expiry(now);
    let link = |(at, recipient): (usize, &Recipient)| {
        let contact = contact(app, recipient, at, channel, &region)?;
        let client = caller.client.id.clone();
        let link = UnsubscribeLink { controller, client, channel, contact, expires };
        Ok(keyring.seal_link(&link.to_bytes()))
    };
    let numbered = new.recipients.iter().enumerate();
    let links = numbered.map(|(at, to)| (to.key.clone(), link((at, to)))).collect();
    let made = new.recipients.len();
    app.meter.count(&caller.client.id, "create_unsubscribe_links", made, now);
    Ok(Made { links, valid_until: valid_until(expires), mail: channel == Channel::Email })
}

/// The recipient's one contact point, which must be one that the channel reaches.
fn contact(
    app: &Instance,
    recipient: &Recipient,
    at: usize,
    channel: Channel,
    region: &str,
) -> Result<ContactPoint, Fault> {
    let (field, read) = match (&recipient.email, &recipient.phone) {
        (Some(email), None) => ("email", ContactPoint::email(email)),
        (None, Some(phone)) => ("phone", ContactPoint::phone(phone, region)),
        _ => return Err(wrong_contact(format!("/recipients/{at}"), channel)),
    };
    let pointer = format!("/recipients/{at}/{field}");
    let contact = read.map_err(|why| Fault::new(pointer.as_str(), why.code, why.detail))?;
    if !reaches(channel, contact.kind()) {
        return Err(wrong_contact(pointer, channel));
    }
    if app.settings().refused.contains(contact.kind()) {
        let detail =
            "This service must not hold identifiers of this kind, so a no could not be kept.";
        return Err(Fault::new(pointer, KIND_REFUSED, detail));
    }
    let (ContactPoint::Email(text) | ContactPoint::Phone(text)) = &contact;
    if text.len() > LONGEST_CONTACT {
        return Err(Fault::new(pointer, TOO_LONG, "Longer than any address that mail reaches."));
    }
    Ok(contact)
}
