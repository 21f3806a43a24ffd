//! What was said of a person, as it was written: nothing here is normalised.

use serde::{Deserialize, Serialize};

/// A person as an objection service, a CRM or staff describe one. Everything is
/// optional; lists keep their order, since warnings point into them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The name; with an address it identifies addressed mail.
    pub name: Option<Name>,
    /// Personnummer or samordningsnummer.
    pub personnummer: Option<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Telephone numbers.
    pub phones: Vec<String>,
    /// Postal addresses.
    pub addresses: Vec<Address>,
    /// Ids that a controller's systems gave the person.
    pub customer_ids: Vec<OpaqueId>,
    /// Ids that websites gave the person's browser.
    pub cookie_ids: Vec<OpaqueId>,
    /// Advertising ids of telephones (MAID: IDFA, GAID).
    pub advertising_ids: Vec<String>,
    /// Identifiers that were hashed before they came (look-ups only).
    pub hashes: Vec<Hash>,
}

/// A name in two parts; each may hold several words.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Name {
    /// Given names ("Anna-Karin").
    pub given: Option<String>,
    /// Family names ("Åberg Öst").
    pub family: Option<String>,
}

/// A postal address.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Street, number and what follows, or a box.
    pub street: Option<String>,
    /// The postcode.
    pub postal_code: Option<String>,
    /// The town; not used for matching.
    pub city: Option<String>,
}

/// An id that means something only to its issuer.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpaqueId {
    /// Who gave the id ("crm.tandgruppen.example").
    pub issuer: String,
    /// The id; case-sensitive.
    pub value: String,
}

/// An identifier that was hashed before it came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hash {
    /// What was hashed.
    pub of: HashOf,
    /// SHA-256 of the usual form, as hexadecimal or base64.
    pub value: String,
}

/// What a hash was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HashOf {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
}

impl Person {
    /// Whether nothing was said: no value but blanks.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let blank = |text: &String| text.trim().is_empty();
        let none = |text: &Option<String>| text.as_ref().is_none_or(blank);
        let mut ids = self.customer_ids.iter().chain(&self.cookie_ids);
        self.name.as_ref().is_none_or(|name| none(&name.given) && none(&name.family))
            && none(&self.personnummer)
            && self.emails.iter().chain(&self.phones).chain(&self.advertising_ids).all(blank)
            && self.addresses.iter().all(|address| {
                none(&address.street) && none(&address.postal_code) && none(&address.city)
            })
            && ids.all(|id| blank(&id.issuer) && blank(&id.value))
            && self.hashes.iter().all(|hash| blank(&hash.value))
    }
}

impl std::fmt::Debug for Person {
    /// Persons never reach a log line or a panic message: only the counts do.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person")
            .field("emails", &self.emails.len())
            .field("phones", &self.phones.len())
            .field("addresses", &self.addresses.len())
            .finish_non_exhaustive()
    }
}
