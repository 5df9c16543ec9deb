//! How many connections each address holds, so that one machine cannot take all places.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The bits of an IPv6 address that name a customer's network; the rest is the customer's choice.
const NETWORK_BITS: u32 = 64;

/// Connections by address.
#[derive(Debug)]
pub(super) struct Crowd {
    limit: u32,
    counts: Mutex<HashMap<IpAddr, u32>>,
}

/// One connection's seat; free again when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Crowd {
    pub(super) fn new(limit: u32) -> Arc<Self> {
        Arc::new(Self {
            limit,
            counts: Mutex::new(HashMap::new()),
        })
    }

    /// A seat, unless the address holds as many as it may.
    pub(super) fn seat(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let address = network(address);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&address).copied().unwrap_or(0);
        if count >= self.limit {
            return None;
        }
        counts.insert(address, count + 1);
        Some(Seat {
            crowd: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let counts = self.crowd.counts.lock();
        let mut counts = counts.unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = counts.entry(self.address) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(
            v6.to_bits() & (u128::MAX << NETWORK_BITS),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_gets_its_seats_and_no_more_until_one_is_free() {
        let crowd = Crowd::new(2);
        let first = crowd.seat(address("192.0.2.1"));
        let second = crowd.seat(address("192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(crowd.seat(address("192.0.2.1")).is_none());
        assert!(crowd.seat(address("192.0.2.2")).is_some());
        drop(first);
        assert!(crowd.seat(address("192.0.2.1")).is_some());
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let crowd = Crowd::new(1);
        let seat = crowd.seat(address("2001:db8::1"));
        assert!(seat.is_some());
        assert!(crowd.seat(address("2001:db8::2")).is_none());
        assert!(crowd.seat(address("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn addresses_without_connections_leave_nothing_behind() {
        let crowd = Crowd::new(1);
        drop(crowd.seat(address("192.0.2.1")));
        assert!(crowd.counts.lock().unwrap().is_empty());
    }
}
