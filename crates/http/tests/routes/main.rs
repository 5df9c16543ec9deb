//! The routes, asked as a program would and answered whole: status, headers, body. Folders mirror
//! addresses. Clock, chance and ids are fixed, so that every reply is the same in each run.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test ends where its arrangement fails"
)]

mod arrange;
mod clock;
mod demo;
mod door;
mod feed;
mod health;
mod junk;
mod oauth;
mod page;
mod ready;
mod setup;
mod unknown;
mod v1;
