//! The files that pages load: `{base}/assets/<file>`, with a digest of the content in the name.
//!
//! Because the name changes with the content, browsers keep a file for a year. A name of another
//! digest comes from a page of an older or newer release, as while several nodes are being brought
//! up to date: it gets today's file, to be asked for anew each time, rather than none.

use crate::page::Header;

/// The folder of the files, below the issuer's path. A route `{base}/assets/{file}` serves it.
pub const PATH: &str = "/assets/";

/// A file that pages load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name in the source: before the digest, and after it.
    stem: &'static str,
    ending: &'static str,
    /// The digest of its content, 16 hexadecimal digits.
    digest: &'static str,
    media_type: &'static str,
    body: &'static str,
}

/// A file found by the name that a browser asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The content.
    pub body: &'static str,
    /// Every header that the answer must carry, names in lower case. Its status is 200.
    pub headers: [Header; 5],
}

/// Whoever reads the name knows the content: keep it for a year.
const KEEP: Header = ("cache-control", "public, max-age=31536000, immutable");
const ASK_AGAIN: Header = ("cache-control", "no-cache");

const STYLE_TEXT: &str = include_str!("../asset/style.css");
const FORM_POST_TEXT: &str = include_str!("../asset/form_post.js");
const SYMBOL_TEXT: &str = include_str!("../asset/symbol.svg");

const STYLE_DIGEST: [u8; 16] = digest(STYLE_TEXT.as_bytes());
const FORM_POST_DIGEST: [u8; 16] = digest(FORM_POST_TEXT.as_bytes());
const SYMBOL_DIGEST: [u8; 16] = digest(SYMBOL_TEXT.as_bytes());

/// The style of all pages.
pub const STYLE: Asset = Asset {
    stem: "style",
    ending: "css",
    digest: text(&STYLE_DIGEST),
    media_type: "text/css; charset=utf-8",
    body: STYLE_TEXT,
};

/// Submits the form of a `form_post` page.
pub const FORM_POST: Asset = Asset {
    stem: "form_post",
    ending: "js",
    digest: text(&FORM_POST_DIGEST),
    media_type: "text/javascript; charset=utf-8",
    body: FORM_POST_TEXT,
};

/// The symbol: a disc broken in two.
pub const SYMBOL: Asset = Asset {
    stem: "symbol",
    ending: "svg",
    digest: text(&SYMBOL_DIGEST),
    media_type: "image/svg+xml",
    body: SYMBOL_TEXT,
};

/// All files.
pub const ALL: [Asset; 3] = [STYLE, FORM_POST, SYMBOL];

impl Asset {
    /// The name under which pages ask for it: `style.0123456789abcdef.css`.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.{}.{}", self.stem, self.digest, self.ending)
    }

    /// What stands between its two names: 16 hexadecimal digits.
    #[must_use]
    pub const fn digest(&self) -> &'static str {
        self.digest
    }
}

/// The file of a name, the part of the path after [`PATH`]. None: 404.
#[must_use]
pub fn find(file: &str) -> Option<Found> {
    let (stem, rest) = file.split_once('.')?;
    let (digest, ending) = rest.split_once('.')?;
    let named = |asset: &&Asset| asset.stem == stem && asset.ending == ending;
    let asset = ALL.iter().find(named)?;
    let cache = if asset.digest == digest {
        KEEP
    } else {
        ASK_AGAIN
    };
    let headers = [
        ("content-type", asset.media_type),
        cache,
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    Some(Found {
        body: asset.body,
        headers,
    })
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// FNV-1a, 64 bits, in hexadecimal digits: tells releases apart, keeps no secret.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, to which an index out of bounds is an error"
)]
const fn digest(content: &[u8]) -> [u8; 16] {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < content.len() {
        state = (state ^ content[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    let state = state.to_be_bytes();
    let mut digits = [0; 16];
    let mut at = 0;
    while at < state.len() {
        digits[2 * at] = HEX[(state[at] >> 4) as usize];
        digits[2 * at + 1] = HEX[(state[at] & 15) as usize];
        at += 1;
    }
    digits
}

/// The digits as text.
const fn text(digits: &'static [u8; 16]) -> &'static str {
    match std::str::from_utf8(digits) {
        Ok(digits) => digits,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(file: &str) -> Option<&'static str> {
        let found = find(file)?;
        let header = found
            .headers
            .iter()
            .find(|header| header.0 == "cache-control");
        header.map(|header| header.1)
    }

    #[test]
    fn every_file_is_found_under_its_own_name_and_kept() {
        for asset in ALL {
            let file = asset.file();
            assert_eq!(find(&file).unwrap().body, asset.body);
            assert_eq!(cache(&file), Some("public, max-age=31536000, immutable"));
        }
    }

    #[test]
    fn the_digest_is_fnv_1a_of_the_content() {
        assert_eq!(&digest(b""), b"cbf29ce484222325");
        assert_eq!(&digest(b"a"), b"af63dc4c8601ec8c");
        assert_eq!(&digest(b"foobar"), b"85944171f73967e8");
        assert_eq!(STYLE.digest().len(), 16);
    }

    #[test]
    fn a_name_of_another_release_gets_the_file_of_this_one() {
        assert_eq!(cache("style.0000000000000000.css"), Some("no-cache"));
    }

    #[test]
    fn other_names_are_not_found() {
        let names = [
            "",
            "style.css",
            "style",
            "style.0.js",
            "../style.0.css",
            "style.0.css.map",
            "form_post.0.css",
        ];
        for name in names {
            assert_eq!(find(name), None, "{name}");
        }
    }
}
