//! One check, and what it found.

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing to do.
    Well,
    /// Something to do soon.
    Soon,
    /// Something to do now.
    Broken,
}

impl Verdict {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Soon => "soon",
            Self::Broken => "broken",
        }
    }
}

/// A check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) verdict: Verdict,
    pub(super) detail: String,
}

impl Check {
    pub(super) fn new(name: &'static str, verdict: Verdict, detail: String) -> Self {
        Self {
            name,
            verdict,
            detail,
        }
    }

    pub(super) fn well(name: &'static str, detail: String) -> Self {
        Self::new(name, Verdict::Well, detail)
    }

    pub(super) fn soon(name: &'static str, detail: String) -> Self {
        Self::new(name, Verdict::Soon, detail)
    }

    pub(super) fn broken(name: &'static str, detail: String) -> Self {
        Self::new(name, Verdict::Broken, detail)
    }
}
