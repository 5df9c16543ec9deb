//! The nouns that every part of Symbolon shares: plain values, no I/O, no clock, no chance.
//!
//! | module | answers |
//! |---|---|
//! | [`call`] | who asks, when, from where |
//! | [`descent`] | what a token descends from, as its holder may see it |
//! | [`feed`] | what verifiers are told |
//! | [`kind`] | what a token is for, and how it looks |
//! | [`lineage`] | what a token descends from |
//! | [`node`] | which thing is meant: ids, one type for each noun |
//! | [`opaque`] | how a token without content is written, and how a typing error shows |
//! | [`random`] | where chance comes from: an argument |
//! | [`scope`] | what a token allows |
//! | [`secret`] | values that never print |
//! | [`status`] | where a token's status bit stands |
//! | [`time`] | when: an argument |
//! | [`token_id`] | which token: its `jti` |

mod base62;
pub mod call;
pub mod descent;
pub mod feed;
pub mod kind;
pub mod lineage;
pub mod node;
pub mod opaque;
pub mod random;
pub mod scope;
pub mod secret;
pub mod status;
pub mod time;
pub mod token_id;
