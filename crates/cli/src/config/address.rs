//! Is what leaves this address encrypted, or on its way to something that encrypts it?

use std::net::SocketAddr;

use ipnet::IpNet;

/// Tokens never cross a network in the clear: TLS, or a named proxy, or nobody but this machine.
///
/// # Errors
/// A sentence for the operator.
pub(super) fn check(listen: SocketAddr, has_tls: bool, proxies: &[IpNet]) -> Result<(), String> {
    if has_tls || !proxies.is_empty() || listen.ip().is_loopback() {
        return Ok(());
    }
    Err(format!(
        "listen is {listen}, where others can reach it: add [tls] with certificate and key, or name \
         in proxies the addresses of the proxy that encrypts"
    ))
}
