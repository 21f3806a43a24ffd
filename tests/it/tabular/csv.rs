//! Rows, fields, quotes, delimiters and line breaks.

use super::{answer, answer_in, csv, emails, phones, refusal, with_columns};
use nejtack::tabular::campaign::{Fault, Row};

#[test]
fn rows_go_out_as_they_came_with_two_columns_more() {
    let answered = answer(
        b"E-post;Mobil\r\nanna@firma.example;070-174 06 05\r\n\"bo@firma.example\"; 0701740606",
    );
    assert_eq!(
        answered.text(),
        "E-post;Mobil;nejtack_decision;nejtack_reason\r\n\
         anna@firma.example;070-174 06 05;clear;none\r\n\
         \"bo@firma.example\"; 0701740606;clear;none"
    );
    assert_eq!(emails(&answered), [["anna@firma.example"], ["bo@firma.example"]]);
    assert_eq!(phones(&answered), [["070-174 06 05"], [" 0701740606"]]);
    assert_eq!(answered.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn each_delimiter_is_told_from_the_first_rows() {
    for delimiter in [",", ";", "\t", "|"] {
        let file = format!("Namn{delimiter}Email\n\"Berg{delimiter} Bo\"{delimiter}bo@a.example\n");
        let answered = answer(file.as_bytes());
        assert_eq!(answered.layout.delimiter(), delimiter.chars().next());
        assert_eq!(emails(&answered), [["bo@a.example"]]);
    }
}

#[test]
fn commas_within_values_do_not_beat_the_delimiter() {
    let answered = answer(
        b"E-post;Anteckning\na@a.example;ja, nej, kanske\nb@a.example;ett, tv\xC3\xA5, tre\n",
    );
    assert_eq!(answered.layout.delimiter(), Some(';'));
    assert_eq!(emails(&answered), [["a@a.example"], ["b@a.example"]]);
}

#[test]
fn one_column_gets_a_delimiter_that_its_values_do_not_have() {
    let answered = answer(b"Email\n\"Berg, Bo\" <bo@a.example>\nBerg, Bo <bo@a.example>\n");
    assert_eq!(answered.layout.delimiter(), Some(';'));
    assert!(answered.rows.iter().all(|row| row.fault.is_none() || row.line == 2));
    let answered = answer(b"Email\nbo@a.example\n");
    assert_eq!(answered.text(), "Email,nejtack_decision,nejtack_reason\nbo@a.example,clear,none\n");
}

#[test]
fn a_line_that_names_the_delimiter_stays_and_is_heeded() {
    let answered = answer(b"sep=^\r\nEmail^Name, title\r\na@a.example^A, B\r\n");
    assert_eq!(
        answered.text(),
        "sep=^\r\nEmail^Name, title^nejtack_decision^nejtack_reason\r\na@a.example^A, B^clear^none\r\n"
    );
    assert_eq!(answered.rows[0].line, 3);
}

#[test]
fn quoted_fields_hold_delimiters_quotes_and_line_breaks() {
    let answered = answer(
        b"Email,Note,Phone\n\"a@a.example\",\"one, \"\"two\"\"\nthree\r\nfour\",\"070-174 06 05\"\nb@a.example,,\n",
    );
    assert_eq!(emails(&answered), [["a@a.example"], ["b@a.example"]]);
    assert_eq!(phones(&answered), [["070-174 06 05"], [""]]);
    assert_eq!(answered.rows[1].line, 5);
    assert!(answered.text().contains("\"070-174 06 05\",clear,none\nb@a.example,,,clear,none\n"));
}

#[test]
fn every_kind_of_line_break_is_kept() {
    for end in ["\n", "\r\n", "\r", "\r\r\n"] {
        let file = ["Email", "a@a.example", "\"b@a.example\"", "c@a.example", ""].join(end);
        let answered = answer(file.as_bytes());
        let expected = [
            "Email,nejtack_decision,nejtack_reason",
            "a@a.example,clear,none",
            "\"b@a.example\",clear,none",
            "c@a.example,clear,none",
            "",
        ];
        assert_eq!(answered.text(), expected.join(end));
        let lines = answered.rows.iter().map(|row| row.line);
        assert_eq!(lines.collect::<Vec<_>>(), [2, 3, 4], "{end:?}");
    }
}

#[test]
fn blank_lines_stay_and_are_no_rows() {
    let answered = answer(b"\n\r\nEmail;Tel\n\na@a.example;\n\r\n\"b@a.example\";\n\n");
    assert_eq!(
        answered.text(),
        "\n\r\nEmail;Tel;nejtack_decision;nejtack_reason\n\na@a.example;;clear;none\n\r\n\"b@a.example\";;clear;none\n\n"
    );
    assert_eq!(answered.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [5, 7]);
}

#[test]
fn a_row_with_too_few_or_too_many_fields_keeps_its_place_and_says_nothing() {
    let file = b"Namn;Email;Tel\nAnna;a@a.example\nBo;b@a.example;;x\nCia;c@a.example;\n";
    let answered = answer(file);
    let faults: Vec<_> = answered.rows.iter().map(|row| row.fault).collect();
    assert_eq!(faults, [Some(Row::TOO_FEW_FIELDS), Some(Row::TOO_MANY_FIELDS), None]);
    assert!(answered.rows[0].person.is_blank() && answered.rows[1].person.is_blank());
    assert_eq!(
        answered.text(),
        "Namn;Email;Tel;nejtack_decision;nejtack_reason\n\
         Anna;a@a.example;undecidable;too_few_fields\n\
         Bo;b@a.example;;x;undecidable;too_many_fields\n\
         Cia;c@a.example;;clear;none\n"
    );
    assert_eq!(answer(&answered.out).out, answered.out);
}

#[test]
fn a_stray_quote_is_text_within_a_field_and_a_fault_behind_one() {
    let answered = answer(
        b"Namn;Email\nBo \"Bosse\" Berg;b@a.example\n\"Anna;a@a.example\n\"Cia\";c@a.example\nDan;d@a.example\n",
    );
    let told: Vec<_> = answered.rows.iter().map(|row| (row.line, row.fault)).collect();
    // The second quote swallowed a line: that row is two, and nobody can tell.
    assert_eq!(told, [(2, None), (3, Some(Row::STRAY_QUOTE)), (5, None)]);
    assert!(answered.rows[1].person.is_blank());
    assert_eq!(answer(&answered.out).out, answered.out);
}

#[test]
fn a_quote_that_is_never_closed_is_named_by_its_line() {
    let fault =
        refusal(&csv(), b"Namn;Email\nAnna;a@a.example\nBo;\"b@a.example\nCia;c@a.example\n");
    assert_eq!((fault.line, fault.code), (3, Fault::QUOTE_NOT_CLOSED));
    let mut file = b"Namn;Email\nAnna;a@a.example\nBo;\"b@a.example\n".to_vec();
    for _ in 0..300_000 {
        file.extend_from_slice(b"Cia;c@a.example\n");
    }
    let mut cutter = nejtack::tabular::campaign::Cutter::new(csv());
    let mut pushed = 0;
    let fault = file
        .chunks(10_000)
        .find_map(|part| {
            pushed += part.len();
            cutter.push(part, &mut Vec::new()).err()
        })
        .unwrap();
    assert_eq!((fault.line, fault.code), (3, Fault::QUOTE_NOT_CLOSED));
    assert!(pushed < 5 << 20, "found out after {pushed} bytes");
    let fault = refusal(&csv(), b"Namn;\"Email\nAnna;a@a.example\n");
    assert_eq!((fault.line, fault.code), (1, Fault::QUOTE_NOT_CLOSED));
}

#[test]
fn a_field_of_a_megabyte_is_read_and_one_of_three_is_refused() {
    for quote in ["", "\""] {
        let long = "x".repeat(1 << 20);
        let file = format!("Note,Email\n{quote}{long}{quote},a@a.example\nb,b@a.example\n");
        let answered = answer_in(77_777, &csv(), file.as_bytes()).unwrap();
        assert_eq!(emails(&answered), [["a@a.example"], ["b@a.example"]]);
        let long = "x".repeat(3 << 20);
        let file = format!("Note,Email\nb,b@a.example\n{quote}{long}{quote},a@a.example\n");
        let fault = refusal(&csv(), file.as_bytes());
        let code = if quote.is_empty() { Fault::ROW_TOO_LONG } else { Fault::QUOTE_NOT_CLOSED };
        assert!(fault.line == 3 && [code, Fault::ROW_TOO_LONG].contains(&fault.code), "{fault:?}");
    }
}

#[test]
fn an_empty_file_is_refused_and_a_heading_alone_is_not() {
    for nothing in [&b""[..], b"\r\n\n", b"\xEF\xBB\xBF", b"\xFF\xFE", b"  \n"] {
        assert_eq!(refusal(&csv(), nothing).code, Fault::EMPTY);
    }
    for heading in ["Email", "Email\n", "sep=;\nEmail"] {
        let answered = answer(heading.as_bytes());
        assert!(answered.rows.is_empty() && answered.text().contains("nejtack_decision"));
    }
}

#[test]
fn columns_of_an_earlier_run_are_replaced() {
    let once = answer(b"Email;Tel\na@a.example;\n\"b@a.example\";\n");
    assert_eq!(answer(&once.out).out, once.out);
    // Wherever somebody has moved them, and however they are written.
    let answered = answer(
        b"NEJTACK_REASON;Email;Nejtack_Decision;Tel\nno idea;a@a.example;blocked;\nx;b@a.example;\n",
    );
    assert_eq!(
        answered.text(),
        "Email;Tel;nejtack_decision;nejtack_reason\n\
         a@a.example;;clear;none\n\
         x;b@a.example;;undecidable;too_few_fields\n"
    );
    let headless = answer(b"a@a.example;0701740605\nb@a.example;\n");
    assert_eq!(answer(&headless.out).out, headless.out);
}

#[test]
fn a_file_without_a_heading_is_read_by_what_its_values_look_like() {
    let answered = answer(
        b"Anna;a@a.example;070-174 06 05;19701104-2392\nBo;;0701740606;\nCia;c@a.example;701740607;19701104-2392\n",
    );
    assert_eq!(emails(&answered), [["a@a.example"], [""], ["c@a.example"]]);
    assert_eq!(phones(&answered), [["070-174 06 05"], ["0701740606"], ["701740607"]]);
    assert_eq!(answered.rows[0].person.personnummer.as_deref(), Some("19701104-2392"));
    assert!(
        answered.text().starts_with("Anna;a@a.example;070-174 06 05;19701104-2392;clear;none\n")
    );
    let used = answered.layout.columns_used();
    assert!(used.iter().all(|used| used.heading.is_none()));
    assert_eq!(
        used.iter().map(|used| used.position).collect::<Vec<_>>(),
        [Some(2), Some(3), Some(4)]
    );
    // A word that is a heading elsewhere does not make a person one.
    let answered = answer(b"Mobil;0701740605\nTelefon;084650400\n");
    assert_eq!(phones(&answered), [["0701740605"], ["084650400"]]);
}

#[test]
fn a_file_without_a_known_column_is_refused_with_what_to_do() {
    for file in ["Kolumn A;Kolumn B\nx;y\n", "Namn;Ort\nBo;Lund\n", "x\n"] {
        let fault = refusal(&csv(), file.as_bytes());
        assert_eq!(fault.code, Fault::NO_COLUMN);
        assert!(fault.detail.contains("E-post") && fault.detail.contains("columns=email:"));
    }
}

#[test]
fn columns_can_be_named_by_heading_and_by_number() {
    let file = b"Kontaktv\xC3\xA4g;Annat\na@a.example;070\n";
    let answered = answer_in(99, &with_columns("email:Kontaktv\u{e4}g,phone:#2"), file).unwrap();
    assert_eq!(
        (emails(&answered), phones(&answered)),
        (vec![vec!["a@a.example".into()]], vec![vec!["070".into()]])
    );
    let answered = answer_in(99, &with_columns("email:#1"), b"x;y\na@a.example;z\n").unwrap();
    assert_eq!(emails(&answered), [["x"], ["a@a.example"]]);
    for columns in ["email:Mejladressen", "phone:#3"] {
        let fault = refusal(&with_columns(columns), b"Email;Tel\na@a.example;\n");
        assert_eq!(fault.code, Fault::COLUMN_MISSING);
    }
    let answered =
        answer_in(99, &with_columns("ignore:Tel"), b"Email;Tel\na@a.example;vet ej\n").unwrap();
    assert_eq!(phones(&answered), [Vec::<String>::new()]);
}

#[test]
fn a_column_can_say_whose_campaign_a_row_belongs_to() {
    let options = nejtack::tabular::campaign::Options {
        controller_column: Some("bolag".to_owned()),
        ..csv()
    };
    let answered =
        answer_in(99, &options, b"Email,Bolag\na@a.example,ett\nb@a.example,\" \"\"tv\"\" \"\n")
            .unwrap();
    let controllers = answered.rows.iter().map(|row| row.controller.clone().unwrap());
    assert_eq!(controllers.collect::<Vec<_>>(), ["ett", "\"tv\""]);
    assert_eq!(refusal(&options, b"Email\na@a.example\n").code, Fault::CONTROLLER_COLUMN_MISSING);
}

#[test]
fn a_row_that_is_not_asked_for_is_left_out() {
    let mut blocks = Vec::new();
    let mut cutter = nejtack::tabular::campaign::Cutter::new(csv());
    cutter.push(b"Email\na@a.example\n\nb@a.example", &mut blocks).unwrap();
    cutter.finish(&mut blocks).unwrap();
    let mut out = Vec::new();
    blocks[0].rewrite(&mut out, |row| (row.line == 4).then(|| super::outcome(row))).unwrap();
    assert_eq!(out, b"\nb@a.example,clear,none");
}
