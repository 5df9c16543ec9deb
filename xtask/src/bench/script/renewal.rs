//! Refresh tokens that turn. Each thread keeps those that are live in a ring: a request takes the one
//! that rested longest, the answer's successor goes back. So each is presented once, by one connection.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::{post, quoted, watch};
use crate::bench::folder::Folder;
use crate::failure::Failure;

/// A refresh token, then its successor, and so on.
pub(in crate::bench) struct Renewal<'a> {
    /// Whom to ask.
    pub(in crate::bench) address: SocketAddr,
    /// The app's `Authorization` header.
    pub(in crate::bench) authorization: &'a str,
    /// What every answer holds, beside the successor.
    pub(in crate::bench) sign: &'a str,
    /// The first token of each family.
    pub(in crate::bench) tokens: &'a [String],
    /// Threads of wrk, each with families of its own.
    pub(in crate::bench) threads: u32,
}

impl Renewal<'_> {
    /// Writes the script, and the tokens beside it.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(in crate::bench) fn write(&self, folder: &Folder) -> Result<PathBuf, Failure> {
        let tokens = folder.write("families", &(self.tokens.join("\n") + "\n"))?;
        folder.write("renewal.lua", &self.text(&tokens.display().to_string()))
    }

    fn text(&self, tokens: &str) -> String {
        let words = format!(
            "local head, families, threads, sign = {}, {}, {}, {}\n",
            quoted(&post(self.address, "/token", self.authorization)),
            quoted(tokens),
            self.threads,
            quoted(self.sign)
        );
        words + &watch() + RENEWAL
    }
}

const RENEWAL: &str = r#"
local before = "grant_type=refresh_token&refresh_token="
local ring, size, first, live = {}, 0, 0, 0

function init()
    local line_number = 0
    for line in io.lines(families) do
        if line_number % threads == number then
            ring[size] = line
            size = size + 1
        end
        line_number = line_number + 1
    end
    live = size
end

function request()
    local token = "none"
    if live > 0 then
        token = ring[first]
        first = (first + 1) % size
        live = live - 1
    else
        exhausted = true
    end
    local body = before .. token
    return head .. #body .. "\r\n\r\n" .. body
end

function response(status, headers, body)
    local next = status == 200 and string.match(body, '"refresh_token":"([^"]+)"')
    if next and string.find(body, sign, 1, true) then
        ring[(first + live) % size] = next
        live = live + 1
    else
        refuse(status, body)
    end
end

function done()
    report()
end
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_turns_its_own_families() {
        let renewal = Renewal {
            address: SocketAddr::from(([127, 0, 0, 1], 1)),
            authorization: "Basic YTpi",
            sign: "\"id_token\":\"",
            tokens: &[],
            threads: 3,
        };
        let text = renewal.text("/tmp/families");
        let words = "\"/tmp/families\", 3, \"\\\"id_token\\\":\\\"\"\n";
        assert!(text.contains(words), "{text}");
        assert!(text.contains("line_number % threads == number"), "{text}");
    }
}
