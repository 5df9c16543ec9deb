//! For resource servers: verify access tokens offline, and know at once which ones were revoked.

mod access;
mod answer;
mod demand;
#[cfg(feature = "axum")]
mod extract;
#[cfg(feature = "follow")]
pub mod follow;
mod freshness;
mod guard;
mod judge;
pub mod knowledge;
mod metadata;
mod moment;
mod refusal;
#[cfg(feature = "tower")]
mod resource;
mod sender;
mod verifier;

pub use access::{Access, Facts, Typed, authenticate};
pub use answer::{Answer, Challenge};
pub use demand::Demand;
#[cfg(feature = "axum")]
pub use extract::{Anything, Authorized, Demands};
pub use freshness::{Bounds, Freshness, Policy};
pub use guard::{Answered, Authority, Guard};
pub use judge::{Death, Question, SETTLES, SKEW, Verdict, judge, out_of_time};
pub use knowledge::{FeedError, FeedKeys, FeedKeysError, Knowledge, Remedy};
pub use metadata::{Metadata, MetadataError};
pub use moment::{Clock, Moment, Monotonic};
pub use refusal::Refusal;
#[cfg(feature = "tower")]
pub use resource::{Demanding, Guarded, Proof, Resource, Sender};
pub use sender::{Confirmation, Proven, Scheme, may_present};
pub use verifier::{Admitted, MAX_KEPT, Need, Outcome, Presented, Verifier};
