//! A whole code flow: the browser asks for a code, the app redeems it. Each thread has one connection,
//! so that an answer is surely that of its last request, and the time between two is the flow's.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::{FLOW_P50, FLOW_P99, post, quoted, watch};
use crate::bench::folder::Folder;
use crate::failure::Failure;

/// A code flow, again and again.
pub(in crate::bench) struct Flow<'a> {
    /// Whom to ask.
    pub(in crate::bench) address: SocketAddr,
    /// The path that asks for a code.
    pub(in crate::bench) authorize: &'a str,
    /// The browser's `Cookie` header.
    pub(in crate::bench) cookie: &'a str,
    /// The app's `Authorization` header.
    pub(in crate::bench) authorization: &'a str,
    /// What of the form stands before the code.
    pub(in crate::bench) before: &'a str,
}

impl Flow<'_> {
    /// Writes the script.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(in crate::bench) fn write(&self, folder: &Folder) -> Result<PathBuf, Failure> {
        folder.write("flow.lua", &self.text())
    }

    fn text(&self) -> String {
        let get = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            self.authorize, self.address, self.cookie
        );
        let words = format!(
            "local get, head, before = {}, {}, {}\nlocal p50, p99 = {}, {}\n",
            quoted(&get),
            quoted(&post(self.address, "/token", self.authorization)),
            quoted(self.before),
            quoted(FLOW_P50),
            quoted(FLOW_P99)
        );
        words + &watch() + FLOW
    }
}

const FLOW: &str = r#"
local ffi = require("ffi")
ffi.cdef[[
typedef struct { long seconds; long nanoseconds; } symbolon_time;
int clock_gettime(int clock, symbolon_time *time);
]]
local time = ffi.new("symbolon_time")

local function microseconds()
    ffi.C.clock_gettime(1, time)
    return tonumber(time.seconds) * 1e6 + tonumber(time.nanoseconds) / 1e3
end

local begun, code = 0, nil
times = {}

function request()
    if not code then
        begun = microseconds()
        return get
    end
    local body = before .. code
    code = nil
    return head .. #body .. "\r\n\r\n" .. body
end

function response(status, headers, body)
    if status == 303 then
        code = string.match(headers["location"] or "", "[?&]code=([^&]+)")
        if not code then
            refuse(status, headers["location"] or "")
        end
    elseif status == 200 and string.find(body, '"id_token":"', 1, true) then
        times[#times + 1] = microseconds() - begun
    else
        refuse(status, body)
    end
end

function done()
    local every = {}
    for _, thread in ipairs(all) do
        for _, one in ipairs(thread:get("times")) do
            every[#every + 1] = one
        end
    end
    table.sort(every)
    for _, line in ipairs({{p50, 0.50}, {p99, 0.99}}) do
        local one = every[math.ceil(#every * line[2])]
        if one then
            print(string.format("%s %.2fus", line[1], one))
        end
    end
    report()
end
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_requests_are_ready_but_for_the_code() {
        let flow = Flow {
            address: SocketAddr::from(([127, 0, 0, 1], 1)),
            authorize: "/authorize?client_id=a",
            cookie: "s=1",
            authorization: "Basic YTpi",
            before: "grant_type=authorization_code&code=",
        };
        let text = flow.text();
        let get =
            r"GET /authorize?client_id=a HTTP/1.1\r\nHost: 127.0.0.1:1\r\nCookie: s=1\r\n\r\n";
        let head = r"POST /token HTTP/1.1\r\nHost: 127.0.0.1:1\r\nAuthorization: Basic YTpi\r\n";
        for part in [get, head, "\"grant_type=authorization_code&code=\""] {
            assert!(text.contains(part), "{text}");
        }
    }
}
