//! `nejtack screen`.
