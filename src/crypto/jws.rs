//! Reading a compact JWS strictly (RFC 7515), before anything in it is believed.
