//! A connection's bytes, watched: whatever passes tells the pulse, and closing is done politely.
//!
//! A server that answers before it has read everything and then closes makes the kernel send a
//! reset, and the client may lose the answer with it (RFC 9112 §9.6). So after the last byte such
//! a stream reads on for a moment and throws away.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::limit::LINGER_BYTES;
use super::pulse::Pulse;

/// How much is thrown away at a time.
const SCRAP_BYTES: usize = 4096;

/// The way a stream ends.
enum Close {
    /// Not yet.
    Open,
    /// The write side is being shut; then the stream lingers, or not.
    Shutting { linger: bool },
    /// Reading what still comes; so much was thrown away.
    Lingering { scrapped: usize },
}

/// A stream that tells its pulse.
pub(super) struct Watched<T> {
    inner: T,
    pulse: Arc<Pulse>,
    close: Close,
}

impl<T> Watched<T> {
    pub(super) fn new(inner: T, pulse: Arc<Pulse>) -> Self {
        Self {
            inner,
            pulse,
            close: Close::Open,
        }
    }
}

impl<T: AsyncRead + Unpin> Watched<T> {
    /// Reads and throws away, until the client has closed or enough is enough.
    fn poll_scrap(&mut self, cx: &mut Context<'_>, mut scrapped: usize) -> Poll<io::Result<()>> {
        let mut bytes = [0; SCRAP_BYTES];
        while scrapped < LINGER_BYTES {
            let mut scrap = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.inner).poll_read(cx, &mut scrap))?;
            if scrap.filled().is_empty() {
                break;
            }
            scrapped += scrap.filled().len();
            self.close = Close::Lingering { scrapped };
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            this.pulse.read(Instant::now);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let count = ready!(Pin::new(&mut this.inner).poll_write(cx, bytes))?;
        this.pulse.written(Instant::now);
        Poll::Ready(Ok(count))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let count = ready!(Pin::new(&mut this.inner).poll_write_vectored(cx, slices))?;
        this.pulse.written(Instant::now);
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            match this.close {
                Close::Open => {
                    let linger = this.pulse.close(Instant::now());
                    this.close = Close::Shutting { linger };
                }
                Close::Shutting { linger } => {
                    ready!(Pin::new(&mut this.inner).poll_shutdown(cx))?;
                    if !linger {
                        return Poll::Ready(Ok(()));
                    }
                    this.close = Close::Lingering { scrapped: 0 };
                }
                Close::Lingering { scrapped } => return this.poll_scrap(cx, scrapped),
            }
        }
    }
}
