//! Reading a form (`application/x-www-form-urlencoded`), as gateways post one.

use super::super::problem::{Problem, kinds};
use super::{SMALL, WHOLE, in_time, length, media_type, whole};
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Query;

/// The fields of a form, in their order.
pub(crate) struct Form(pub(crate) Vec<(String, String)>);

impl Form {
    /// Reads the request's body. Bytes that are no UTF-8 come out as `�`: what is with
    /// them is still to be looked at.
    pub(crate) async fn read(request: &HttpRequest, payload: Payload) -> Result<Self, Problem> {
        media_type(request, &["application/x-www-form-urlencoded"])?;
        let length = length(request.headers());
        let bytes = in_time(WHOLE, whole(payload, length, SMALL)).await??;
        let text = String::from_utf8_lossy(&bytes);
        let fields = Query::<Vec<(String, String)>>::from_query(&text);
        let fields = fields.map_err(|_| Problem::saying(&kinds::MALFORMED, "Send a form."))?;
        Ok(Self(fields.into_inner()))
    }

    /// The field of this name; a blank one is absent. One that is there twice and says
    /// the same is one.
    ///
    /// # Errors
    /// It is there twice with other values: which one is meant cannot be told.
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<String>, Problem> {
        let mut all = self.0.iter().filter(|(own, _)| own == name).map(|(_, value)| value);
        let first = all.next();
        if all.any(|other| Some(other) != first) {
            let detail = format!("The field {name} is given twice, with different values.");
            return Err(Problem::saying(&kinds::MALFORMED, detail));
        }
        Ok(first.filter(|value| !super::absent::is_blank(value)).cloned())
    }
}
