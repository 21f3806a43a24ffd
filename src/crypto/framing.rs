//! How several values become one string of bytes without being confused.
