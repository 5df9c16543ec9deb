//! The rows by which processes on one database tell each other of followers.

pub(super) mod carried;
pub(super) mod follower;
