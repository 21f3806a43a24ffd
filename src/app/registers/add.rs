//! A new register: by a preset, by rules of its own, or by a preset with some of its own.

use super::list::{RegisterView, register_view};
use crate::app::caller::Caller;
use crate::app::commit::{Committed, Envelope, act, commit};
use crate::app::controllers::name_faults;
use crate::app::record::json;
use crate::app::refusal::{Code, Refusal};
use crate::app::{App, Instance};
use crate::blocklist::registers::Register;
use crate::crypto::random;
use crate::domain::channel::ChannelSet;
use crate::domain::client::Scope;
use crate::domain::fault::Fault;
use crate::domain::identifier::phone::knows_region;
use crate::domain::identifier::{Kind, KindSet};
use crate::domain::register::{HOLDINGS, Holds, LONGEST_AGE, Layout, LiftedBy, Preset, Rules};
use crate::ledger::submission::{ActRows, EntryKind, Need};
use crate::store::RegisterRow;
use crate::tabular::campaign::Mapping;

/// As in the query of a screening.
const LONGEST_COLUMNS: usize = 2_000;

/// A register about to be added. What is left out is the preset's.
pub struct NewRegister {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whose rules it has.
    pub preset: Option<Preset>,
    /// What it holds.
    pub holds: Vec<Kind>,
    /// The channels that it closes.
    pub channels: Option<ChannelSet>,
    /// How old a version may grow.
    pub max_age_days: Option<u16>,
    /// What lifts its block.
    pub lifted_by: Option<LiftedBy>,
    /// What headings mean.
    pub columns: Option<String>,
    /// The country of numbers and postcodes that name none.
    pub region: Option<String>,
}

/// Adds a register. It has no version, and binds nobody yet.
///
/// # Errors
/// [`Code::NameTaken`]; faults.
pub async fn add_register(
    app: &App,
    envelope: Envelope<'_>,
    new: NewRegister,
) -> Result<Committed<RegisterView>, Refusal> {
    may_write(envelope.caller)?;
    app.caught_up_for(envelope.caller).await?;
    let mut faults = name_faults(Some(&new.slug), Some(&new.name));
    let rules = rules(app, &new, &mut faults);
    let Some(rules) = rules.filter(|_| faults.is_empty()) else {
        return Err(Refusal::at(Code::Unprocessable, faults));
    };
    let id = random::uuid_v7(app.now());
    let (slug, name) = (new.slug, new.name.trim().to_owned());
    let row = RegisterRow {
        position: 0,
        id: id.as_bytes().to_vec(),
        slug: slug.clone(),
        name: name.clone(),
        rules: json(&rules)?,
    };
    let rows = ActRows { register: Some(row), ..ActRows::default() };
    let need = Need::RegisterFree { slug: slug.clone(), name: name.clone() };
    let acts = vec![act(EntryKind::RegisterRegistered, Some(id), rows, vec![need])];
    let view = register_view(&Register::new(id, 0, slug, name, rules), None);
    commit(app, &envelope, "add_register", acts, view).await
}

pub(super) fn may_write(caller: &Caller) -> Result<(), Refusal> {
    caller.require(&[Scope::RegistersWrite])
}

/// The preset with what was said otherwise; without one, what was said must be whole.
fn rules(app: &Instance, new: &NewRegister, faults: &mut Vec<Fault>) -> Option<Rules> {
    let begun = new.preset.map(Preset::rules);
    let mut missing = |pointer: &'static str, absent: bool| {
        if absent && begun.is_none() {
            let detail = "Without a preset, say what the register holds, which channels it closes and how old a version may grow.";
            faults.push(Fault::new(pointer, "required", detail));
        }
    };
    missing("/holds", new.holds.is_empty());
    missing("/channels", new.channels.is_none());
    missing("/max_age_days", new.max_age_days.is_none());
    let mut rules = begun.unwrap_or_else(|| Rules {
        preset: None,
        holds: Holds::default(),
        channels: Vec::new(),
        max_age_days: 1,
        lifted_by: LiftedBy::default(),
        layout: Layout::Columns,
        columns: None,
        region: crate::app::binding::DEFAULT_REGION.to_owned(),
    });
    if !new.holds.is_empty() {
        rules.holds = Holds(KindSet::of(&new.holds));
    }
    if let Some(channels) = new.channels {
        rules.channels = channels.iter().collect();
    }
    rules.max_age_days = new.max_age_days.unwrap_or(rules.max_age_days);
    rules.lifted_by = new.lifted_by.unwrap_or(rules.lifted_by);
    if let Some(region) = &new.region {
        rules.region.clone_from(region);
    }
    rules.columns.clone_from(&new.columns);
    check(app, &rules, faults);
    Some(rules)
}

fn check(app: &Instance, rules: &Rules, faults: &mut Vec<Fault>) {
    let refused = |(_, kind): &(&str, Kind)| {
        rules.holds.0.contains(*kind) && app.settings().refused.contains(*kind)
    };
    if let Some((name, _)) = HOLDINGS.iter().find(|held| refused(held)) {
        let detail = format!(
            "This service must not hold {name}, so that no register of them can be loaded."
        );
        faults.push(Fault::new("/holds", "kind_refused", detail));
    }
    if !(1..=LONGEST_AGE).contains(&rules.max_age_days) {
        let detail = "Write 1 to 3,660 days.";
        faults.push(Fault::new("/max_age_days", "out_of_range", detail));
    }
    let capital = rules.region.bytes().all(|byte| byte.is_ascii_uppercase());
    if !capital || !knows_region(&rules.region) {
        let detail = "Write a country in two letters, such as SE or NO.";
        faults.push(Fault::new("/region", "region", detail));
    }
    let Some(columns) = &rules.columns else { return };
    if columns.chars().count() > LONGEST_COLUMNS {
        let detail = "Write at most 2,000 characters.";
        faults.push(Fault::new("/columns", "too_long", detail));
    }
    if rules.layout == Layout::DkRobinson {
        let detail = "The Robinson list has a layout of its own: leave columns out.";
        faults.push(Fault::new("/columns", "columns", detail));
    } else if let Err(fault) = Mapping::read(columns) {
        faults.push(Fault::new("/columns", fault.code, fault.detail));
    }
}
