//! A browser without JavaScript, and a person who does what the pages ask: by their documented ids
//! and names alone.

use std::collections::BTreeMap;

use http::{Request, Response, Uri};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::authority::{Authority, text};
use crate::{Checked, Transport};

/// More steps than any way through the pages has.
const STEPS: usize = 12;

/// A browser: its cookies, and who sits before it.
pub struct Browser<'a> {
    transport: &'a Transport,
    host: String,
    person: [String; 2],
    cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    /// One that has no cookies yet, before the demo person.
    pub fn new(authority: &Authority, transport: &'a Transport) -> Checked<Self> {
        let person = authority.given("person");
        Ok(Self {
            transport,
            host: Url::parse(&authority.issuer()?)?.authority().to_owned(),
            person: [text(person, "username")?, text(person, "password")?],
            cookies: BTreeMap::new(),
        })
    }

    /// Goes to an address, and does what the pages ask until the browser leaves for an application.
    /// Gives the parameters that it is sent there with.
    pub fn through(&mut self, address: &str) -> Checked<BTreeMap<String, String>> {
        let mut here = Url::parse(address)?;
        let mut answer = self.ask(&here, None)?;
        for _ in 0..STEPS {
            if answer.status() == 303 {
                let location = answer.headers().get("location").ok_or("no location")?;
                here = here.join(location.to_str()?)?;
                if here.authority() != self.host {
                    return Ok(here.query_pairs().into_owned().collect());
                }
                answer = self.ask(&here, None)?;
            } else {
                let page = String::from_utf8(answer.into_body())?;
                let form = self.filled(&page)?;
                here = here.join(&between(&page, "action=\"", "\"")?)?;
                answer = self.ask(&here, Some(form))?;
            }
        }
        Err(format!("it took more than {STEPS} steps").into())
    }

    /// What the person sends from a page.
    fn filled(&self, page: &str) -> Checked<String> {
        let [username, password] = &self.person;
        let typed: &[(&str, &str)] = match between(page, "<form id=\"", "\"")?.as_str() {
            "sign-in" => &[("identifier", username), ("password", password)],
            "consent" => &[("decision", "allow")],
            _ => return Err(page.into()),
        };
        let mut form = Serializer::new(String::new());
        for field in page.split("<input type=\"hidden\" ").skip(1) {
            let (name, value) = (
                between(field, "name=\"", "\"")?,
                between(field, "value=\"", "\"")?,
            );
            form.append_pair(&name, &value);
        }
        Ok(form.extend_pairs(typed).finish())
    }

    fn ask(&mut self, address: &Url, form: Option<String>) -> Checked<Response<Vec<u8>>> {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let uri: Uri = address.as_str().parse()?;
        let request = Request::builder()
            .uri(uri)
            .header("cookie", cookies.join("; "));
        let answer = match form {
            None => self.transport.send(request.body(Vec::new())?)?,
            Some(form) => {
                let kind = ("content-type", "application/x-www-form-urlencoded");
                let request = request.method("POST").header(kind.0, kind.1);
                self.transport.send(request.body(form.into_bytes())?)?
            }
        };
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str()?.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').ok_or("a cookie without a value")?;
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Ok(answer)
    }
}

/// The first text that stands between two others. Nothing that the pages carry unseen needs escaping.
fn between(text: &str, before: &str, after: &str) -> Checked<String> {
    let (_, rest) = text
        .split_once(before)
        .ok_or_else(|| format!("no {before} in {text}"))?;
    let (found, _) = rest.split_once(after).ok_or("the page breaks off")?;
    Ok(found.to_owned())
}
