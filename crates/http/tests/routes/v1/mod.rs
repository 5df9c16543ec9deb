//! `/v1/…`.

mod bearer;
mod body;
mod clients;
mod idempotency;
mod journal;
mod keys;
mod openapi;
mod persons;
mod realms;
mod resource_owner;
mod resources;
mod secrets;
mod subjects;
mod tokens;
mod word;
