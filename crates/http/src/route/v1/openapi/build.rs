//! The document, built of the tables.

use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{
    AllOfBuilder, ArrayBuilder, Components, ComponentsBuilder, ObjectBuilder, Type,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required,
    Response, ResponseBuilder, Schema as Built,
};

use super::operation::{FEED, MANAGEMENT, OAUTH, Operation, REALMS, Takes};
use super::schema::{
    CLIENTS, FEED_TEXTS, KEYS, Kind, OTHERS, REVOCATIONS, SESSIONS, STANDARD, SUBJECTS, Schema,
    TOKENS,
};

/// The security scheme's name.
const BEARER: &str = "bearer";

/// These write nothing, so they are not done once but each time.
const READS: [&str; 3] = ["/v1/tokens/inspect", "/v1/tokens/verify", "/v1/tokens/why"];

/// A person reads what was refused here.
const PAGES: [&str; 2] = ["/authorize", "/logout"];

pub(super) fn document() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Symbolon")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "The management API of one realm, below its issuer URL, its OAuth endpoints, and its feed for \
             verifiers. A POST of the management API may carry an Idempotency-Key: sent again with the same body, it is \
             answered as before.",
        ))
        .build();
    let mut paths = Paths::new();
    for operation in MANAGEMENT.iter().chain(&REALMS).chain(&OAUTH).chain(&FEED) {
        let methods = vec![operation.method.clone()];
        paths.add_path_operation(operation.path, methods, built(operation));
    }
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components()))
        .build()
}

fn components() -> Components {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let schemas = CLIENTS
        .iter()
        .chain(&OTHERS)
        .chain(&SUBJECTS)
        .chain(&SESSIONS)
        .chain(&KEYS)
        .chain(&TOKENS)
        .chain(&REVOCATIONS)
        .chain(&FEED_TEXTS)
        .chain(&STANDARD);
    let built = schemas.map(|schema| (schema.name, object(schema)));
    ComponentsBuilder::new()
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .schemas_from_iter(built)
        .build()
}

fn built(operation: &Operation) -> utoipa::openapi::path::Operation {
    let (status, schema) = operation.gives;
    let mut done = ResponseBuilder::new().description("Done");
    if let Some(schema) = schema {
        done = done.content("application/json", content(schema));
    }
    let is_management = operation.path.starts_with("/v1/");
    let refused = if is_management || operation.path.starts_with("/feed/") {
        ("application/problem+json", "Problem")
    } else {
        ("application/json", "OauthError")
    };
    let refusal = if PAGES.contains(&operation.path) {
        let page = ResponseBuilder::new().description("Refused, as a page");
        page.content("text/html", ContentBuilder::new().build())
            .build()
    } else {
        refusal(refused)
    };
    let mut builder = OperationBuilder::new()
        .summary(Some(operation.summary))
        .request_body(body(operation.takes))
        .response(status, done.build())
        .response("default", refusal);
    let in_path = operation.path.split(['{', '}']).skip(1).step_by(2);
    let in_path = in_path.map(|name| (name, ParameterIn::Path));
    let in_query = operation.requires.iter();
    let in_query = in_query.map(|name| (*name, ParameterIn::Query));
    for (name, place) in in_path.chain(in_query) {
        builder = builder.parameter(parameter(name, (place, Required::True), Type::String));
    }
    for (name, is_number) in operation.query {
        let kind = if *is_number {
            Type::Integer
        } else {
            Type::String
        };
        builder = builder.parameter(parameter(name, (ParameterIn::Query, Required::False), kind));
    }
    if is_management && operation.method == HttpMethod::Post && !READS.contains(&operation.path) {
        let place = (ParameterIn::Header, Required::False);
        builder = builder.parameter(parameter("Idempotency-Key", place, Type::String));
    }
    if let Some(scope) = operation.scope {
        builder = builder.security(SecurityRequirement::new(BEARER, [scope]));
    }
    builder.build()
}

fn refusal((kind, schema): (&str, &str)) -> Response {
    ResponseBuilder::new()
        .description("Refused")
        .content(kind, content(schema))
        .build()
}

fn parameter(name: &str, (place, required): (ParameterIn, Required), kind: Type) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .schema(Some(ObjectBuilder::new().schema_type(kind)))
        .build()
}

fn body(takes: Takes) -> Option<RequestBody> {
    let (kind, schema) = match takes {
        Takes::Nothing => return None,
        Takes::Json(schema) => ("application/json", schema),
        Takes::Form(schema) => ("application/x-www-form-urlencoded", schema),
    };
    let body = RequestBodyBuilder::new()
        .required(Some(Required::True))
        .content(kind, content(schema))
        .build();
    Some(body)
}

fn content(schema: &str) -> utoipa::openapi::Content {
    let schema = Ref::from_schema_name(schema);
    ContentBuilder::new().schema(Some(schema)).build()
}

fn object(schema: &Schema) -> RefOr<Built> {
    let mut object = ObjectBuilder::new();
    for (name, kind, words) in schema.members {
        object = object.property(*name, member(*kind, words));
        if matches!(kind, Kind::Text | Kind::Number) || schema.needs.contains(name) {
            object = object.required(*name);
        }
    }
    let object = object.build();
    match schema.extends {
        None => RefOr::T(object.into()),
        Some(base) => {
            let base = Ref::from_schema_name(base);
            RefOr::T(AllOfBuilder::new().item(base).item(object).build().into())
        }
    }
}

fn member(kind: Kind, words: &str) -> RefOr<Built> {
    let plain = |kind: Type| {
        let object = ObjectBuilder::new().schema_type(kind);
        object.description(Some(words))
    };
    match kind {
        Kind::Text | Kind::OptionalText => plain(Type::String).into(),
        Kind::OneOf(texts) => plain(Type::String)
            .enum_values(Some(texts.iter().copied()))
            .into(),
        Kind::Flag => plain(Type::Boolean).into(),
        Kind::Number | Kind::OptionalNumber => plain(Type::Integer).into(),
        Kind::Texts => ArrayBuilder::new()
            .items(ObjectBuilder::new().schema_type(Type::String))
            .description(Some(words))
            .into(),
        Kind::Object(name) => AllOfBuilder::new()
            .item(Ref::from_schema_name(name))
            .description(Some(words))
            .into(),
        Kind::ListOf(name) => ArrayBuilder::new()
            .items(Ref::from_schema_name(name))
            .description(Some(words))
            .into(),
        Kind::Any => ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::SchemaType::AnyValue)
            .description(Some(words))
            .into(),
    }
}
