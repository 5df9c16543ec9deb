//! One request and its answer over plain HTTP/1.1, byte by byte as a test wants them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::form_urlencoded::Serializer;

/// Longer than any answer takes: a server that hangs fails the test, and does not hang it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request.
#[derive(Clone)]
pub(crate) struct Ask {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl Ask {
    pub(crate) fn new(method: &'static str, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// A form, as the endpoints read it.
    pub(crate) fn form(path: &str, params: &[(&str, &str)]) -> Self {
        let body = Serializer::new(String::new()).extend_pairs(params).finish();
        Self::raw_form(path, &body)
    }

    /// A form, encoded already.
    pub(crate) fn raw_form(path: &str, body: &str) -> Self {
        Self::new("POST", path).body("application/x-www-form-urlencoded", body)
    }

    pub(crate) fn json(path: &str, body: &Value) -> Self {
        Self::new("POST", path).body("application/json", &body.to_string())
    }

    /// A body of some type.
    pub(crate) fn body(mut self, content_type: &str, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self.header("content-type", content_type)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Credentials as RFC 6749 §2.3.1 has them: each form-encoded.
    pub(crate) fn basic(self, client: (&str, &str)) -> Self {
        let encoded = |text: &str| -> String {
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
        };
        let (id, secret) = (encoded(client.0), encoded(client.1));
        self.raw_basic((&id, &secret))
    }

    /// Credentials as programs send them that never heard of it.
    pub(crate) fn raw_basic(self, client: (&str, &str)) -> Self {
        let credentials = Self::credentials(client);
        self.header("authorization", &format!("Basic {credentials}"))
    }

    /// What stands after the name of the scheme.
    pub(crate) fn credentials((id, secret): (&str, &str)) -> String {
        STANDARD.encode(format!("{id}:{secret}"))
    }

    fn text(&self, host: &str) -> String {
        let body = self.body.as_deref().unwrap_or_default();
        let length = self.body.as_ref().map(|body| body.len().to_string());
        let own = [("host", host)];
        let own = own
            .into_iter()
            .chain(length.as_deref().map(|length| ("content-length", length)));
        let others = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let headers: Vec<String> = own
            .chain(others)
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let (method, path, headers) = (self.method, &self.path, headers.concat());
        format!("{method} {path} HTTP/1.1\r\n{headers}\r\n{body}")
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    headers: Vec<(String, String)>,
}

impl Reply {
    /// The value of a header; several are joined, as HTTP has it.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let named = self.headers.iter().filter(|(one, _)| one == name);
        let values: Vec<_> = named.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body, which must say that it is JSON and be it.
    pub(crate) fn json(&self) -> Value {
        let content_type = self.header("content-type");
        assert_eq!(
            content_type.as_deref(),
            Some("application/json"),
            "{self:?}"
        );
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Status and `error`: what a client decides by.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let json = self.json();
        (
            self.status,
            json["error"].as_str().unwrap_or_default().to_owned(),
        )
    }
}

/// Asks `host`, on a connection of its own.
pub(crate) fn exchange(host: &str, ask: &Ask) -> Reply {
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(ask.text(host).as_bytes()).unwrap();
    let mut reader = BufReader::new(stream);
    let status = line(&mut reader);
    let status = status.strip_prefix("HTTP/1.1 ").unwrap_or_default();
    let status = status.get(..3).and_then(|code| code.parse().ok());
    let mut headers = Vec::new();
    loop {
        let line = line(&mut reader);
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Reply {
        status: status.unwrap(),
        body: String::from_utf8(body).unwrap(),
        headers,
    }
}

fn line(reader: &mut impl BufRead) -> String {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
