//! The small Lua scripts that tell wrk what to send. They hold secrets of a throw-away authority, so
//! they lie in the bench's own folder, for their owner alone.
//!
//! A request that is always the same is told by fields: wrk makes its text once. One with another
//! token each time is a function, which joins two strings and no more. Where the next request depends
//! on an answer ([`Flow`], [`Renewal`]), the script reads the answers, and counts the wrong ones.

mod flow;
mod renewal;

pub(super) use flow::Flow;
pub(super) use renewal::Renewal;

use std::net::SocketAddr;
use std::path::PathBuf;

use super::folder::Folder;
use crate::failure::Failure;

/// What a script prints that had to use a token twice.
pub(super) const RAN_OUT: &str = "tokens ran out";

/// What a script prints before the number of answers that were wrong though wrk counts them as right.
pub(super) const WRONG: &str = "wrong answers:";

/// What it prints before the first wrong answer of all.
pub(super) const COMPLAINT: &str = "first wrong answer:";

/// What it prints before how long whole flows took.
pub(super) const FLOW_P50: &str = "p50 of a flow:";
/// See [`FLOW_P50`].
pub(super) const FLOW_P99: &str = "p99 of a flow:";

/// What both scripts have that read answers: threads are known, wrong answers counted.
const WATCH: &str = r#"local all = {}
wrong, complaint, exhausted = 0, nil, false

function setup(thread)
    thread:set("number", #all)
    table.insert(all, thread)
end

local function refuse(status, body)
    -- Others are counted by wrk.
    if status < 400 then
        wrong = wrong + 1
    end
    complaint = complaint or (status .. " " .. string.gsub(string.sub(body, 1, 300), "%s+", " "))
end

local function report()
    local wrongs, first = 0, nil
    for _, thread in ipairs(all) do
        wrongs = wrongs + thread:get("wrong")
        first = first or thread:get("complaint")
        exhausted = exhausted or thread:get("exhausted")
    end
    if wrongs > 0 then
        print("WRONG " .. wrongs)
    end
    if first then
        print("COMPLAINT " .. first)
    end
    if exhausted then
        print("RAN_OUT")
    end
end
"#;

/// [`WATCH`] with its words.
fn watch() -> String {
    let text = WATCH.replace("\"WRONG ", &format!("\"{WRONG} "));
    let text = text.replace("\"COMPLAINT ", &format!("\"{COMPLAINT} "));
    text.replace("\"RAN_OUT\"", &quoted(RAN_OUT))
}

/// The type of every body.
const FORM: &str = "application/x-www-form-urlencoded";

/// The same request, again and again.
pub(super) struct Same<'a> {
    /// A header and its value: who asks.
    pub(super) header: (&'a str, &'a str),
    /// The form, encoded; none makes it a GET.
    pub(super) form: Option<&'a str>,
}

/// A form with one token each time.
#[derive(Clone, Copy)]
pub(super) struct Each<'a> {
    /// Whom to ask.
    pub(super) address: SocketAddr,
    /// Where.
    pub(super) path: &'a str,
    /// The value of the `Authorization` header.
    pub(super) authorization: &'a str,
    /// What of the form stands before the token.
    pub(super) before: &'a str,
    /// The tokens, in the order of their use.
    pub(super) tokens: &'a [String],
    /// Threads of wrk, each with tokens of its own.
    pub(super) threads: u32,
}

impl Same<'_> {
    /// Writes the script.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn write(&self, folder: &Folder) -> Result<PathBuf, Failure> {
        folder.write("same.lua", &self.text())
    }

    fn text(&self) -> String {
        let (name, value) = (quoted(self.header.0), quoted(self.header.1));
        let post = self.form.map(|form| {
            let (form, content_type) = (quoted(form), quoted(FORM));
            format!(
                "wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = {content_type}\n\
                 wrk.body = {form}\n"
            )
        });
        let post = post.unwrap_or_default();
        format!("wrk.headers[{name}] = {value}\n{post}")
    }
}

impl Each<'_> {
    /// Writes the script, and the tokens beside it.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn write(&self, folder: &Folder) -> Result<PathBuf, Failure> {
        let tokens = folder.write("tokens", &(self.tokens.join("\n") + "\n"))?;
        folder.write("each.lua", &self.text(&tokens.display().to_string()))
    }

    fn text(&self, tokens: &str) -> String {
        let head = post(self.address, self.path, self.authorization);
        format!(
            r#"local head = {head}
local all = {{}}
local tokens, at = {{}}, 0
exhausted = false

function setup(thread)
    thread:set("number", #all)
    table.insert(all, thread)
end

function init()
    local line_number = 0
    for line in io.lines({tokens}) do
        if line_number % {threads} == number then
            tokens[#tokens + 1] = line
        end
        line_number = line_number + 1
    end
end

function request()
    if at == #tokens then
        at, exhausted = 0, true
    end
    at = at + 1
    local body = {before} .. tokens[at]
    return head .. #body .. "\r\n\r\n" .. body
end

function done()
    for _, thread in ipairs(all) do
        if thread:get("exhausted") then
            print({ran_out})
            return
        end
    end
end
"#,
            head = quoted(&head),
            before = quoted(self.before),
            tokens = quoted(tokens),
            threads = self.threads,
            ran_out = quoted(RAN_OUT),
        )
    }
}

/// The head of a form's request, up to the length of the form.
fn post(address: SocketAddr, path: &str, authorization: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {authorization}\r\n\
         Content-Type: {FORM}\r\nContent-Length: "
    )
}

/// A Lua string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => quoted.extend(['\\', one]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            _ => quoted.push(one),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_quotes() {
        assert_eq!(quoted("a\"b\\c\r\n"), r#""a\"b\\c\r\n""#);
    }

    #[test]
    fn the_same_form_is_told_by_fields() {
        let script = Same {
            header: ("Authorization", "Basic YTpi"),
            form: Some("grant_type=client_credentials"),
        };
        let expected = "wrk.headers[\"Authorization\"] = \"Basic YTpi\"\n\
                        wrk.method = \"POST\"\n\
                        wrk.headers[\"Content-Type\"] = \"application/x-www-form-urlencoded\"\n\
                        wrk.body = \"grant_type=client_credentials\"\n";
        assert_eq!(script.text(), expected);
    }

    #[test]
    fn without_a_form_it_is_a_get() {
        let script = Same {
            header: ("Authorization", "Bearer x"),
            form: None,
        };
        assert!(!script.text().contains("wrk.method"));
    }

    #[test]
    fn what_a_watching_script_prints_is_what_is_looked_for() {
        let text = watch();
        for line in [
            "print(\"wrong answers: \" .. wrongs)",
            "print(\"first wrong answer: \" .. first)",
            "print(\"tokens ran out\")",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn each_thread_reads_its_own_tokens() {
        let script = Each {
            address: SocketAddr::from(([127, 0, 0, 1], 1)),
            path: "/revoke",
            authorization: "Basic YTpi",
            before: "token=",
            tokens: &[],
            threads: 3,
        };
        let text = script.text("/tmp/tokens");
        assert!(text.contains("io.lines(\"/tmp/tokens\")"), "{text}");
        assert!(
            text.contains("local body = \"token=\" .. tokens[at]"),
            "{text}"
        );
        assert!(text.contains("line_number % 3 == number"), "{text}");
        assert!(text.contains(r"POST /revoke HTTP/1.1\r\nHost: 127.0.0.1:1\r\n"));
    }
}
