//! Keys for tests, as rows.

use symbolon_jose::Algorithm;
use symbolon_token::node::{NodeId, RealmNode, SigningKeyNode};
use symbolon_token::time::Time;

use super::{Life, SigningKeyRow};

pub(crate) const NOON: Time = Time(1_800_000_000_000);

pub(crate) const REALM: RealmNode = match NodeId::from_number(1) {
    Ok(id) => RealmNode(id),
    Err(_) => unreachable!(),
};

/// An ES256 key of this generation, active since noon and without a successor.
pub(crate) fn key(generation: i64) -> SigningKeyRow {
    SigningKeyRow {
        id: SigningKeyNode(NodeId::from_number(100 + generation).unwrap()),
        realm: REALM,
        algorithm: Algorithm::Es256,
        generation,
        created_at: NOON,
        life: Life {
            active_at: NOON,
            retires_at: None,
            gone_at: None,
            revoked_at: None,
        },
        public_jwk: String::new(),
        sealed_private: Vec::new(),
    }
}

impl SigningKeyRow {
    pub(crate) fn of(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    pub(crate) fn active_at(mut self, at: Time) -> Self {
        self.life.active_at = at;
        self
    }

    pub(crate) fn ends(mut self, retires_at: Time, gone_at: Time) -> Self {
        (self.life.retires_at, self.life.gone_at) = (Some(retires_at), Some(gone_at));
        self
    }

    pub(crate) fn revoked_at(mut self, at: Time) -> Self {
        self.life.revoked_at = Some(at);
        self
    }
}
