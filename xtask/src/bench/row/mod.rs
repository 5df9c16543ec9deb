//! The rows: what is asked, of which server, and what it should reach.

mod list;

pub(super) use list::ROWS;

use super::browser::encoded;
use super::option::Options;

/// How a token looks, and so which resource it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A JWT, signed by Ed25519.
    Ed25519,
    /// A JWT, signed by ES256: the default.
    Es256,
    /// A JWT, signed by RS256.
    Rs256,
    /// A text that says nothing.
    Opaque,
}

impl Form {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Ed25519, Self::Es256, Self::Rs256, Self::Opaque];

    /// `token_format` and `token_algorithm` of its resource.
    pub(super) fn settings(self) -> (&'static str, &'static str) {
        match self {
            Self::Ed25519 => ("jwt", "Ed25519"),
            Self::Es256 => ("jwt", "ES256"),
            Self::Rs256 => ("jwt", "RS256"),
            Self::Opaque => ("opaque", "ES256"),
        }
    }

    /// The audience of its resource.
    pub(super) fn audience(self) -> String {
        let (format, algorithm) = self.settings();
        format!("https://{format}.{algorithm}.example").to_lowercase()
    }

    /// The form that asks for a token of it (RFC 6749 §4.4.2, RFC 8707).
    pub(super) fn request(self) -> String {
        format!("grant_type=client_credentials&{}", self.resource())
    }

    /// The parameter that names its resource (RFC 8707).
    pub(super) fn resource(self) -> String {
        format!("resource={}", encoded(&self.audience()))
    }
}

/// Which server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Server {
    /// The ceilings: no authority at all.
    Bare,
    /// The authority on its own SQLite file.
    Sqlite,
    /// The authority on PostgreSQL.
    Postgres,
}

impl Server {
    /// Its name in the names of rows.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Load {
    /// Whatever `bare` answers when it is started with this word.
    Bare(&'static str),
    /// `POST /token`.
    Token(Form),
    /// `POST /introspect` of few tokens, which memory holds.
    IntrospectKnown(Form),
    /// `POST /introspect` of another token each time.
    IntrospectNew(Form),
    /// `POST /revoke` of another token each time.
    Revoke(Form),
    /// `GET /jwks`.
    Jwks,
    /// The demo resource, with a token that memory holds.
    Demo,
    /// What a proxy asks of a request with a token that memory holds, at this path.
    Gate(&'static str),
    /// `GET /authorize` of somebody signed in, then `POST /token` of its code.
    Flow(Form),
    /// `POST /token` of another code each time.
    Redeem(Form, Scoped),
    /// `POST /token` of a refresh token, then of its successor.
    Refresh(Form, Scoped),
    /// `GET /userinfo`, with a token that memory holds.
    Userinfo,
    /// `GET /sign-in/`.
    SignInPage,
}

/// What an app asks for on somebody's behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scoped {
    /// Access to a resource.
    Access,
    /// The same, and an ID token, signed by RS256.
    OpenId,
}

/// What a row should reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Aim {
    /// Answers a second.
    pub(super) rate: f64,
    /// Percent of its ceiling.
    pub(super) share: Option<f64>,
}

/// A row of rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    /// Its name.
    pub(super) name: &'static str,
    /// Who answers.
    pub(super) server: Server,
    /// What is asked.
    pub(super) load: Load,
    /// The row that it is held against.
    pub(super) ceiling: Option<&'static str>,
    /// What it should reach.
    pub(super) aim: Option<Aim>,
}

/// The rows of one server that are asked for, and the ceilings that those of other servers need.
pub(super) fn wanted(options: &Options, server: Server) -> Vec<Row> {
    let needed = |row: &Row| {
        let mut others = ROWS.iter().filter(|other| options.wants(other.name));
        others.any(|other| other.ceiling == Some(row.name))
    };
    let rows = ROWS.iter().filter(|row| row.server == server);
    rows.filter(|row| options.wants(row.name) || needed(row))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn names(only: &str, server: Server) -> Vec<&'static str> {
        let words = ["--only".to_owned(), only.to_owned()];
        let options = Options::read(&words).unwrap();
        let rows = wanted(&options, server);
        rows.iter().map(|row| row.name).collect()
    }

    #[test]
    fn every_name_is_its_own_and_every_ceiling_a_row() {
        let names: BTreeSet<_> = ROWS.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), ROWS.len());
        let ceilings = ROWS.iter().filter_map(|row| row.ceiling);
        assert!(ceilings.into_iter().all(|ceiling| names.contains(ceiling)));
    }

    #[test]
    fn a_row_alone_brings_its_ceiling() {
        assert_eq!(
            names("sqlite/token-es256", Server::Bare),
            ["ceiling/sign-es256"]
        );
        assert_eq!(
            names("sqlite/token-es256", Server::Sqlite),
            ["sqlite/token-es256"]
        );
        assert_eq!(
            names("sqlite/token-es256", Server::Postgres),
            <[&str; 0]>::default()
        );
    }

    #[test]
    fn each_form_has_an_audience_of_its_own() {
        let audiences: BTreeSet<_> = Form::ALL.into_iter().map(Form::audience).collect();
        assert_eq!(audiences.len(), Form::ALL.len());
        let wanted = "grant_type=client_credentials&resource=https%3A%2F%2Fopaque.es256.example";
        assert_eq!(Form::Opaque.request(), wanted);
    }
}
