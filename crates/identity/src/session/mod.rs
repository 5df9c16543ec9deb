//! Sessions: one sign-in of a person, in one browser (OpenID Connect Core §2, `auth_time`).

mod proof;

pub use proof::{Authenticated, Factor, Method};
