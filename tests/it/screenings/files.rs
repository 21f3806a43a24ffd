//! Files as programs write them, through the whole service.

use super::{EMAIL, counts, csv, one_objected};
use crate::support::World;
use nejtack::store::Backend;

/// Every character of these is in Windows-1252, at its own number of Unicode.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn what_excel_writes_comes_back_as_excel_wrote_it() {
    let world = World::on(Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    let sms = EMAIL.replace("=email", "=sms");
    // CSV UTF-8, with `sep=`; a number that lost its zero, formulas against that
    let file = "\u{feff}sep=;\r\nFörnamn;E-postadress;Mobiltelefon\r\nAnna;\"anna.karin@exempel.example\";\"=\"\"070-174 06 05\"\"\"\r\nÅsa;;'+46701740698\r\nBo;;4,67E+10\r\n";
    let back = csv(&crm, &sms, file);
    let text = back.text();
    assert!(
        text.starts_with(
            "\u{feff}sep=;\r\nFörnamn;E-postadress;Mobiltelefon;nejtack_decision;nejtack_reason\r\n"
        ),
        "{text}"
    );
    let ends: Vec<&str> = text.lines().skip(2).collect();
    assert!(
        ends[0]
            .starts_with("Anna;\"anna.karin@exempel.example\";\"=\"\"070-174 06 05\"\"\";blocked;"),
        "{text}"
    );
    assert_eq!(ends[1], "Åsa;;'+46701740698;clear;");
    assert_eq!(ends[2], "Bo;;4,67E+10;undecidable;phone_unreadable");
    assert_eq!(counts(&back.completed(&crm)), [3, 1, 1, 1, 3]);
    // "Unicode text", and CSV of old
    for write in [utf16, latin] {
        let file =
            "Namn\tE-post\r\nÅsa Öst\tanna.karin@exempel.example\r\nÖrjan\tb@exempel.example\r\n";
        let expected = "Namn\tE-post\tnejtack_decision\tnejtack_reason\r\nÅsa Öst\tanna.karin@exempel.example\tblocked\temail_matched\r\nÖrjan\tb@exempel.example\tclear\t\r\n";
        let back = csv(&crm, EMAIL, write(file));
        back.completed(&crm);
        assert_eq!(back.bytes, write(expected));
    }
}

#[test]
fn a_screened_file_can_be_screened_again() {
    let world = World::on(Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    let first = csv(&crm, EMAIL, super::THREE);
    let second = csv(&crm, EMAIL, first.bytes.clone());
    assert_eq!(second.text(), super::THREE_BACK);
    assert_eq!(counts(&second.completed(&crm)), [3, 1, 1, 1, 3]);
}

#[test]
fn columns_are_named_where_headings_are_not_known_and_told_in_the_certificate() {
    let world = World::on(Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    let file = "Kontakt 1;Kontakt 2\nanna.karin@exempel.example;070-174 06 05\n";
    let path = format!("{EMAIL}&columns=email:Kontakt%201,phone:%232");
    let certificate = csv(&crm, &path, file).completed(&crm);
    assert_eq!(certificate["columns"][0]["read_as"], "email", "{certificate}");
    assert_eq!(certificate["columns"][0]["number"], 1, "{certificate}");
    assert_eq!(certificate["columns"][1]["read_as"], "phone", "{certificate}");
    for wrong in ["&keep=some", "&channel=email", "&changed_since=-1", "&stavfel=1"] {
        let refused = csv(&crm, &format!("{EMAIL}{wrong}"), file);
        assert_eq!(
            (refused.status, &refused.problem()["code"]),
            (400, &"malformed".into()),
            "{wrong}"
        );
    }
    for wrong in ["skonummer:Kontakt", "email", "customer_id:Kundnr"] {
        let refused = csv(&crm, &format!("{EMAIL}&columns={wrong}"), file);
        let problem = refused.problem();
        assert_eq!((refused.status, &problem["errors"][0]["pointer"]), (422, &"/columns".into()));
        assert_eq!(refused.id(), "", "no screening began");
    }
}

#[test]
fn a_file_without_headings_leaves_nothing_of_itself_in_the_ledger() {
    let world = World::on(Backend::Sqlite);
    let crm = world.crm();
    let file = "Eva Qplanterat;eva.qplanterat@exempel.example\nBo Qplanterat;bo.qplanterat@exempel.example\n";
    let certificate = csv(&crm, EMAIL, file).completed(&crm);
    assert_eq!(counts(&certificate), [2, 2, 0, 0, 2]);
    assert!(!certificate.to_string().to_lowercase().contains("qplanterat"), "{certificate}");
    assert_eq!(certificate["columns"][0]["heading"], serde_json::Value::Null, "{certificate}");
    let dump = "SELECT body || (SELECT group_concat(columns_used) FROM screenings) AS cell FROM entries ORDER BY position DESC LIMIT 1";
    let cells = crate::store::support::cells(&mut world.place.raw(), dump);
    assert!(cells.len() == 1 && !cells[0].to_lowercase().contains("qplanterat"), "{cells:?}");
}

#[test]
fn a_row_that_says_too_much_or_too_little_is_undecidable_and_stays() {
    let world = World::on(Backend::Sqlite);
    let crm = world.crm();
    let file = "email,phone\na@exempel.example,070-174 06 98\nb@exempel.example\nc@exempel.example,070-174 06 97,x\n,\n \t,\nd@exempel.example,070-174 06 96";
    let back = csv(&crm, EMAIL, file);
    let certificate = back.completed(&crm);
    let text = back.text();
    assert_eq!(counts(&certificate), [6, 2, 0, 4, 6], "{text}");
    assert_eq!(text.matches("undecidable,too_few_fields").count(), 1, "{text}");
    assert_eq!(text.matches("undecidable,too_many_fields").count(), 1, "{text}");
    assert_eq!(text.matches("undecidable,nothing_given").count(), 2, "{text}");
    assert!(text.contains("d@exempel.example,070-174 06 96,clear,"), "{text}");
}

/// As many rows as fill several blocks, every seventh of them blocked.
#[test]
fn a_long_file_keeps_its_order_over_many_blocks() {
    let world = World::on(Backend::Sqlite);
    let service = world.service();
    let mut body = crate::support::objection(
        "spt-1",
        &[],
        &serde_json::json!({"emails": ["nej@exempel.example"]}),
    );
    body["person"]["phones"] = serde_json::json!([]);
    service.makes("/v1/objections", &body);
    let crm = world.crm();
    let (rows, mut file, mut expected) = (
        40_000,
        String::from("Nr;E-post\n"),
        String::from("Nr;E-post;nejtack_decision;nejtack_reason\n"),
    );
    for row in 0..rows {
        let (address, said) = match row % 7 {
            0 => ("Nej@Exempel.example".to_owned(), "blocked;email_matched"),
            1 => ("ingen".to_owned(), "undecidable;email_unreadable"),
            _ => (format!("p{row}@exempel.example"), "clear;"),
        };
        file.push_str(&format!("{row};{address}\n"));
        expected.push_str(&format!("{row};{address};{said}\n"));
    }
    for query in ["", "&stream=true"] {
        let back = csv(&crm, &format!("{EMAIL}{query}"), file.clone());
        assert!(back.text() == expected, "{query}");
        assert_eq!(counts(&back.completed(&crm))[0], rows);
    }
}
