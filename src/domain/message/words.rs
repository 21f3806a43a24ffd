//! The words that are known. A message is understood only where every word of it is
//! here: whatever else it says could change what it means ("Kan ni stoppa in mig kl 8").

use super::Word;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word does in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It alone says stop. A plain one keeps its meaning beside any words for "sending
    /// me your things"; END and QUIT beside courtesies and the things alone.
    Key { word: Word, plain: bool, everything: bool },
    /// Everything.
    All,
    /// What comes by text message.
    Texts,
    /// Other things that marketing sends.
    Mailings,
    /// Please, thanks, now.
    Courtesy,
    /// To send, to get.
    Sending,
    /// To whom, from whom.
    Around,
    /// What fits beside a word for what is sent, and leaves a bare STOP open: "jag vill
    /// sluta" may be about something else.
    Loose,
    /// Yes, start.
    Start,
    /// No. Before a word for stop it stresses it, and alone it may answer anything.
    Decline,
    /// Not.
    Negation,
}

const STOP: Role = Role::Key { word: Word::Stop, plain: true, everything: false };
const STOP_ALL: Role = Role::Key { word: Word::Stop, plain: true, everything: true };
const UNSUBSCRIBE: Role = Role::Key { word: Word::Unsubscribe, plain: true, everything: false };
const NO_THANKS: Role = Role::Key { word: Word::Stop, plain: false, everything: false };
const END: Role = Role::Key { word: Word::End, plain: false, everything: false };

/// Swedish, English, and what neighbours write; without marks, as words are compared.
const WORDS: &[(Role, &str)] = &[
    (STOP, "stop stopp stoppa sluta lopeta sparra slippa undanber"),
    (STOP_ALL, "stopall stoppall stopallt stoppallt stopalt"),
    (
        UNSUBSCRIBE,
        "avregistrera avregistrering avanmal avanmala avanmalan avprenumerera avmeld avmelda afmeld \
         unsubscribe unsub optout optut tabort remove radera fjern slett",
    ),
    (END, "avsluta avbryt slutt quit end cancel revoke"),
    (NO_THANKS, "nejtack"),
    (Role::All, "allt alla alle all alt alltihop allting everything"),
    (
        Role::Texts,
        "sms smsen smset mess text texts txt message messages meddelande meddelanden meddelandena",
    ),
    (
        Role::Mailings,
        "reklam reklamen reklame utskick utskicken utskicket nyhetsbrev nyhetsbrevet marknadsforing \
         marknadsforingen erbjudande erbjudanden spam prenumeration prenumerationen marketing ads \
         advertising newsletter newsletters subscription offers mail mejl email emails epost",
    ),
    (
        Role::Courtesy,
        "snalla vanligen tack tackar takk mycket please pls plz thanks hej hejsan hallo hi hello nu now genast \
         omedelbart omgaende immediately direkt mvh absolut verkligen really",
    ),
    (
        Role::Around,
        "mig mej meg me my min mitt mina ni du er era ert you your the fran ifran av till to from och \
         and nummer numret number lista listan list lists listor it oss",
    ),
    (
        Role::Sending,
        "skicka skickar sanda send sending texting spamma smsa messa fa ha taemot receive receiving getting",
    ),
    (
        Role::Loose,
        "jag jeg vill vil onskar onsker want would wish like kan can could den dessa denna these this that att \
         med with fler mer mera more any nagra nagon nagot en igen again flere langre",
    ),
    (Role::Start, "start starta unstop ja jo yes subscribe prenumerera"),
    (Role::Decline, "nej nei no"),
    (
        Role::Negation,
        "inte ej icke aldrig ikke dont doesnt not never cannot cant wont shouldnt ingen inget inga ingenting",
    ),
];

static ROLES: LazyLock<HashMap<String, Role>> = LazyLock::new(|| {
    let each = |(role, words): &(Role, &'static str)| {
        let role = *role;
        words.split(' ').filter(|word| !word.is_empty()).map(move |word| (squeezed(word), role))
    };
    WORDS.iter().flat_map(each).collect()
});

/// What the word does, however often its letters are written.
pub(super) fn role(word: &str) -> Option<Role> {
    ROLES.get(&squeezed(word)).copied()
}

/// The word with each run of a letter once: "stoooppp" is "stop", and so is "stopp".
pub(super) fn squeezed(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn no_word_has_two_roles_and_each_is_written_as_words_are_compared() {
        let mut seen: BTreeMap<String, Role> = BTreeMap::new();
        for (role, words) in WORDS {
            for word in words.split_whitespace() {
                assert_eq!(crate::domain::identifier::folding::words(word), word);
                let before = seen.insert(squeezed(word), *role);
                assert!(before.is_none_or(|before| before == *role), "{word}: {before:?}");
            }
        }
        assert!(seen.len() > 100);
    }
}
