//! `[limits]`: what the server edge allows. Keys end with their unit; each defaults to the constant in
//! `symbolon_http::server::limit`.

use std::time::Duration;

use serde::Deserialize;
use symbolon_http::server::Limits;
use symbolon_http::server::limit::MIN_HEADER_BYTES;

/// `[limits]`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitTable {
    header_timeout_seconds: Option<u32>,
    body_timeout_seconds: Option<u32>,
    idle_timeout_seconds: Option<u32>,
    stall_timeout_seconds: Option<u32>,
    handshake_timeout_seconds: Option<u32>,
    drain_timeout_seconds: Option<u32>,
    max_header_bytes: Option<usize>,
    max_body_bytes: Option<usize>,
    max_connections: Option<u32>,
    max_connections_per_address: Option<u32>,
    max_streams: Option<u32>,
}

impl LimitTable {
    /// The limits, where they can be.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub(super) fn limits(&self) -> Result<Limits, String> {
        let mut limits = Limits::default();
        let durations = [
            (self.header_timeout_seconds, &mut limits.header_timeout),
            (self.body_timeout_seconds, &mut limits.body_timeout),
            (self.idle_timeout_seconds, &mut limits.idle_timeout),
            (self.stall_timeout_seconds, &mut limits.stall_timeout),
            (
                self.handshake_timeout_seconds,
                &mut limits.handshake_timeout,
            ),
            (self.drain_timeout_seconds, &mut limits.drain_timeout),
        ];
        for (seconds, limit) in durations {
            if let Some(seconds) = seconds {
                if seconds == 0 {
                    return Err("limits: a timeout is at least 1 second".to_owned());
                }
                *limit = Duration::from_secs(seconds.into());
            }
        }
        let counts = [
            (self.max_connections, &mut limits.max_connections),
            (
                self.max_connections_per_address,
                &mut limits.max_connections_per_address,
            ),
            (self.max_streams, &mut limits.max_streams),
        ];
        for (count, limit) in counts {
            if let Some(count) = count {
                if count == 0 {
                    return Err("limits: a limit of 0 would refuse everybody".to_owned());
                }
                *limit = count;
            }
        }
        if let Some(bytes) = self.max_header_bytes {
            if bytes < MIN_HEADER_BYTES {
                return Err(format!(
                    "limits.max_header_bytes is at least {MIN_HEADER_BYTES}"
                ));
            }
            limits.max_header_bytes = bytes;
        }
        if let Some(bytes) = self.max_body_bytes {
            if bytes == 0 {
                return Err("limits.max_body_bytes is at least 1".to_owned());
            }
            limits.max_body_bytes = bytes;
        }
        Ok(limits)
    }
}
