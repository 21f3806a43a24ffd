//! Whole campaign files over HTTP, in the default and the streaming way, against
//! PostgreSQL's COPY of the same file, a join of its e-mail column, and COPY out.

use crate::Run;
use crate::support::fill::{email, has_email};
use crate::support::process::memory as memory_of;
use crate::support::table::{Goal, Reach};
use crate::support::upload::{self, Answer};
use crate::world::{Numbers, World, known, median, unknown};
use serde_json::json;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The ways of asking.
const WAYS: [(&str, &str); 2] = [
    ("default", "/v1/screenings?controller=tandgruppen&channel=email"),
    ("stream=true", "/v1/screenings?controller=tandgruppen&channel=email&stream=true"),
];

/// Against PostgreSQL.
pub(crate) fn against(run: &mut Run, world: &World, rows: u64) {
    let campaign = campaign(&run.folder, world.filled.persons, rows);
    if let Some(postgresql) = &run.postgresql {
        postgresql.fill_addresses(&addresses(&run.folder, world.filled.persons));
    }
    let mut ours = [vec![], vec![]];
    let mut joins = Vec::new();
    let rate = |took: Duration| rows as f64 / took.as_secs_f64();
    for round in 0..run.rounds {
        for ((name, way), rates) in WAYS.iter().zip(&mut ours) {
            let name = format!("screening-{}", name.replace("=true", ""));
            let token = world.place.token("crm");
            let (address, id) = (world.serving.address, world.serving.id());
            let answer = run
                .profiled(&name, id, || upload::csv(address, way, &token, &campaign, round == 0));
            check(&answer, rows, round == 0);
            rates.push(rate(answer.took));
        }
        let out = run.folder.join("joined.csv");
        joins.extend(run.postgresql.as_ref().map(|sql| rate(sql.screen(&campaign, &out))));
        run.tell(&format!(
            "rows/s, round {round}: default {:.0}, stream {:.0}, COPY and join {:.0}",
            ours[0][round],
            ours[1][round],
            joins.get(round).copied().unwrap_or(f64::NAN)
        ));
    }
    for ((name, _), rates) in WAYS.iter().zip(&ours) {
        let what =
            format!("screening ({name}; aim: 1,000,000 rows/s), against PostgreSQL COPY + join");
        run.row(Reach::times(&what, median(rates), median(&joins), "rows/s", Goal::AtLeast(2.0)));
    }
    run.seen(
        "screening",
        json!({"rows": rows, "default": ours[0], "stream": ours[1],
        "join": joins, "bytes": campaign.metadata().map_or(0, |file| file.len()),
        "aimed_at_rows_per_second": 1_000_000}),
    );
}

/// How much memory a long file takes beside the index.
pub(crate) fn memory(run: &mut Run, world: &mut World, rows: u64) {
    let campaign = campaign(&run.folder, world.filled.persons, rows);
    for (name, way) in WAYS {
        world.restart();
        let token = world.place.token("crm");
        let before = world.serving.memory("VmRSS");
        let (address, id) = (world.serving.address, world.serving.id());
        let (over, most) = (AtomicBool::new(false), &mut 0);
        let answer = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    *most = (*most).max(memory_of(id, "VmRSS"));
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
            let answer = upload::csv(address, way, &token, &campaign, false);
            over.store(true, Ordering::Relaxed);
            answer
        });
        check(&answer, rows, false);
        let above = most.saturating_sub(before) as f64 / f64::from(1 << 20);
        let what = format!("screening ({name}) of {rows} rows: memory above the index");
        run.row(Reach::alone(&what, above, "MiB", Goal::NoMore(64.0)));
        run.seen(
            &format!("screening_memory_{name}"),
            json!({"rows": rows, "before_bytes": before,
            "most_bytes": *most, "rows_per_second": rows as f64 / answer.took.as_secs_f64()}),
        );
    }
    std::fs::remove_file(campaign).expect("it goes");
}

/// All rows came back; and, where the answer was kept, each with its decision.
fn check(answer: &Answer, rows: u64, kept: bool) {
    assert_eq!(answer.lines, rows + 1, "a line for each, and the headings");
    if !kept {
        return;
    }
    let text = std::str::from_utf8(&answer.body).expect("text");
    for (at, line) in text.lines().skip(1).enumerate() {
        let expected = if at % 2 == 0 { "blocked" } else { "clear" };
        assert_eq!(line.split(',').nth(2), Some(expected), "line {}: {line}", at + 2);
    }
}

/// A file of e-mail addresses, known and unknown in turn, and telephone numbers.
/// Those are of the ranges that nobody gets, so there are few different ones.
fn campaign(folder: &Path, persons: u64, rows: u64) -> PathBuf {
    let path = folder.join(format!("campaign-{rows}.csv"));
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    let mut numbers = Numbers::new(persons);
    writeln!(file, "email,phone").expect("it is written");
    for row in 0..rows {
        let number = known(&mut numbers);
        let address = email(if row % 2 == 0 { number } else { unknown(number) });
        let phone = match row % 5 {
            0 => format!("070-174 06 {:02}", 5 + row % 95),
            1 => format!("08-465 004 {:02}", row % 100),
            2 => format!("031-390 06 {:02}", row % 100),
            3 => format!("040-628 04 {:02}", row % 100),
            _ => format!("0980-319 2{:02}", row % 100),
        };
        writeln!(file, "{address},{phone}").expect("it is written");
    }
    file.flush().expect("it is written");
    path
}

/// A file of all addresses that are known, a line each.
fn addresses(folder: &Path, persons: u64) -> PathBuf {
    let path = folder.join("addresses");
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    for number in (0..persons).filter(|number| has_email(*number)) {
        writeln!(file, "{}", email(number)).expect("it is written");
    }
    file.flush().expect("it is written");
    path
}
