//! Words from closed lists. What is not in the list is refused, and the schema
//! names the list.

use crate::app::review::ClearanceOutcome;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::client::{Role, Scope};
use crate::domain::message::Form;
use crate::domain::objection::{AnnulmentReason, Medium};
use crate::domain::person::HashOf;
use crate::domain::proxy::Grantor;
use serde::{Deserialize, Deserializer, de::Error};
use std::borrow::Cow;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($($name:ident($value:ty) as $schema:literal, $doc:literal: $pairs:expr;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy)]
        pub(crate) struct $name(pub(crate) $value);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                let found = $pairs.into_iter().find(|(name, _)| *name == word);
                found.map(|(_, value)| Self(value)).ok_or_else(|| D::Error::custom("unknown word"))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some($pairs.into_iter().map(|(name, _)| name)))
                    .description(Some($doc))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($schema)
            }
        }
    )*};
}

words! {
    ChannelWord(ChannelSet) as "Channel", "A way in which direct marketing reaches a person; `all` is every one, also those to come.":
        std::iter::once(("all", ChannelSet::ALL))
            .chain(Channel::EVERY.map(|channel| (channel.name(), ChannelSet::of(&[channel]))));
    GrantorWord(Grantor) as "Grantor", "Who gave the proxy.":
        [("self", Grantor::Person), ("guardian", Grantor::Guardian),
         ("trustee", Grantor::Trustee), ("estate", Grantor::Estate)];
    MediumWord(Medium) as "Medium", "By what means a person's own request came.":
        [("telephone", Medium::Telephone), ("letter", Medium::Letter), ("email", Medium::Email),
         ("visit", Medium::Visit)];
    AnnulmentWord(AnnulmentReason) as "AnnulmentReason", "Why the objection never was this person's.":
        [AnnulmentReason::WrongPerson, AnnulmentReason::Forged, AnnulmentReason::RecycledNumber]
            .map(|reason| (reason.name(), reason));
    OutcomeWord(ClearanceOutcome) as "ClearanceOutcome", "How the item was settled.":
        ClearanceOutcome::EVERY.map(|outcome| (outcome.name(), outcome));
    FormWord(Form) as "MessageForm", "In which form a gateway hands messages over.":
        Form::EVERY.map(|form| (form.name(), form));
    RoleWord(Role) as "Role", "What a client is.": Role::EVERY.map(|(role, name)| (name, role));
    ScopeWord(Scope) as "Scope", "What a token lets its holder do.":
        Scope::EVERY.map(|(scope, name)| (name, scope));
    HashOfWord(HashOf) as "HashOf", "What was hashed.":
        [("email", HashOf::Email), ("phone", HashOf::Phone)];
    AlgorithmWord(()) as "HashAlgorithm", "The hash.": [("sha256", ())];
}

/// All of these channels; `None` when none is named.
pub(crate) fn together(channels: &[ChannelWord]) -> Option<ChannelSet> {
    let all = channels.iter().fold(ChannelSet::NONE, |set, word| set.union(word.0));
    (!all.is_empty()).then_some(all)
}
