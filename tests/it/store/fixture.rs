//! Rows of every table, which go together.

use nejtack::store::instance::InstanceRow;
use nejtack::store::*;

pub(crate) fn id(number: u8) -> Vec<u8> {
    vec![number; 16]
}

fn tag(number: u8) -> Vec<u8> {
    vec![number; 32]
}

pub(crate) fn entry(position: i64) -> EntryRow {
    EntryRow {
        position,
        time: 1_000 + position / 2 * 10,
        kind: "objection.recorded".into(),
        subject: (position % 2 == 0).then(|| id(7)),
        client: "shop".into(),
        actor: (position % 2 == 1).then(|| "anna".into()),
        body: r#"{"å":"ä\u0000"}"#.into(),
    }
}

pub(crate) fn salt(position: i64) -> SubmissionSaltRow {
    SubmissionSaltRow { position, salt: tag(2) }
}

pub(crate) fn leaf(position: i64) -> LeafRow {
    LeafRow { position, salt: tag(1), hashes: tag(5) }
}

pub(crate) fn checkpoint(size: i64) -> CheckpointRow {
    CheckpointRow { size, note: "a signed note".into() }
}

pub(crate) fn objection(position: i64, number: u8, reference: Option<u8>) -> ObjectionRow {
    ObjectionRow {
        position,
        id: id(number),
        client: "shop".into(),
        actor: None,
        source: "import".into(),
        right_used: "objection".into(),
        channels: 5,
        binding: "{}".into(),
        objected_at: -1,
        received_at: i64::MAX,
        reference_tag: reference.map(tag),
        content_digest: tag(3),
        warnings: "[]".into(),
        details: "{}".into(),
        purpose: "direct marketing".into(),
        legal_basis: "GDPR 6.1 c".into(),
    }
}

pub(crate) fn event(position: i64, number: u8, objection: i64) -> ObjectionEventRow {
    ObjectionEventRow {
        position,
        id: id(number),
        objection,
        kind: "withdrawn".into(),
        client: "shop".into(),
        actor: Some("anna".into()),
        channels: 1,
        binding: "{}".into(),
        reason: None,
        received_at: 5,
        warnings: "[]".into(),
    }
}

pub(crate) fn tag_row(position: i64, ordinal: i32) -> TagRow {
    TagRow {
        position,
        ordinal,
        objection: 1,
        kind: 2,
        grade: -1,
        tag: tag(9),
        key_version: 1,
        normaliser_version: 1,
    }
}

pub(crate) fn original(position: i64, ordinal: i32, bytes: usize) -> OriginalRow {
    OriginalRow {
        position,
        ordinal,
        field: "person".into(),
        key_purpose: 0,
        sealed: vec![0xff; bytes],
    }
}

pub(crate) fn record_key(position: i64, purpose: i16) -> RecordKeyRow {
    RecordKeyRow { position, purpose, data_key_version: 1, wrapped: tag(4) }
}

/// Of an entry that has nothing to shred.
pub(crate) fn shredding(position: i64, of: i64) -> ShreddingRow {
    ShreddingRow { position, purpose: 0, first_position: of, last_position: of }
}

pub(crate) fn item(position: i64, ordinal: i32, number: u8) -> ReviewItemRow {
    ReviewItemRow {
        position,
        ordinal,
        id: id(number),
        objection: 1,
        pointer: "/person/email".into(),
        code: "email.unreadable".into(),
    }
}

pub(crate) fn clearance(position: i64, number: u8) -> ReviewClearanceRow {
    ReviewClearanceRow { position, item: id(number), outcome: "corrected".into() }
}

pub(crate) fn controller(position: i64, number: u8) -> ControllerRow {
    ControllerRow {
        position,
        id: id(number),
        organisation_number: number.is_multiple_of(2).then(|| "5560360793".into()),
        region: "SE".into(),
    }
}

pub(crate) fn name(position: i64, party: u8, slug: &str) -> PartyNameRow {
    PartyNameRow { position, party: id(party), slug: slug.into(), name: format!("{slug} AB") }
}

pub(crate) fn membership(position: i64, began: bool) -> MembershipEventRow {
    MembershipEventRow { position, group_id: id(20), controller_id: id(10), began }
}

pub(crate) fn client(position: i64, client: &str, state: &str) -> ClientVersionRow {
    ClientVersionRow { position, client: client.into(), state: state.into() }
}

pub(crate) fn screening(position: i64, number: u8) -> ScreeningRow {
    ScreeningRow {
        position,
        id: id(number),
        channel: "email".into(),
        keep: "all".into(),
        changed_since: Some(2),
        controllers: "[]".into(),
        columns_used: "[]".into(),
        as_of_position: 3,
        as_of_time: 1,
        begun_at: 1,
        ended_at: 2,
        row_count: 6,
        clear_count: 1,
        blocked_count: 2,
        undecidable_count: 3,
        kept_count: 6,
        received_bytes: 3_000_000_000,
        sent_bytes: 0,
        received_digest: Some(tag(1)),
        sent_digest: None,
        failure: Some("quote".into()),
        failure_line: Some(7),
        registers: None,
    }
}

pub(crate) fn acknowledgement(position: i64, acknowledged: i64) -> AcknowledgementRow {
    AcknowledgementRow { position, client: "shop".into(), acknowledged, received_at: 5 }
}

pub(crate) fn webhook(position: i64, number: u8) -> WebhookVersionRow {
    WebhookVersionRow { position, webhook: id(number), state: "{}".into() }
}

pub(crate) fn delivery(number: u8, webhook: u8, position: i64) -> WebhookDeliveryRow {
    WebhookDeliveryRow {
        id: id(number),
        webhook: id(webhook),
        position,
        kind: "objection.recorded".into(),
        body: "{}".into(),
        created_at: 1,
        status: "pending".into(),
        attempts: 0,
        tries: 0,
        due_at: 10,
        leased_until: 0,
        attempted_at: None,
        answered: None,
        failure: None,
        ended_at: None,
    }
}

pub(crate) fn transfer(position: i64, number: u8) -> TransferRow {
    TransferRow {
        position,
        id: id(number),
        way: "import".into(),
        format: "csv".into(),
        binding: "\"every\"".into(),
        channels: 65_535,
        as_of_position: 3,
        as_of_time: 1,
        begun_at: 1,
        ended_at: 2,
        row_count: 10,
        recorded_count: 1,
        known_count: 2,
        skipped_count: 3,
        refused_count: 4,
        byte_count: 3_000_000_000,
        salt: tag(2),
        digest: Some(tag(1)),
        failure: Some("quote".into()),
        failure_line: Some(7),
    }
}

pub(crate) fn register(position: i64, number: u8) -> RegisterRow {
    RegisterRow {
        position,
        id: id(number),
        slug: format!("nix-{number}"),
        name: format!("NIX {number}"),
        rules: "{}".into(),
    }
}

/// Of register 60.
pub(crate) fn register_version(position: i64, number: u8) -> RegisterVersionRow {
    RegisterVersionRow {
        position,
        id: id(number),
        register: id(60),
        version_date: "2026-11-02".into(),
        key_version: 1,
        normaliser_version: 1,
        row_count: 3_000_000_000,
        tag_count: 1,
        piece_count: 1,
        received_bytes: 12,
        file_digest: tag(3),
        rows_digest: tag(4),
        columns_used: "[]".into(),
        coverage: None,
    }
}

pub(crate) fn piece(version: u8, ordinal: i64) -> RegisterPieceRow {
    RegisterPieceRow { version: id(version), ordinal, kinds: vec![9], tags: tag(5) }
}

pub(crate) fn register_binding(position: i64, number: u8) -> RegisterBindingRow {
    let binding = "\"every\"".into();
    RegisterBindingRow { position, id: id(number), register: id(60), binding, channels: 12 }
}

pub(crate) fn register_ending(position: i64, binding: u8) -> RegisterEndingRow {
    RegisterEndingRow { position, binding: id(binding) }
}

pub(crate) fn message(position: i64, number: u8) -> MessageRow {
    MessageRow {
        position,
        id: id(number),
        client: "elks".into(),
        form: "46elks".into(),
        code: "not_understood".into(),
        binding: "{}".into(),
        sent_at: 1,
        reference_tag: Some(tag(number)),
        content_digest: tag(3),
    }
}

pub(crate) fn message_clearance(position: i64, number: u8) -> MessageClearanceRow {
    let (outcome, objection) = ("no_objection".into(), Some(id(1)));
    MessageClearanceRow { position, message: id(number), outcome, objection }
}

pub(crate) fn answer(key: u8, time: i64) -> IdempotencyRow {
    IdempotencyRow {
        client: "shop".into(),
        key_tag: tag(key),
        content_digest: tag(6),
        position: 1,
        time,
        answer: vec![1, 2, 3],
    }
}

pub(crate) fn usage(number: u8, client: &str, hour: i64) -> UsageRow {
    UsageRow {
        id: id(number),
        client: client.into(),
        operation: "look_up".into(),
        hour,
        requests: 2,
        identifiers: 3_000_000_000,
    }
}

pub(crate) fn key(purpose: &str, version: i32) -> KeyRow {
    KeyRow { purpose: purpose.into(), version, wrapped: tag(5), created_at: 1, position: 0 }
}

pub(crate) fn generation(position: i64, version: i32) -> TagGenerationRow {
    let (from_digest, digest) = (tag(6), tag(7));
    let from_version = version - 1;
    TagGenerationRow { position, version, from_version, entries: 2, tags: 3, from_digest, digest }
}

pub(crate) fn digest(version: i32, position: i64) -> TagDigestRow {
    TagDigestRow { version, position, digest: tag(8) }
}

pub(crate) fn instance() -> InstanceRow {
    InstanceRow {
        id: id(99),
        root_key_id: "k1".into(),
        origin: "nejtack.example/log".into(),
        created_at: 1,
    }
}

/// Entries 1 to 4, and at least one row of every table.
pub(crate) fn fill(store: &Store) {
    store
        .write(|conn| {
            entries::insert(conn, &[entry(1), entry(2), entry(3), entry(4)])?;
            leaves::insert_leaves(conn, &[leaf(1), leaf(2)])?;
            leaves::insert_salts(conn, &[salt(1), salt(2)])?;
            leaves::insert_checkpoint(conn, &checkpoint(2))?;
            head::advance(conn, head::Head { position: 4, time: entry(4).time })?;
            objections::insert(conn, &[objection(1, 1, Some(1)), objection(2, 2, None)])?;
            objections::insert_events(conn, &[event(3, 3, 1)])?;
            tags::insert(conn, &[tag_row(1, 0), tag_row(1, 1), tag_row(2, 0)])?;
            originals::insert(conn, &[original(1, 0, 10), original(1, 1, 0)])?;
            originals::insert_keys(conn, &[record_key(1, 0), record_key(1, 1)])?;
            originals::shred(conn, &[shredding(4, 3)])?;
            review::insert_items(conn, &[item(1, 0, 30), item(1, 0, 31), item(2, 0, 32)])?;
            review::insert_clearance(conn, &clearance(4, 31))?;
            parties::insert_controller(conn, &controller(1, 10))?;
            parties::insert_group(conn, &GroupRow { position: 2, id: id(20) })?;
            parties::insert_name(conn, &name(1, 10, "volvo"))?;
            parties::insert_membership(conn, &membership(3, true))?;
            screenings::insert(conn, &[screening(4, 50)])?;
            acknowledgements::insert(conn, &[acknowledgement(3, 2), acknowledgement(4, 3)])?;
            webhooks::insert(conn, &[webhook(2, 60), webhook(4, 60)])?;
            assert!(webhooks::advance(conn, &id(60), None, 4)?);
            webhook_deliveries::insert(conn, &[delivery(70, 60, 1), delivery(71, 60, 2)])?;
            transfers::insert(conn, &[transfer(4, 51)])?;
            registers::insert(conn, &[register(1, 60)])?;
            registers::insert_pieces(conn, &[piece(71, 0)])?;
            registers::insert_versions(conn, &[register_version(2, 71)])?;
            registers::insert_bindings(conn, &[register_binding(3, 80)])?;
            registers::insert_endings(conn, &[register_ending(4, 80)])?;
            messages::insert(conn, &[message(2, 60), message(3, 61)])?;
            messages::insert_clearances(conn, &[message_clearance(4, 60)])?;
            clients::insert(conn, &client(1, "shop", "{}"))?;
            idempotency::insert(conn, &[answer(1, 100)])?;
            assert!(assertions::use_once(conn, "shop", b"jti", 50, 10)?);
            usage::insert(conn, &[usage(40, "shop", 0)])?;
            keys::insert(conn, &[key("tags", 1)])?;
            generations::insert(conn, &[generation(4, 2)])?;
            generations::insert_digests(conn, &[digest(2, 1), digest(2, 2)])?;
            instance::insert(conn, &instance())
        })
        .expect("all tables can be written");
}
