//! SuperOffice's list of contacts, saved as CSV. SuperOffice publishes no layout of it:
//! which columns a list has is its user's choice, and their headings are in the user's
//! language. Public is that a contact has a switch for mailings ("No mailings",
//! `noMailing` in the API) and consents with a legal basis and a status, of which
//! e-marketing is one. So a contact counts where a column of one of the first says yes,
//! or where the status of the consent says that it was taken back; no consent at all is
//! no objection. What a list calls otherwise is named with `columns` (`reason:Heading`).
//!
//! <https://docs.superoffice.com/en/admin/import/>,
//! <https://community.superoffice.com/sv/customer/learn/settings-maintenance/gdpr/manage-e-marketing-subscriptions/how-to-update-e-marketing-subscription-options/>

use super::fields::Fields;
use super::{Said, Told, Word};

const NO_MAILINGS: &[&str] = &[
    "No mailings",
    "No mailing",
    "NoMailing",
    "personNoMailing",
    "person/noMailing",
    "Inga utskick",
    "Ej utskick",
    "Inga massutskick",
    "Ingen utsendelser",
    "Ingen masseutsendelser",
];
const CONSENT: &[&str] = &[
    "E-marketing",
    "E-marketing consent",
    "E-marketing status",
    "Consent status",
    "E-marknadsföring",
    "Samtycke e-marknadsföring",
    "Samtyckesstatus",
    "E-markedsføring",
];
const SINCE: &[&str] = &["Consent date", "E-marketing date", "Samtyckesdatum", "Samtykkedato"];

/// A list must have one of these.
const EITHER: [&str; NO_MAILINGS.len() + CONSENT.len()] = {
    let mut all = [""; NO_MAILINGS.len() + CONSENT.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = match at.checked_sub(NO_MAILINGS.len()) {
            Some(at) => CONSENT[at],
            None => NO_MAILINGS[at],
        };
        at += 1;
    }
    all
};
pub(super) const NEEDED: &[&[&str]] = &[&EITHER];

const YES: [&str; 20] = [
    "1", "-1", "1.0", "true", "yes", "y", "x", "ja", "j", "sant", "sann", "sand", "on", "på",
    "checked", "blocked", "spärrad", "✓", "✔", "☑",
];
const NO: [&str; 17] = [
    "0",
    "0.0",
    "false",
    "no",
    "n",
    "nej",
    "nei",
    "falskt",
    "falsk",
    "usant",
    "usann",
    "off",
    "av",
    "unchecked",
    "-",
    "☐",
    "✗",
];
const WITHDRAWN: [&str; 8] = [
    "withdrawn",
    "återkallat",
    "återkallad",
    "tillbakadraget",
    "trukket",
    "tilbakekalt",
    "trukket tilbage",
    "objected",
];
const GIVEN: [&str; 16] = [
    "given",
    "granted",
    "active",
    "givet",
    "gett",
    "lämnat",
    "lämnad",
    "aktivt",
    "inhämtat",
    "gitt",
    "givet samtykke",
    "none",
    "not given",
    "inget",
    "saknas",
    "ej angivet",
];

/// `said`: what a column says that the caller named as the reason.
pub(super) fn read(row: &impl Fields, said: Option<&str>) -> Said {
    let is = |value: Option<&str>, words: &[&str]| {
        value.is_some_and(|value| words.contains(&&*value.trim().to_lowercase()))
    };
    let (switch, consent) = (row.get(NO_MAILINGS), row.get(CONSENT));
    let (switch, consent) = (switch.as_deref(), consent.as_deref());
    let known = |value: Option<&str>, words: &[&[&str]]| {
        value.is_none() || words.iter().any(|words| is(value, words))
    };
    let word = if is(switch, &YES) || is(said, &YES) {
        Word::NoMailings
    } else if is(consent, &WITHDRAWN) || is(said, &WITHDRAWN) {
        Word::ConsentWithdrawn
    } else if known(switch, &[&NO])
        && known(consent, &[&GIVEN, &YES, &NO])
        && known(said, &[&NO, &GIVEN])
    {
        Word::NoObjection
    } else {
        return Err(
            "The column that tells a no says neither yes nor no in a word that is known: nobody can tell which. Write ja or nej in it, of a consent återkallat or givet.",
        );
    };
    Ok(Told { email: None, word, date: row.get(SINCE), text: None })
}
