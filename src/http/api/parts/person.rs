//! A person as it is posted.

use super::super::super::body::absent;
use super::relationship::RelationshipForm;
use super::words::{AlgorithmWord, HashOfWord};
use crate::domain::person::{Address, Hash, Name, OpaqueId, Person};
use serde::Deserialize;
use utoipa::ToSchema;

/// A name; together with an address it identifies addressed mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Name)]
pub(crate) struct NameForm {
    /// Given names.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "Anna-Karin")]
    given: Option<String>,
    /// Family names.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "Åberg Öst")]
    family: Option<String>,
}

/// A postal address.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Address)]
pub(crate) struct AddressForm {
    /// Street, number and what follows, or a box.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "Storgatan 1 B lgh 1102")]
    street: Option<String>,
    /// The postcode.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "413 01")]
    postal_code: Option<String>,
    /// The town; not used for matching.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "Göteborg")]
    city: Option<String>,
}

/// An id that means something only to its issuer.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IssuedId)]
pub(crate) struct IssuedIdForm {
    /// Who gave the id.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "crm.tandgruppen.example")]
    issuer: Option<String>,
    /// The id; case-sensitive.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "K-10023")]
    value: Option<String>,
}

/// An identifier that was hashed before it was sent. Look-ups only: a hash cannot be recorded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Hash)]
pub(crate) struct HashForm {
    /// The hash; SHA-256 unless said.
    #[serde(default, rename = "algorithm", deserialize_with = "absent::option")]
    #[schema(value_type = Option<AlgorithmWord>)]
    _algorithm: Option<AlgorithmWord>,
    /// What was hashed.
    #[serde(deserialize_with = "absent::required")]
    of: HashOfWord,
    /// The hash of the usual form (an address in lower case, a number as +46…), as 64 hexadecimal
    /// digits or in base64.
    #[serde(deserialize_with = "absent::required")]
    #[schema(
        pattern = r"\S",
        example = "0ccf7ff0ae7fc6a52ef1ff6ad62f71d5e1a1b0d4b0cf2f3a0b5b5c8a7f5c1f8d"
    )]
    value: String,
}

macro_rules! person {
    ($(#[$doc:meta])* $name:ident $(, $(#[$key_doc:meta])* $key:ident)?) => {
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$doc])*
        pub(crate) struct $name {
            $(
                $(#[$key_doc])*
                #[serde(default, deserialize_with = "absent::short")]
                #[schema(example = "row-17", max_length = 200)]
                pub(crate) $key: Option<String>,
                /// What the sender has to do with the person.
                #[serde(default, deserialize_with = "absent::option")]
                pub(crate) relationship: Option<RelationshipForm>,
            )?
            /// The name.
            #[serde(default, deserialize_with = "absent::option")]
            name: Option<NameForm>,
            /// Personnummer or samordningsnummer, with 10 or 12 digits.
            #[serde(default, deserialize_with = "absent::option")]
            #[schema(example = "19701104-2392")]
            personnummer: Option<String>,
            /// E-mail addresses.
            #[serde(default, deserialize_with = "absent::list::<_, _, 100>")]
            #[schema(max_items = 100, example = json!(["Anna.Karin@exempel.example"]))]
            emails: Vec<String>,
            /// Telephone numbers; without a country code they belong to the controller's region.
            #[serde(default, deserialize_with = "absent::list::<_, _, 100>")]
            #[schema(max_items = 100, example = json!(["070-174 06 05"]))]
            phones: Vec<String>,
            /// Postal addresses.
            #[serde(default, deserialize_with = "absent::list::<_, _, 100>")]
            #[schema(max_items = 100)]
            addresses: Vec<AddressForm>,
            /// Ids that a controller's systems gave the person.
            #[serde(default, deserialize_with = "absent::list::<_, _, 100>")]
            #[schema(max_items = 100)]
            customer_ids: Vec<IssuedIdForm>,
            /// Ids that websites gave the person's browser.
            #[serde(default, deserialize_with = "absent::list::<_, _, 100>")]
            #[schema(max_items = 100)]
            cookie_ids: Vec<IssuedIdForm>,
            /// Advertising ids of telephones (IDFA, GAID).
            #[serde(default, deserialize_with = "absent::list::<_, _, 100>")]
            #[schema(max_items = 100, example = json!(["38400000-8cf0-11bd-b23e-10b96e40000d"]))]
            advertising_ids: Vec<String>,
            /// Identifiers that were hashed before they were sent; look-ups only.
            #[serde(default, deserialize_with = "absent::set::<_, _, 100>")]
            #[schema(max_items = 100)]
            hashes: Vec<HashForm>,
        }

        impl From<$name> for Person {
            fn from(form: $name) -> Self {
                Self {
                    name: form.name.map(|name| Name { given: name.given, family: name.family }),
                    personnummer: form.personnummer,
                    emails: form.emails,
                    phones: form.phones,
                    addresses: form.addresses.into_iter().map(Address::from).collect(),
                    customer_ids: form.customer_ids.into_iter().map(OpaqueId::from).collect(),
                    cookie_ids: form.cookie_ids.into_iter().map(OpaqueId::from).collect(),
                    advertising_ids: form.advertising_ids,
                    hashes: form.hashes.into_iter().map(Hash::from).collect(),
                }
            }
        }
    };
}

person! {
    /// A person. Everything is optional, and at least one identifier is needed. Several values
    /// for one field go into the list, one by one.
    #[schema(as = Person)]
    PersonForm
}

person! {
    /// A person of a batch.
    #[schema(as = PersonOfBatch)]
    RowForm,
    /// Your own name for the row; it comes back with the result. No personal data is needed here.
    key
}

impl From<AddressForm> for Address {
    fn from(form: AddressForm) -> Self {
        Self { street: form.street, postal_code: form.postal_code, city: form.city }
    }
}

impl From<IssuedIdForm> for OpaqueId {
    fn from(form: IssuedIdForm) -> Self {
        Self { issuer: form.issuer.unwrap_or_default(), value: form.value.unwrap_or_default() }
    }
}

impl From<HashForm> for Hash {
    fn from(form: HashForm) -> Self {
        Self { of: form.of.0, value: form.value }
    }
}
