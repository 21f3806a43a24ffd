//! The page: what it says, what it does, and what looking at it does not.

use super::{GOTEBORG, MALMO, anna, get, link, post, receipt_number};
use crate::support::{Answer, on_both};
use serde_json::json;

on_both! {
    fn all_direct_marketing_is_every_channel_of_this_controller(world) {
        let crm = world.crm();
        let link = link(&crm);
        let request = world.stranger().request("POST", &link).header("Accept-Language", "en-GB,en;q=0.8,sv;q=0.5");
        let done = Answer::of(request.form(&[("scope", "all")]));
        let number = receipt_number(&done);
        assert!(done.text.contains("no more marketing from Tandgruppen Göteborg") && done.text.contains("All direct marketing"), "{done}");
        assert!(!done.text.contains("stop all direct marketing?"), "there is nothing more to stop: {done}");
        for channel in ["email", "sms", "post", "profiling", "disclosure"] {
            assert_eq!(crm.decision(GOTEBORG, channel, &anna()), "blocked", "{channel}");
        }
        assert_eq!(crm.decision(MALMO, "email", &anna()), "clear");
        let seen = world.staff().get(&format!("/v1/objections/{number}"));
        assert_eq!(seen.body["record"]["details"], json!({"channel": "email", "scope": "all", "via": "page", "language": "en"}), "{seen}");
        assert_eq!(seen.body["record"]["channels"], json!(["all"]), "{seen}");
    }

    fn the_channel_first_and_all_of_it_then(world) {
        let crm = world.crm();
        let link = link(&crm);
        let first = post(&world, &link, "scope=channel");
        assert!(first.text.contains("Klart.") && first.text.contains("Reklam via e-post"), "{first}");
        assert_eq!((crm.decision(GOTEBORG, "email", &anna()), crm.decision(GOTEBORG, "post", &anna())), ("blocked".into(), "clear".into()));
        assert!(first.text.contains("name=\"scope\" value=\"all\""), "it offers the rest: {first}");
        let second = post(&world, &link, "scope=all");
        assert_ne!(receipt_number(&first), receipt_number(&second));
        assert_eq!(crm.decision(GOTEBORG, "post", &anna()), "blocked");
    }

    fn a_thousand_looks_change_nothing(world) {
        let crm = world.crm();
        let link = link(&crm);
        let before = world.app.as_of().position;
        let page = get(&world, &link, "sv");
        let scanner = world.stranger();
        for n in 0..1000 {
            let path = if n % 3 == 0 { format!("{link}?List-Unsubscribe=One-Click&scope=all") } else { link.clone() };
            let seen = Answer::of(scanner.request(if n % 5 == 0 { "HEAD" } else { "GET" }, &path).header("Accept-Language", "sv"));
            assert_eq!(seen.status, 200, "{seen}");
            assert!(n % 5 == 0 || seen.text == page.text, "always the same: {seen}");
        }
        assert_eq!(world.app.as_of().position, before);
        assert_eq!(crm.decision(GOTEBORG, "email", &anna()), "clear");
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
            Answer::of(scanner.request(method, &link)).is_problem(405, "method-not-allowed");
        }
        assert_eq!(world.app.as_of().position, before);
        post(&world, &link, "scope=all");
        let metrics = scanner.get("/metrics").text;
        assert!(metrics.contains("operation=\"follow_unsubscribe_link\""), "{metrics}");
        assert_eq!(get(&world, &link, "sv").text, page.text, "it does not tell who has said no");
    }

    fn what_is_neither_click_nor_choice_gets_the_page_once_more(world) {
        let crm = world.crm();
        let link = link(&crm);
        let before = world.app.as_of().position;
        let urlencoded = "application/x-www-form-urlencoded";
        let half = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Cl";
        for (status, kind, body) in [
            (422, urlencoded, ""), (422, urlencoded, "scope="), (422, urlencoded, "scope=allt"), (422, urlencoded, "scope=channel&scope=all"),
            (422, urlencoded, "List-Unsubscribe=Nej"), (422, urlencoded, "List-Unsubscribe"), (400, "application/json", "{\"scope\": \"all\"}"),
            (400, "text/plain", "scope=all"), (400, "multipart/form-data", "scope=all"), (400, "multipart/form-data; boundary=x", half),
            (422, "multipart/form-data; boundary=x", "--x--\r\n"), (400, urlencoded, "\u{0}\u{1}=\u{ff}&&&%%%scope"),
            (400, urlencoded, &"scope=all&".repeat(2000)),
        ] {
            let answer = Answer::of(world.stranger().request("POST", &link).header("Content-Type", kind).body(body.to_owned()));
            let cut: String = body.chars().take(40).collect();
            assert!(answer.status == status || (status == 400 && answer.status == 422 && body.contains('\u{1}')), "{status} for {kind} {cut}: {answer}");
            assert!(answer.text.contains("role=\"alert\"") && answer.text.contains("value=\"channel\""), "{kind} {cut}: {answer}");
            assert!(answer.text.contains("<title>Fel: "), "{answer}");
        }
        let latin = Answer::of(world.stranger().request("POST", &link).header("Content-Type", urlencoded).body(vec![b's', 0xff, b'=']));
        assert_eq!(latin.status, 400, "{latin}");
        assert_eq!(world.app.as_of().position, before, "nothing was recorded");
    }
}

#[test]
fn the_page_says_all_of_it_in_both_languages_and_never_the_address() {
    let world = crate::support::World::on(nejtack::store::Backend::Sqlite);
    let link = link(&world.crm());
    for (language, tag, words) in [
        (
            "sv",
            "sv",
            [
                "Slipp reklam från Tandgruppen Göteborg",
                "Reklam via e-post",
                "All direktreklam",
                "artikel 21.3",
                "artikel 6.1 c",
                "så länge spärren gäller",
                "Bekräfta",
            ],
        ),
        (
            "en",
            "en",
            [
                "Stop marketing from Tandgruppen Göteborg",
                "Marketing by e-mail",
                "All direct marketing",
                "Article 21.3",
                "Article 6.1 c",
                "as long as the block stands",
                "Confirm",
            ],
        ),
        (
            "de-CH, fr;q=0.9",
            "sv",
            ["Slipp", "Reklam", "direktreklam", "21.3", "6.1 c", "spärren", "Bekräfta"],
        ),
    ] {
        let page = get(&world, &link, language);
        assert_eq!((page.status, page.header("content-language")), (200, tag), "{page}");
        for word in words {
            assert!(page.text.contains(word), "{word}: {page}");
        }
        assert!(page.text.contains(&format!("<html lang=\"{tag}\">")), "{page}");
        assert!(
            page.text.contains("a•••@e•••.example")
                && !page.text.contains("anna.karin")
                && !page.text.contains("@exempel"),
            "{page}"
        );
        let header = |name| page.header(name);
        assert_eq!(
            (header("cache-control"), header("referrer-policy"), header("vary")),
            ("no-store", "no-referrer", "Accept-Language")
        );
        assert!(header("x-robots-tag").contains("noindex") && header("set-cookie").is_empty());
        let csp = header("content-security-policy");
        assert!(
            csp.starts_with("default-src 'none'; style-src 'sha256-")
                && csp.contains("form-action 'self'"),
            "{csp}"
        );
        assert!(
            !csp.contains("unsafe")
                && !csp.contains("script")
                && csp.contains("frame-ancestors 'none'"),
            "{csp}"
        );
        for never in ["<script", "://", " on", "src=", "style=\"", "@import", "url("] {
            let found = page
                .text
                .find(never)
                .map(|at| page.text[at..].chars().take(40).collect::<String>());
            assert!(never == " on" || found.is_none(), "{never}: {found:?}");
        }
        for needed in [
            "name=\"viewport\"",
            "<main>",
            "<h1>",
            "<fieldset>",
            "<legend>",
            "<label for=\"all\">",
            "<label for=\"channel\">",
            "aria-describedby=\"all-more\"",
        ] {
            assert!(page.text.contains(needed), "{needed}: {page}");
        }
    }
}

#[test]
fn how_long_the_address_is_kept_is_what_this_instance_does() {
    use nejtack::app::shred::Retention;
    for (originals, sv) in [
        (Some(0), "sparas inte på något annat sätt"),
        (Some(30), "i högst 30 dagar"),
        (None, "krypterat så länge spärren gäller"),
    ] {
        let retention = Retention { originals, proof: None };
        let setup = crate::support::Setup { retention, ..Default::default() };
        let world = crate::support::World::with(nejtack::store::Backend::Sqlite, setup);
        let link = link(&world.crm());
        let page = get(&world, &link, "sv");
        assert!(page.text.contains(sv), "{sv}: {page}");
        let done = post(&world, &link, "scope=channel");
        assert!(done.text.contains(sv), "{done}");
    }
}

#[test]
fn a_controller_s_name_is_text() {
    let world = crate::support::World::on(nejtack::store::Backend::Sqlite);
    let name = "Ek & Lilja <script>alert('{hint}')</script> \"AB\"";
    world.operator().makes("/v1/controllers", &json!({"slug": "ek-lilja", "name": name}));
    let tool = world
        .client(&json!({"client_id": "ek", "role": "marketing-tool", "controllers": ["ek-lilja"]}));
    let body = json!({"controller": "ek-lilja", "channel": "email", "recipients": [{"email": "a@exempel.example"}]});
    let link = crate::links::path(&tool.post("/v1/unsubscribe-links", &body).body["links"][0]);
    for page in [get(&world, &link, "sv"), post(&world, &link, "scope=all")] {
        assert!(
            page.text.contains(
                "Ek &amp; Lilja &lt;script&gt;alert(&#39;{hint}&#39;)&lt;/script&gt; &quot;AB&quot;"
            ),
            "{page}"
        );
        assert!(!page.text.contains("<script"), "{page}");
    }
}
