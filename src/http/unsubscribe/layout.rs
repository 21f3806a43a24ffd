//! How the pages look, and the headers that go with them. All that they need stands in
//! them: one style, allowed by its digest.

use crate::crypto::digest::sha256;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::LazyLock;

/// Text and background are at least 7:1, and what can be chosen or focused at least
/// 3:1 (WCAG 2.2, 1.4.6 and 1.4.11), in the light and in the dark.
const STYLE: &str = "\
:root{color-scheme:light dark;--text:#1c1f1e;--soft:#4a504e;--page:#f3f5f3;--card:#fff;--line:#6d7572;\
--main:#0b4f43;--on-main:#fff;--wrong:#8c1d18}\
@media(prefers-color-scheme:dark){:root{--text:#eef1ef;--soft:#c3cac7;--page:#141716;--card:#1f2422;\
--line:#8f9a96;--main:#8fdcc8;--on-main:#0b2a24;--wrong:#ffb4ab}}\
*{box-sizing:border-box}\
body{margin:0;background:var(--page);color:var(--text);font:1.0625rem/1.55 system-ui,-apple-system,\
'Segoe UI',Roboto,sans-serif;overflow-wrap:anywhere}\
main{max-width:36rem;margin:0 auto;padding:1.25rem 1rem 3rem}\
.card{background:var(--card);border-radius:1rem;padding:1.25rem;margin:0 0 1rem}\
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}\
h2{font-size:1.125rem;margin:0 0 .5rem}\
p{margin:0 0 .75rem}p:last-child{margin-bottom:0}\
fieldset{border:0;margin:0 0 1rem;padding:0;min-width:0}\
legend{font-weight:650;padding:0;margin:0 0 .5rem}\
.choice{position:relative;display:grid;grid-template-columns:auto 1fr;gap:0 .75rem;\
border:2px solid var(--line);border-radius:.75rem;padding:.75rem;margin:0 0 .75rem}\
.choice:has(:checked){border-color:var(--main);box-shadow:inset 0 0 0 1px var(--main)}\
.choice input{grid-row:1/3;width:1.5rem;height:1.5rem;margin:.1rem 0 0;accent-color:var(--main)}\
.choice label{font-weight:600}.choice label::after{content:'';position:absolute;inset:0}\
.choice p{grid-column:2;color:var(--soft);font-size:.9375rem;margin:0}\
button{font:inherit;font-weight:650;width:100%;min-height:3.25rem;padding:.75rem 1.25rem;border-radius:.75rem;\
border:2px solid var(--main);background:var(--main);color:var(--on-main);cursor:pointer}\
button.second{background:transparent;color:var(--main)}\
:focus-visible{outline:3px solid var(--main);outline-offset:3px}\
.choice:has(:focus-visible){outline:3px solid var(--main);outline-offset:3px}\
.choice input:focus-visible{outline:0}\
.wrong{border:2px solid var(--wrong);color:var(--wrong);font-weight:600}\
.more{color:var(--soft);font-size:.9375rem}.more h2{color:var(--text)}\
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:0 0 .75rem}\
dt{color:var(--soft)}dd{margin:0;font-weight:600}code{font:500 .9375rem/1.5 ui-monospace,monospace}\
@media(max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .5rem}}\
@media(min-width:40rem){main{padding-top:3rem}.card{padding:1.75rem}button{width:auto;min-width:14rem}}\
@media(forced-colors:active){.choice:has(:focus-visible){outline-color:Highlight}}";

/// The one style and posting to this very service; nothing else is loaded, and no
/// other site shows the page in a frame of its own.
static CSP: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(sha256(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
});

/// Never in a search engine, whoever publishes a link.
pub(super) const ROBOTS: (HeaderName, &str) =
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive, nosnippet");

/// A page in this language, with this title (plain text) and content (HTML).
pub(super) fn page(
    status: StatusCode,
    languages: &str,
    title: &str,
    content: &str,
) -> HttpResponse {
    let language = languages.split(',').next().unwrap_or("sv");
    let title = escaped(title);
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_LANGUAGE, languages))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP.as_str()))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(ROBOTS)
        .body(format!(
            "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
             <style>{STYLE}</style></head><body><main>{content}</main></body></html>"
        ))
}

/// HTML that shows this text.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_text_whatever_is_in_it() {
        assert_eq!(
            escaped("Ek & <b>\"Lilja\"</b>'"),
            "Ek &amp; &lt;b&gt;&quot;Lilja&quot;&lt;/b&gt;&#39;"
        );
    }
}
