//! What the parts of a look-up and of a screening cost, each by itself:
//!
//!     cargo bench --bench micro              all of it, some five minutes
//!     cargo bench --bench micro -- read      what has "read" in its name
//!
//! For finding where the time goes and whether a change pays, on one machine; what the
//! whole service does in a second, the other benchmarks tell.

use std::hint::black_box;
use std::time::Duration;

use chrono::NaiveDate;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use nejtack::app::look_up::Found;
use nejtack::blocklist::{Blocklist, Hit, Probe, Question, Verdict};
use nejtack::crypto::digest::sha256;
use nejtack::crypto::keyring::Keyring;
use nejtack::crypto::root_key::RootKey;
use nejtack::domain::channel::{Channel, ChannelSet};
use nejtack::domain::controller::{Binding, Controller, Directory};
use nejtack::domain::identifier::{
    KindSet, Reading, Rules, Side, read, read_into, read_without_quick_paths,
};
use nejtack::domain::person::{Address, Hash, HashOf, Name, OpaqueId, Person};
use nejtack::http::measured;
use nejtack::tabular::campaign::{Block, Cutter, Format, Options, Outcome};
use nejtack::tabular::spool::Spool;
use uuid::Uuid;

/// As the service allocates.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Objections in the index that is probed: more than a processor's caches hold.
const OBJECTIONS: usize = 1_000_000;
/// Rows of the campaign file.
const ROWS: usize = 10_000;
/// What goes through the spool.
const MEGABYTES: usize = 16;

criterion_group! {
    name = micro;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = reading, tagging, deciding, json, csv, bytes
}
criterion_main!(micro);

fn rules() -> Rules<'static> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
    Rules { region: "SE", other_regions: &[], today, refused: KindSet::NONE }
}

fn email(text: &str) -> Person {
    Person { emails: vec![text.to_owned()], ..Person::default() }
}

fn phone(text: &str) -> Person {
    Person { phones: vec![text.to_owned()], ..Person::default() }
}

/// A person for each kind of identifier, and the one that campaigns are full of.
fn persons() -> Vec<(&'static str, Person)> {
    let id = OpaqueId { issuer: "crm.exempel.example".to_owned(), value: "K-10023".to_owned() };
    let postal = Person {
        name: Some(Name { given: Some("Anna-Karin".into()), family: Some("Åberg".into()) }),
        addresses: vec![Address {
            street: Some("Storgatan 1 B lgh 1102".into()),
            postal_code: Some("413 01".into()),
            city: None,
        }],
        ..Person::default()
    };
    let hash = Hash { of: HashOf::Email, value: "0c".repeat(32) };
    vec![
        ("email and phone", Person { phones: vec!["070-174 06 05".into()], ..email(EMAIL) }),
        ("email", email(EMAIL)),
        ("email, tag", email("anna.karin+nyhetsbrev@exempel.example")),
        ("email, gmail", email("Anna.Karin@gmail.com")),
        ("email, not ASCII", email("åsa@exempel.example")),
        ("phone", phone("070-174 06 05")),
        ("phone, +46", phone("+46701740605")),
        ("phone, British", phone("+44 20 7946 0018")),
        (
            "personnummer",
            Person { personnummer: Some("19701104-2392".into()), ..Person::default() },
        ),
        ("postal", postal),
        ("customer_id", Person { customer_ids: vec![id], ..Person::default() }),
        ("hash", Person { hashes: vec![hash], ..Person::default() }),
    ]
}

const EMAIL: &str = "Anna.Karin.Aberg17@exempel.example";

fn reading(criterion: &mut Criterion) {
    let rules = rules();
    let mut group = criterion.benchmark_group("read");
    for (name, person) in persons() {
        let mut reused = Reading::default();
        group.bench_function(format!("{name}/into"), |bencher| {
            bencher.iter(|| {
                read_into(&mut reused, black_box(&person), "/person", &rules, Side::Probe);
                black_box(&reused);
            });
        });
        group.bench_function(format!("{name}/new"), |bencher| {
            bencher.iter(|| read(black_box(&person), "/person", &rules, Side::Probe));
        });
        group.bench_function(format!("{name}/rules alone"), |bencher| {
            bencher.iter(|| {
                read_without_quick_paths(black_box(&person), "/person", &rules, Side::Probe)
            });
        });
    }
    group.finish();
}

fn tagging(criterion: &mut Criterion) {
    let (keyring, _) = Keyring::fresh(&RootKey::generate());
    let mut group = criterion.benchmark_group("tag");
    for (name, person) in persons() {
        if !matches!(name, "email" | "personnummer" | "postal") {
            continue;
        }
        let key = read(&person, "", &rules(), Side::Probe).keys.swap_remove(0);
        group.bench_function(name, |bencher| bencher.iter(|| keyring.tag(black_box(&key))));
        group.bench_function(format!("{name}/one generation of several"), |bencher| {
            bencher.iter(|| keyring.tags(black_box(&key), 1..=1).last());
        });
    }
    group.finish();
}

/// The index with the person of each of [`persons`] and a million others.
struct Index {
    blocklist: Blocklist,
    directory: Directory,
    controller: Uuid,
    keyring: Keyring,
}

impl Index {
    fn new() -> Self {
        let (keyring, _) = Keyring::fresh(&RootKey::generate());
        let controller = Controller {
            id: Uuid::from_u128(1),
            slug: "prov".to_owned(),
            name: "Prov AB".to_owned(),
            organisation_number: None,
            region: "SE".to_owned(),
        };
        let mut index = Self {
            blocklist: Blocklist::default(),
            directory: Directory::default(),
            controller: controller.id,
            keyring,
        };
        index.directory.put_controller(controller);
        let others = (0..OBJECTIONS).map(|number| email(&format!("p{number}@exempel.example")));
        let (mut reading, mut near) = (Reading::default(), 0);
        for (position, person) in (1..).zip(others.chain(persons().into_iter().map(|(_, it)| it))) {
            let side = if person.hashes.is_empty() { Side::Store } else { Side::Probe };
            let every = &Binding::Every;
            index.blocklist.insert_record(position, ChannelSet::ALL, every).expect("room");
            read_into(&mut reading, &person, "", &rules(), side);
            for key in &reading.keys {
                let (kind, grade) = (key.kind, key.grade);
                let hit = Hit { record: position, position, kind, grade };
                let tag = index.keyring.tag(key);
                index.blocklist.load_tag(&tag, hit, &mut near).expect("room");
            }
        }
        index.blocklist.settle();
        index
    }

    fn probe(&self, reading: &Reading, probes: &mut Vec<Probe>) {
        probes.clear();
        probes.extend(reading.keys.iter().map(|key| Probe {
            tag: self.keyring.tag(key),
            kind: key.kind,
            grade: key.grade,
        }));
    }

    fn decide(&self, probes: &[Probe]) -> Verdict {
        let question = Question {
            probes,
            controller: self.controller,
            channels: ChannelSet::of(&[Channel::Email, Channel::Sms]),
            unreadable: ChannelSet::NONE,
            at: i64::MAX,
        };
        self.blocklist.decide(&question, &self.directory)
    }
}

fn deciding(criterion: &mut Criterion) {
    let (index, rules) = (Index::new(), rules());
    let (mut reading, mut probes) = (Reading::default(), Vec::new());
    let mut group = criterion.benchmark_group("decide");
    let strangers = [("nobody's email", email("ingen@exempel.example"))];
    for (name, person) in persons().into_iter().chain(strangers) {
        read_into(&mut reading, &person, "", &rules, Side::Probe);
        index.probe(&reading, &mut probes);
        group.bench_function(format!("{name}/probe"), |bencher| {
            bencher.iter(|| index.decide(black_box(&probes)));
        });
        group.bench_function(format!("{name}/read, tag and probe"), |bencher| {
            bencher.iter(|| {
                read_into(&mut reading, black_box(&person), "", &rules, Side::Probe);
                index.probe(&reading, &mut probes);
                index.decide(&probes)
            });
        });
    }
    // Others at each turn, so that what is probed is in no cache.
    let others: Vec<Vec<Probe>> = (0..ROWS)
        .map(|number| {
            let known = if number % 20 == 0 { "p" } else { "q" };
            let other = format!("{known}{}@exempel.example", number * 7_919 % OBJECTIONS);
            read_into(&mut reading, &email(&other), "", &rules, Side::Probe);
            index.probe(&reading, &mut probes);
            probes.clone()
        })
        .collect();
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("ten thousand, one in twenty known", |bencher| {
        bencher.iter(|| others.iter().filter(|it| !index.decide(it).blocked.is_empty()).count());
    });
    group.finish();
}

fn json(criterion: &mut Criterion) {
    let body = br#"{"controller": "tandgruppen-goteborg", "channels": ["email", "sms"], "person":
        {"emails": ["anna.karin@exempel.example"], "phones": ["070-174 06 05"]}}"#;
    let found = Found {
        channels: ChannelSet::of(&[Channel::Email, Channel::Sms]),
        verdict: Verdict { blocked: ChannelSet::of(&[Channel::Email]), ..Verdict::default() },
        reasons: None,
        listed: Vec::new(),
        warnings: Vec::new(),
    };
    let mut group = criterion.benchmark_group("json");
    group.bench_function("a look-up's body in", |bencher| {
        bencher.iter(|| measured::body(black_box(body)).expect("a body"));
    });
    group.bench_function("an answer out", |bencher| {
        bencher.iter_batched(|| found.clone(), measured::answer, BatchSize::SmallInput);
    });
    group.finish();
}

fn csv(criterion: &mut Criterion) {
    let mut file = "email;mobil;ort\r\n".to_owned();
    for row in 0..ROWS {
        let last = 5 + row % 95;
        file.push_str(&format!("person{row:06}@exempel.example;070-174 06 {last:02};Göteborg\r\n"));
    }
    let cut = || -> Vec<Block> {
        let mut blocks = Vec::new();
        let options = Options { format: Format::Csv, columns: Vec::new(), controller_column: None };
        let mut cutter = Cutter::new(options);
        cutter.push(black_box(file.as_bytes()), &mut blocks).expect("a file");
        cutter.finish(&mut blocks).expect("a file");
        blocks
    };
    let (blocks, rules) = (cut(), rules());
    let (mut person, mut reading, mut out) = (Person::default(), Reading::default(), Vec::new());
    let mut group = criterion.benchmark_group("csv");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("cut", |bencher| bencher.iter(cut));
    let clear = || Some(Outcome { decision: "clear", reason: "".into() });
    group.bench_function("rewrite", |bencher| {
        bencher.iter(|| {
            out.clear();
            for block in &blocks {
                block.rewrite(&mut out, |_| clear()).expect("rows");
            }
        });
    });
    group.bench_function("rewrite and fill", |bencher| {
        bencher.iter(|| {
            out.clear();
            for block in &blocks {
                let decide = |row: &nejtack::tabular::campaign::Row<'_>| {
                    row.fill(&mut person);
                    clear()
                };
                block.rewrite(&mut out, decide).expect("rows");
            }
        });
    });
    group.bench_function("rewrite, fill and read", |bencher| {
        bencher.iter(|| {
            out.clear();
            for block in &blocks {
                let decide = |row: &nejtack::tabular::campaign::Row<'_>| {
                    row.fill(&mut person);
                    read_into(&mut reading, &person, "", &rules, Side::Probe);
                    (reading.readable == 2).then(clear).flatten()
                };
                block.rewrite(&mut out, decide).expect("rows");
            }
        });
    });
    group.finish();
}

fn bytes(criterion: &mut Criterion) {
    let part = vec![b'x'; 64 << 10];
    let parts = (MEGABYTES << 20) / part.len();
    let mut group = criterion.benchmark_group("bytes");
    group.sample_size(10);
    group.throughput(Throughput::Bytes((MEGABYTES << 20) as u64));
    group.bench_function("SHA-256", |bencher| {
        bencher.iter(|| (0..parts).fold([0; 32], |_, _| sha256(black_box(&part))));
    });
    group.bench_function("spool and read back", |bencher| {
        bencher.iter(|| {
            let mut spool = Spool::new();
            for _ in 0..parts {
                if spool.push(black_box(&part)) {
                    spool = spool.settle().expect("room on the disk");
                }
            }
            let mut spooled = spool.read_back().expect("a file");
            loop {
                let (part, next) = spooled.next().expect("what was written");
                if part.is_empty() {
                    break;
                }
                spooled = next;
            }
        });
    });
    group.finish();
}
