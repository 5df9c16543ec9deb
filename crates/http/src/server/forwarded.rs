//! Who is calling: the client's address and scheme, also behind proxies.
//!
//! Anybody can write `X-Forwarded-For` or `Forwarded` (RFC 7239), so they count only where the TCP
//! peer is a configured proxy, and only from the right: each trusted hop vouches for the one to its
//! left, and the first that is not a proxy of ours is the client. Garbage ends the walk at the last
//! hop that was vouched for. A proxy sets one of the two headers and passes the other on as the
//! client wrote it; where both are there and differ, neither is believed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::header::FORWARDED;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::limit::MAX_HOPS;

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The way a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    /// Over the network: anybody.
    Network,
    /// Over the local command socket: whoever may open a file of mode 0600.
    Local,
}

/// Who is calling. Every request carries it as an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The client's address, never a configured proxy's unless nothing else is known. IPv4 is
    /// written as IPv4 also where it came mapped into IPv6. For [`Via::Local`] it is 127.0.0.1.
    pub address: IpAddr,
    /// Who opened the connection, whatever any header says.
    pub hop: IpAddr,
    /// Whether the client's side is encrypted, or never leaves the machine.
    pub secure: bool,
    /// The way in.
    pub via: Via,
}

impl Peer {
    /// Whoever opened the local command socket.
    pub(super) const LOCAL: Self = Self {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        hop: IpAddr::V4(Ipv4Addr::LOCALHOST),
        secure: true,
        via: Via::Local,
    };

    pub(super) fn network(address: IpAddr, secure: bool) -> Self {
        Self {
            address: address.to_canonical(),
            hop: address.to_canonical(),
            secure,
            via: Via::Network,
        }
    }
}

/// Whether an address is one of the configured proxies.
pub(super) fn is_proxy(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|net| net.contains(&address))
}

/// Who is behind a configured proxy, by the headers of one request.
pub(super) fn behind(proxy: Peer, headers: &HeaderMap, proxies: &[IpNet]) -> Peer {
    let listed = headers.contains_key(&X_FORWARDED_FOR);
    let standard = headers.contains_key(FORWARDED);
    match (listed, standard) {
        (false, false) => Peer {
            secure: scheme(headers).unwrap_or(proxy.secure),
            ..proxy
        },
        (true, false) => by_list(proxy, headers, proxies),
        (false, true) => by_standard(proxy, headers, proxies),
        (true, true) => {
            let client = by_list(proxy, headers, proxies);
            let agreed = client.address == by_standard(proxy, headers, proxies).address;
            if agreed { client } else { proxy }
        }
    }
}

/// `X-Forwarded-For: client, proxy`, with the scheme in `X-Forwarded-Proto`.
fn by_list(proxy: Peer, headers: &HeaderMap, proxies: &[IpNet]) -> Peer {
    let hops = from_the_right(headers, &X_FORWARDED_FOR).map(|hop| hop.and_then(address));
    let mut client = proxy;
    for hop in hops.take(MAX_HOPS) {
        let Some(address) = hop else { break };
        client.address = address;
        if !is_proxy(address, proxies) {
            break;
        }
    }
    client.secure = scheme(headers).unwrap_or(proxy.secure);
    client
}

/// `Forwarded: for=client;proto=https, for=proxy`.
fn by_standard(proxy: Peer, headers: &HeaderMap, proxies: &[IpNet]) -> Peer {
    let mut client = proxy;
    for element in from_the_right(headers, &FORWARDED).take(MAX_HOPS) {
        let Some(element) = element else { break };
        let Some(address) = parameter(element, "for").and_then(address) else {
            break;
        };
        client.address = address;
        if let Some(proto) = parameter(element, "proto") {
            client.secure = proto.eq_ignore_ascii_case("https");
        }
        if !is_proxy(address, proxies) {
            break;
        }
    }
    client
}

/// The right-most scheme: what the proxy before us said.
fn scheme(headers: &HeaderMap) -> Option<bool> {
    let proto = from_the_right(headers, &X_FORWARDED_PROTO).next()??;
    Some(proto.eq_ignore_ascii_case("https"))
}

/// The members of a list header from the right, over all its lines. `None` where a line is not
/// text. No value we accept holds a comma, so a quoted comma only makes garbage of its element.
fn from_the_right<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = Option<&'h str>> {
    let lines: Vec<_> = headers.get_all(name).iter().collect();
    lines.into_iter().rev().flat_map(|line| {
        let text = line.to_str().ok();
        let members = text.into_iter().flat_map(|text| text.rsplit(','));
        let garbage = text.is_none().then_some(None);
        members.map(|member| Some(member.trim())).chain(garbage)
    })
}

/// One parameter of an element of `Forwarded`, without its quotes.
fn parameter<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    element.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let value = value.trim();
        let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        key.trim()
            .eq_ignore_ascii_case(name)
            .then_some(bare.unwrap_or(value))
    })
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    let address = match bracketed {
        Some(v6) => IpAddr::V6(v6.parse().ok()?),
        None => text
            .parse()
            .or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()))
            .ok()?,
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));

    /// Addresses and scheme that a request with these headers is taken for.
    fn seen(headers: &[(&HeaderName, &[u8])]) -> (String, bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        let proxies = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let peer = behind(Peer::network(PROXY, false), &map, &proxies);
        (peer.address.to_string(), peer.secure)
    }

    fn listed(value: &str) -> String {
        seen(&[(&X_FORWARDED_FOR, value.as_bytes())]).0
    }

    fn standard(value: &str) -> (String, bool) {
        seen(&[(&FORWARDED, value.as_bytes())])
    }

    #[test]
    fn without_headers_the_proxy_itself_is_the_client() {
        assert_eq!(seen(&[]), ("10.0.0.1".to_owned(), false));
    }

    #[test]
    fn the_right_most_hop_that_is_not_a_proxy_is_the_client() {
        assert_eq!(listed("203.0.113.9"), "203.0.113.9");
        assert_eq!(listed("203.0.113.9, 10.2.3.4"), "203.0.113.9");
        assert_eq!(
            listed("1.2.3.4, 203.0.113.9, 10.2.3.4,fd00::7"),
            "203.0.113.9"
        );
    }

    #[test]
    fn what_the_client_wrote_itself_is_ignored() {
        assert_eq!(listed("127.0.0.1, 203.0.113.9"), "203.0.113.9");
        assert_eq!(listed("10.9.9.9, 203.0.113.9"), "203.0.113.9");
        assert_eq!(
            seen(&[
                (&X_FORWARDED_FOR, b"1.2.3.4"),
                (&X_FORWARDED_FOR, b"203.0.113.9")
            ])
            .0,
            "203.0.113.9"
        );
    }

    #[test]
    fn garbage_ends_the_walk_at_the_last_hop_vouched_for() {
        assert_eq!(listed("unknown"), "10.0.0.1");
        assert_eq!(listed("203.0.113.9, , 10.2.3.4"), "10.2.3.4");
        assert_eq!(listed("203.0.113.9, 999.1.1.1"), "10.0.0.1");
        assert_eq!(listed(""), "10.0.0.1");
        assert_eq!(
            seen(&[(&X_FORWARDED_FOR, b"203.0.113.9\xff")]).0,
            "10.0.0.1"
        );
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_are_understood() {
        assert_eq!(listed("203.0.113.9:4711"), "203.0.113.9");
        assert_eq!(listed("[2001:db8::1]:4711"), "2001:db8::1");
        assert_eq!(listed("[2001:db8::1]"), "2001:db8::1");
        assert_eq!(listed("2001:db8::1"), "2001:db8::1");
        assert_eq!(listed("::ffff:203.0.113.9"), "203.0.113.9");
    }

    #[test]
    fn when_all_hops_are_proxies_the_left_most_is_the_client() {
        assert_eq!(listed("10.5.5.5, 10.2.3.4"), "10.5.5.5");
    }

    #[test]
    fn the_standard_header_carries_address_and_scheme() {
        let client = ("203.0.113.9".to_owned(), true);
        assert_eq!(standard("for=203.0.113.9;proto=https"), client);
        assert_eq!(standard("Proto=HTTPS; For=\"203.0.113.9:80\""), client);
        assert_eq!(
            standard("for=1.2.3.4, for=203.0.113.9;proto=https, for=10.2.3.4"),
            client
        );
        assert_eq!(
            standard("for=\"[2001:db8::1]:4711\";by=10.0.0.1"),
            ("2001:db8::1".to_owned(), false)
        );
    }

    #[test]
    fn obfuscated_and_broken_elements_of_the_standard_header_end_the_walk() {
        for value in [
            "for=_hidden",
            "for=unknown",
            "by=1.2.3.4",
            "for",
            "for=\"1.2.3.4",
            ";;,=",
        ] {
            assert_eq!(standard(value).0, "10.0.0.1", "{value}");
        }
    }

    #[test]
    fn two_headers_that_differ_are_both_disbelieved() {
        let spoofed: [(&HeaderName, &[u8]); 2] = [
            (&X_FORWARDED_FOR, b"203.0.113.9"),
            (&FORWARDED, b"for=127.0.0.1"),
        ];
        assert_eq!(seen(&spoofed).0, "10.0.0.1");
        let agreed: [(&HeaderName, &[u8]); 2] = [
            (&X_FORWARDED_FOR, b"203.0.113.9"),
            (&FORWARDED, b"for=203.0.113.9"),
        ];
        assert_eq!(seen(&agreed).0, "203.0.113.9");
    }

    #[test]
    fn the_scheme_is_the_one_that_the_nearest_proxy_said() {
        let said = |value: &[u8]| seen(&[(&X_FORWARDED_PROTO, value)]).1;
        assert!(said(b"https"));
        assert!(!said(b"http"));
        assert!(!said(b"https, http"));
        assert!(said(b"http, HTTPS"));
    }

    proptest! {
        #[test]
        fn no_header_makes_an_address_that_nobody_vouched_for(
            left in "[ -~]{0,80}",
            client in any::<u32>().prop_map(Ipv4Addr::from),
        ) {
            prop_assume!(client.octets()[0] != 10);
            prop_assert_eq!(listed(&format!("{left}, {client}")), client.to_string());
        }

        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(32_u8..=255, 0..200)) {
            prop_assume!(HeaderValue::from_bytes(&bytes).is_ok());
            seen(&[(&X_FORWARDED_FOR, &bytes), (&FORWARDED, &bytes), (&X_FORWARDED_PROTO, &bytes)]);
            seen(&[(&FORWARDED, &bytes)]);
        }
    }
}
