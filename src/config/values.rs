//! How values on the command line are read.

use crate::app::screen::Keep;
use crate::domain::change::ChangeKind;
use crate::domain::channel::Channel;
use crate::domain::client::{Role, Scope};
use crate::domain::identifier::Kind;
use crate::domain::message::Form;
use crate::domain::register::{HOLDINGS, Preset};
use crate::tabular::import::Format;
use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use ipnet::IpNet;
use std::net::{SocketAddr, ToSocketAddrs};

/// An address and port; a name such as `localhost` is looked up.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().ok().and_then(|mut all| all.next());
    found.ok_or_else(|| "write an address and a port, such as 127.0.0.1:8080".to_owned())
}

/// A network, or an address alone.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<std::net::IpAddr>().map(IpNet::from);
    address.or_else(|_| text.parse()).map_err(|_| "write a network such as 10.0.0.0/8".to_owned())
}

/// An account name, as the API takes one: it is in the ledger for ever, so it must
/// be neither an e-mail address nor a personnummer.
pub(super) fn account(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let short = text.split(|c: char| !c.is_ascii_digit()).all(|digits| digits.len() < 6);
    if (1..=64).contains(&text.len()) && text.chars().all(plain) && short {
        return Ok(text.to_owned());
    }
    Err("write an account name: letters, dots and hyphens, at most five digits in a row".to_owned())
}

/// A URL that paths can be put behind.
pub(super) fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let fault = || Err("write a URL such as https://nejtack.example, without ? and #".to_owned());
    match reqwest::Url::parse(url) {
        Ok(parsed)
            if matches!(parsed.scheme(), "http" | "https")
                && parsed.has_host()
                && parsed.username().is_empty()
                && parsed.password().is_none()
                && parsed.query().is_none()
                && parsed.fragment().is_none() =>
        {
            Ok(url.to_owned())
        }
        _ => fault(),
    }
}

/// A number of days, a hundred years at most.
pub(super) fn days() -> RangedU64ValueParser<u32> {
    RangedU64ValueParser::new().range(0..=36_500)
}

/// A date.
pub(super) fn date(text: &str) -> Result<chrono::NaiveDate, String> {
    let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d");
    date.map_err(|_| "write a date as 2026-11-02".to_owned())
}

/// A register whose rules are built in, by its name.
pub(super) fn presets() -> impl TypedValueParser<Value = Preset> {
    let named = |name: String| Preset::EVERY.into_iter().find(|preset| preset.name() == name);
    PossibleValuesParser::new(Preset::EVERY.map(Preset::name))
        .try_map(move |name| named(name).ok_or("an unknown preset"))
}

/// What a register can hold, by its name.
pub(super) fn holdings() -> PossibleValuesParser {
    PossibleValuesParser::new(HOLDINGS.map(|(name, _)| name))
}

/// A kind of identifier by its name.
pub(super) fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::EVERY.map(Kind::name))
        .try_map(|name| Kind::named(&name).ok_or("an unknown kind"))
}

/// A channel by its name.
pub(super) fn channels() -> impl TypedValueParser<Value = Channel> {
    PossibleValuesParser::new(Channel::EVERY.map(Channel::name))
        .try_map(|name| Channel::named(&name).ok_or("an unknown channel"))
}

/// Which rows come back.
pub(super) fn keep() -> impl TypedValueParser<Value = Keep> {
    let named = |name: String| Keep::EVERY.into_iter().find(|(own, _)| *own == name);
    PossibleValuesParser::new(Keep::EVERY.map(|(name, _)| name))
        .try_map(move |name| named(name).map(|(_, keep)| keep).ok_or("an unknown choice"))
}

/// A format of lists by its name.
pub(super) fn formats() -> impl TypedValueParser<Value = Format> {
    let named = |name: String| Format::EVERY.into_iter().find(|(own, _)| *own == name);
    PossibleValuesParser::new(Format::EVERY.map(|(name, _)| name))
        .try_map(move |name| named(name).map(|(_, format)| format).ok_or("an unknown format"))
}

/// A role by its name.
pub(super) fn roles() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::EVERY.map(|(_, name)| name))
        .try_map(|name| Role::named(&name).ok_or("an unknown role"))
}

/// A form of gateways by its name.
pub(super) fn forms() -> impl TypedValueParser<Value = Form> {
    PossibleValuesParser::new(Form::EVERY.map(Form::name))
        .try_map(|name| Form::named(&name).ok_or("an unknown form"))
}

/// A scope by its name.
pub(super) fn scope(text: &str) -> Result<Scope, String> {
    Scope::named(text).ok_or_else(|| {
        let names: Vec<_> = Scope::EVERY.iter().map(|(_, name)| *name).collect();
        format!("there are {}", names.join(", "))
    })
}

/// A number of identifiers a day: `50000` or `50000/DAY`.
pub(super) fn quota(text: &str) -> Result<u64, String> {
    let number = text.to_ascii_lowercase();
    let number = number.strip_suffix("/day").unwrap_or(&number).replace('_', "");
    number.parse().map_err(|_| "write identifiers a day, such as 50000/day".to_owned())
}

/// A moment: RFC 3339, or a date, which means its first moment in UTC.
pub(super) fn time(text: &str) -> Result<crate::domain::Time, String> {
    let fault = |_| "write a time such as 2027-12-31T00:00:00Z, or a date".to_owned();
    match text.parse::<chrono::NaiveDate>() {
        Ok(date) => Ok(date.and_time(chrono::NaiveTime::MIN).and_utc()),
        Err(_) => chrono::DateTime::parse_from_rfc3339(text).map(Into::into).map_err(fault),
    }
}

/// A kind of change by its name.
pub(super) fn events() -> PossibleValuesParser {
    PossibleValuesParser::new(ChangeKind::NAMES)
}
