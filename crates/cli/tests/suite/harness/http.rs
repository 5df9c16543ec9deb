//! HTTP/1.1 over a plain socket: enough to ask and to read an answer whole.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// How long an answer may take before the test fails instead of hanging.
const PATIENCE: Duration = Duration::from_mins(1);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The values of a header.
    pub(crate) fn headers<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let named = lines.filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

/// A kept-alive connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Connection {
    pub(crate) fn to(address: &str) -> Self {
        Self::try_to(address).unwrap()
    }

    pub(crate) fn try_to(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            host: address.to_owned(),
        })
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, "", "").unwrap()
    }

    pub(crate) fn bearer(&mut self, path: &str, token: &str) -> Answer {
        let head = format!("Authorization: Bearer {token}\r\n");
        self.ask("GET", path, &head, "").unwrap()
    }

    /// A page, as a browser with these cookies asks for it.
    pub(crate) fn page(&mut self, path: &str, cookies: &str) -> io::Result<Answer> {
        self.ask("GET", path, &format!("Cookie: {cookies}\r\n"), "")
    }

    /// A form, as a browser with these cookies posts it.
    pub(crate) fn submit(&mut self, path: &str, cookies: &str, body: &str) -> io::Result<Answer> {
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let head = format!("{kind}\r\nCookie: {cookies}\r\n");
        self.ask("POST", path, &head, body)
    }

    pub(crate) fn form(&mut self, path: &str, basic: Option<(&str, &str)>, body: &str) -> Answer {
        self.try_form(path, basic, body).unwrap()
    }

    pub(crate) fn try_form(
        &mut self,
        path: &str,
        basic: Option<(&str, &str)>,
        body: &str,
    ) -> io::Result<Answer> {
        let mut head = "Content-Type: application/x-www-form-urlencoded\r\n".to_owned();
        if let Some((name, password)) = basic {
            let both = STANDARD.encode(format!("{name}:{password}"));
            head = format!("{head}Authorization: Basic {both}\r\n");
        }
        self.ask("POST", path, &head, body)
    }

    pub(crate) fn post_json(
        &mut self,
        path: &str,
        token: &str,
        body: &Value,
    ) -> io::Result<Answer> {
        let head = format!("Content-Type: application/json\r\nAuthorization: Bearer {token}\r\n");
        self.ask("POST", path, &head, &body.to_string())
    }

    /// Sends a request as it is written.
    pub(crate) fn raw(&mut self, request: &str) -> io::Result<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read()
    }

    fn ask(&mut self, method: &str, path: &str, head: &str, body: &str) -> io::Result<Answer> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n{head}\r\n{body}",
            self.host,
            body.len()
        );
        self.raw(&request)
    }

    fn read(&mut self) -> io::Result<Answer> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body)?;
        Ok(Answer {
            status: status.unwrap(),
            head,
            body: String::from_utf8(body).unwrap(),
        })
    }
}
