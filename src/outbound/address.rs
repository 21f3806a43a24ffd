//! Which addresses are anybody's, and which are of a network of somebody's own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address can be reached by everybody: not of a private network, this
/// machine, its neighbours, a cloud's metadata service, or set aside for something
/// else (IANA's special-purpose registries, RFC 6890). What carries an IPv4 address
/// within it is judged by that.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0 | 10 | 127, ..]                 // this network, private (RFC 1918), loopback
        | [192, 168, ..]                   // private
        | [169, 254, ..]                   // link-local, metadata services among them
        | [192, 0, 0 | 2, _]               // IETF protocols (RFC 6890), documentation
        | [192, 88, 99, _]                 // 6to4 relays (RFC 7526)
        | [198, 51, 100, _]                // documentation (RFC 5737)
        | [203, 0, 113, _]
        | [224..=255, ..] => true,         // multicast, reserved, broadcast
        [100, second, ..] => (64..128).contains(&second), // shared (RFC 6598)
        [172, second, ..] => (16..32).contains(&second),  // private
        [198, second, ..] => matches!(second, 18 | 19),   // benchmarks (RFC 2544)
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let parts = address.segments();
    let last = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        // translated by the network, as where there is no IPv4 (RFC 6052)
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(last(high, low)),
        [0x2002, high, low, ..] => is_public_v4(last(high, low)), // 6to4 (RFC 3056)
        [0x2001, second, ..] => second > 0x01ff && second != 0x0db8, // IETF protocols, documentation
        [0x3fff, second, ..] => second > 0x0fff,                     // documentation (RFC 9637)
        // Everything else that is not global unicast: loopback, unique local,
        // link-local, site-local, multicast, what is not given out.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn addresses_of_ones_own_are_told_in_every_form() {
        for own in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "127.9.9.9",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "3fff::1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2002:c0a8:101::1",
            "100::1",
            "5f00::1",
        ] {
            assert!(!is_public(own.parse().expect(own)), "{own}");
        }
    }

    #[test]
    fn everybodys_addresses_are_let_through() {
        for public in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "193.0.14.129",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:67c:1010::1",
            "2a00:801::1",
            "::ffff:193.0.14.129",
            "64:ff9b::c100:e81",
            "2002:c100:e81::1",
        ] {
            assert!(is_public(public.parse().expect(public)), "{public}");
        }
    }
}
