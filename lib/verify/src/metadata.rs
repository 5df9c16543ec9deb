//! How a resource describes itself: OAuth 2.0 Protected Resource Metadata (RFC 9728).

use serde::Serialize;
use thiserror::Error;

/// Where the document is, before the resource's own path (RFC 9728 §3).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// A resource's metadata (RFC 9728 §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    resource: String,
    authorization_servers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<String>,
    bearer_methods_supported: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<String>,
    #[serde(skip)]
    url: String,
    #[serde(skip)]
    path: String,
}

/// Why an identifier cannot have metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MetadataError {
    /// It is no https address (http on loopback is let pass), or has a fragment.
    #[error("a resource with metadata is an https address without a fragment")]
    Resource,
}

impl Metadata {
    /// Of a resource whose tokens come from this issuer.
    ///
    /// # Errors
    /// [`MetadataError`].
    pub fn new(resource: &str, issuer: &str) -> Result<Self, MetadataError> {
        let scheme = resource.find("://").ok_or(MetadataError::Resource)? + 3;
        let (before, rest) = resource.split_at(scheme);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, tail) = rest.split_at(end);
        let local = ["127.", "[::1]", "localhost"];
        let loopback = local.iter().any(|one| host.starts_with(one));
        let secure = before == "https://" || (before == "http://" && loopback);
        if !secure || host.is_empty() || resource.contains('#') {
            return Err(MetadataError::Resource);
        }
        // RFC 9728 §3.1: a slash that ends the host is left out.
        let tail = if tail == "/" { "" } else { tail };
        let path = tail.split('?').next().unwrap_or_default();
        Ok(Self {
            resource: resource.to_owned(),
            authorization_servers: vec![issuer.to_owned()],
            scopes_supported: Vec::new(),
            bearer_methods_supported: ["header"],
            resource_name: None,
            resource_documentation: None,
            url: format!("{before}{host}{WELL_KNOWN}{tail}"),
            path: format!("{WELL_KNOWN}{path}"),
        })
    }

    /// The scopes that its routes demand.
    #[must_use]
    pub fn scopes<'a>(mut self, scopes: impl IntoIterator<Item = &'a str>) -> Self {
        self.scopes_supported = scopes.into_iter().map(str::to_owned).collect();
        self
    }

    /// Its name, for people.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.resource_name = Some(name.to_owned());
        self
    }

    /// Where developers read about it.
    #[must_use]
    pub fn documentation(mut self, url: &str) -> Self {
        self.resource_documentation = Some(url.to_owned());
        self
    }

    /// Where the document belongs, as challenges name it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The path of that address: the route to serve it on.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The document, `application/json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(resource: &str) -> Option<(String, String)> {
        let metadata = Metadata::new(resource, "https://id.example").ok()?;
        Some((metadata.url().to_owned(), metadata.path().to_owned()))
    }

    #[test]
    fn the_well_known_path_stands_between_host_and_path() {
        let well = "/.well-known/oauth-protected-resource";
        for (resource, url, path) in [
            ("https://a.example", "https://a.example{}", "{}"),
            ("https://a.example/", "https://a.example{}", "{}"),
            (
                "https://a.example:8443/v1",
                "https://a.example:8443{}/v1",
                "{}/v1",
            ),
            (
                "https://a.example/v1?t=1",
                "https://a.example{}/v1?t=1",
                "{}/v1",
            ),
            ("http://127.0.0.1:9/x", "http://127.0.0.1:9{}/x", "{}/x"),
        ] {
            let expected = (url.replace("{}", well), path.replace("{}", well));
            assert_eq!(place(resource), Some(expected), "{resource}");
        }
        for resource in [
            "urn:api",
            "http://a.example",
            "https://",
            "https://a.example/#x",
        ] {
            assert_eq!(place(resource), None, "{resource}");
        }
    }

    #[test]
    fn the_document_names_resource_and_issuer() {
        let metadata = Metadata::new("https://a.example", "https://id.example").unwrap();
        let metadata = metadata.scopes(["read"]).name("Orders");
        let expected = serde_json::json!({
            "resource": "https://a.example",
            "authorization_servers": ["https://id.example"],
            "scopes_supported": ["read"],
            "bearer_methods_supported": ["header"],
            "resource_name": "Orders",
        });
        assert_eq!(serde_json::to_value(&metadata).unwrap(), expected);
    }
}
