//! What the service promises, tried from outside: one binary, a file a resource.

mod identifiers;
