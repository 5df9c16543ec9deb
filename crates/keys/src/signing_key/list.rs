//! List a realm's keys, as operators see them.

use symbolon_jose::Algorithm;
use symbolon_token::node::SigningKeyNode;
use symbolon_token::time::Time;

use super::{Life, Phase, SigningKeyRow};

/// One key, without its halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which: its `kid`.
    pub id: SigningKeyNode,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Where it stands now.
    pub phase: Phase,
    /// When it was made.
    pub created_at: Time,
    /// What its row knows of its life.
    pub life: Life,
}

/// The keys by algorithm, the newest of each first.
#[must_use]
pub fn list(keys: &[SigningKeyRow], now: Time) -> Vec<Listed> {
    let mut sorted: Vec<_> = keys.iter().collect();
    sorted.sort_by_key(|key| (key.algorithm, std::cmp::Reverse(key.generation)));
    let listed = sorted.into_iter().map(|key| Listed {
        id: key.id,
        algorithm: key.algorithm,
        phase: key.phase(now),
        created_at: key.created_at,
        life: key.life,
    });
    listed.collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{NOON, key, later};
    use super::*;

    #[test]
    fn the_newest_of_each_algorithm_stands_first() {
        let keys = [
            key(1).ends(NOON, later(60)),
            key(2),
            key(1).of(Algorithm::Ed25519).revoked_at(NOON),
        ];
        let listed: Vec<_> = list(&keys, NOON)
            .into_iter()
            .map(|one| (one.algorithm, one.id, one.phase))
            .collect();
        assert_eq!(
            listed,
            [
                (Algorithm::Ed25519, key(1).id, Phase::Revoked),
                (Algorithm::Es256, key(2).id, Phase::Active),
                (Algorithm::Es256, key(1).id, Phase::Retiring),
            ]
        );
    }
}
