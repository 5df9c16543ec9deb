//! The signed texts themselves, and what a follower says in turn.

use serde::{Deserialize, Serialize};

use super::change::Change;
use super::stream::{Hash, Nonce, Position, StreamName};
use crate::node::NodeId;
use crate::time::Time;

/// The `typ` of a [`Snapshot`].
pub const SNAPSHOT_TYP: &str = "feed-snapshot+jwt";

/// The `typ` of a [`Frame`].
pub const FRAME_TYP: &str = "feed-frame+jwt";

/// The `typ` of a [`Heartbeat`].
pub const HEARTBEAT_TYP: &str = "feed-heartbeat+jwt";

/// The `typ` of an [`Echo`].
pub const ECHO_TYP: &str = "feed-echo+jwt";

/// Everything that a follower must know to judge, as of frame `n`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The realm's issuer.
    pub iss: String,
    /// The audience.
    pub aud: String,
    /// The frame after which this holds.
    pub position: Position,
    /// The store's term: whoever followed an older one has lost the past.
    pub term: i64,
    /// The authority's time, in milliseconds.
    pub at: Time,
    /// The realm's node, which every token must name.
    pub realm: NodeId,
    /// What is known.
    pub known: Change,
}

/// What has changed since the frame before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The realm's issuer.
    pub iss: String,
    /// The audience.
    pub aud: String,
    /// Which stream.
    pub stream: StreamName,
    /// Its number: one more than that of the frame before.
    pub n: u64,
    /// The hash of the frame before.
    pub prev: Hash,
    /// The store's term.
    pub term: i64,
    /// The authority's time, in milliseconds.
    pub at: Time,
    /// What is new.
    pub change: Change,
}

/// Nothing has happened after frame `n`, so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The realm's issuer.
    pub iss: String,
    /// The audience.
    pub aud: String,
    /// Where the stream stands.
    pub position: Position,
    /// The store's term.
    pub term: i64,
    /// The authority's time, in milliseconds.
    pub at: Time,
}

/// The answer to an [`Acknowledgement`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// The realm's issuer.
    pub iss: String,
    /// The audience.
    pub aud: String,
    /// What the follower chose: whoever kept this back can only make it look older.
    pub nonce: Nonce,
    /// Where the stream stood when the acknowledgement came.
    pub position: Position,
    /// The store's term.
    pub term: i64,
    /// The authority's time, in milliseconds.
    pub at: Time,
}

/// What a follower says: how far it enforces what it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The audience.
    pub audience: String,
    /// Which stream it follows.
    pub stream: StreamName,
    /// The last frame that it enforces.
    pub n: u64,
    /// By which it will know the echo.
    pub nonce: Nonce,
    /// The name of this instance, of its own choice: several may share one client.
    pub follower: String,
    /// How long after its last echo it refuses everything, in milliseconds; none if some route of its
    /// stays open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dark_after_ms: Option<u64>,
    /// Whether it follows no longer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leaving: bool,
}

/// Why a follower refused what was validly signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Its status index was never leased.
    NeverLeased,
    /// An ancestor's epoch is above the one that the authority knows.
    Unborn,
    /// It does not name the key that signed it, or its realm.
    Orphan,
}

/// A token that was validly signed and never issued: the key that signed it was stolen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The audience.
    pub audience: String,
    /// The key that signed it.
    pub kid: String,
    /// The name that it gives itself.
    pub jti: String,
    /// What gave it away.
    pub finding: Finding,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::feed::{Blocks, Bytes, Indexes, KeyNode, Stands, State};
    use crate::lineage::Epoch;

    fn node(number: i64) -> NodeId {
        NodeId::from_number(number).unwrap()
    }

    #[test]
    fn a_frame_is_written_so() {
        let frame = Frame {
            iss: "https://a.example".to_owned(),
            aud: "https://api.example".to_owned(),
            stream: "AAAAAAAAAAAAAAAAAAAAAA".parse().unwrap(),
            n: 7,
            prev: Bytes([0; 32]),
            term: 3,
            at: Time(1_800_000_000_123),
            change: Change {
                nodes: vec![Stands {
                    node: node(62),
                    epoch: Epoch(2),
                    state: State::Disabled,
                }],
                blocks: Blocks::default(),
                bits: [(500_000, [1, 5].into_iter().collect::<Indexes>())].into(),
                leases: [(500_000, 1024)].into(),
                floor: None,
                keys: Some(vec![KeyNode("k".to_owned(), node(1))]),
            },
        };
        let written = serde_json::to_value(&frame).unwrap();
        let expected = json!({
            "iss": "https://a.example",
            "aud": "https://api.example",
            "stream": "AAAAAAAAAAAAAAAAAAAAAA",
            "n": 7,
            "prev": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "term": 3,
            "at": 1_800_000_000_123_i64,
            "change": {
                "nodes": [["00000000010", 2, 1]],
                "bits": {"500000": "AQM"},
                "leases": {"500000": 1024},
                "keys": [["k", "00000000001"]],
            },
        });
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_value::<Frame>(written).unwrap(), frame);
    }

    #[test]
    fn an_unknown_state_is_an_end() {
        let stands: Stands = serde_json::from_value(json!(["00000000010", 2, 9])).unwrap();
        assert_eq!(stands.state, State::Ended);
    }
}
