//! Places in a JSON body, and what can be put there.

use serde_json::Value;

/// The pointers of all values within (not of the whole).
pub(super) fn places(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(body, String::new(), &mut found);
    found
}

fn walk(value: &Value, at: String, found: &mut Vec<String>) {
    if !at.is_empty() {
        found.push(at.clone());
    }
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| walk(inner, format!("{at}/{name}"), found));
        }
        Value::Array(all) => {
            all.iter().enumerate().for_each(|(i, inner)| walk(inner, format!("{at}/{i}"), found));
        }
        _ => {}
    }
}

/// The places of texts.
pub(super) fn texts(body: &Value) -> Vec<String> {
    places(body).into_iter().filter(|at| body.pointer(at).is_some_and(Value::is_string)).collect()
}

/// The places of objects, the whole among them.
pub(super) fn objects(body: &Value) -> Vec<String> {
    let within = places(body).into_iter();
    std::iter::once(String::new())
        .chain(within.filter(|at| body.pointer(at).is_some_and(Value::is_object)))
        .collect()
}

/// The body with something else in one place.
pub(super) fn with(body: &Value, at: &str, new: Value) -> Value {
    let mut body = body.clone();
    *body.pointer_mut(at).expect("a place") = new;
    body
}

/// The body without a field; `None` where the place is an element of a list.
pub(super) fn without(body: &Value, at: &str) -> Option<Value> {
    let mut body = body.clone();
    let (parent, name) = at.rsplit_once('/')?;
    body.pointer_mut(parent)?.as_object_mut()?.remove(name)?;
    Some(body)
}
