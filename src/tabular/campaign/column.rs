//! What a column holds, and how a caller says so.

use super::Fault;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// Personnummer or samordningsnummer.
    Personnummer,
    /// A whole name, in whichever order.
    Name,
    /// Given names.
    GivenName,
    /// Family names.
    FamilyName,
    /// A line of a postal address.
    Street,
    /// The postcode.
    PostalCode,
    /// The town.
    City,
    /// A customer id; its issuer must be told.
    CustomerId,
    /// A cookie id; its issuer must be told.
    CookieId,
    /// An advertising id.
    AdvertisingId,
    /// SHA-256 of an e-mail address.
    EmailSha256,
    /// SHA-256 of a telephone number.
    PhoneSha256,
    /// What the sender has to do with the person: `customer` or `consent`.
    Relationship,
    /// The day on which a consent was given.
    RelationshipGivenAt,
    /// The last day of that.
    RelationshipEndedAt,
    /// Whether the offer is of the same kind as what was bought.
    SimilarOffer,
    /// Whose campaign the row belongs to.
    Controller,
    /// When the person objected: in imports alone.
    ObjectedAt,
    /// Why the person is in the list: in imports alone.
    Reason,
    /// Something else, though its heading says one of the above.
    Ignore,
}

impl Column {
    /// Every kind of column with its name in `columns`.
    pub const EVERY: [(Self, &'static str); 20] = [
        (Self::Email, "email"),
        (Self::Phone, "phone"),
        (Self::Personnummer, "personnummer"),
        (Self::Name, "name"),
        (Self::GivenName, "given_name"),
        (Self::FamilyName, "family_name"),
        (Self::Street, "street"),
        (Self::PostalCode, "postal_code"),
        (Self::City, "city"),
        (Self::CustomerId, "customer_id"),
        (Self::CookieId, "cookie_id"),
        (Self::AdvertisingId, "advertising_id"),
        (Self::EmailSha256, "email_sha256"),
        (Self::PhoneSha256, "phone_sha256"),
        (Self::Relationship, "relationship"),
        (Self::RelationshipGivenAt, "relationship_given_at"),
        (Self::RelationshipEndedAt, "relationship_ended_at"),
        (Self::SimilarOffer, "similar_offer"),
        (Self::Controller, "controller"),
        (Self::Ignore, "ignore"),
    ];

    /// What a file that is imported can say besides.
    pub const OF_IMPORTS: [(Self, &'static str); 2] =
        [(Self::ObjectedAt, "objected_at"), (Self::Reason, "reason")];

    /// The name used in `columns` and in certificates.
    #[must_use]
    pub fn name(self) -> &'static str {
        let mut every = Self::EVERY.into_iter().chain(Self::OF_IMPORTS);
        let named = every.find(|(column, _)| *column == self);
        named.map_or("ignore", |(_, name)| name)
    }

    /// The column with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|(_, named)| *named == name).map(|(column, _)| column)
    }

    /// Whether a person can be found by it: alone, or as a postcode or a street
    /// with what else a row has.
    pub(super) const fn identifies(self) -> bool {
        !matches!(
            self,
            Self::Name
                | Self::GivenName
                | Self::FamilyName
                | Self::City
                | Self::Relationship
                | Self::RelationshipGivenAt
                | Self::RelationshipEndedAt
                | Self::SimilarOffer
                | Self::Controller
                | Self::Ignore
        ) && self.is_of_person()
    }

    /// Whether it is about the person rather than the row.
    pub(super) const fn is_of_person(self) -> bool {
        !matches!(self, Self::Ignore | Self::ObjectedAt | Self::Reason)
    }

    const fn needs_issuer(self) -> bool {
        matches!(self, Self::CustomerId | Self::CookieId)
    }
}

/// What a caller says that a heading means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// What the column holds.
    pub column: Column,
    /// Who gave the ids of a column of ids ("crm.tandgruppen.example").
    pub issuer: Option<String>,
    /// The heading, or the column's place: `#1` is the first.
    pub heading: String,
}

impl Mapping {
    /// Reads `email:E-post,phone:#3,customer_id@crm.tandgruppen.example:Kundnr`.
    /// A comma may stand in a heading, if no name of a column follows it.
    ///
    /// # Errors
    /// [`Fault::COLUMNS`]: what is none of this.
    pub fn read(text: &str) -> Result<Vec<Self>, Fault> {
        Self::read_as(text, Column::named)
    }

    /// The same for a file that is imported: `objected_at` and `reason` are columns too.
    ///
    /// # Errors
    /// [`Fault::COLUMNS`]: what is none of this.
    pub fn read_of_import(text: &str) -> Result<Vec<Self>, Fault> {
        Self::read_as(text, |name| {
            let own = Column::OF_IMPORTS.into_iter().find(|(_, named)| *named == name);
            own.map(|(column, _)| column).or_else(|| Column::named(name))
        })
    }

    fn read_as(text: &str, named: fn(&str) -> Option<Column>) -> Result<Vec<Self>, Fault> {
        let mut mappings: Vec<Self> = Vec::new();
        for part in text.split(',') {
            match (Self::one(part, named)?, mappings.last_mut()) {
                (Some(mapping), _) => mappings.push(mapping),
                (None, Some(before)) => {
                    before.heading.push(',');
                    before.heading.push_str(part);
                }
                (None, None) if part.trim().is_empty() => {}
                (None, None) => return Err(unread()),
            }
        }
        for mapping in &mut mappings {
            mapping.heading = mapping.heading.trim().to_owned();
            if mapping.heading.is_empty() {
                return Err(unread());
            }
        }
        Ok(mappings)
    }

    /// Whether this heading, or one that differs in case and punctuation, is meant.
    pub(in crate::tabular) fn names(&self, heading: &str) -> bool {
        self.heading == heading || super::headings::same(&self.heading, heading)
    }

    /// The place that is given as `#3`, from 0.
    pub(in crate::tabular) fn place(&self) -> Option<usize> {
        place(&self.heading)
    }

    /// `None` if the part does not begin with the name of a column.
    fn one(part: &str, named: fn(&str) -> Option<Column>) -> Result<Option<Self>, Fault> {
        let Some((name, heading)) = part.split_once(':') else { return Ok(None) };
        let (name, issuer) = match name.split_once('@') {
            Some((name, issuer)) => (name, Some(issuer.trim().to_owned())),
            None => (name, None),
        };
        let Some(column) = named(name.trim()) else { return Ok(None) };
        let issued = issuer.as_ref().is_some_and(|issuer| !issuer.is_empty());
        if column.needs_issuer() && !issued {
            let name = column.name();
            let detail = format!(
                "An id means something only to its issuer. Name it: {name}@crm.example.com:Heading.",
            );
            return Err(Fault::at(1, Fault::COLUMNS, detail));
        }
        Ok(Some(Self { column, issuer, heading: heading.to_owned() }))
    }
}

/// The place of `#3`, from 0.
pub(super) fn place(text: &str) -> Option<usize> {
    text.trim().strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)
}

fn unread() -> Fault {
    let names: Vec<&str> = Column::EVERY.iter().map(|(_, name)| *name).collect();
    let detail = format!(
        "Write columns as email:Heading,phone:#3 (a heading, or # and the column's number). The names are {}.",
        names.join(", "),
    );
    Fault::at(1, Fault::COLUMNS, detail)
}
