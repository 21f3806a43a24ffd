//! What headings mean.

use super::{answer, answer_in, csv, with_columns};
use nejtack::tabular::campaign::{Column, Fault, Mapping};

/// What a heading is taken for, beside one that is known.
fn meaning(heading: &str) -> Option<Column> {
    let file = format!("\"{heading}\"\tAdvertising ID\nx\ty\n");
    let answered = answer(file.as_bytes());
    let used = answered.layout.columns_used();
    used.iter().find(|used| used.position == Some(1)).map(|used| used.column)
}

#[test]
fn headings_of_common_systems_are_known() {
    for (column, headings) in [
        (
            Column::Email,
            "e-post;E-POST;epost;e-postadress;E-postadress 2;mail;Mejl;Email;E-mail;E-Mail Address;Email Address;\
             Email 1;E-mail 2 Address;E-post 2-adress;E-mail 1 - Value;PersonEmail;Work Email;Primary email;eMail;\
             email_address;Kontakt e-post;person/email;email/emailAddress;Email__c;E-post (privat);e\u{2011}post;\
             Contact: Email;mailadress;E-postadresse",
        ),
        (
            Column::Phone,
            "Mobil;Mobilnummer;Mobilnr.;Mobiltelefon;MOBILTELEFON 2;Telefon;Tel.;Tel nr;Tfn;Phone;Phone Number;Phone no.;\
             Mobile Phone;Mobile Phone Number;HomePhone;MobilePhone;Home Phone 2;Business Phone;Telefon (arbete);\
             Telefon hem;Hemtelefon;Arbetstelefon;Phone 1 - Value;PersonMobilePhone;contactPhone/formattedNumber;\
             personMobilePhone/formattedNumber;Tlf;Mobilnummer (privat);Cell phone;Direct Phone Number;Other Phone;\
             WhatsApp Phone Number;phone2;Primary Phone",
        ),
        (
            Column::Personnummer,
            "Personnr;Personnummer;Person-nr;PNR;Personnummer__c;Social security number;Samordningsnummer",
        ),
        (
            Column::GivenName,
            "F\u{f6}rnamn;FORNAMN;First Name;FNAME;FirstName;Fornavn;Given Name;Tilltalsnamn;Fo\u{308}rnamn",
        ),
        (
            Column::FamilyName,
            "Efternamn;Last Name;LNAME;LastName;Surname;Etternavn;Efternavn;Family name",
        ),
        (
            Column::Street,
            "Adress;Gatuadress;Adress 1;Street;Street Address;Mailing Street;MailingStreet;Billing Street;Address;\
             Address Line 2;Adresse;Gateadresse;Home Street;Gatuadress (arbete);Utdelningsadress;Postadress",
        ),
        (
            Column::PostalCode,
            "Postnr;Postnummer;Post nr;Zip;ZIP Code;Postal code;Zip/Postal Code;Mailing Zip/Postal Code;Postcode;\
             Home Postal Code;PersonMailingPostalCode",
        ),
        (Column::EmailSha256, "email_sha256;SHA256 email;Hashed Email"),
        (Column::PhoneSha256, "phone_sha256;Phone SHA-256;hashed phone"),
        (Column::AdvertisingId, "MAID;IDFA;gaid;Mobile Advertiser ID"),
        (Column::City, "Ort;Postort;City;Stad;Mailing City;Poststed;By"),
        (Column::Name, "Namn;Name;Full Name;Contact name;Navn;F\u{f6}rnamn och efternamn"),
    ] {
        for heading in headings.split(';').map(str::trim) {
            assert_eq!(meaning(heading), Some(column), "{heading}");
        }
    }
}

#[test]
fn headings_about_something_else_are_left_alone() {
    for heading in [
        "E-post skickad",
        "Email opt out",
        "Email Opt-Out",
        "Phone type",
        "Telefontid",
        "No phone",
        "Ej telefon",
        "Direct mail",
        "E-mail Type",
        "E-mail 1 - Label",
        "Email status",
        "Has email",
        "Mail sent",
        "Mailing",
        "Phone 1 - Type",
        "Do not call",
        "DoNotCall",
        "HasOptedOutOfEmail",
        "Telefonsamtal",
        "Antal mail",
        "Senaste e-post",
        "Last email date",
        "Preferred phone",
        "Preferred Email",
        "SMS-samtycke",
        "Email bounced",
        "Email domain",
        "Company name",
        "F\u{f6}retagsnamn",
        "User name",
        "Account Name",
        "Personal",
        "Home",
        "Work",
        "Kontakt",
        "Kontaktperson",
        "Kund",
        "Kundnummer",
        "Postbox kund",
        "Nyhetsbrev via e-post",
        "Fax",
        "IP address",
        "Webbadress",
        "Born",
        "ID",
        "1",
        "",
        "-",
        "E-post?!: ja/nej",
        "Last",
        "First",
        "Personbil",
        "Mobilabonnemang",
        "Email consent",
        "Opt in (phone)",
        "Phone extension",
        "Country",
        "Land",
    ] {
        assert!(!matches!(meaning(heading), Some(it) if it != Column::Name), "{heading}");
    }
    assert_eq!(meaning("Company name"), None);
}

#[test]
fn several_columns_of_a_kind_are_all_used() {
    let answered = answer(
        b"Tel;E-post;Mobil;E-post 2;Telefon hem\n1;a@a.example;2;b@a.example;3\n;;;c@a.example;\n",
    );
    assert_eq!(answered.rows[0].person.phones, ["1", "2", "3"]);
    assert_eq!(answered.rows[0].person.emails, ["a@a.example", "b@a.example"]);
    assert_eq!(answered.rows[1].person.emails, ["", "c@a.example"]);
}

#[test]
fn the_certificate_can_name_what_was_used() {
    let answered = answer("Förnamn;E-post;Ålder;Postnr\nx;a@a.example;3;\n".as_bytes());
    let used = answered.layout.columns_used();
    let told: Vec<_> = used.iter().map(|it| (it.column.name(), it.position, it.heading)).collect();
    assert_eq!(
        told,
        [
            ("given_name", Some(1), Some("Förnamn")),
            ("email", Some(2), Some("E-post")),
            ("postal_code", Some(4), Some("Postnr")),
        ]
    );
}

#[test]
fn what_a_heading_means_can_be_said() {
    let mappings =
        Mapping::read(" email:Kontakt, i f\u{f6}rsta hand ,customer_id@crm.example:Kundnr")
            .unwrap();
    assert_eq!(mappings[0].heading, "Kontakt, i f\u{f6}rsta hand");
    assert_eq!(
        (mappings[1].column, mappings[1].issuer.as_deref()),
        (Column::CustomerId, Some("crm.example"))
    );
    assert!(Mapping::read("").unwrap().is_empty());
    for (column, name) in Column::EVERY {
        assert_eq!((column.name(), Column::named(name)), (name, Some(column)));
    }
    for wrong in ["E-post", "mejl:E-post", "email:", "email", "customer_id:Kundnr", "cookie_id@:X"]
    {
        let fault = Mapping::read(wrong).unwrap_err();
        assert_eq!(fault.code, Fault::COLUMNS, "{wrong}");
        assert!(!fault.detail.contains("Kundnr"));
    }
}

#[test]
fn an_id_goes_with_the_issuer_that_was_told() {
    let options = with_columns("customer_id@crm.example:Kundnr,cookie_id@web.example:Kaka");
    let answered = answer_in(9, &options, b"Kundnr,Kaka\nK-1,c-1\n").unwrap();
    let person = &answered.rows[0].person;
    assert_eq!(
        (person.customer_ids[0].issuer.as_str(), person.customer_ids[0].value.as_str()),
        ("crm.example", "K-1")
    );
    assert_eq!(
        (person.cookie_ids[0].issuer.as_str(), person.cookie_ids[0].value.as_str()),
        ("web.example", "c-1")
    );
    // Without one nothing is guessed.
    assert_eq!(super::refusal(&csv(), b"Kundnr\nK-1\n").code, Fault::NO_COLUMN);
}
