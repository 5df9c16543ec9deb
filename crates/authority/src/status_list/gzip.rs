//! gzip (RFC 1952) around one deflated text: base64url is a quarter air.

use crc32fast::hash;
use miniz_oxide::deflate::compress_to_vec;

/// Deflate, no flags, no time, no name, of no system (§2.3).
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

const LEVEL: u8 = 6;

pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut file = HEAD.to_vec();
    file.extend(compress_to_vec(text, LEVEL));
    file.extend(hash(text).to_le_bytes());
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    file.extend(length.to_le_bytes());
    file
}

#[cfg(test)]
mod tests {
    use miniz_oxide::inflate::decompress_to_vec;

    use super::*;

    #[test]
    fn a_text_stands_between_its_head_and_its_checksum() {
        let text = b"123456789";
        let file = gzip(text);
        let (body, tail) = file[10..].split_at(file.len() - 18);
        assert_eq!(file[..10], HEAD);
        assert_eq!(decompress_to_vec(body).unwrap(), text);
        // The check value of CRC-32 (ISO 3309) over these nine characters.
        assert_eq!(tail, [0x26, 0x39, 0xf4, 0xcb, 9, 0, 0, 0]);
    }
}
