//! Networks as the journal keeps them: a digest of the prefix (/24, or /48 of IPv6) under the day's
//! key. So an address block is looked for by all of its prefixes, day by day.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use symbolon_identity::{World, day};
use symbolon_journal::{Event, Fact};
use symbolon_token::node::RealmNode;
use thiserror::Error;
use tokio::task::yield_now;

/// The prefix that the journal keeps, in bits; and how many bits wider a block may be: 524,288 prefixes,
/// whose digests take a quarter of a second for each day, and eight megabytes.
const KEPT: (u8, u8) = (24, 48);
const WIDER: u8 = 19;

/// Prefixes whose digests are worked out at once: half a millisecond's work.
const AT_ONCE: usize = 1024;

/// Days whose digests are kept: a walk passes from one to the one before, and clocks differ a little.
const MAX_DAYS: usize = 3;

/// A block of addresses that the journal can tell from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

/// Why a text names no such block.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// It is no block.
    #[error("{0:?} is no network; write it as 192.0.2.0/24 or 2001:db8::/48")]
    Form(String),
    /// The journal cannot tell its addresses from their neighbours'.
    #[error(
        "{network} is too narrow: the journal keeps no more of an address than /{kept}, so the \
         neighbours would be hit too; name /{kept} if that is meant"
    )]
    TooNarrow {
        /// What was named.
        network: IpNet,
        /// What is kept.
        kept: u8,
    },
    /// It has too many prefixes to look for.
    #[error(
        "{network} is too wide: at most 524,288 prefixes are looked for, which is /{widest}; name \
         parts of it one by one, or the cause that they share"
    )]
    TooWide {
        /// What was named.
        network: IpNet,
        /// The widest.
        widest: u8,
    },
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let network: IpNet = text
            .parse()
            .map_err(|_| NetworkError::Form(text.to_owned()))?;
        let kept = match network {
            IpNet::V4(_) => KEPT.0,
            IpNet::V6(_) => KEPT.1,
        };
        let widest = kept - WIDER;
        match network.prefix_len() {
            bits if bits > kept => Err(NetworkError::TooNarrow { network, kept }),
            bits if bits < widest => Err(NetworkError::TooWide { network, widest }),
            _ => Ok(Self(network.trunc())),
        }
    }
}

impl TryFrom<String> for Network {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Self, NetworkError> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Network {
    /// One address of each of its prefixes.
    fn prefixes(self) -> Vec<IpAddr> {
        match self.0 {
            IpNet::V4(network) => {
                let parts = network.subnets(KEPT.0).into_iter().flatten();
                parts.map(|one| IpAddr::V4(one.network())).collect()
            }
            IpNet::V6(network) => {
                let parts = network.subnets(KEPT.1).into_iter().flatten();
                parts.map(|one| IpAddr::V6(one.network())).collect()
            }
        }
    }
}

/// The digests of a block's prefixes, by the day.
pub(crate) struct Days {
    realm: RealmNode,
    prefixes: Vec<IpAddr>,
    known: HashMap<i64, HashSet<[u8; 6]>>,
}

impl Days {
    pub(crate) fn new(realm: RealmNode, network: Network) -> Self {
        Self {
            realm,
            prefixes: network.prefixes(),
            known: HashMap::new(),
        }
    }

    /// Whether the call behind an entry came from there. Where its day is not known yet, it is worked out,
    /// little by little: whoever waits for this processor is served in between.
    pub(crate) async fn had(&mut self, world: &World, event: &Event) -> bool {
        let Some(digest) = event.facts.iter().find_map(Fact::network) else {
            return false;
        };
        let day = day(event.at);
        if let Some(known) = self.known.get(&day) {
            return known.contains(digest);
        }
        let mut digests = HashSet::with_capacity(self.prefixes.len());
        for some in self.prefixes.chunks(AT_ONCE) {
            let some = some.iter();
            digests.extend(some.flat_map(|prefix| world.networks(self.realm, *prefix, day)));
            yield_now().await;
        }
        if self.known.len() >= MAX_DAYS {
            self.known.clear();
        }
        let had = digests.contains(digest);
        self.known.insert(day, digests);
        had
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_as_narrow_as_the_journal_can_tell_and_as_wide_as_can_be_looked_for() {
        for (text, prefixes) in [
            ("192.0.2.0/24", 1),
            ("10.1.0.0/16", 256),
            ("8.0.0.0/5", 524_288),
            ("2001:db8::/48", 1),
            ("2001:db8::/29", 524_288),
        ] {
            let network: Network = text.parse().unwrap();
            assert_eq!(network.to_string(), text);
            assert_eq!(network.prefixes().len(), prefixes, "{text}");
        }
        for (text, says) in [
            ("192.0.2.7/32", "name /24 if"),
            ("192.0.2.0/25", "too narrow"),
            ("0.0.0.0/0", "which is /5;"),
            ("::/0", "which is /29;"),
            ("2001:db8::/49", "name /48 if"),
            ("192.0.2.7", "is no network"),
            ("x", "is no network"),
        ] {
            let refused = text.parse::<Network>().unwrap_err().to_string();
            assert!(refused.contains(says), "{text}: {refused}");
        }
    }

    #[test]
    fn an_address_stands_for_its_block() {
        let network: Network = "192.0.2.7/24".parse().unwrap();
        assert_eq!(network.to_string(), "192.0.2.0/24");
    }
}
