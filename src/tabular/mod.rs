//! Many things in one upload: how a stream is cut into lines or elements.
