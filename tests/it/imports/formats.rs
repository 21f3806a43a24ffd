//! Each format from a file as its program writes it.

use super::{OWN, administrator, csv, email, import};
use crate::support::on_both;
use serde_json::json;

const MAILCHIMP: &str = "\"Email Address\",\"First Name\",\"Last Name\",\"Phone Number\",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\n\
    Anna.Karin@Exempel.example,Anna-Karin,\"Åberg Öst\",,2,,,\"2023-01-04 09:01:40\",192.0.2.1,,,,,,\"2024-05-31 06:12:44\",Majbrevet,17,NORMAL,,120011,a1b2c3d4e5,,\n\
    bo.lind@exempel.example,Bo,Lind,,2,,,\"2023-02-01 10:31:02\",192.0.2.2,,,,,,\"2024-06-02 17:40:03\",Majbrevet,17,OTHER,\"Får för många, \"\"brev\"\"\",120012,a1b2c3d4e6,,\n\
    sur@exempel.example,,,,2,,,\"2023-02-01 10:31:02\",192.0.2.2,,,,,,\"2024-06-02 17:40:03\",Majbrevet,17,SPAM,,120013,a1b2c3d4e7,,\n";

on_both! {
    fn mailchimps_unsubscribed_are_blocked_and_its_cleaned_are_not(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let report = csv(&admin, "mailchimp", MAILCHIMP);
        assert_eq!(report.counts(), [3, 0, 0, 0], "{}", report.answer);
        assert_eq!(report.import["channels"], json!(["email"]));
        assert_eq!(email(&crm, "anna.karin@exempel.example"), "blocked");
        let sms = crm.decision("tandgruppen-goteborg", "sms", &json!({"emails": ["bo.lind@exempel.example"]}));
        assert_eq!(sms, "clear");
        let malmo = crm.decision("tandgruppen-malmo", "email", &json!({"emails": ["bo.lind@exempel.example"]}));
        assert_eq!(malmo, "clear");
        // the date, the reason and whose it was
        let staff = world.staff();
        let seen = staff.get(&format!("/v1/objections/{}", report.lines[2]["id"].as_str().expect("an id")));
        assert_eq!(seen.body["record"]["source"], "import", "{seen}");
        assert_eq!(seen.body["record"]["details"]["word"], "complaint", "{seen}");
        assert_eq!(seen.body["record"]["details"]["format"], "mailchimp", "{seen}");
        assert_eq!(seen.body["objected_at"], "2024-06-02T17:40:03Z", "{seen}");
        let cleaned = "Email Address,First Name,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,LEID\nborta@exempel.example,B,2024-01-01 10:00:00,Brev,7\n";
        let report = csv(&admin, "mailchimp", cleaned);
        assert_eq!((report.counts(), &report.lines[0]["reason"]), ([0, 0, 1, 0], &json!("bounce")));
        assert_eq!(email(&crm, "borta@exempel.example"), "clear");
        let report = csv(&admin, "mailchimp&include=bounces", cleaned);
        assert_eq!(report.counts(), [1, 0, 0, 0], "{}", report.answer);
        assert_eq!(email(&crm, "borta@exempel.example"), "blocked");
        // the subscribers are no blocklist
        let subscribed = "Email Address,First Name,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID\nglad@exempel.example,G,,2024-01-01 10:00:00,2024-01-01 10:00:00,8\n";
        csv(&admin, "mailchimp", subscribed).answer.is_problem(422, "unprocessable").at("/1", "column_missing");
        assert_eq!(email(&crm, "glad@exempel.example"), "clear");
    }

    fn amazons_suppression_list_is_read_as_json_lines_and_csv(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let path = format!("{OWN}&format=ses");
        let json = r#"{
    "SuppressedDestinationSummaries": [
        {
            "EmailAddress": "anna.karin@exempel.example",
            "Reason": "COMPLAINT",
            "LastUpdateTime": "2024-05-31T06:12:44.128000+00:00"
        },
        {
            "EmailAddress": "borta@exempel.example",
            "Reason": "BOUNCE",
            "LastUpdateTime": "2020-04-10T21:03:05.440000+00:00"
        }
    ],
    "Other": "AAAA{[\"]}"
}
"#;
        let report = import(&admin, &path, "application/json", json);
        assert_eq!(report.statuses(), ["recorded", "skipped"], "{}", report.answer);
        assert_eq!((&report.lines[0]["line"], &report.lines[1]["line"]), (&json!(3), &json!(8)));
        assert_eq!(email(&crm, "anna.karin@exempel.example"), "blocked");
        assert_eq!(email(&crm, "borta@exempel.example"), "clear");
        // as PowerShell writes it into a file: UTF-16
        let wide: Vec<u8> = [0xFEFF].into_iter().chain(json.replace("anna.karin", "annan").encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let report = import(&admin, &path, "application/json", wide);
        assert_eq!(report.statuses(), ["recorded", "skipped"], "{}", report.answer);
        let lines = "{\"EmailAddress\":\"bo.lind@exempel.example\",\"LastUpdateTime\":1717136564.128,\"Reason\":\"COMPLAINT\"}\n{\"EmailAddress\":\"x@exempel.example\",\"Reason\":\"MANUAL\"}\n";
        let report = import(&admin, &path, "application/x-ndjson", lines);
        assert_eq!(report.statuses(), ["recorded", "refused"], "{}", report.answer);
        assert_eq!(report.lines[1]["problem"]["errors"][0]["code"], "unknown_reason");
        assert_eq!(email(&crm, "bo.lind@exempel.example"), "blocked");
        let file = "EmailAddress,Reason,LastUpdateTime\neva.ek@exempel.example,COMPLAINT,2024-05-31T06:12:44.128000+00:00\n";
        assert_eq!(csv(&admin, "ses", file).counts(), [1, 0, 0, 0]);
        assert_eq!(email(&crm, "eva.ek@exempel.example"), "blocked");
    }

    fn mailguns_three_lists_are_told_apart(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let path = format!("{OWN}&format=mailgun");
        // two pages, one after the other
        let pages = r#"{"items":[{"address":"anna.karin@exempel.example","tags":["*"],"created_at":"Fri, 31 May 2024 06:12:44 UTC"}],"paging":{"first":"https://api.mailgun.net/v3/x/unsubscribes?page=first","next":"https://api.mailgun.net/v3/x/unsubscribes?page=next"}}
{"items":[{"address":"bo.lind@exempel.example","created_at":"Fri, 31 May 2024 06:12:44 UTC"},{"address":"borta@exempel.example","code":"550","error":"No such mailbox","created_at":"Fri, 21 Oct 2011 11:02:55 UTC"}],"paging":{}}"#;
        let report = import(&admin, &path, "application/json", pages);
        assert_eq!(report.statuses(), ["recorded", "recorded", "skipped"], "{}", report.answer);
        for address in ["anna.karin@exempel.example", "bo.lind@exempel.example"] {
            assert_eq!(email(&crm, address), "blocked");
        }
        let seen = world.staff().get(&format!("/v1/objections/{}", report.lines[1]["id"].as_str().expect("an id")));
        assert_eq!(seen.body["record"]["details"]["word"], "complaint", "{seen}");
        assert_eq!(seen.body["record"]["details"]["original_date"], "2024-05-31T06:12:44.000000Z", "{seen}");
        let file = "address,tags,created_at\neva.ek@exempel.example,*,\"Mon, 06 May 2024 18:11:58 UTC\"\n";
        assert_eq!(csv(&admin, "mailgun", file).counts(), [1, 0, 0, 0]);
        assert_eq!(email(&crm, "eva.ek@exempel.example"), "blocked");
        let file = "address,code,error,created_at\ny@exempel.example,550,No such user,\"Mon, 06 May 2024 18:11:58 UTC\"\n";
        assert_eq!(csv(&admin, "mailgun", file).counts(), [0, 0, 1, 0]);
    }

    fn sendgrids_lists_are_told_apart(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let path = format!("{OWN}&format=sendgrid");
        let list = r#"[{"created":1717136564,"email":"anna.karin@exempel.example"},
{"created":1717136564,"email":"sur@exempel.example","ip":"192.0.2.10"},
{"email":"bo.lind@exempel.example","group_id":7,"group_name":"Nyhetsbrev","created_at":1717136564},
{"created":1443651125,"email":"borta@exempel.example","reason":"550 5.1.1 No such user","status":"5.1.1"},
"eva.ek@exempel.example"]"#;
        let report = import(&admin, &path, "application/json", list);
        assert_eq!(report.statuses(), ["recorded", "recorded", "recorded", "skipped", "recorded"], "{}", report.answer);
        for address in ["anna.karin", "sur", "bo.lind", "eva.ek"] {
            assert_eq!(email(&crm, &format!("{address}@exempel.example")), "blocked", "{address}");
        }
        assert_eq!(email(&crm, "borta@exempel.example"), "clear");
        assert_eq!(csv(&admin, "sendgrid", "email,created\nx@exempel.example,1717136564\n").counts(), [1, 0, 0, 0]);
        assert_eq!(csv(&admin, "sendgrid", "status,reason,email,created\n5.1.1,No,z@exempel.example,1717136564\n").counts(), [0, 0, 1, 0]);
    }

    fn listmonks_blocklisted_are_blocked_and_no_others(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let file = "uuid,email,name,attributes,status,created_at,updated_at\n\
            d9d1b1f0-0c4e-4d4e-8a52-1d3f5a1c9a01,anna.karin@exempel.example,Anna-Karin,\"{\"\"city\"\": \"\"Göteborg\"\"}\",blocklisted,2023-01-04 09:01:40.123456 +0000 UTC,2024-05-31 06:12:44.5 +0000 UTC\n\
            d9d1b1f0-0c4e-4d4e-8a52-1d3f5a1c9a02,glad@exempel.example,Glad,{},enabled,2023-01-04 09:01:40 +0000 UTC,2024-05-31 06:12:44 +0000 UTC\n";
        let report = csv(&admin, "listmonk", file);
        assert_eq!(report.statuses(), ["recorded", "skipped"], "{}", report.answer);
        assert_eq!(report.lines[1]["reason"], "no_objection");
        assert_eq!(email(&crm, "anna.karin@exempel.example"), "blocked");
        assert_eq!(email(&crm, "glad@exempel.example"), "clear");
        let seen = world.staff().get(&format!("/v1/objections/{}", report.lines[0]["id"].as_str().expect("an id")));
        assert_eq!(seen.body["record"]["details"]["original_date"], "2024-05-31T06:12:44.500000Z", "{seen}");
    }

    fn superoffices_contacts_count_where_they_say_no(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        let file = "Förnamn;Efternamn;E-post;Mobiltelefon;Inga utskick;Samtycke e-marknadsföring;Samtyckesdatum\r\n\
            Anna-Karin;Åberg Öst;anna.karin@exempel.example;070-174 06 05;Ja;;2024-05-31\r\n\
            Bo;Lind;bo.lind@exempel.example;;Nej;Återkallat;2024-06-02\r\n\
            Eva;Ek;eva.ek@exempel.example;;Nej;Givet;2024-06-02\r\n";
        let report = csv(&admin, "superoffice", file);
        assert_eq!(report.statuses(), ["recorded", "recorded", "skipped"], "{}", report.answer);
        assert_eq!(report.import["channels"], json!(["email", "post"]));
        assert_eq!(email(&crm, "bo.lind@exempel.example"), "blocked");
        assert_eq!(email(&crm, "eva.ek@exempel.example"), "clear");
        let phone = json!({"phones": ["+46701740605"]});
        assert_eq!(crm.decision("tandgruppen-goteborg", "email", &phone), "blocked");
        let other = "E-post;Utskick?\r\nx@exempel.example;nej\r\n";
        csv(&admin, "superoffice", other).answer.is_problem(422, "unprocessable").at("/1", "column_missing");
        let report = csv(&admin, "superoffice&columns=reason:Stopp", "E-post;Stopp\r\nx@exempel.example;x\r\n");
        assert_eq!(report.counts(), [1, 0, 0, 0], "{}", report.answer);
    }

    fn an_old_list_of_ones_own_is_taken_as_excel_saved_it(world) {
        let (admin, crm) = (administrator(&world), world.crm());
        // CSV UTF-8 with a byte order mark
        let text = "\u{feff}Namn;Telefon;E-post;Spärrdatum;Orsak\r\nÅsa Öst;\"=\"\"070-174 06 06\"\"\";;2019-03-01;Ringde i mars\r\nBo Lind;;bo.lind@exempel.example;03/04/2019;studs\r\n;;eva.ek@exempel.example;03/04/2019;\r\n";
        let report = csv(&admin, "csv", text);
        // who is in one's own list is not to be written to, whatever the reason
        assert_eq!(report.statuses(), ["recorded"; 3], "{}", report.answer);
        assert_eq!(report.import["channels"], json!(["all"]));
        assert_eq!(report.lines[2]["warnings"][0]["code"], "date_unreadable", "{}", report.answer);
        let phone = json!({"phones": ["0701740606"]});
        for channel in ["sms", "phone", "online"] {
            assert_eq!(crm.decision("tandgruppen-goteborg", channel, &phone), "blocked");
        }
        assert_eq!(email(&crm, "eva.ek@exempel.example"), "blocked");
        // "Unicode text", and CSV of old
        let plain = "E-post\tKommentar\r\nåsa@exempel.example\tvill inte\r\nörjan@exempel.example\t\r\n";
        let wide: Vec<u8> = [0xFEFF].into_iter().chain(plain.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(csv(&admin, "csv&channels=email", wide).counts(), [2, 0, 0, 0]);
        let latin: Vec<u8> = plain.replace("rjan", "sten").chars().map(|c| u32::from(c) as u8).collect();
        assert_eq!(csv(&admin, "csv&channels=email", latin).counts(), [1, 1, 0, 0]);
        assert_eq!(email(&crm, "ÖSTEN@exempel.example"), "blocked");
        // columns that must be told
        let file = "a;b;c\nx1@exempel.example;2020-01-02;sade nej\n";
        let report = csv(&admin, "csv&columns=email:a,objected_at:b,reason:%233", file);
        assert_eq!(report.counts(), [1, 0, 0, 0], "{}", report.answer);
        let seen = world.staff().get(&format!("/v1/objections/{}", report.lines[0]["id"].as_str().expect("an id")));
        assert_eq!(seen.body["objected_at"], "2020-01-01T23:00:00Z", "{seen}");
    }
}
