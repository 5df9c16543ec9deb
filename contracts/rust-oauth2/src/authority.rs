//! What the program is given: a JSON description of the authority on standard input, because it holds
//! secrets.

use std::io::stdin;

use serde_json::Value;

use crate::{Checked, Transport};

/// The authority.
pub struct Authority {
    /// The address of the demo resource.
    pub demo: String,
    description: Value,
}

impl Authority {
    /// Reads the description.
    pub fn read() -> Checked<Self> {
        let description: Value = serde_json::from_reader(stdin())?;
        Ok(Self {
            demo: text(&description, "demo")?,
            description,
        })
    }

    /// A member of the description.
    pub fn given(&self, name: &str) -> &Value {
        &self.description[name]
    }

    /// The issuer.
    pub fn issuer(&self) -> Checked<String> {
        text(&self.description, "issuer")
    }

    /// A program before which people sit, by what it is for.
    pub fn app(&self, name: &str) -> &Value {
        &self.description["apps"][name]
    }

    /// The metadata that it publishes (RFC 8414).
    pub fn metadata(&self, transport: &Transport) -> Checked<Value> {
        let issuer = self.issuer()?;
        let address = format!("{issuer}/.well-known/oauth-authorization-server");
        let metadata = transport.json(&address)?;
        if text(&metadata, "issuer")? != issuer {
            return Err("the metadata is another issuer's".into());
        }
        Ok(metadata)
    }

    /// Id and secret of a client, by what it is for.
    pub fn client(&self, name: &str) -> Checked<(String, String)> {
        let client = &self.description["clients"][name];
        Ok((text(client, "client_id")?, text(client, "client_secret")?))
    }

    /// The audience of a resource, by the shape of its tokens.
    pub fn resource(&self, shape: &str) -> Checked<String> {
        text(&self.description["resources"], shape)
    }
}

/// A member that is a text.
pub fn text(object: &Value, name: &str) -> Checked<String> {
    let text = object[name].as_str().map(str::to_owned);
    text.ok_or_else(|| format!("no {name} is given").into())
}
