//! The address of `dev`: loopback, and the same port as before where nobody asks for another.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use symbolon_http::server::{BindError, Limits, Listen, Server};
use symbolon_identity::World;

use crate::exit::StartError;

/// Reads `address:port`; `localhost` is 127.0.0.1.
pub(super) fn parse(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix("localhost:");
    if let Some(port) = port.and_then(|port| port.parse().ok()) {
        return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }
    let address = text.parse();
    address.map_err(|_| "an address has the form 127.0.0.1:8420".to_owned())
}

/// Others must not reach it: its secrets lie in a file, and it speaks plain HTTP.
///
/// # Errors
/// [`StartError`].
pub(super) fn check(address: SocketAddr) -> Result<(), StartError> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    Err(StartError::Sentence(format!(
        "dev listens on loopback only, and {} is not; use 127.0.0.1, or symbolon serve for others",
        address.ip()
    )))
}

/// Where the apps run that are tried with it: they may be told of sign-outs.
pub(super) fn loopback() -> Vec<IpNet> {
    let (four, six) = (Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into());
    [IpNet::new(four, 8), IpNet::new(six, 128)]
        .into_iter()
        .flatten()
        .map(|net| net.trunc())
        .collect()
}

/// Listens. Port 0 takes the port of the first realm's issuer while that is free.
///
/// # Errors
/// [`BindError`].
pub(super) async fn bind(address: SocketAddr, world: &World) -> Result<Server, BindError> {
    if address.port() == 0
        && let Some(before) = issuer_address(world)
        && before.ip() == address.ip()
        && let Ok(server) = Server::bind(&listen(before)).await
    {
        return Ok(server);
    }
    Server::bind(&listen(address)).await
}

fn issuer_address(world: &World) -> Option<SocketAddr> {
    world.realms.first()?.issuer.authority().parse().ok()
}

fn listen(address: SocketAddr) -> Listen {
    Listen {
        address,
        tls: None,
        proxies: Vec::new(),
        limits: Limits::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn localhost_is_loopback_and_names_are_not_looked_up() {
        assert_eq!(
            parse("localhost:1"),
            Ok(SocketAddr::from(([127, 0, 0, 1], 1)))
        );
        assert_eq!(parse("[::1]:1").unwrap().to_string(), "[::1]:1");
        assert!(parse("example.com:1").is_err());
        assert!(parse("8420").is_err());
    }

    #[test]
    fn others_addresses_are_refused() {
        assert!(check("127.8.8.8:1".parse().unwrap()).is_ok());
        for other in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1"] {
            assert!(check(other.parse().unwrap()).is_err(), "{other}");
        }
    }
}
