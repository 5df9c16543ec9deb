//! What else is written in the unit of a deed, made of what the deed made: such as the answer that a
//! retry is given.

use std::fmt;

use symbolon_store::Step;

/// Steps that join a unit once it is known what the unit makes.
pub struct With<T>(Option<Join<T>>);

type Join<T> = Box<dyn Fn(&T) -> Vec<Step> + Send + Sync>;

impl<T> With<T> {
    /// These steps. They are asked for anew after each lost race.
    #[must_use]
    pub fn steps_of(join: impl Fn(&T) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(join)))
    }

    /// The steps for what was made.
    #[must_use]
    pub fn steps(&self, made: &T) -> Vec<Step> {
        self.0.as_ref().map_or_else(Vec::new, |join| join(made))
    }
}

/// Nothing else.
impl<T> Default for With<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> fmt::Debug for With<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_some() { "With" } else { "Without" })
    }
}
