//! For resource servers: verify access tokens offline, and know at once which ones were revoked.
//!
//! # A resource server
//!
//! Features `follow` and `axum`. It follows the authority's feed as the client `orders`, which has the
//! scope `feed`; until the feed has come, nothing passes.
//!
#![cfg_attr(all(feature = "axum", feature = "follow"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "axum", feature = "follow")), doc = "```text")]
//! use axum::{Router, routing::get};
//! use symbolon_verify::follow::{Follow, http::Client};
//! use symbolon_verify::{Authorized, Resource};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::new("orders", std::env::var("CLIENT_SECRET")?);
//!     let following = Follow::http("https://id.example", "https://api.example", client)?.start();
//!     let app = Router::new()
//!         .route("/me", get(|access: Authorized| async move { access.sub.to_string() }))
//!         .with_state(Resource::new(following.guard()));
//!     axum::serve(tokio::net::TcpListener::bind("[::]:8080").await?, app).await?;
//!     Ok(())
//! }
//! ```
//!
//! # Offline
//!
//! Without features the crate does no I/O, reads no clock and wants no runtime. Keys and time are
//! arguments; a token lives until it expires.
//!
//! ```
//! use symbolon_token::time::Time;
//! use symbolon_verify::{
//!     Demand, Moment, Monotonic, Outcome, Presented, Proven, Scheme, Verifier,
//! };
//! # use symbolon_jose::{Algorithm, KeySet, SigningKey, jwt};
//! # let key = SigningKey::generate(Algorithm::Es256)?.with_kid("k");
//! # let keys = KeySet::new([key.public()])?;
//! # let text = jwt::sign(&key, jwt::Purpose::AccessToken, &serde_json::json!({
//! #     "iss": "https://id.example", "aud": "https://api.example", "sub": "alice", "client_id": "app",
//! #     "scope": "orders.read", "jti": "a", "iat": 1_800_000_000, "exp": 1_800_000_600,
//! # }))?;
//!
//! let verifier = Verifier::offline("https://id.example", "https://api.example", keys);
//! let now = Moment { monotonic: Monotonic::default(), wall: Time::from_seconds(1_800_000_000) };
//! let presented = Presented {
//!     token: &text,
//!     scheme: Scheme::Bearer,
//!     proven: Proven::default(),
//!     seen_at: now.monotonic,
//! };
//! match verifier.verify(&presented, &Demand::scope("orders.read")?, now) {
//!     Outcome::Admitted(access) => assert_eq!(&*access.sub, "alice"),
//!     Outcome::Refused(refusal) => panic!("{refusal}"),
//!     Outcome::Needs(_) => unreachable!("only who follows a feed has something to fetch"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Who has a transport of its own hands the feed's texts in: [`Verifier::following`], then
//! [`Verifier::learn`] with [`Knowledge`]'s `apply_snapshot`, `apply_frame`, `heartbeat` and `echo`. Each
//! error says by its [`Remedy`] what to fetch next.
//!
//! # What a route demands
//!
//! [`Demand`] names scopes, classes and age of the sign-in (RFC 9470), and the [`Policy`] for when what is
//! known is not fresh:
//!
//! | policy | FRESH, ≤ 3 s | STALE | DARK, > 10 s | a revoked token passes for at most |
//! |---|---|---|---|---|
//! | [`FailClosed`](Policy::FailClosed) | by memory | by memory | 503 | 10 s |
//! | [`Introspect`](Policy::Introspect) | by memory | asks | asks | 3 s |
//! | [`BoundedOpen`](Policy::BoundedOpen) | by memory | by memory | by memory up to its limit, then 503 | its limit |
//!
//! That is when it is cut off. While it is not, news take a network's way. `docs/verify.md` of the
//! repository says what the bounds are made of. Both times are [`Bounds`], which can be changed.
//!
//! # Sender-bound tokens
//!
//! A token with `cnf` (DPoP, RFC 9449; client certificates, RFC 8705) passes only where the caller says
//! what the request proved: [`Proven`], or a `Sender` hook of the resource. Without it such tokens are
//! refused. Proofs themselves are verified by the caller.
//!
//! # What it refuses, and why
//!
//! | refused | why |
//! |---|---|
//! | a `typ` that is not `at+jwt` | an ID token is no access token (RFC 9068 §4); [`Typed::Plain`] for resources whose authority writes `JWT` |
//! | a token that does not name its realm and the key that signed it | that key was stolen: the authority writes both |
//! | an index that was never leased, an epoch above the known one | the same, once what is known is younger than the token; reported to the authority |
//! | a key that the feed does not name | it was revoked |
//! | `cnf` with a member that is not known | nobody here can say who may present it |
//! | everything, before the first echo | nothing proves that what was told is not a year old |

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
mod kept;
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
pub use knowledge::{FeedError, FeedKeys, KeysError, Knowledge, Remedy};
pub use metadata::{Metadata, MetadataError};
pub use moment::{Clock, Moment, Monotonic};
pub use refusal::Refusal;
#[cfg(feature = "tower")]
pub use resource::{Demanding, Guarded, Proof, Resource, Sender};
pub use sender::{Confirmation, Proven, Scheme, may_present};
pub use verifier::{Admitted, MAX_KEPT, Need, Outcome, Presented, Verifier};
