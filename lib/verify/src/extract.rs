//! For axum: a handler takes [`Authorized`] and is called with an admitted token, or not at all.
//!
//! ```
//! use std::sync::LazyLock;
//! use symbolon_verify::{Authorized, Demand, Demands};
//!
//! /// What handlers that change orders demand.
//! struct Write;
//!
//! impl Demands for Write {
//!     fn demand() -> &'static Demand {
//!         static DEMAND: LazyLock<Demand> =
//!             LazyLock::new(|| Demand::scope("orders.write").expect("a scope"));
//!         &DEMAND
//!     }
//! }
//!
//! async fn order(access: Authorized<Write>) -> String {
//!     format!("ordered by {}", access.sub)
//! }
//! ```

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::LazyLock;

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;

use crate::answer::Answer;
use crate::demand::Demand;
use crate::metadata::Metadata;
use crate::resource::Resource;
use crate::verifier::Admitted;

/// What a handler demands, in its type.
pub trait Demands: Send + Sync {
    /// The demand.
    fn demand() -> &'static Demand;
}

/// A live token, whatever it allows.
#[derive(Clone, Copy, Debug)]
pub enum Anything {}

impl Demands for Anything {
    fn demand() -> &'static Demand {
        static ANY: LazyLock<Demand> = LazyLock::new(Demand::any);
        &ANY
    }
}

/// A token that was admitted for what `D` demands. The router's state holds a
/// [`Resource`](crate::Resource).
#[derive(Clone, Debug)]
pub struct Authorized<D = Anything> {
    access: Admitted,
    demand: PhantomData<fn() -> D>,
}

impl<D> Deref for Authorized<D> {
    type Target = Admitted;

    fn deref(&self) -> &Admitted {
        &self.access
    }
}

impl<S, D> FromRequestParts<S> for Authorized<D>
where
    S: Send + Sync,
    Resource: FromRef<S>,
    D: Demands,
{
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Answer> {
        let resource = Resource::from_ref(state);
        let access = resource.admit(parts, D::demand()).await?;
        let demand = PhantomData;
        Ok(Self { access, demand })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        self.to_response::<Body>()
    }
}

/// The document, for an hour.
impl IntoResponse for Metadata {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.to_json()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        );
        response
    }
}
