//! Tokens: what a text is, whether it lives, and its end. A token comes by standard input or is typed;
//! it is no argument.

mod inspect;
mod revoke;
mod story;
mod verify;
mod why;

use clap::Subcommand;

use super::context::Context;
use crate::exit::Fault;

/// What can be done with a token, read from standard input.
#[derive(Subcommand, Debug)]
pub(crate) enum Token {
    /// Tell what a token is, what it descends from, whether it is alive, and its journal
    Inspect,
    /// Say whether a token is accepted now; exit code 1 where it is not
    Verify,
    /// Revoke a token
    Revoke(revoke::Revoke),
    /// Say why a token is dead: what killed it, who did that, and for what reason
    Why,
}

impl Token {
    /// Does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        let token = super::input::token()?;
        context
            .api(async |api, format| match self {
                Self::Inspect => inspect::run(&token, api, format).await,
                Self::Verify => verify::run(&token, api, format).await,
                Self::Revoke(revoke) => revoke.run(&token, api).await,
                Self::Why => why::run(&token, api, format).await,
            })
            .await
    }
}
