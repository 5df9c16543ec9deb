//! gzip (RFC 1952): members written whole, and read one after the other.

use std::io::{self, Read};

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

/// What every member begins with: deflate, no flags, no time, an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// How hard to compress: more takes twice the time for a hundredth of the size.
const LEVEL: u8 = 6;

/// Longest text of a member, in bytes: 4,096 entries of 400 take 2.5 MB.
const MAX_MEMBER: usize = 64 * 1024 * 1024;

/// Bytes read from the file at once.
const CHUNK: usize = 64 * 1024;

/// A member that holds this text.
pub(super) fn member(text: &[u8]) -> Vec<u8> {
    let mut member = HEADER.to_vec();
    member.append(&mut compress_to_vec(text, LEVEL));
    member.extend_from_slice(&crc32fast::hash(text).to_le_bytes());
    // RFC 1952 §2.3.1: the size modulo 2^32.
    let size = u32::try_from(text.len() & 0xffff_ffff).unwrap_or(0);
    member.extend_from_slice(&size.to_le_bytes());
    member
}

/// The members of a file, one after the other.
pub(super) struct Members<R> {
    source: R,
    /// Read and not yet used.
    rest: Vec<u8>,
}

impl<R: Read> Members<R> {
    pub(super) fn new(source: R) -> Self {
        let rest = Vec::new();
        Self { source, rest }
    }

    /// The text of the next member; `None` at the file's end.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.fill(HEADER.len())?;
        if self.rest.is_empty() {
            return Ok(None);
        }
        if !self.rest.starts_with(&HEADER) {
            return Err(broken());
        }
        self.rest.drain(..HEADER.len());
        let text = self.inflate()?;
        self.fill(8)?;
        let (sum, size) = (self.number(0), self.number(4));
        self.rest.drain(..8.min(self.rest.len()));
        let length = u32::try_from(text.len()).ok();
        if sum != Some(crc32fast::hash(&text)) || size != length {
            return Err(broken());
        }
        Ok(Some(text))
    }

    fn inflate(&mut self) -> io::Result<Vec<u8>> {
        let mut state = InflateState::new_boxed(DataFormat::Raw);
        let (mut text, mut out) = (Vec::new(), vec![0; CHUNK]);
        loop {
            if self.rest.is_empty() {
                self.fill(1)?;
            }
            let done = inflate(&mut state, &self.rest, &mut out, MZFlush::None);
            self.rest.drain(..done.bytes_consumed);
            text.extend_from_slice(out.get(..done.bytes_written).unwrap_or_default());
            match done.status {
                Ok(MZStatus::StreamEnd) => return Ok(text),
                Ok(MZStatus::Ok) if text.len() <= MAX_MEMBER && !self.rest.is_empty() => {}
                Ok(MZStatus::Ok) if text.len() <= MAX_MEMBER => {
                    if self.fill(1)? == 0 {
                        return Err(broken());
                    }
                }
                Ok(MZStatus::Ok | MZStatus::NeedDict) | Err(_) => return Err(broken()),
            }
        }
    }

    /// Reads until so many bytes are at hand, or the file ends; says how many are.
    fn fill(&mut self, wanted: usize) -> io::Result<usize> {
        while self.rest.len() < wanted {
            let mut chunk = vec![0; CHUNK];
            let read = self.source.read(&mut chunk)?;
            if read == 0 {
                break;
            }
            self.rest
                .extend_from_slice(chunk.get(..read).unwrap_or_default());
        }
        Ok(self.rest.len())
    }

    fn number(&self, at: usize) -> Option<u32> {
        let bytes = self.rest.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    }
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is cut off or damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_read_back_and_damage_is_found() {
        let long: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
        let texts = [b"one".to_vec(), Vec::new(), long];
        let file: Vec<u8> = texts.iter().flat_map(|text| member(text)).collect();
        let mut members = Members::new(&file[..]);
        for text in texts {
            assert_eq!(members.next().unwrap(), Some(text));
        }
        assert_eq!(members.next().unwrap(), None);
        for at in [0, 13, file.len() / 2, file.len() - 1] {
            let mut damaged = file.clone();
            damaged[at] ^= 1;
            let mut members = Members::new(&damaged[..]);
            let read = std::iter::from_fn(|| members.next().transpose()).take(4);
            assert!(read.collect::<Result<Vec<_>, _>>().is_err(), "{at}");
        }
        let mut cut = Members::new(&file[..file.len() - 20]);
        let read = std::iter::from_fn(|| cut.next().transpose()).take(4);
        assert!(read.collect::<Result<Vec<_>, _>>().is_err());
    }
}
