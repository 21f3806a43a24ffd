//! Where a value stands in a person.

/// Where a value stands; becomes text only where something is to be said of it.
#[derive(Clone, Copy)]
pub(super) struct Pointer<'a> {
    list: &'a str,
    at: Option<usize>,
    part: Option<&'a str>,
}

impl<'a> Pointer<'a> {
    pub(super) const fn of(list: &'a str) -> Self {
        Self { list, at: None, part: None }
    }

    pub(super) const fn at(list: &'a str, at: usize) -> Self {
        Self { list, at: Some(at), part: None }
    }

    pub(super) const fn part(self, part: &'a str) -> Self {
        Self { part: Some(part), ..self }
    }

    /// As a JSON Pointer behind another.
    pub(super) fn behind(self, pointer: &str) -> String {
        let Self { list, at, part } = self;
        let at = at.map_or_else(String::new, |at| format!("/{at}"));
        let slash = if part.is_some() { "/" } else { "" };
        format!("{pointer}/{list}{at}{slash}{}", part.unwrap_or_default())
    }
}
