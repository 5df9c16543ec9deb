//! The gate: a proxy asks whether a request may pass, and what to tell the service behind it of who
//! is asking. The service then needs to know nothing of tokens.
//!
//! 1. Only configured proxies may ask: whoever else can reach the gate could try tokens on it.
//! 2. `front`: what this proxy says of a request, each in its own way, becomes an [`Ask`].
//! 3. `decide`: a header that the service could take for one of ours ends it; a route is found, and a
//!    bearer token (RFC 6750).
//! 4. [`Judge`]: does the token live? What cannot be known now is refused (fail closed).
//! 5. `decide`: it is meant for this route, allows enough, and is bound to no key.
//! 6. `front`: the answer, in this proxy's way: every identity header, empty where there is nothing to
//!    say, and one signed assertion ([`Sign`]); or a refusal.
//!
//! Nothing here reads a clock or knows a socket. `docs/gate.md` has each proxy's configuration.

mod answer;
mod ask;
mod assertion;
mod decide;
mod decision;
mod front;
mod header;
mod judge;
mod refusal;
mod route;
mod setting;

pub use answer::Reply;
pub use ask::Ask;
pub use assertion::{Claims, MAX_LIFETIME, NotSigned, Sign};
pub use decision::{Decision, RouteKind};
pub use front::{Front, GRPC_PATH, Question, answer};
pub use judge::{Identity, Judge, Unfit, Verdict};
pub use setting::{Assertion, Credential, Gate, RouteSettings, SettingError, Settings};
