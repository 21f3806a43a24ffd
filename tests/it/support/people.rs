//! Made-up persons and their proxies, from the ranges that are nobody's.

use serde_json::{Value, json};

/// A person with every usual identifier.
pub(crate) fn person() -> Value {
    json!({
        "name": {"given": "Anna-Karin", "family": "Åberg Öst"},
        "personnummer": "19701104-2392",
        "emails": ["Anna.Karin@exempel.example"],
        "phones": ["070-174 06 05"],
        "addresses": [{"street": "Storgatan 1 B lgh 1102", "postal_code": "413 01", "city": "Göteborg"}],
        "customer_ids": [{"issuer": "crm.tandgruppen.example", "value": "K-10023"}]
    })
}

/// A proxy that carries an objection.
pub(crate) fn proxy() -> Value {
    json!({
        "reference": "fm-88121",
        "holder": {"name": "Spärrtjänst AB", "organisation_number": "559999-0008"},
        "grantor": "self",
        "granted_at": "2026-11-19T18:00:00Z",
        "rights": ["object_to_direct_marketing"],
        "identification": {"method": "bankid", "at": "2026-11-19T17:59:31Z", "transaction": "tr-1"}
    })
}

/// An objection of this person to these controllers (none: every one).
pub(crate) fn objection(reference: &str, controllers: &[&str], person: &Value) -> Value {
    json!({
        "reference": reference,
        "controllers": controllers,
        "right": "object_to_direct_marketing",
        "objected_at": "2026-11-20T09:12:00Z",
        "person": person,
        "proxy": proxy()
    })
}
