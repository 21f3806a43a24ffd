//! The tables as both databases have them: this file names columns and types,
//! `migrations/` says the rest (keys, checks, triggers).

pub(super) use super::change_schema::*;

diesel::table! {
    entries (position) {
        position -> BigInt,
        time -> BigInt,
        kind -> Text,
        subject -> Nullable<Binary>,
        client -> Text,
        actor -> Nullable<Text>,
        body -> Text,
    }
}

diesel::table! {
    leaves (position) {
        position -> BigInt,
        salt -> Binary,
        hashes -> Binary,
    }
}

diesel::table! {
    submission_salts (position) {
        position -> BigInt,
        salt -> Binary,
    }
}

diesel::table! {
    checkpoints (size) {
        size -> BigInt,
        note -> Text,
    }
}

diesel::table! {
    objections (position) {
        position -> BigInt,
        id -> Binary,
        client -> Text,
        actor -> Nullable<Text>,
        source -> Text,
        right_used -> Text,
        channels -> Integer,
        binding -> Text,
        objected_at -> BigInt,
        received_at -> BigInt,
        reference_tag -> Nullable<Binary>,
        content_digest -> Binary,
        warnings -> Text,
        details -> Text,
        purpose -> Text,
        legal_basis -> Text,
    }
}

diesel::table! {
    objection_events (position) {
        position -> BigInt,
        id -> Binary,
        objection -> BigInt,
        kind -> Text,
        client -> Text,
        actor -> Nullable<Text>,
        channels -> Integer,
        binding -> Text,
        reason -> Nullable<Text>,
        received_at -> BigInt,
        warnings -> Text,
    }
}

diesel::table! {
    tags (key_version, position, ordinal) {
        position -> BigInt,
        ordinal -> Integer,
        objection -> BigInt,
        kind -> SmallInt,
        grade -> SmallInt,
        tag -> Binary,
        key_version -> Integer,
        normaliser_version -> Integer,
    }
}

diesel::table! {
    tag_generations (version) {
        position -> BigInt,
        version -> Integer,
        from_version -> Integer,
        entries -> BigInt,
        tags -> BigInt,
        from_digest -> Binary,
        digest -> Binary,
    }
}

diesel::table! {
    tag_digests (version, position) {
        version -> Integer,
        position -> BigInt,
        digest -> Binary,
    }
}

diesel::table! {
    originals (position, ordinal) {
        position -> BigInt,
        ordinal -> Integer,
        field -> Text,
        key_purpose -> SmallInt,
        sealed -> Binary,
    }
}

diesel::table! {
    record_keys (position, purpose) {
        position -> BigInt,
        purpose -> SmallInt,
        data_key_version -> Integer,
        wrapped -> Binary,
    }
}

diesel::table! {
    shreddings (position, purpose, first_position) {
        position -> BigInt,
        purpose -> SmallInt,
        first_position -> BigInt,
        last_position -> BigInt,
    }
}

diesel::table! {
    review_items (id) {
        position -> BigInt,
        ordinal -> Integer,
        id -> Binary,
        objection -> BigInt,
        pointer -> Text,
        code -> Text,
    }
}

diesel::table! {
    review_clearances (position) {
        position -> BigInt,
        item -> Binary,
        outcome -> Text,
    }
}

diesel::table! {
    controllers (position) {
        position -> BigInt,
        id -> Binary,
        organisation_number -> Nullable<Text>,
        region -> Text,
    }
}

diesel::table! {
    groups (position) {
        position -> BigInt,
        id -> Binary,
    }
}

diesel::table! {
    party_names (position, party) {
        position -> BigInt,
        party -> Binary,
        slug -> Text,
        name -> Text,
    }
}

diesel::table! {
    membership_events (position, group_id, controller_id) {
        position -> BigInt,
        group_id -> Binary,
        controller_id -> Binary,
        began -> Bool,
    }
}

diesel::table! {
    client_versions (position, client) {
        position -> BigInt,
        client -> Text,
        state -> Text,
    }
}

diesel::table! {
    screenings (position) {
        position -> BigInt,
        id -> Binary,
        channel -> Text,
        keep -> Text,
        changed_since -> Nullable<BigInt>,
        controllers -> Text,
        columns_used -> Text,
        as_of_position -> BigInt,
        as_of_time -> BigInt,
        begun_at -> BigInt,
        ended_at -> BigInt,
        row_count -> BigInt,
        clear_count -> BigInt,
        blocked_count -> BigInt,
        undecidable_count -> BigInt,
        kept_count -> BigInt,
        received_bytes -> BigInt,
        sent_bytes -> BigInt,
        received_digest -> Nullable<Binary>,
        sent_digest -> Nullable<Binary>,
        failure -> Nullable<Text>,
        failure_line -> Nullable<BigInt>,
        registers -> Nullable<Text>,
    }
}

diesel::table! {
    transfers (position) {
        position -> BigInt,
        id -> Binary,
        way -> Text,
        format -> Text,
        binding -> Text,
        channels -> Integer,
        as_of_position -> BigInt,
        as_of_time -> BigInt,
        begun_at -> BigInt,
        ended_at -> BigInt,
        row_count -> BigInt,
        recorded_count -> BigInt,
        known_count -> BigInt,
        skipped_count -> BigInt,
        refused_count -> BigInt,
        byte_count -> BigInt,
        salt -> Binary,
        digest -> Nullable<Binary>,
        failure -> Nullable<Text>,
        failure_line -> Nullable<BigInt>,
    }
}

diesel::table! {
    messages (position) {
        position -> BigInt,
        id -> Binary,
        client -> Text,
        form -> Text,
        code -> Text,
        binding -> Text,
        sent_at -> BigInt,
        reference_tag -> Nullable<Binary>,
        content_digest -> Binary,
    }
}

diesel::table! {
    message_clearances (position) {
        position -> BigInt,
        message -> Binary,
        outcome -> Text,
        objection -> Nullable<Binary>,
    }
}

diesel::table! {
    idempotency_keys (client, key_tag) {
        client -> Text,
        key_tag -> Binary,
        content_digest -> Binary,
        position -> BigInt,
        time -> BigInt,
        answer -> Binary,
    }
}

diesel::table! {
    usage (id) {
        id -> Binary,
        client -> Text,
        operation -> Text,
        hour -> BigInt,
        requests -> BigInt,
        identifiers -> BigInt,
    }
}

diesel::table! {
    keys (purpose, version) {
        purpose -> Text,
        version -> Integer,
        wrapped -> Binary,
        created_at -> BigInt,
        position -> BigInt,
    }
}

diesel::table! {
    used_assertions (client, jti_tag) {
        client -> Text,
        jti_tag -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    head (id) {
        id -> SmallInt,
        position -> BigInt,
        time -> BigInt,
    }
}

diesel::table! {
    instance (id) {
        id -> Binary,
        root_key_id -> Text,
        origin -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    registers (position) {
        position -> BigInt,
        id -> Binary,
        slug -> Text,
        name -> Text,
        rules -> Text,
    }
}

diesel::table! {
    register_versions (position) {
        position -> BigInt,
        id -> Binary,
        register -> Binary,
        version_date -> Text,
        key_version -> Integer,
        normaliser_version -> Integer,
        row_count -> BigInt,
        tag_count -> BigInt,
        piece_count -> BigInt,
        received_bytes -> BigInt,
        file_digest -> Binary,
        rows_digest -> Binary,
        columns_used -> Text,
        coverage -> Nullable<Text>,
    }
}

diesel::table! {
    register_bindings (position) {
        position -> BigInt,
        id -> Binary,
        register -> Binary,
        binding -> Text,
        channels -> Integer,
    }
}

diesel::table! {
    register_endings (position) {
        position -> BigInt,
        binding -> Binary,
    }
}

diesel::table! {
    register_rows (version, ordinal) {
        version -> Binary,
        ordinal -> BigInt,
        kinds -> Binary,
        tags -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(review_items, review_clearances);
diesel::allow_tables_to_appear_in_same_query!(messages, message_clearances, record_keys);
