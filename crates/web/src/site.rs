//! What all pages share: where they stand, whose they are, and the way back.
//!
//! Pages speak English only, and say so (`lang="en"`).

/// Where a page stands and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site<'a> {
    /// The path of the issuer without a slash at its end: empty, or `/realm`. Assets and forms lie
    /// below it.
    pub base: &'a str,
    /// Whose sign-in this is, as people know it: a display name, else the issuer's host.
    pub name: &'a str,
}

/// A link back to an application.
///
/// The address must be one that the application registered. One that is no address of a page
/// (`javascript:`) does nothing: the policy of every page refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Back<'a> {
    /// Where it leads: an absolute URL.
    pub url: &'a str,
    /// The application's name.
    pub name: &'a str,
}
