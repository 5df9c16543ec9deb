//! What must still be proven before somebody is signed in, and what to call it afterwards.
//!
//! Pure: what has been proven travels with the person, sealed, from page to page, and each page asks
//! [`next`] what comes. A further kind of factor is a [`Method`], its [`Category`], and a [`Step`].
//!
//! `acr` has two values of our own, for no registry has fitting ones: [`SINGLE`] and [`MULTI`].

use std::collections::BTreeSet;

use symbolon_identity::session::{Factor, Method};

/// The `acr` of a sign-in by one factor, or by several of one category.
pub const SINGLE: &str = "urn:symbolon:acr:single";

/// The `acr` of a sign-in by factors of two categories (NIST SP 800-63B-4, AAL2).
pub const MULTI: &str = "urn:symbolon:acr:multi";

/// What kind of proof a factor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Something that the person knows.
    Knowledge,
}

impl Category {
    /// Of a method.
    #[must_use]
    pub const fn of(method: Method) -> Self {
        match method {
            Method::Password => Self::Knowledge,
        }
    }
}

/// How surely somebody is who he says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// By one category.
    Single,
    /// By two.
    Multi,
}

impl Level {
    /// Its `acr`.
    #[must_use]
    pub const fn acr(self) -> &'static str {
        match self {
            Self::Single => SINGLE,
            Self::Multi => MULTI,
        }
    }

    /// The level with this `acr`.
    #[must_use]
    pub fn from_acr(acr: &str) -> Option<Self> {
        [Self::Single, Self::Multi]
            .into_iter()
            .find(|level| level.acr() == acr)
    }

    /// What these methods prove; nothing, where there are none.
    #[must_use]
    pub fn of(methods: impl IntoIterator<Item = Method>) -> Option<Self> {
        Self::of_categories(&methods.into_iter().map(Category::of).collect())
    }

    fn of_categories(categories: &BTreeSet<Category>) -> Option<Self> {
        match categories.len() {
            0 => None,
            1 => Some(Self::Single),
            _ => Some(Self::Multi),
        }
    }
}

/// The `acr` of a sign-in by these factors (OpenID Connect Core §2).
#[must_use]
pub fn acr(factors: &[Factor]) -> &'static str {
    acr_of(factors.iter().map(|factor| factor.method))
}

/// The `acr` of a session that was begun by these methods.
#[must_use]
pub fn acr_of(methods: impl IntoIterator<Item = Method>) -> &'static str {
    Level::of(methods).unwrap_or(Level::Single).acr()
}

/// The `amr` of a sign-in by these methods (RFC 8176): each once, and `mfa` where two categories stand
/// behind them.
#[must_use]
pub fn amr_of(methods: impl IntoIterator<Item = Method>) -> Vec<&'static str> {
    let methods: BTreeSet<Method> = methods.into_iter().collect();
    let level = Level::of(methods.iter().copied());
    let mut names: Vec<_> = methods.into_iter().map(Method::name).collect();
    if level == Some(Level::Multi) {
        names.push("mfa");
    }
    names
}

/// Whether a sign-in of one `acr` is what a request for another asks for: the surer one is too.
#[must_use]
pub fn satisfies(have: &str, wanted: &str) -> bool {
    match (Level::from_acr(have), Level::from_acr(wanted)) {
        (Some(have), Some(wanted)) => have >= wanted,
        (None, _) | (_, None) => have == wanted,
    }
}

/// How much a sign-in takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Required {
    /// Without this nobody is signed in.
    pub least: Level,
    /// This is asked of whoever can prove it.
    pub wished: Level,
}

impl Required {
    /// What the realm asks of everybody, nothing else.
    #[must_use]
    pub const fn of_everybody(least: Level) -> Self {
        Self {
            least,
            wished: least,
        }
    }

    /// What a request asks for besides: `acr_values`, the best liked first, of which the first known
    /// one counts and which need not be reached (OpenID Connect Core §3.1.2.1).
    #[must_use]
    pub fn wishing(self, acr_values: &[&str]) -> Self {
        let wished = acr_values.iter().find_map(|acr| Level::from_acr(acr));
        Self {
            wished: wished.map_or(self.wished, |wished| wished.max(self.wished)),
            ..self
        }
    }

    /// What a request cannot do without: the essential claim `acr`, any of whose values will do
    /// (OpenID Connect Core §5.5.1.1). `None` where none of them is known here.
    #[must_use]
    pub fn demanding(self, values: &[&str]) -> Option<Self> {
        let demanded = values.iter().filter_map(|acr| Level::from_acr(acr)).min()?;
        Some(Self {
            least: self.least.max(demanded),
            wished: self.wished.max(demanded),
        })
    }
}

/// What has been proven so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Each factor, in the order in which it was proven.
    pub proven: Vec<Factor>,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Name and password are asked for.
    Password,
    /// Everything is proven.
    Done,
    /// This person cannot prove what is required.
    Unmet,
}

impl Step {
    const fn proving(method: Method) -> Self {
        match method {
            Method::Password => Self::Password,
        }
    }
}

/// What must still be proven, by a person who can prove itself by these methods, the best liked first.
/// Of whom it is not yet known who it is, the methods are those that identify somebody.
#[must_use]
pub fn next(required: Required, methods: &[Method], progress: &Progress) -> Step {
    let proven = || progress.proven.iter().map(|factor| factor.method);
    let have = Level::of(proven());
    if have >= Some(required.wished.max(required.least)) {
        return Step::Done;
    }
    let categories: BTreeSet<Category> = proven().map(Category::of).collect();
    let adds = |method: &&Method| !categories.contains(&Category::of(**method));
    match methods.iter().find(adds) {
        Some(method) => Step::proving(*method),
        None if have >= Some(required.least) => Step::Done,
        None => Step::Unmet,
    }
}

#[cfg(test)]
mod tests {
    use symbolon_token::lineage::{Ancestor, Epoch};
    use symbolon_token::node::NodeId;

    use super::*;

    fn password() -> Factor {
        let authenticator = Ancestor {
            node: NodeId::from_number(1).unwrap(),
            epoch: Epoch(0),
        };
        Factor {
            method: Method::Password,
            authenticator,
        }
    }

    fn proven(factors: &[Factor]) -> Progress {
        Progress {
            proven: factors.to_vec(),
        }
    }

    const ANYTHING: Required = Required::of_everybody(Level::Single);
    const BOTH: Required = Required::of_everybody(Level::Multi);

    #[test]
    fn whoever_has_proven_nothing_is_asked_for_a_password() {
        for required in [ANYTHING, BOTH] {
            let step = next(required, &Method::ALL, &Progress::default());
            assert_eq!(step, Step::Password);
        }
    }

    #[test]
    fn a_password_is_enough_where_one_factor_is() {
        assert_eq!(
            next(ANYTHING, &Method::ALL, &proven(&[password()])),
            Step::Done
        );
    }

    #[test]
    fn a_wish_that_cannot_be_met_is_left_and_a_demand_is_not() {
        let wish = ANYTHING.wishing(&["urn:example:unknown", MULTI]);
        assert_eq!(wish.wished, Level::Multi);
        assert_eq!(next(wish, &Method::ALL, &proven(&[password()])), Step::Done);
        let demand = ANYTHING.demanding(&[MULTI]).unwrap();
        assert_eq!(
            next(demand, &Method::ALL, &proven(&[password()])),
            Step::Unmet
        );
        assert_eq!(
            next(BOTH, &Method::ALL, &proven(&[password()])),
            Step::Unmet
        );
    }

    #[test]
    fn who_has_no_method_cannot_sign_in() {
        assert_eq!(next(ANYTHING, &[], &Progress::default()), Step::Unmet);
    }

    #[test]
    fn of_several_demanded_values_any_will_do_and_unknown_ones_never() {
        let either = ANYTHING.demanding(&[MULTI, SINGLE, "urn:example:unknown"]);
        assert_eq!(either, Some(ANYTHING));
        assert_eq!(BOTH.demanding(&[SINGLE]), Some(BOTH));
        assert_eq!(ANYTHING.demanding(&["urn:example:unknown"]), None);
        assert_eq!(ANYTHING.wishing(&["urn:example:unknown"]), ANYTHING);
    }

    #[test]
    fn two_passwords_are_still_one_factor() {
        assert_eq!(acr(&[password(), password()]), SINGLE);
        assert_eq!(amr_of([Method::Password, Method::Password]), ["pwd"]);
        let one = BTreeSet::from([Category::Knowledge]);
        assert_eq!(Level::of_categories(&one), Some(Level::Single));
        assert_eq!(Level::of([]), None);
    }

    #[test]
    fn the_surer_sign_in_is_what_a_request_for_the_other_asks_for() {
        assert!(satisfies(MULTI, SINGLE) && satisfies(MULTI, MULTI) && satisfies(SINGLE, SINGLE));
        assert!(!satisfies(SINGLE, MULTI));
        assert!(!satisfies(MULTI, "urn:example:unknown") && !satisfies("0", SINGLE));
    }
}
