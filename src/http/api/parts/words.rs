//! Words from closed lists. What is not in the list is refused, and the schema
//! names the list.

use crate::app::review::ClearanceOutcome;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::client::{Role, Scope};
use crate::domain::identifier::Kind;
use crate::domain::message::Form;
use crate::domain::objection::{AnnulmentReason, Medium};
use crate::domain::person::HashOf;
use crate::domain::proxy::Grantor;
use crate::domain::register::{HOLDINGS, Preset, RelationshipKind};

/// Types for words of closed lists: each a name, what its words stand for, and the words.
macro_rules! words {
    ($($name:ident($value:ty) as $schema:literal, $doc:literal: $pairs:expr;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy)]
        pub(crate) struct $name(pub(crate) $value);

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                let found = $pairs.into_iter().find(|(name, _)| *name == word);
                found.map(|(_, value)| Self(value)).ok_or_else(|| serde::de::Error::custom("unknown word"))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some($pairs.into_iter().map(|(name, _)| name)))
                    .description(Some($doc))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed($schema)
            }
        }
    )*};
}
pub(crate) use words;

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
    RelationshipWord(RelationshipKind) as "RelationshipKind", "What the sender has to do with a person.":
        RelationshipKind::EVERY;
    PresetWord(Preset) as "RegisterPreset", "A register whose rules are built in.":
        Preset::EVERY.map(|preset| (preset.name(), preset));
    HoldingWord(Kind) as "Holding", "What a register can hold.": HOLDINGS;
    AlgorithmWord(()) as "HashAlgorithm", "The hash.": [("sha256", ())];
}

/// All of these channels; `None` when none is named.
pub(crate) fn together(channels: &[ChannelWord]) -> Option<ChannelSet> {
    let all = channels.iter().fold(ChannelSet::NONE, |set, word| set.union(word.0));
    (!all.is_empty()).then_some(all)
}
