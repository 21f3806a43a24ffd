mod identifiers;
