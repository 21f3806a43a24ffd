//! Audience lists for advertising platforms, before they are uploaded: columns that
//! came hashed, in the clear, or some of both.

use super::{EMAIL, THREE, csv, one_objected, sent, sha256};
use crate::support::World;
use nejtack::store::Backend;

/// SHA-256 of what a platform has hashed, in hexadecimal.
fn hashed(value: &str) -> String {
    sha256(value.as_bytes())
}

/// The decisions of a file's rows, with why.
fn decided(text: &str) -> Vec<(String, String)> {
    let last_two = |line: &str| {
        let mut fields = line.rsplit(',');
        let reason = fields.next().unwrap_or_default().to_owned();
        (fields.next().unwrap_or_default().to_owned(), reason)
    };
    text.lines().skip(1).map(last_two).collect()
}

fn rows(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

#[test]
fn google_customer_match_is_understood_hashed_and_in_the_clear() {
    let world = World::on(Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    let (email, phone) = (hashed("anna.karin@exempel.example"), hashed("+46701740605"));
    let (other, name) = (hashed("eva.ek@exempel.example"), hashed("anna-karin"));
    let file = format!(
        "Email,Phone,First Name,Last Name,Country,Zip\n\
         {email},,{name},{name},SE,41301\n\
         ,{phone},{name},{name},SE,41301\n\
         {},,{name},{name},SE,41301\n\
         anna.karin@exempel.example,,,,SE,\n\
         {other},,{name},{name},SE,41301\n\
         ,,{name},{name},SE,41301\n",
        email.to_uppercase()
    );
    let back = csv(&crm, EMAIL, file);
    back.completed(&crm);
    let expected = [
        ("blocked", "email_matched"),
        ("blocked", "phone_matched"),
        ("blocked", "email_matched"),
        ("blocked", "email_matched"),
        ("clear", ""),
        // a name and a postcode alone identify nobody
        ("undecidable", "postal_unreadable"),
    ];
    assert_eq!(decided(&back.text()), rows(&expected));
}

#[test]
fn metas_template_is_understood_and_what_cannot_be_met_is_never_clear() {
    let world = World::on(Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    // Meta hashes numbers without the plus sign.
    let (email, phone) = (hashed("anna.karin@exempel.example"), hashed("46701740605"));
    let (name, device) = (hashed("anna-karin"), hashed("aece52e7-03ee-455a-b3c4-e57283966239"));
    let file = format!(
        "email,email,phone,madid,fn,ln,zip,ct,st,country,dob,gen\n\
         {email},,,,{name},{name},41301,goteborg,,se,1970,f\n\
         ,{email},,,,,,,,,,\n\
         ,,{phone},,{name},{name},,,,se,,\n\
         ,,46701740605,,Anna,Öst,,,,se,,\n\
         ,,,{device},,,,,,,,\n\
         ,,,,{name},{name},,goteborg,,se,,\n"
    );
    let back = csv(&crm, &EMAIL.replace("=email", "=online"), file);
    back.completed(&crm);
    let expected = [
        ("blocked", "email_matched"),
        ("blocked", "email_matched"),
        ("blocked", "phone_matched"),
        ("blocked", "phone_matched"),
        ("undecidable", "advertising_id_unreadable"),
        // a town is an address that lacks all else
        ("undecidable", "postal_unreadable"),
    ];
    assert_eq!(decided(&back.text()), rows(&expected));
}

#[test]
fn an_address_with_a_hashed_name_is_not_clear() {
    let world = World::on(Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    let name = hashed("anna-karin");
    let file = format!("fn,ln,street,zip\n{name},{name},Storgatan 1,41301\n");
    let back = csv(&crm, &EMAIL.replace("=email", "=post"), file);
    assert_eq!(decided(&back.text()), rows(&[("undecidable", "postal_unreadable")]));
}

#[test]
fn base64_and_lines_of_json_are_understood_too() {
    use base64::Engine as _;
    use sha2::{Digest as _, Sha256};
    let world = World::on(Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    let digest = Sha256::digest("anna.karin@exempel.example");
    let base64 = base64::engine::general_purpose::STANDARD.encode(digest);
    let lines = format!(
        "{{\"email\": \"{base64}\"}}\n{{\"email\": \"{}\"}}\n",
        hashed("x@exempel.example")
    );
    let back = sent(&crm, EMAIL, "application/x-ndjson", lines);
    back.completed(&crm);
    let said: Vec<bool> = back.text().lines().map(|line| line.contains("\"blocked\"")).collect();
    assert_eq!(said, [true, false]);
    // and what was never hashed is as it was
    assert_eq!(csv(&crm, EMAIL, THREE).text(), super::THREE_BACK);
}

#[test]
fn a_blank_that_was_hashed_is_a_blank() {
    let world = World::on(Backend::Sqlite);
    one_objected(&world);
    let crm = world.crm();
    let (nothing, other) = (hashed(""), hashed("eva.ek@exempel.example"));
    let base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let file = format!(
        "Email,Phone\n{nothing},{}\n{base64},\n{other},{nothing}\n",
        hashed("+46701740605")
    );
    let back = csv(&crm, EMAIL, file);
    back.completed(&crm);
    let decided = decided(&back.text());
    assert_eq!(decided[0], ("blocked".to_owned(), "phone_matched".to_owned()));
    // nobody was named, and that is never clear
    assert_eq!(decided[1].0, "undecidable", "{decided:?}");
    assert_eq!(decided[2].0, "clear", "{decided:?}");
}
