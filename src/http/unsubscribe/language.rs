//! Which language the page is in: Swedish, unless somebody would rather read English.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};

/// A language that the page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Swedish,
    English,
}

impl Language {
    /// Its tag (RFC 5646).
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// The one that is asked for with the greater weight (RFC 9110 §12.5.4); between
    /// equals the one that is named first. Swedish, where neither is wanted.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(ACCEPT_LANGUAGE).filter_map(|line| line.to_str().ok());
        let ranges: Vec<_> = lines.flat_map(|line| line.split(',')).filter_map(range).collect();
        let wanted = |language: Self| {
            let own = |range: &&(usize, (&str, u16))| speaks(range.1.0, language.tag());
            let numbered: Vec<_> = ranges.iter().copied().enumerate().collect();
            let own = numbered
                .iter()
                .filter(own)
                .max_by_key(|(at, (_, weight))| (*weight, usize::MAX - at));
            let any = || numbered.iter().find(|(_, (tag, _))| *tag == "*");
            own.or_else(any).map_or((0, 0), |(at, (_, weight))| (*weight, usize::MAX - at))
        };
        if wanted(Self::English) > wanted(Self::Swedish) { Self::English } else { Self::Swedish }
    }
}

/// A language range and its weight in thousandths; 1 if not said.
fn range(text: &str) -> Option<(&str, u16)> {
    let (tag, parameters) =
        text.split_once(';').map_or((text, None), |(tag, rest)| (tag, Some(rest)));
    let weight = match parameters.map(|rest| rest.trim().split_once('=')) {
        None => 1.0,
        Some(Some((name, value))) if name.trim().eq_ignore_ascii_case("q") => {
            value.trim().parse::<f32>().ok().filter(|weight| (0.0..=1.0).contains(weight))?
        }
        Some(_) => return None,
    };
    let tag = tag.trim();
    (!tag.is_empty()).then_some((tag, (weight * 1000.0) as u16))
}

/// Whether the range is of this language, in whichever country ("en-GB").
fn speaks(range: &str, language: &str) -> bool {
    range.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn the_greater_weight_decides_and_swedish_where_neither_is_wanted() {
        for (asked, language) in [
            ("", "sv"),
            ("sv", "sv"),
            ("en", "en"),
            ("en-GB,en;q=0.9,sv;q=0.8", "en"),
            ("sv-SE,sv;q=0.9,en-US;q=0.8,en;q=0.7", "sv"),
            ("en;q=0.5, sv;q=0.6", "sv"),
            ("en ; q=0.6,sv;q=0.5", "en"),
            ("en,sv", "en"),
            ("sv,en", "sv"),
            ("EN-us", "en"),
            ("de,en;q=0.1", "en"),
            ("de", "sv"),
            ("*", "sv"),
            ("de,*;q=0.5", "sv"),
            ("sv;q=0,*", "en"),
            ("sv;q=0,en;q=0", "sv"),
            ("en;q=2,sv;q=0.1", "sv"),
            ("en;level=1", "sv"),
            ("english", "sv"),
            (",;,=", "sv"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(asked).expect("a value"));
            assert_eq!(Language::of(&headers).tag(), language, "{asked}");
        }
        let mut two = HeaderMap::new();
        two.append(ACCEPT_LANGUAGE, HeaderValue::from_static("sv;q=0.4"));
        two.append(ACCEPT_LANGUAGE, HeaderValue::from_static("en;q=0.5"));
        assert_eq!(Language::of(&two), Language::English);
        assert_eq!(Language::of(&HeaderMap::new()), Language::Swedish);
    }
}
