//! Where a key stands in its life: a question to the clock.

use symbolon_token::time::Time;

/// The times of one key's life. [`Life::phase`] is their only reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// From when on it signs.
    pub active_at: Time,
    /// Until when it signs; open while no successor is known.
    pub retires_at: Option<Time>,
    /// Until when it verifies.
    pub gone_at: Option<Time>,
    /// When it was revoked, for good.
    pub revoked_at: Option<Time>,
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Published, so that verifiers know it before it signs.
    Announced,
    /// Published and signing.
    Active,
    /// Published until what it signed has expired.
    Retiring,
    /// Neither published nor trusted.
    Gone,
    /// Neither published nor trusted, whatever the clock says.
    Revoked,
}

impl Phase {
    /// Whether verifiers are given the key, and a signature of it holds.
    #[must_use]
    pub const fn is_published(self) -> bool {
        match self {
            Self::Announced | Self::Active | Self::Retiring => true,
            Self::Gone | Self::Revoked => false,
        }
    }

    /// The word for people and programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Gone => "gone",
            Self::Revoked => "revoked",
        }
    }
}

impl Life {
    /// The phase at this time. A boundary belongs to what begins there.
    #[must_use]
    pub fn phase(&self, now: Time) -> Phase {
        let passed = |at: Option<Time>| at.is_some_and(|at| at <= now);
        if self.revoked_at.is_some() {
            Phase::Revoked
        } else if passed(self.gone_at) {
            Phase::Gone
        } else if passed(self.retires_at) {
            Phase::Retiring
        } else if self.active_at <= now {
            Phase::Active
        } else {
            Phase::Announced
        }
    }

    /// Whether nothing is known yet that ends it: of each algorithm's keys at most the newest.
    #[must_use]
    pub(crate) fn is_open(&self) -> bool {
        self.revoked_at.is_none() && self.retires_at.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_begins_at_its_own_time() {
        let life = Life {
            active_at: Time(10),
            retires_at: Some(Time(20)),
            gone_at: Some(Time(30)),
            revoked_at: None,
        };
        let phases = [9, 10, 19, 20, 29, 30].map(|at| life.phase(Time(at)));
        assert_eq!(
            phases,
            [
                Phase::Announced,
                Phase::Active,
                Phase::Active,
                Phase::Retiring,
                Phase::Retiring,
                Phase::Gone
            ]
        );
    }

    #[test]
    fn a_revoked_key_is_revoked_at_any_time() {
        let life = Life {
            active_at: Time(10),
            retires_at: None,
            gone_at: Some(Time(30)),
            revoked_at: Some(Time(20)),
        };
        for at in [0, 10, 20, 30] {
            assert_eq!(life.phase(Time(at)), Phase::Revoked);
        }
    }
}
