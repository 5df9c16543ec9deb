//! Which addresses belong to nobody in particular: they mean something else on each network, this one
//! among them (IANA special-purpose address registries; RFC 6890).
//!
//! IPv4 is open but for a list; IPv6 is closed but for one network, and of that the parts that
//! carry another address inside, or none. So addresses that stand for IPv4 ones (mapped, NAT64, 6to4,
//! Teredo) are refused whatever is inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// A network by its first address and the length of its prefix.
type Net4 = ([u8; 4], u8);
/// The same.
type Net6 = ([u16; 8], u8);

/// IPv4 networks that are not public.
const CLOSED_4: [Net4; 15] = [
    ([0, 0, 0, 0], 8),       // this network; 0.0.0.0 is this machine
    ([10, 0, 0, 0], 8),      // private
    ([100, 64, 0, 0], 10),   // shared behind carriers' NAT
    ([127, 0, 0, 0], 8),     // loopback
    ([169, 254, 0, 0], 16),  // link-local; clouds keep secrets here
    ([172, 16, 0, 0], 12),   // private
    ([192, 0, 0, 0], 24),    // protocols
    ([192, 0, 2, 0], 24),    // documentation
    ([192, 88, 99, 0], 24),  // 6to4 relays
    ([192, 168, 0, 0], 16),  // private
    ([198, 18, 0, 0], 15),   // measuring
    ([198, 51, 100, 0], 24), // documentation
    ([203, 0, 113, 0], 24),  // documentation
    ([224, 0, 0, 0], 4),     // multicast
    ([240, 0, 0, 0], 4),     // reserved; 255.255.255.255 is everybody here
];

/// The one IPv6 network that is public.
const OPEN_6: Net6 = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// What of it is not.
const CLOSED_6: [Net6; 4] = [
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),     // protocols; Teredo
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),     // 6to4: an IPv4 address inside
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),     // documentation
];

/// Whether the address means the same machine wherever it is called from.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED_4.iter().any(|net| is_in_4(address, *net)),
        IpAddr::V6(address) => {
            is_in_6(address, OPEN_6) && !CLOSED_6.iter().any(|net| is_in_6(address, *net))
        }
    }
}

/// Whether the operator named its network. An IPv4 address written as an IPv6 one is in none of
/// IPv4's.
pub(crate) fn is_named(address: IpAddr, private: &[IpNet]) -> bool {
    private.iter().any(|net| net.contains(&address))
}

fn is_in_4(address: Ipv4Addr, (first, prefix): Net4) -> bool {
    Ipv4Net::new(first.into(), prefix).is_ok_and(|net| net.contains(&address))
}

fn is_in_6(address: Ipv6Addr, (first, prefix): Net6) -> bool {
    Ipv6Net::new(first.into(), prefix).is_ok_and(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn addresses_of_the_open_internet_are_public() {
        let open = [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "169.253.255.255",
            "192.0.1.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2a00:1450::1",
        ];
        for text in open {
            assert!(public(text), "{text}");
        }
    }

    #[test]
    fn every_kind_of_private_address_is_known() {
        let kinds = [
            ("this machine", "0.0.0.0"),
            ("this network", "0.1.2.3"),
            ("private", "10.255.255.255"),
            ("private", "172.16.0.1"),
            ("private", "172.31.255.255"),
            ("private", "192.168.1.1"),
            ("carriers' NAT", "100.64.0.1"),
            ("carriers' NAT", "100.127.255.255"),
            ("loopback", "127.0.0.1"),
            ("loopback", "127.255.255.254"),
            ("link-local", "169.254.169.254"),
            ("protocols", "192.0.0.170"),
            ("documentation", "203.0.113.9"),
            ("measuring", "198.19.255.255"),
            ("multicast", "224.0.0.1"),
            ("multicast", "239.255.255.255"),
            ("reserved", "240.0.0.1"),
            ("broadcast", "255.255.255.255"),
            ("unspecified", "::"),
            ("loopback", "::1"),
            ("mapped", "::ffff:8.8.8.8"),
            ("mapped loopback", "::ffff:127.0.0.1"),
            ("compatible", "::127.0.0.1"),
            ("NAT64", "64:ff9b::7f00:1"),
            ("local NAT64", "64:ff9b:1::a00:1"),
            ("discard", "100::1"),
            ("Teredo", "2001::1"),
            ("ORCHID", "2001:20::1"),
            ("documentation", "2001:db8::1"),
            ("6to4", "2002:7f00:1::1"),
            ("documentation", "3fff::1"),
            ("segments", "5f00::1"),
            ("unique local", "fc00::1"),
            ("unique local", "fd00:ec2::254"),
            ("link-local", "fe80::1"),
            ("site-local", "fec0::1"),
            ("multicast", "ff02::1"),
        ];
        for (kind, text) in kinds {
            assert!(!public(text), "{kind}: {text}");
        }
    }

    #[test]
    fn a_named_network_holds_its_own_addresses_alone() {
        let named = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let is = |text: &str| is_named(text.parse().unwrap(), &named);
        assert!(is("10.1.2.3") && is("fd12::1"));
        assert!(!is("11.0.0.0") && !is("::ffff:10.1.2.3") && !is("fe80::1"));
    }

    proptest! {
        #[test]
        fn whatever_the_standard_library_calls_private_is_not_public(bits: u32) {
            let one = Ipv4Addr::from(bits);
            let private = one.is_private() || one.is_loopback() || one.is_link_local()
                || one.is_multicast() || one.is_unspecified() || one.is_broadcast()
                || one.is_documentation();
            prop_assert!(!(private && is_public(one.into())));
        }

        #[test]
        fn no_address_that_stands_for_an_ipv4_one_is_public(bits: u32) {
            let inside = Ipv4Addr::from(bits);
            prop_assert!(!is_public(inside.to_ipv6_mapped().into()));
            prop_assert!(!is_public(inside.to_ipv6_compatible().into()));
        }
    }
}
