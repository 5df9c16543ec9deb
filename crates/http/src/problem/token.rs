//! What the door over all tokens, the journal and the first start's link say.

use axum::http::StatusCode;
use symbolon_authority::setup::RedeemError;
use symbolon_authority::token::InspectError;
use symbolon_identity::access::IssueError;
use symbolon_journal::ReadError;

use super::Problem;

impl From<InspectError> for Problem {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::Find(error) => error.into(),
            InspectError::Journal(error) => error.into(),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(_) => Self::unavailable(error),
            ReadError::Entry { .. } => Self::internal(error),
        }
    }
}

impl From<RedeemError> for Problem {
    fn from(error: RedeemError) -> Self {
        match error {
            RedeemError::Gone => Self::link_gone(),
            RedeemError::Issue(error) => error.into(),
            RedeemError::Load(error) => error.into(),
        }
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        if matches!(error, IssueError::RealmDisabled) {
            return Self::conflict("realm_disabled", error.to_string());
        }
        if error.is_temporary() {
            Self::unavailable(error)
        } else {
            Self::internal(error)
        }
    }
}

impl Problem {
    /// The first start's link cannot be used, and how to get one that can.
    pub(crate) fn link_gone() -> Self {
        let detail = "This link was used already, or has expired. Start the server anew: it prints \
                      another one as long as none was used; commands on its machine need none";
        Self::new(StatusCode::GONE, "setup_link_gone", detail)
    }
}
