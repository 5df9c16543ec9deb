//! How an event ended: done, or refused.

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused; the reason says why.
    Refused,
}

impl Outcome {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Done, Self::Refused];

    /// The word in JSON and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}
