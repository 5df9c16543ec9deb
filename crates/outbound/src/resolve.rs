//! What a name means: a port, so that tests can say it.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;

/// The addresses of a name, when they are known.
pub type Addresses<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Knows what names mean.
pub trait Resolve: Send + Sync {
    /// The addresses of a name. It is asked once for each call.
    fn resolve<'a>(&'a self, host: &'a str) -> Addresses<'a>;
}

/// The system's own resolver.
#[derive(Clone, Copy, Debug)]
pub struct System;

impl Resolve for System {
    fn resolve<'a>(&'a self, host: &'a str) -> Addresses<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}
