//! A proxy (fullmakt) as it is posted.

use super::super::super::body::absent;
use super::moment::Moment;
use super::words::GrantorWord;
use crate::app::ProxyGiven;
use crate::app::record_objection::{Document, Identification};
use crate::app::refusal::{Code, Refusal};
use crate::domain::fault::Fault;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use utoipa::ToSchema;

/// The proxy by which an objection service speaks for the person. It gives only the rights it
/// names; its validity is judged when the person objected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Proxy)]
pub(crate) struct ProxyForm {
    /// Your own reference of the proxy.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(max_length = 200, example = "fm-88121")]
    reference: Option<String>,
    /// Who may act by it: your own organisation.
    #[serde(deserialize_with = "absent::required")]
    holder: HolderForm,
    /// Who gave it.
    #[serde(deserialize_with = "absent::required")]
    grantor: GrantorWord,
    /// When it was given.
    #[serde(deserialize_with = "absent::required")]
    #[schema(value_type = DateTime<Utc>, example = "2026-11-19T18:00:00Z")]
    granted_at: Moment,
    /// Until when it is valid; until recalled, if not said.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    valid_until: Option<Moment>,
    /// The rights it names: `object_to_direct_marketing`, `withdraw_objection`. Others are read,
    /// and give nothing here.
    #[serde(deserialize_with = "absent::required_set::<_, _, 50>")]
    #[schema(min_items = 1, max_items = 50, example = json!(["object_to_direct_marketing"]))]
    rights: Vec<String>,
    /// How the person was identified.
    #[serde(default, deserialize_with = "absent::option")]
    identification: Option<IdentificationForm>,
    /// The document, or its digest.
    #[serde(default, deserialize_with = "absent::option")]
    document: Option<DocumentForm>,
}

/// The holder of a proxy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Holder)]
pub(crate) struct HolderForm {
    /// Its name.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(max_length = 200, example = "Spärrtjänst AB")]
    name: Option<String>,
    /// Its organisation number: the one that your client is registered for.
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = r"\S", example = "559999-0008")]
    organisation_number: String,
}

/// How the person was identified.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Identification)]
pub(crate) struct IdentificationForm {
    /// By what: `bankid`, `freja`, `id_card`, …
    #[serde(deserialize_with = "absent::required")]
    #[schema(pattern = "^[a-z_-]{1,64}$", example = "bankid")]
    method: String,
    /// When.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(value_type = Option<DateTime<Utc>>, example = "2026-11-19T17:59:31Z")]
    at: Option<Moment>,
    /// The identity provider's transaction.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(max_length = 200, example = "0f6dfb6e-5a5f-4a3e-8d0b-4c1c2b6f7a90")]
    transaction: Option<String>,
}

/// The document of a proxy. It is kept sealed for as long as the block stands.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProxyDocument)]
pub(crate) struct DocumentForm {
    /// Its media type.
    #[serde(deserialize_with = "absent::required")]
    #[schema(
        pattern = r"^[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}$",
        example = "application/pdf"
    )]
    media_type: String,
    /// Its SHA-256, as 64 hexadecimal digits or in base64; it is checked where the content comes too.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(example = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    sha256: Option<String>,
    /// The document in base64; at most 5 MiB before that.
    #[serde(default, deserialize_with = "absent::option")]
    #[schema(content_encoding = "base64")]
    content: Option<String>,
}

impl TryFrom<ProxyForm> for ProxyGiven {
    type Error = Refusal;

    fn try_from(form: ProxyForm) -> Result<Self, Refusal> {
        let identification = form.identification.map(|identified| Identification {
            method: identified.method,
            at: identified.at.map(|at| at.0),
            transaction: identified.transaction,
        });
        let document = form.document.map(|document| {
            let content = document.content.as_deref().map(decoded).transpose()?;
            Ok::<_, Refusal>(Document {
                media_type: document.media_type,
                sha256: document.sha256,
                content,
            })
        });
        Ok(Self {
            reference: form.reference,
            holder_name: form.holder.name,
            holder_organisation_number: form.holder.organisation_number,
            grantor: form.grantor.0,
            granted_at: form.granted_at.0,
            valid_until: form.valid_until.map(|until| until.0),
            rights: form.rights,
            identification,
            document: document.transpose()?,
        })
    }
}

/// Either alphabet, padded or not, in one line or many.
fn decoded(text: &str) -> Result<Vec<u8>, Refusal> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let mut text = std::borrow::Cow::Borrowed(text);
    if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        text = text.split_ascii_whitespace().collect::<String>().into();
    }
    let standard = GeneralPurpose::new(&STANDARD, CONFIG).decode(text.as_bytes());
    standard.or_else(|_| GeneralPurpose::new(&URL_SAFE, CONFIG).decode(text.as_bytes())).map_err(
        |_| {
            let detail = "Write the document in base64 (RFC 4648 §4).";
            Refusal::at(
                Code::Malformed,
                vec![Fault::new("/proxy/document/content", "base64", detail)],
            )
        },
    )
}
