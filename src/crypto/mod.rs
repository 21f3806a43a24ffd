//! Keys, tags, sealing and tokens.
