//! As much of an HTTP client as the bench needs: one kept-alive connection, plain, on loopback.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use super::fault::Fault;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest head or line that is read, in bytes.
const MAX_LINE: u64 = 16 * 1024;

/// The longest body that is read, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// A connection.
pub(super) struct Connection {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

/// What is asked.
#[derive(Clone, Copy, Default)]
pub(super) struct Request<'a> {
    /// Path and query.
    pub(super) path: &'a str,
    /// The value of the `Authorization` header.
    pub(super) authorization: Option<&'a str>,
    /// The value of the `Cookie` header.
    pub(super) cookie: Option<&'a str>,
    /// Type and text of the body; none makes it a GET.
    pub(super) body: Option<(&'a str, &'a str)>,
}

/// What is answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The HTTP status.
    pub(super) status: u16,
    /// Where it sends the browser.
    pub(super) location: Option<String>,
    /// After what time to come again (RFC 9110 §10.2.3), where it is told in seconds.
    pub(super) retry_after: Option<Duration>,
    /// The cookies that it sets, name and value.
    pub(super) cookies: Vec<(String, String)>,
    /// The body.
    pub(super) body: String,
}

impl Answer {
    /// Its body as JSON; null where it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A text of its JSON.
    pub(super) fn member(&self, name: &str) -> Option<String> {
        let json = self.json();
        json.get(name).and_then(Value::as_str).map(str::to_owned)
    }

    /// That it should have been another.
    pub(super) fn fault(self, what: &str) -> Fault {
        Fault::Reply {
            what: what.to_owned(),
            status: self.status,
            body: self.body,
        }
    }
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = BufReader::new(stream);
        Ok(Self { address, stream })
    }

    /// Asks, and reads the answer whatever its status.
    ///
    /// # Errors
    /// What the operating system says, or an answer that is not HTTP as this client knows it.
    pub(super) fn ask(&mut self, request: Request<'_>) -> io::Result<Answer> {
        let text = text(self.address, request);
        self.stream.get_mut().write_all(text.as_bytes())?;
        answer(&mut self.stream)
    }

    /// Asks, and takes a success only.
    ///
    /// # Errors
    /// [`Fault::Connection`], [`Fault::Reply`].
    pub(super) fn succeed(&mut self, request: Request<'_>) -> Result<Answer, Fault> {
        let answer = self.answer(request)?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        Err(answer.fault(request.path))
    }

    /// Asks, and takes any answer.
    ///
    /// # Errors
    /// [`Fault::Connection`].
    pub(super) fn answer(&mut self, request: Request<'_>) -> Result<Answer, Fault> {
        self.ask(request).map_err(|source| Fault::Connection {
            what: request.path.to_owned(),
            source,
        })
    }
}

fn text(address: SocketAddr, request: Request<'_>) -> String {
    let Request {
        path,
        authorization,
        cookie,
        body,
    } = request;
    let method = if body.is_some() { "POST" } else { "GET" };
    let authorization = authorization
        .map(|value| format!("Authorization: {value}\r\n"))
        .unwrap_or_default();
    let cookie = cookie
        .map(|value| format!("Cookie: {value}\r\n"))
        .unwrap_or_default();
    let (content_type, body) = body.unwrap_or_default();
    let length = body.len();
    let about = if length > 0 {
        format!("Content-Type: {content_type}\r\nContent-Length: {length}\r\n")
    } else {
        String::new()
    };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{authorization}{cookie}{about}\r\n{body}"
    )
}

fn answer(stream: &mut impl BufRead) -> io::Result<Answer> {
    let first = line(stream)?;
    let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status = status.ok_or_else(|| odd("no status line"))?;
    let (mut length, mut location, mut retry_after) = (0, None, None);
    let mut cookies = Vec::new();
    loop {
        let line = line(stream)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(|_| odd("no length"))?;
        }
        if name.eq_ignore_ascii_case("location") {
            location = Some(value.trim().to_owned());
        }
        if name.eq_ignore_ascii_case("retry-after") {
            retry_after = value.trim().parse().ok().map(Duration::from_secs);
        }
        if name.eq_ignore_ascii_case("set-cookie") {
            cookies.extend(cookie(value));
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(odd("a body in chunks"));
        }
    }
    if length > MAX_BODY {
        return Err(odd("a body too long"));
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let body = String::from_utf8(body).map_err(|_| odd("a body that is no text"))?;
    Ok(Answer {
        status,
        location,
        retry_after,
        cookies,
        body,
    })
}

/// Name and value of `name=value; Path=/` (RFC 6265 §4.1).
fn cookie(value: &str) -> Option<(String, String)> {
    let pair = value.split(';').next()?;
    let (name, value) = pair.split_once('=')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

/// A line without its end.
fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    stream.by_ref().take(MAX_LINE).read_line(&mut line)?;
    match line.strip_suffix("\r\n") {
        Some(line) => Ok(line.to_owned()),
        None => Err(odd("an answer that was cut off")),
    }
}

fn odd(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_makes_it_a_post_with_its_length() {
        let request = Request {
            path: "/token",
            authorization: Some("Basic YTpi"),
            cookie: Some("a=1"),
            body: Some(("application/json", "{}")),
        };
        let expected = "POST /token HTTP/1.1\r\nHost: 127.0.0.1:1\r\nAuthorization: Basic YTpi\r\n\
                        Cookie: a=1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(
            text(SocketAddr::from(([127, 0, 0, 1], 1)), request),
            expected
        );
    }

    #[test]
    fn answers_follow_each_other_on_one_connection() {
        let bytes = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}\
                     HTTP/1.1 303 See Other\r\nlocation: /a\r\nRetry-After: 6\r\nSet-Cookie: b=c=; Path=/\r\n\r\n";
        let mut stream = bytes.as_bytes();
        let first = Answer {
            status: 200,
            location: None,
            retry_after: None,
            cookies: Vec::new(),
            body: "{}".into(),
        };
        let second = Answer {
            status: 303,
            location: Some("/a".into()),
            retry_after: Some(Duration::from_secs(6)),
            cookies: vec![("b".into(), "c=".into())],
            body: String::new(),
        };
        assert_eq!(answer(&mut stream).unwrap(), first);
        assert_eq!(answer(&mut stream).unwrap(), second);
    }

    #[test]
    fn a_cut_off_answer_is_none() {
        for bytes in [
            "",
            "HTTP/1.1 200",
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}",
        ] {
            assert!(answer(&mut bytes.as_bytes()).is_err(), "{bytes}");
        }
    }
}
