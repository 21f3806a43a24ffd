//! Who asks for a token, and by which of the three ways (RFC 6749 §2.3, RFC 7523 §2.2).

use crate::app::access::Credentials;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::web::Query;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why a request for a token is refused (RFC 6749 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `invalid_request`.
    Request(&'static str),
    /// `invalid_client`.
    Client,
    /// `unsupported_grant_type`.
    GrantType,
}

/// The parameters of a token request, none of them twice, empty ones absent
/// (RFC 6749 §3.2).
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn parse(body: &[u8]) -> Result<Self, Fault> {
        let text =
            std::str::from_utf8(body).map_err(|_| Fault::Request("The body is not UTF-8."))?;
        let mut pairs = pairs(text).ok_or(Fault::Request("The body is not a form."))?;
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        if pairs.windows(2).any(|two| two[0].0 == two[1].0) {
            return Err(Fault::Request("A parameter is given twice."));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        Ok(Self(pairs))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The one way in which the client says who it is.
    pub(super) fn credentials<'a>(
        &'a self,
        basic: Option<&'a (String, String)>,
    ) -> Result<Credentials<'a>, Fault> {
        let own_id = self.get("client_id");
        let assertion = match (self.get("client_assertion_type"), self.get("client_assertion")) {
            (None, None) => None,
            (Some(ASSERTION_TYPE), Some(assertion)) => Some(assertion),
            _ => {
                return Err(Fault::Request(
                    "Send client_assertion with client_assertion_type jwt-bearer.",
                ));
            }
        };
        match (basic, self.get("client_secret"), assertion) {
            (Some((client_id, secret)), None, None)
                if own_id.is_none_or(|own| own == client_id) =>
            {
                Ok(Credentials::Secret { client_id, secret })
            }
            (None, Some(secret), None) => match own_id {
                Some(client_id) => Ok(Credentials::Secret { client_id, secret }),
                None => Err(Fault::Request("client_secret needs client_id.")),
            },
            (None, None, Some(assertion)) => {
                Ok(Credentials::Assertion { client_id: own_id, assertion })
            }
            (None, None, None) => Err(Fault::Client),
            _ => Err(Fault::Request("Authenticate in exactly one way.")),
        }
    }
}

/// `Authorization: Basic`, each part form-encoded before base64 (RFC 6749 §2.3.1).
pub(crate) fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, Fault> {
    let mut all = headers.get_all(AUTHORIZATION);
    let Some(header) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(Fault::Request("There is more than one Authorization header."));
    }
    let decode = || {
        let (scheme, encoded) = header.to_str().ok()?.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some((form_decoded(id)?, form_decoded(secret)?))
    };
    decode().map(Some).ok_or(Fault::Client)
}

fn form_decoded(text: &str) -> Option<String> {
    pairs(&format!("v={}", text.replace('&', "%26")))?.pop().map(|(_, value)| value)
}

fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    Query::<Vec<(String, String)>>::from_query(text).ok().map(Query::into_inner)
}
