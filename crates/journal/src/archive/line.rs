//! The lines of an exported file.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use symbolon_jose::base64url;
use symbolon_store::{Sequence, Written};
use symbolon_token::time::Time;

use crate::merkle::Frontier;
use crate::read::{hex, unhex};
use crate::segment::{Breach, Segment};

/// The version of the form.
const VERSION: u32 = 1;

/// The first line.
#[derive(Serialize, Deserialize)]
pub(super) struct Head {
    symbolon_journal: u32,
    /// Entries before the first segment, and the peaks of their tree in base64url.
    size: u64,
    peaks: String,
    /// The keys that sign, as JWKs.
    pub(super) keys: Value,
}

impl Head {
    pub(super) fn new(tree: &Frontier, keys: Value) -> Self {
        Self {
            symbolon_journal: VERSION,
            size: tree.size(),
            peaks: base64url::encode(tree.to_bytes()),
            keys,
        }
    }

    /// The tree before the first segment.
    pub(super) fn tree(&self) -> Option<Frontier> {
        let peaks = base64url::decode(&self.peaks).ok()?;
        let known = self.symbolon_journal == VERSION;
        Frontier::from_bytes(self.size, &peaks).filter(|_| known)
    }
}

/// A segment.
#[derive(Serialize, Deserialize)]
pub(crate) struct SegmentLine {
    first: i64,
    last: i64,
    begins_at: i64,
    ends_at: i64,
    before: String,
    peaks: String,
    block: Option<String>,
    digests: String,
    dropped: String,
    kid: String,
    signature: String,
    /// Absent but behind a break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    breach: Option<String>,
}

impl From<&Segment> for SegmentLine {
    fn from(segment: &Segment) -> Self {
        Self {
            first: segment.first.0,
            last: segment.last.0,
            begins_at: segment.begins_at.0,
            ends_at: segment.ends_at.0,
            before: hex(&segment.before),
            peaks: base64url::encode(segment.tree.to_bytes()),
            block: segment.block.map(|block| hex(&block)),
            digests: base64url::encode(&segment.digests),
            dropped: base64url::encode(segment.dropped_bytes()),
            kid: segment.kid.clone(),
            signature: base64url::encode(&segment.signature),
            breach: segment
                .breach
                .map(|breach| base64url::encode(breach.to_bytes())),
        }
    }
}

impl SegmentLine {
    /// The segment, where every member has its form.
    pub(super) fn segment(&self) -> Option<Segment> {
        let bytes = |text: &str| base64url::decode(text).ok();
        let size = u64::try_from(self.last).ok()?;
        let block = match &self.block {
            Some(block) => Some(unhex(block)?),
            None => None,
        };
        let breach = match &self.breach {
            Some(text) => Some(Breach::from_bytes(&bytes(text)?)?),
            None => None,
        };
        Some(Segment {
            first: Sequence(self.first),
            last: Sequence(self.last),
            begins_at: Time(self.begins_at),
            ends_at: Time(self.ends_at),
            before: unhex(&self.before)?,
            tree: Frontier::from_bytes(size, &bytes(&self.peaks)?)?,
            block,
            digests: bytes(&self.digests)?,
            dropped: Segment::read_dropped(&bytes(&self.dropped)?)?,
            breach,
            kid: self.kid.clone(),
            signature: bytes(&self.signature)?,
        })
    }
}

/// An entry: its place, 1 where followers read it, its bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct EntryLine(i64, u8, String);

impl From<&Written> for EntryLine {
    fn from(row: &Written) -> Self {
        let entry = base64url::encode(&row.bytes);
        Self(row.sequence.0, u8::from(row.followed), entry)
    }
}

impl EntryLine {
    /// The row.
    pub(super) fn written(&self) -> Option<Written> {
        Some(Written {
            sequence: Sequence(self.0),
            followed: self.1 == 1,
            bytes: base64url::decode(&self.2).ok()?,
        })
    }
}
