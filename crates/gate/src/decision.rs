//! What was decided, in words to count by: it stands beside the answer, in its extensions.

use crate::front::Front;
use crate::refusal::{Reason, Refusal};

/// One decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How it was asked for.
    pub front: Front,
    /// What kind of route it was.
    pub route: RouteKind,
    /// One of [`Decision::OUTCOMES`].
    pub outcome: &'static str,
}

/// What kind of route a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteKind {
    /// It needs a token.
    Guarded,
    /// It passes without one.
    Public,
    /// None was found.
    Unknown,
}

impl RouteKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Guarded, Self::Public, Self::Unknown];

    /// The word in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guarded => "guarded",
            Self::Public => "public",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) const fn of(public: bool) -> Self {
        if public { Self::Public } else { Self::Guarded }
    }
}

impl Decision {
    /// Passed with a token, passed without one, or the code of a refusal.
    pub const OUTCOMES: [&'static str; 12] = [
        PASSED,
        ANONYMOUS,
        Reason::NoProxy.code(),
        Reason::NoQuestion.code(),
        Reason::Alias.code(),
        Reason::Path.code(),
        Reason::NoRoute.code(),
        Reason::NoCredential.code(),
        Reason::TwoCredentials.code(),
        Reason::Dead.code(),
        Reason::Scope.code(),
        Reason::Unknown.code(),
    ];

    pub(crate) fn passed(front: Front, public: bool, with_token: bool) -> Self {
        let route = RouteKind::of(public);
        let outcome = if with_token { PASSED } else { ANONYMOUS };
        Self {
            front,
            route,
            outcome,
        }
    }

    pub(crate) fn refused(front: Front, refusal: Refusal<'_>) -> Self {
        let route = refusal.route.map(|route| RouteKind::of(route.public));
        Self {
            front,
            route: route.unwrap_or(RouteKind::Unknown),
            outcome: refusal.reason.code(),
        }
    }
}

/// It may pass, and the service is told who asks.
const PASSED: &str = "passed";

/// It may pass, and nobody says who asks.
const ANONYMOUS: &str = "passed_without_token";
