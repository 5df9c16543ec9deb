//! The API inside this process, for when no server runs.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use symbolon_authority::revocation_job::Worker;
use symbolon_http::server::{Peer, Via};
use symbolon_http::{App, Options, router};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

use super::{Answer, MAX_ANSWER};
use crate::exit::{Fault, StartError};
use crate::open::{Open, own_call};
use crate::place::Installation;
use crate::{clock, operator};

/// Whoever may open the files commands, as whoever may open the socket.
const LOCAL: Peer = Peer {
    address: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
    hop: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
    secure: true,
    via: Via::Local,
};

/// An open installation and its routes.
pub(super) struct Inside {
    open: Open,
    worker: Worker,
    routes: BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>,
}

impl Inside {
    /// Opens it.
    ///
    /// # Errors
    /// [`StartError`].
    pub(super) async fn open(place: &Installation) -> Result<Self, StartError> {
        let open = place.open().await?;
        if open.world.realms.first().is_none() {
            return Err(StartError::Sentence(
                "this installation has no realm yet; start symbolon serve once".to_owned(),
            ));
        }
        let options = Options::default();
        let app = App::new(Arc::clone(&open.world), Arc::new(clock::now), options);
        let routes = operator::beside(router(app), Arc::clone(&open.world));
        Ok(Self {
            worker: Worker::new(open.world.ids.next(clock::now())),
            open,
            routes: BoxCloneSyncService::new(routes),
        })
    }

    /// Calls a route.
    ///
    /// # Errors
    /// [`Fault`].
    pub(super) async fn send(&mut self, mut request: Request<Body>) -> Result<Answer, Fault> {
        request.extensions_mut().insert(LOCAL);
        let Ok(response) = self.routes.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, MAX_ANSWER).await;
        let bytes = bytes.map_err(|error| Fault::Unavailable(error.to_string()))?;
        Answer::read(parts.status, &bytes)
    }

    /// One batch of a revocation that runs over the journal; says whether there was one.
    ///
    /// # Errors
    /// [`Fault`].
    pub(super) async fn work(&mut self) -> Result<bool, Fault> {
        let call = own_call(&self.open.world);
        let turn = self.worker.turn(&self.open.world, &call).await;
        turn.map_err(|error| Fault::Unavailable(error.to_string()))
    }

    pub(super) async fn close(self) {
        drop(self.routes);
        self.open.close().await;
    }
}
