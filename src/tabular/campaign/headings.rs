//! What headings mean, as SuperOffice, HubSpot, Salesforce, Mailchimp, Outlook,
//! Google Customer Match, Meta and people write them in Swedish, English, Norwegian
//! and Danish.
//!
//! A heading is known as a whole or not at all: "E-post skickad" and "Email opt
//! out" say something else than an address.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::Column;

/// Words that say whose or which, and do not change what a column holds.
const WHICH: &str = "\
    primary secondary main other alternate alternative additional default home work \
    business office private personal day daytime evening night mailing billing shipping \
    delivery contact customer person lead recipient subscriber user member formatted value \
    c pc primar sekundar huvud annan annat ovrig ovrigt alternativ extra hem arbete arbets \
    jobb privat personlig dag dagtid kvall kvallstid kontakt kontakts kontaktens kund \
    kunds kundens personens mottagare mottagarens medlem medlems leverans faktura hjem \
    arbejde arbeid jobbe kunde kundes mottaker modtager";

const EMAIL: &str = "\
    epost epostadress epostadresse eposten mail mailadress mailadresse mejl mejladress \
    email emails emailadress emailadresse emailaddress emailaddresses emailid \
    emailemailaddress emailemail mailaddress eadress elektroniskpost elpost privatmail \
    privatemail workemail hemmail jobbmail jobbepost privatepost arbetsepost kontaktmail \
    kundmail epostprivat";
const PHONE: &str = "\
    telefon telefonnr telefonnummer telefoner tel telnr telnummer telno tele tfn tfnr \
    tfnnr tlf tlfnr tlfnummer phone phones phoneno phonenr phonenumber phonenumbers \
    telephone telephoneno telephonenumber mobil mobiler mobilnr mobilnummer mobiltelefon \
    mobiltelefonnr mobiltelefonnummer mobiltel mobiltelnr mobiltfn mobiltlf mobile \
    mobileno mobilenr mobilenumber mobilephone mobilephoneno mobilephonenumber \
    mobiletelephone cell cellno cellphone cellphonenumber cellnumber cellularphone msisdn \
    whatsapp whatsappnumber whatsappphonenumber smsnr smsnummer smsnumber smsphonenumber \
    hemtelefon hemtelefonnr hemtelefonnummer hemtel hemnummer hemnr arbetstelefon \
    arbetstelefonnummer arbetstel jobbtelefon jobbtel jobbmobil arbetsmobil privattelefon \
    privatmobil privattel direkttelefon directphone direktnummer direktnr direkttel \
    directnumber directphonenumber kontorstelefon foretagstelefon vaxel vaxelnummer \
    fasttelefon fasttel fastnummer telefonfast telefonmobil telmobil telefonvaxel landline \
    companymainphone companyphone assistantsphone carphone primaryphone workphone \
    homephone telefonprivat kontakttelefon kundtelefon telefonhem telefonarbete \
    mobiltelefonarbete hjemmetelefon arbeidstelefon arbejdstelefon privattelefonnummer \
    mobilphone phonemobile telmob mob mobnr";
const PERSONNUMMER: &str = "\
    personnummer personnr persnr persnummer pnr pnummer personalnumber \
    personalidentitynumber personalidentificationnumber personalidnumber personalid \
    socialsecuritynumber socialsecurityno ssn swedishssn nationalid nationalidnumber \
    samordningsnummer samordningsnr personsamordningsnummer personnummersamordningsnummer \
    fodelsenummer personnumber";
const NAME: &str = "\
    namn name fullname fullstandigtnamn helanamnet heltnamn personnamn kundnamn \
    kontaktnamn mottagarnamn navn fuldenavn fulltnavn fornamnefternamn fornamnochefternamn \
    forochefternamn foroefternamn namnfornamnefternamn efternamnfornamn firstnamelastname \
    firstandlastname contactname customername";
const GIVEN: &str = "\
    fornamn firstname fname fn givenname givennames forname forename fornavn tilltalsnamn \
    firstnames";
const FAMILY: &str = "\
    efternamn lastname lname ln surname familyname familynames etternavn efternavn lastnames \
    slaktnamn";
const STREET: &str = "\
    adress adresser gatuadress gata gatan utdelningsadress besoksadress bostadsadress \
    hemadress postadress leveransadress fakturaadress adressrad coadress co address \
    addresses addressline street streetaddress streetline homeaddress mailingaddress \
    postaladdress adresse gateadresse gade gadeadresse vejadresse vei vej gate postadresse \
    adresselinje";
const POSTAL_CODE: &str = "\
    postnr postnummer postno postkod zip zipcode zippostalcode postalcode postalzip \
    postalzipcode postcode zippostcode postalcodezip zipkod";
const CITY: &str = "\
    ort postort stad bostadsort hemort city ct town citytown towncity by poststed bynavn \
    locality postby";
const ADVERTISING_ID: &str = "\
    advertisingid advertiserid mobileadvertisingid mobileadvertiserid maid madid idfa gaid \
    aaid annonsid reklamid deviceadvertisingid mobiledeviceid";
const EMAIL_SHA256: &str = "\
    emailsha256 sha256email emailhash emailhashed hashedemail hashedemailaddress \
    emailaddresssha256 emailaddresshash epostsha256 eposthash hashadepost emailsha256hash \
    hashedemails";
const PHONE_SHA256: &str = "\
    phonesha256 sha256phone phonehash phonehashed hashedphone hashedphonenumber \
    phonenumbersha256 phonenumberhash telefonsha256 telefonhash mobilsha256 hashadtelefon \
    phonesha256hash hashedphones";

const KNOWN: [(Column, &str); 16] = [
    (Column::Email, EMAIL),
    (Column::Phone, PHONE),
    (Column::Personnummer, PERSONNUMMER),
    (Column::Name, NAME),
    (Column::GivenName, GIVEN),
    (Column::FamilyName, FAMILY),
    (Column::Street, STREET),
    (Column::PostalCode, POSTAL_CODE),
    (Column::City, CITY),
    (Column::AdvertisingId, ADVERTISING_ID),
    (Column::EmailSha256, EMAIL_SHA256),
    (Column::PhoneSha256, PHONE_SHA256),
    // Only by our own names: "Kund" and "Samtycke" can say anything.
    (Column::Relationship, "relationship"),
    (Column::RelationshipGivenAt, "relationshipgivenat"),
    (Column::RelationshipEndedAt, "relationshipendedat"),
    (Column::SimilarOffer, "similaroffer"),
];

/// A few headings of each kind, for those whose file has none of them.
pub(super) const SOME: &str = "E-post, Email, Mobil, Telefon, Phone, Personnummer, \
     Förnamn, Efternamn, Adress, Postnummer, First Name, Last Name, Street, Postal code";

/// Longer than any heading that is known; a cell of a megabyte is not folded.
const LONGEST: usize = 100;

/// What a column with this heading holds, if that is known.
pub(super) fn meaning(heading: &str) -> Option<Column> {
    if heading.len() > LONGEST {
        return None;
    }
    let words = words(heading);
    let whole = words.concat();
    exactly(&whole).or_else(|| exactly(without_number(&whole))).or_else(|| {
        let named: Vec<&str> = words.iter().map(|word| without_number(word)).collect();
        let kept = named.into_iter().filter(|word| !is_one_of(WHICH, word));
        exactly(&kept.collect::<String>())
    })
}

/// Whether two headings are the same but for case, marks and punctuation.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (words(one).concat(), words(other).concat());
    !one.is_empty() && one == other
}

fn exactly(folded: &str) -> Option<Column> {
    if folded.is_empty() {
        return None;
    }
    KNOWN.iter().find(|(_, headings)| is_one_of(headings, folded)).map(|(column, _)| *column)
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

/// The heading's words without case and marks: cut at what is no letter or
/// digit, and where capitals begin ("HomePhone").
fn words(heading: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for c in heading.nfkd().filter(|c| !is_combining_mark(*c)) {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower_before) {
            words.push(String::new());
        }
        lower_before = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            for c in c.to_lowercase() {
                match c {
                    'ø' => word.push('o'),
                    'æ' => word.push_str("ae"),
                    c if is_combining_mark(c) => {}
                    c => word.push(c),
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// "Phone2", "email1": several of a kind are numbered.
fn without_number(word: &str) -> &str {
    word.trim_end_matches(|c: char| c.is_ascii_digit())
}
