//! Keys: the secrets outside the database, and the signing keys of each realm.
//!
//! | module | answers |
//! |---|---|
//! | [`pepper`] | how a secret is recognised that is not kept; how a `jti` proves to be ours |
//! | [`random`] | where chance comes from |
//! | [`root`] | which secrets stand outside the database, and whether they are the right ones |
//! | [`seal`] | how a secret rests that must be read again |

pub mod pepper;
pub mod random;
pub mod root;
pub mod seal;
