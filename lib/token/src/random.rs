//! Chance is an argument: rules that need it are handed a source, tests a fixed one.

/// A source of unpredictable bytes.
///
/// The edge gives the operating system's through aws-lc-rs. Implementations must be fit for keys.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// So many bytes from a source.
#[must_use]
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut buffer = [0; N];
    random.fill(&mut buffer);
    buffer
}
