//! Opening a link: what the page tells, and whether it can be used at all.

use super::super::App;
use super::super::refusal::{Code, Refusal};
use crate::domain::channel::Channel;
use crate::domain::identifier::Kind;
use crate::domain::unsubscribe_link::UnsubscribeLink;

/// A genuine link that can be used.
pub struct Opened {
    /// The name of the controller that sent the mailing, as it is today.
    pub controller: String,
    /// How the mailing was sent.
    pub channel: Channel,
    /// The contact point, hidden but for what its owner knows it by.
    pub hint: String,
    /// How many days what the link says of the person is kept sealed; `Some(0)`: not at
    /// all, `None`: as long as the block stands.
    pub originals_days: Option<u32>,
    pub(super) link: UnsubscribeLink,
    /// What tells this link from every other one.
    pub(super) id: [u8; 24],
}

/// Why a link cannot be used.
#[derive(Debug)]
pub enum Unusable {
    /// Cut, altered or made up; which of these, nobody is told.
    Forged,
    /// It was genuine, and its time is over.
    Expired,
    /// It may be usable, and this instance cannot tell now.
    Refused(Refusal),
}

impl Opened {
    /// What the contact point is.
    #[must_use]
    pub const fn contact(&self) -> Kind {
        self.link.contact.kind()
    }
}

impl From<Refusal> for Unusable {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Opens a link; changes nothing.
///
/// # Errors
/// [`Unusable`].
pub async fn open_link(app: &App, token: &str) -> Result<Opened, Unusable> {
    let unsealed = app.keyring().unseal_link(token).ok_or(Unusable::Forged)?;
    let link = UnsubscribeLink::from_bytes(&unsealed.plain).ok_or(Unusable::Forged)?;
    if link.valid_until() <= app.now() {
        return Err(Unusable::Expired);
    }
    app.caught_up().await?;
    let controller = {
        let memory = app.memory();
        memory.directory.controller(link.controller).map(|controller| controller.name.clone())
    };
    // The seal is ours, and controllers are never removed: an older database than the
    // one that the link was made with, and not the person's fault.
    let controller = controller.ok_or_else(|| {
        let detail = "This instance does not know the link's controller.";
        Refusal::saying(Code::NotReady, detail).retry_after(60)
    })?;
    Ok(Opened {
        controller,
        channel: link.channel,
        hint: link.contact.hint(),
        originals_days: app.settings().retention.originals,
        link,
        id: unsealed.id,
    })
}
