//! The tables of those who follow changes; a part of `schema`.

diesel::table! {
    acknowledgements (position) {
        position -> BigInt,
        client -> Text,
        acknowledged -> BigInt,
        received_at -> BigInt,
    }
}

diesel::table! {
    webhook_versions (position) {
        position -> BigInt,
        webhook -> Binary,
        state -> Text,
    }
}

diesel::table! {
    webhook_cursors (webhook) {
        webhook -> Binary,
        position -> BigInt,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Binary,
        webhook -> Binary,
        position -> BigInt,
        kind -> Text,
        body -> Text,
        created_at -> BigInt,
        status -> Text,
        attempts -> Integer,
        tries -> Integer,
        due_at -> BigInt,
        leased_until -> BigInt,
        attempted_at -> Nullable<BigInt>,
        answered -> Nullable<Integer>,
        failure -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}
