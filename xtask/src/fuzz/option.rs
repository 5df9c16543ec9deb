//! What the arguments ask for.

use crate::failure::Failure;

const USAGE: &str = "usage: cargo xtask fuzz [--seconds N] [TARGET]";

/// Seconds of a target unless told otherwise.
const SECONDS: u32 = 60;

/// What to run, and how long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// Seconds of each target.
    pub(super) seconds: u32,
    /// Only this target.
    only: Option<String>,
}

impl Options {
    /// Reads the arguments.
    ///
    /// # Errors
    /// [`Failure::Usage`].
    pub(super) fn read(arguments: &[String]) -> Result<Self, Failure> {
        let usage = || Failure::Usage(USAGE.into());
        let (mut seconds, mut only) = (SECONDS, None);
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--seconds" {
                let number = words.next().and_then(|word| word.parse().ok());
                seconds = number.filter(|number| *number > 0).ok_or_else(usage)?;
            } else if word.starts_with('-') || only.replace(word.clone()).is_some() {
                return Err(usage());
            }
        }
        Ok(Self { seconds, only })
    }

    /// Those asked for, of the targets that there are.
    ///
    /// # Errors
    /// [`Failure::Usage`] where there is no such target.
    pub(super) fn choose(&self, targets: Vec<String>) -> Result<Vec<String>, Failure> {
        match &self.only {
            None => Ok(targets),
            Some(only) if targets.contains(only) => Ok(vec![only.clone()]),
            Some(_) => {
                let known = targets.join(", ");
                Err(Failure::Usage(format!("{USAGE}\ntargets: {known}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn without_arguments_every_target_runs_for_a_minute() {
        let options = Options::read(&[]).unwrap();
        assert_eq!(options.seconds, 60);
        assert_eq!(options.choose(words("a b")).unwrap(), words("a b"));
    }

    #[test]
    fn one_target_may_be_named_and_its_seconds_told() {
        let options = Options::read(&words("--seconds 5 b")).unwrap();
        assert_eq!(options.seconds, 5);
        assert_eq!(options.choose(words("a b")).unwrap(), words("b"));
    }

    #[test]
    fn what_cannot_be_is_answered_with_the_usage() {
        for text in ["--fast", "--seconds", "--seconds 0", "--seconds x", "a b"] {
            let refused = Options::read(&words(text));
            assert!(matches!(refused, Err(Failure::Usage(_))), "{text}");
        }
        let options = Options::read(&words("c")).unwrap();
        let refused = options.choose(words("a b")).unwrap_err().to_string();
        assert!(refused.contains("a, b"), "{refused}");
    }
}
