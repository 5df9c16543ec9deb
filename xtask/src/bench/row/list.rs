//! Every row, and the ceiling that it is held against.

use super::{Aim, Form, Load, Row, Scoped, Server};

const BARE: &str = "ceiling/bare";
const ED25519: &str = "ceiling/sign-ed25519";
const ES256: &str = "ceiling/sign-es256";
const RS256: &str = "ceiling/sign-rs256";

const fn ceiling(name: &'static str, word: &'static str) -> Row {
    Row {
        name,
        server: Server::Bare,
        load: Load::Bare(word),
        ceiling: None,
        aim: None,
    }
}

const fn sqlite(name: &'static str, load: Load) -> Row {
    Row {
        name,
        server: Server::Sqlite,
        load,
        ceiling: Some(against(load)),
        aim: None,
    }
}

const fn postgres(name: &'static str, load: Load) -> Row {
    Row {
        name,
        server: Server::Postgres,
        load,
        ceiling: Some(against(load)),
        aim: None,
    }
}

/// A signed token is held against a reply that only signs, with an ID token beside it against one that
/// signs that; all others against a bare one.
const fn against(load: Load) -> &'static str {
    match load {
        Load::Token(form)
        | Load::Redeem(form, Scoped::Access)
        | Load::Refresh(form, Scoped::Access) => signing(form),
        Load::Flow(_) | Load::Redeem(_, Scoped::OpenId) | Load::Refresh(_, Scoped::OpenId) => RS256,
        Load::Bare(_)
        | Load::IntrospectKnown(_)
        | Load::IntrospectNew(_)
        | Load::Revoke(_)
        | Load::Jwks
        | Load::Demo
        | Load::Gate(_)
        | Load::Userinfo
        | Load::SignInPage => BARE,
    }
}

const fn signing(form: Form) -> &'static str {
    match form {
        Form::Ed25519 => ED25519,
        Form::Es256 => ES256,
        Form::Rs256 => RS256,
        Form::Opaque => BARE,
    }
}

impl Row {
    const fn aim(mut self, rate: f64, share: Option<f64>) -> Self {
        self.aim = Some(Aim { rate, share });
        self
    }
}

/// Every row, in the order of the table.
pub(in super::super) const ROWS: &[Row] = &[
    ceiling(BARE, "edge"),
    ceiling(ED25519, "Ed25519"),
    ceiling(ES256, "ES256"),
    ceiling(RS256, "RS256"),
    sqlite("sqlite/token-ed25519", Load::Token(Form::Ed25519)).aim(30_000.0, Some(45.0)),
    sqlite("sqlite/token-es256", Load::Token(Form::Es256)).aim(25_000.0, None),
    sqlite("sqlite/token-rs256", Load::Token(Form::Rs256)),
    sqlite("sqlite/token-opaque", Load::Token(Form::Opaque)),
    sqlite(
        "sqlite/introspect-jwt-hit",
        Load::IntrospectKnown(Form::Es256),
    )
    .aim(40_000.0, None),
    sqlite(
        "sqlite/introspect-jwt-miss",
        Load::IntrospectNew(Form::Es256),
    ),
    sqlite(
        "sqlite/introspect-opaque-hit",
        Load::IntrospectKnown(Form::Opaque),
    )
    .aim(40_000.0, None),
    sqlite(
        "sqlite/introspect-opaque-miss",
        Load::IntrospectNew(Form::Opaque),
    ),
    sqlite("sqlite/revoke-jwt", Load::Revoke(Form::Es256)),
    sqlite("sqlite/revoke-opaque", Load::Revoke(Form::Opaque)),
    sqlite("sqlite/jwks", Load::Jwks),
    sqlite("sqlite/demo-resource", Load::Demo),
    sqlite("sqlite/flow/code", Load::Flow(Form::Es256)),
    sqlite(
        "sqlite/code-redemption",
        Load::Redeem(Form::Es256, Scoped::Access),
    ),
    sqlite(
        "sqlite/code-redemption-with-id-token",
        Load::Redeem(Form::Es256, Scoped::OpenId),
    ),
    sqlite(
        "sqlite/refresh-rotation-ed25519",
        Load::Refresh(Form::Ed25519, Scoped::Access),
    )
    .aim(15_000.0, None),
    sqlite(
        "sqlite/refresh-rotation-es256",
        Load::Refresh(Form::Es256, Scoped::Access),
    )
    .aim(15_000.0, None),
    sqlite(
        "sqlite/refresh-with-id-token",
        Load::Refresh(Form::Es256, Scoped::OpenId),
    ),
    sqlite("sqlite/userinfo", Load::Userinfo).aim(30_000.0, None),
    sqlite("sqlite/page/sign-in", Load::SignInPage).aim(30_000.0, None),
    postgres("postgres/token-ed25519", Load::Token(Form::Ed25519)).aim(18_000.0, None),
    postgres("postgres/token-es256", Load::Token(Form::Es256)).aim(18_000.0, None),
    postgres("postgres/token-rs256", Load::Token(Form::Rs256)),
    postgres("postgres/token-opaque", Load::Token(Form::Opaque)),
    postgres(
        "postgres/introspect-jwt-hit",
        Load::IntrospectKnown(Form::Es256),
    )
    .aim(40_000.0, None),
    postgres(
        "postgres/introspect-jwt-miss",
        Load::IntrospectNew(Form::Es256),
    ),
    postgres(
        "postgres/introspect-opaque-hit",
        Load::IntrospectKnown(Form::Opaque),
    )
    .aim(40_000.0, None),
    postgres(
        "postgres/introspect-opaque-miss",
        Load::IntrospectNew(Form::Opaque),
    ),
    postgres("postgres/revoke-jwt", Load::Revoke(Form::Es256)),
    postgres("postgres/revoke-opaque", Load::Revoke(Form::Opaque)),
    postgres("postgres/jwks", Load::Jwks),
    postgres("postgres/gate", Load::Gate("/plain")),
    postgres("postgres/gate-with-assertion", Load::Gate("/asserted")),
    postgres("postgres/flow/code", Load::Flow(Form::Es256)),
    postgres(
        "postgres/code-redemption",
        Load::Redeem(Form::Es256, Scoped::Access),
    ),
    postgres(
        "postgres/code-redemption-with-id-token",
        Load::Redeem(Form::Es256, Scoped::OpenId),
    ),
    postgres(
        "postgres/refresh-rotation-ed25519",
        Load::Refresh(Form::Ed25519, Scoped::Access),
    ),
    postgres(
        "postgres/refresh-rotation-es256",
        Load::Refresh(Form::Es256, Scoped::Access),
    ),
    postgres(
        "postgres/refresh-with-id-token",
        Load::Refresh(Form::Es256, Scoped::OpenId),
    ),
    postgres("postgres/userinfo", Load::Userinfo).aim(30_000.0, None),
    postgres("postgres/page/sign-in", Load::SignInPage).aim(30_000.0, None),
];
